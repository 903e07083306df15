/**
 * A YAML text in which some documents say something else: comments, order, quotes and everything that is not about it stay
 * as they are. What comes out is read back, and says what was asked for. Pure.
 */
import { canonicalJson } from "../../canonical.ts";
import { parseYaml } from "../../config/yaml.ts";
import type { Path, Value } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import { type Edit, edited } from "./edits.ts";
import { nodesOf } from "./nodes.ts";
import { type Rewriting, rewrite } from "./rewrite.ts";
import { cutOut } from "./take-out.ts";

/** By the number of the document in its file. `"gone"`: it is taken out. */
export type Wishes = ReadonlyMap<number, Value | "gone">;

/** What stays as it was, and why. */
export type Refusal = { readonly document: number; readonly path: Path } & (
  | { readonly why: "shared"; readonly name: string }
  | { readonly why: "unwritable" }
);

export interface EditedText {
  /** Undefined: nothing is left in it. */
  readonly text: string | undefined;
  /** The documents that say something else now, or are gone. */
  readonly changed: ReadonlySet<number>;
  readonly refused: readonly Refusal[];
}

export function editDocuments(text: string, file: string, wishes: Wishes): EditedText {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const source = text.slice(mark.length);
  const values = parseYaml(source, file).map(({ value }) => value);
  const refused: Refusal[] = [];
  const together = attempt(source, file, values, wishes);
  if (together !== undefined) return { ...together, text: marked(mark, together.text) };
  // One of them cannot be written here, and the others are not to suffer for it.
  const kept = new Map<number, Value | "gone">();
  for (const [number, wish] of wishes) {
    if (attempt(source, file, values, new Map([...kept, [number, wish]])) === undefined)
      refused.push({ document: number, path: [], why: "unwritable" });
    else kept.set(number, wish);
  }
  const rest = attempt(source, file, values, kept);
  if (rest === undefined) throw new Error(`${file} was edited differently a second time`);
  return { ...rest, text: marked(mark, rest.text), refused: [...refused, ...rest.refused] };
}

function marked(mark: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : mark + text;
}

/** Undefined where the result would not say what it should. */
function attempt(text: string, file: string, values: readonly Value[], wishes: Wishes): EditedText | undefined {
  const nodes = wishes.size === 0 ? [] : nodesOf(text);
  if (nodes === undefined) return undefined;
  const edits: Edit[] = [];
  const refused: Refusal[] = [];
  const changed = new Set<number>();
  const said: Value[] = [];
  for (const [document, is] of values.entries()) {
    const wish = wishes.get(document);
    if (wish === undefined || wish === "gone" || canonicalJson(wish) === canonicalJson(is)) {
      if (wish === "gone") changed.add(document);
      else said.push(is);
      continue;
    }
    const node = nodes[document];
    if (node?.root === undefined) return undefined;
    const into: Rewriting = { text, end: endOf(text), called: node.called, edits: [], shared: [] };
    const place = { flow: false, indent: -2, after: node.root.start, dash: false, end: into.end };
    said.push(rewrite(node.root, is, wish, [], place, into));
    edits.push(...into.edits);
    refused.push(...into.shared.map((one) => ({ ...one, document, why: "shared" as const })));
    if (into.edits.length > 0) changed.add(document);
  }
  const gone = new Set([...wishes].flatMap(([document, wish]) => (wish === "gone" ? [document] : [])));
  const cuts = gone.size === 0 ? [] : cutOut(text, nodes, gone);
  if (cuts === undefined) return undefined;
  if (gone.size > 0 && said.every((value) => value === null)) return { text: undefined, changed, refused };
  const whole = edited(text, [...edits, ...cuts]);
  return whole !== undefined && says(whole, file, said) ? { text: whole, changed, refused } : undefined;
}

function endOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function says(text: string, file: string, values: readonly Value[]): boolean {
  try {
    return canonicalJson(parseYaml(text, file).map(({ value }) => value)) === canonicalJson(values);
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
