/**
 * The nodes of a YAML text with their extents, from js-yaml's events: its tree has neither. Offsets are those of the text
 * as it was given. Pure; for text that `parseYaml` has accepted.
 */
import {
  CHOMPING_MODE,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";

interface Extent {
  /** Where it begins, its anchor aside. */
  readonly start: number;
  /** Behind its last character: of block text, behind the line break that it means. */
  readonly end: number;
  readonly anchor?: Anchor;
}

/** `&name`, from `start` up to, not including, `end`. */
interface Anchor {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends Extent {
  readonly type: "scalar";
  readonly style: "plain" | "single" | "double";
}

/** `|` and `>`: `start` is the head's, `body` where the line below it begins. */
export interface TextNode extends Extent {
  readonly type: "text";
  readonly folded: boolean;
  readonly body: number;
  /** Columns by which its lines are set in; -1 where there is none. */
  readonly indent: number;
}

export interface AliasNode extends Extent {
  readonly type: "alias";
  readonly name: string;
}

/** Nothing is written: the offset at which something would be. */
export interface EmptyNode extends Extent {
  readonly type: "empty";
}

export interface ItemNode {
  /** Of the dash; in brackets, of the item. */
  readonly start: number;
  /** Where a value in its place is written: behind the dash. */
  readonly after: number;
  readonly value: Node;
}

export interface ListNode extends Extent {
  readonly type: "list";
  readonly flow: boolean;
  readonly items: readonly ItemNode[];
}

export interface MemberNode extends ItemNode {
  readonly key: string;
}

export interface MapNode extends Extent {
  readonly type: "map";
  readonly flow: boolean;
  readonly items: readonly MemberNode[];
}

export type Node = ScalarNode | TextNode | AliasNode | EmptyNode | ListNode | MapNode;

export interface DocumentNode {
  /** Undefined where the document is empty. */
  readonly root: Node | undefined;
  /** Names that an alias of the document calls. */
  readonly called: ReadonlySet<string>;
}

/** Undefined where the text is written in a way that is not known here (`? key`, a pair in brackets). */
export function nodesOf(text: string): readonly DocumentNode[] | undefined {
  const events = parseEvents(text, {});
  const documents: DocumentNode[] = [];
  let strange = false;
  let at = 0;
  /** End of what has been read. */
  let read = 0;
  let called = new Set<string>();
  while (at < events.length) {
    at += 1;
    called = new Set();
    const event = events[at];
    const empty = event === undefined || event.type === EVENT_ID.POP || isNothing(event);
    if (empty && event?.type !== EVENT_ID.POP) at += 1;
    const root = empty ? undefined : node();
    documents.push({ root, called });
    at += 1;
  }
  return strange ? undefined : documents;

  function node(): Node {
    const event = events[at];
    at += 1;
    if (event?.type === EVENT_ID.ALIAS) {
      const name = text.slice(event.anchorStart, event.anchorEnd);
      called.add(name);
      read = event.anchorEnd;
      return { type: "alias", name, start: event.anchorStart - 1, end: event.anchorEnd };
    }
    if (event?.type === EVENT_ID.SCALAR) return scalar(event);
    if (event?.type === EVENT_ID.SEQUENCE) {
      const common = open(event);
      const items = itemsIn(common.flow);
      return { type: "list", ...common, items, end: common.flow ? past("]") : read };
    }
    if (event?.type === EVENT_ID.MAPPING) {
      const common = open(event);
      const items = membersIn();
      return { type: "map", ...common, items, end: common.flow ? past("}") : read };
    }
    throw new Error("The parser's events end inside a node");
  }

  function open(event: SequenceEvent | MappingEvent) {
    const anchor = anchorOf(event);
    const flow = event.style === COLLECTION_STYLE.FLOW;
    read = Math.max(read, flow ? event.start + 1 : event.start);
    return { flow, start: event.start, ...anchor };
  }

  function itemsIn(flow: boolean): readonly ItemNode[] {
    const items: ItemNode[] = [];
    while (!ends()) {
      if (flow) {
        const value = node();
        if (value.type === "map" && !value.flow) strange = true;
        items.push({ start: value.anchor?.start ?? value.start, after: value.anchor?.end ?? value.start, value });
        continue;
      }
      const start = next("-");
      read = start + 1;
      const value = node();
      items.push({ start, after: value.anchor?.end ?? start + 1, value });
    }
    at += 1;
    return items;
  }

  function membersIn(): readonly MemberNode[] {
    const members: MemberNode[] = [];
    while (!ends()) {
      const event = events[at];
      if (event?.type !== EVENT_ID.SCALAR || isNothing(event)) {
        strange = true;
        node();
        node();
        continue;
      }
      at += 1;
      const quote = quoteOf(event);
      const start = event.valueStart - quote;
      // Behind the comma, in braces.
      const before = skip();
      if (text[text[before] === "," ? skip(before + 1) : before] === "?") strange = true;
      read = event.valueEnd + quote;
      read = next(":") + 1;
      const colon = read;
      const value = node();
      members.push({ key: getScalarValue(text, event), start, after: value.anchor?.end ?? colon, value });
    }
    at += 1;
    return members;
  }

  function scalar(event: ScalarEvent): Node {
    const anchor = anchorOf(event);
    if (event.valueStart < 0) return { type: "empty", start: read, end: read, ...anchor };
    if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
      const folded = event.style === SCALAR_STYLE.FOLDED_BLOCK;
      const start = next(folded ? ">" : "|");
      const body = text.slice(event.valueStart, event.valueEnd);
      // Blank lines below it mean nothing unless its head says so: they stay where they are.
      const keeps = event.chomping === CHOMPING_MODE.KEEP;
      const meant = keeps ? body : body.replace(/(?<=^|[\r\n])[ \t\r\n]*$/, "");
      read = event.valueStart + meant.length;
      return { type: "text", folded, start, end: read, body: event.valueStart, indent: event.indent, ...anchor };
    }
    const quote = quoteOf(event);
    read = event.valueEnd + quote;
    const style = quote === 0 ? "plain" : event.style === SCALAR_STYLE.SINGLE_QUOTED ? "single" : "double";
    return { type: "scalar", style, start: event.valueStart - quote, end: read, ...anchor };
  }

  function anchorOf({ anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number }): { anchor?: Anchor } {
    if (anchorStart < 0) return {};
    read = Math.max(read, anchorEnd);
    return { anchor: { name: text.slice(anchorStart, anchorEnd), start: anchorStart - 1, end: anchorEnd } };
  }

  function ends(): boolean {
    return events[at]?.type === EVENT_ID.POP;
  }

  /** The next character that is neither white space nor comment. */
  function skip(from = read): number {
    SPACE.lastIndex = from;
    SPACE.test(text);
    return SPACE.lastIndex;
  }

  function next(mark: string): number {
    const found = skip();
    if (!text.startsWith(mark, found)) strange = true;
    return found;
  }

  /** Behind the bracket that closes what was read last; a comma may be left before it. */
  function past(bracket: string): number {
    let found = skip();
    if (text[found] === ",") found = skip(found + 1);
    if (text[found] !== bracket) strange = true;
    read = found + 1;
    return read;
  }
}

const SPACE = /(?:[ \t\r\n]|(?<=[\s,[\]{}]|^)#[^\r\n]*)*/y;

function isNothing(event: Event): boolean {
  return event.type === EVENT_ID.SCALAR && event.valueStart < 0 && event.anchorStart < 0;
}

function quoteOf({ style }: ScalarEvent): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}

const LINE = /[^\r\n]*(?:\r\n|\n|\r)?/y;

/** The lines of a text: where the one that holds an offset begins, ends, and where the next one begins. */
export function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}

export function lineEnd(text: string, at: number): number {
  LINE.lastIndex = at;
  LINE.test(text);
  const next = LINE.lastIndex;
  return next - (/(?:\r\n|\n|\r)$/.exec(text.slice(Math.max(at, next - 2), next))?.[0].length ?? 0);
}

export function nextLine(text: string, at: number): number {
  LINE.lastIndex = at;
  LINE.test(text);
  return LINE.lastIndex;
}
