/**
 * Parser events → values and places. js-yaml's own constructor drops positions and knows tags; this one does neither.
 * Places are kept as offsets, and become lines when somebody asks: most documents have nothing wrong with them.
 */
import { type AliasEvent, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { Sources, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { PlaceOf } from "./lines.ts";
import type { YamlDocument } from "./yaml.ts";
import { scalarOf } from "./yaml-scalar.ts";

/** Nodes that all aliases of a file may expand to: room for shared lists, none for a bomb. */
const MAX_EXPANDED = 10_000;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>;

interface Anchor {
  readonly pointer: string;
  readonly value: Value;
  /** Its nodes are `trail[from..to]`; `to` is undefined while the node is still open. */
  readonly from: number;
  readonly to?: number;
}

/** Where the walk is. What is wrong goes to `problems`, and the walk goes on with a null in its place. */
interface Walk {
  readonly events: readonly Event[];
  readonly text: string;
  readonly placeOf: PlaceOf;
  readonly problems: Problem[];
  at: number;
  /** End of what has been read: an empty node has no offset of its own, it is looked for from here. */
  read: number;
  expanded: number;
  /** Pointers of the document in the order of its nodes, and the offset of each. */
  trail: string[];
  starts: number[];
  anchors: Map<string, Anchor>;
}

export function composeDocuments(
  events: readonly Event[],
  text: string,
  placeOf: PlaceOf,
  problems: Problem[],
): readonly YamlDocument[] {
  const walk: Walk = {
    ...{ events, text, placeOf, problems, at: 0, read: 0, expanded: 0 },
    ...{ trail: [], starts: [], anchors: new Map() },
  };
  const documents: YamlDocument[] = [];
  while (walk.at < events.length) {
    walk.at += 1;
    walk.trail = [];
    walk.starts = [];
    walk.anchors = new Map();
    documents.push(document(walk));
    walk.at += 1;
  }
  return documents;
}

function document(walk: Walk): YamlDocument {
  const event = peek(walk);
  if (event !== undefined && !isEmpty(event)) {
    const start = startOf(event);
    return { value: node(walk, "", start), source: walk.placeOf(start), sources: sourcesOf(walk) };
  }
  const marker = find(walk, "---");
  walk.read = marker + 3;
  if (event !== undefined) node(walk, "", marker);
  const source = walk.placeOf(marker);
  return { value: null, source, sources: new Map([["", source]]) };
}

/** What was found last under a pointer counts: of two equal keys the second one's value is the one that was taken. */
function sourcesOf({ trail, starts, placeOf }: Walk): Sources {
  let known: Map<string, number> | undefined;
  return {
    get(pointer) {
      known ??= new Map(trail.map((one, index) => [one, starts[index] ?? 0]));
      const start = known.get(pointer);
      return start === undefined ? undefined : placeOf(start);
    },
  };
}

/** The next event where it starts a node; undefined where it ends a collection or document. */
function peek(walk: Walk): NodeEvent | undefined {
  const event = walk.events[walk.at];
  return event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT ? undefined : event;
}

function node(walk: Walk, pointer: string, start: number): Value {
  const event = peek(walk);
  if (event === undefined) throw new Error("The parser's events end inside a node");
  walk.at += 1;
  const from = walk.trail.push(pointer);
  walk.starts.push(start);
  if (event.type === EVENT_ID.ALIAS) return alias(walk, event, pointer);
  walk.read = Math.max(walk.read, event.anchorEnd, event.tagEnd);
  if (event.tagStart >= 0) refuseTag(walk, event);
  if (event.anchorStart < 0) return content(walk, event, pointer, start);
  const name = walk.text.slice(event.anchorStart, event.anchorEnd);
  walk.anchors.set(name, { pointer, value: null, from });
  const value = content(walk, event, pointer, start);
  walk.anchors.set(name, { pointer, value, from, to: walk.trail.length });
  return value;
}

function content(walk: Walk, event: Exclude<NodeEvent, AliasEvent>, pointer: string, start: number): Value {
  if (event.type === EVENT_ID.SEQUENCE) return sequence(walk, pointer);
  if (event.type === EVENT_ID.MAPPING) return mapping(walk, pointer);
  const written = textOf(walk, event);
  if (event.style !== SCALAR_STYLE.PLAIN) return written;
  const scalar = scalarOf(written);
  if ("value" in scalar) return scalar.value;
  return report(walk, "yaml-number", scalar.wrong, `Quote it if it is text: "${written}".`, start);
}

function sequence(walk: Walk, pointer: string): Value {
  const items: Value[] = [];
  for (let event = peek(walk); event !== undefined; event = peek(walk)) {
    const start = isEmpty(event) ? find(walk, "-") : startOf(event);
    if (isEmpty(event)) walk.read = start + 1;
    items.push(node(walk, `${pointer}/${items.length}`, start));
  }
  walk.at += 1;
  return items;
}

function mapping(walk: Walk, pointer: string): Value {
  const members: Record<string, Value> = {};
  for (let event = peek(walk); event !== undefined; event = peek(walk)) {
    const start = isEmpty(event) ? walk.read : startOf(event);
    const key = keyOf(walk, event, start);
    if (key === undefined) {
      // The value is walked all the same: what is wrong inside it is reported in the same run.
      node(walk, `${pointer}/`, start);
      continue;
    }
    const member = `${pointer}/${escapePointer(key)}`;
    if (Object.hasOwn(members, key)) {
      const first = walk.placeOf(walk.starts[walk.trail.lastIndexOf(member)] ?? 0).line;
      report(walk, "duplicate-key", `"${key}" is here twice; the first is on line ${first}.`, "Keep one.", start);
    }
    members[key] = node(walk, member, start);
  }
  walk.at += 1;
  return members;
}

/** Consumes a key; undefined, and reported, where it can be none. */
function keyOf(walk: Walk, event: NodeEvent, start: number): string | undefined {
  const refuse = (code: string, message: string, hint: string): undefined => {
    report(walk, code, message, hint, start);
  };
  if (event.type !== EVENT_ID.SCALAR) {
    node(walk, "/", start);
    return refuse("yaml-key", "A key must be plain text here.", "Write `name: value`.");
  }
  walk.at += 1;
  const key = textOf(walk, event);
  if (event.tagStart >= 0) refuseTag(walk, event);
  if (event.anchorStart >= 0) return refuse("yaml-key", `The key ${key} carries an anchor.`, "Anchor its value.");
  if (key === "" && event.style === SCALAR_STYLE.PLAIN) {
    return refuse("yaml-key", "A value stands here without a key.", "Write `name: value`.");
  }
  if (key === "<<" && event.style === SCALAR_STYLE.PLAIN) {
    const hint = "Write the fields out, or use an alias for the whole value.";
    return refuse("yaml-merge", "Merge keys (<<) belong to YAML 1.1, and stacks are YAML 1.2.", hint);
  }
  if (FORBIDDEN_KEYS.has(key)) return refuse("forbidden-key", `"${key}" cannot be a key.`, "Choose another name.");
  return key;
}

function alias(walk: Walk, event: AliasEvent, pointer: string): Value {
  walk.read = event.anchorEnd;
  const name = walk.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = walk.anchors.get(name);
  const refuse = (message: string, hint: string): null =>
    report(walk, "yaml-alias", message, hint, event.anchorStart - 1);
  if (anchor === undefined) {
    return refuse(`*${name} has no anchor &${name} above it in this document.`, `Quote it if it is text: "*${name}".`);
  }
  if (anchor.to === undefined) {
    return refuse(`*${name} stands inside its own anchor, which would never end.`, "Write the value out.");
  }
  const within = walk.expanded <= MAX_EXPANDED;
  walk.expanded += anchor.to - anchor.from + 1;
  if (walk.expanded > MAX_EXPANDED) {
    // Once a file: every further alias would say the same.
    return within
      ? refuse(`The aliases of this file expand to more than ${MAX_EXPANDED} values.`, "Write the values out.")
      : null;
  }
  for (let index = anchor.from; index < anchor.to; index += 1) {
    walk.trail.push(pointer + (walk.trail[index] ?? "").slice(anchor.pointer.length));
    walk.starts.push(walk.starts[index] ?? 0);
  }
  return anchor.value;
}

function report(walk: Walk, code: string, message: string, hint: string, start: number): null {
  walk.problems.push({ code, message, hint, source: walk.placeOf(start) });
  return null;
}

function refuseTag(walk: Walk, event: Exclude<NodeEvent, AliasEvent>): void {
  const tag = walk.text.slice(event.tagStart, event.tagEnd);
  const hint = "Remove the tag; quote the value to make it text.";
  report(walk, "yaml-tag", `The tag ${tag} is not allowed: a stack is plain data.`, hint, event.tagStart);
}

function textOf(walk: Walk, event: ScalarEvent): string {
  walk.read = Math.max(walk.read, event.valueEnd + quoteOf(event), event.anchorEnd, event.tagEnd);
  return getScalarValue(walk.text, event);
}

/** Where a node begins, its anchor and tag included; -1 for an empty one. */
function startOf(event: NodeEvent): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  let start = event.type === EVENT_ID.SCALAR ? event.valueStart - quoteOf(event) : event.start;
  if (event.anchorStart > 0 && (start < 0 || event.anchorStart <= start)) start = event.anchorStart - 1;
  if (event.tagStart >= 0 && (start < 0 || event.tagStart < start)) start = event.tagStart;
  return start;
}

function isEmpty(event: NodeEvent): boolean {
  return startOf(event) < 0;
}

function quoteOf(event: ScalarEvent): number {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}

/** The offset of the next `-` or `---` behind white space and comments; the end of what was read where there is none. */
function find(walk: Walk, mark: "-" | "---"): number {
  const blank = /(?:[\s:?]+|#[^\r\n]*|\.\.\.|%[^\r\n]*)*/y;
  blank.lastIndex = walk.read;
  blank.test(walk.text);
  return walk.text.startsWith(mark, blank.lastIndex) ? blank.lastIndex : Math.min(walk.read, walk.text.length);
}

function escapePointer(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
