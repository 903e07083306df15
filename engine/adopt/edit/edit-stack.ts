/**
 * What somebody changed live, written into the documents that declare it: the files of a stack as they should read, and
 * what a person has to do by hand. Pure; whether the result plans to nothing is for the caller to prove.
 */
import { canonicalJson } from "../../canonical.ts";
import type { KindRules } from "../../config/rules.ts";
import { parseYaml, type YamlDocument } from "../../config/yaml.ts";
import type { Address, Drift, FieldChange, Live, Resource, Source, Spec, Value } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { pointer } from "../../value.ts";
import type { Writing } from "../write-spec.ts";
import { editDocuments, type Refusal } from "./edit-document.ts";
import { byHand, goneKept, isReplaced, noDocument, notYaml, unwritable } from "./problems.ts";
import { wantedDocument } from "./wanted.ts";

/** A document of the stack with what it came to mean. */
export interface Declared {
  readonly resource: Resource;
  readonly document: YamlDocument;
}

export interface EditOptions {
  /** Text of each YAML file of the stack, as it was when the documents were read. */
  readonly files: ReadonlyMap<string, string>;
  readonly declared: readonly Declared[];
  readonly drift: readonly Drift[];
  /** Address → what is live there now; of what is gone, another object that took its place. */
  readonly live: ReadonlyMap<Address, Live>;
  /** Address → its spec with references resolved, as the plan compared it. */
  readonly resolved: ReadonlyMap<Address, Spec>;
  readonly rulesOf: (kind: string) => KindRules;
  readonly idOf: (address: string) => string | undefined;
  /** How documents call other objects. */
  readonly wordsFor: (resource: Resource) => Pick<Writing, "reference" | "text">;
  /** May this document say that? */
  readonly accepts: (document: YamlDocument) => boolean;
  /** Gone, and yet to stay: a reason each, as a sentence begins. */
  readonly kept: ReadonlyMap<Address, Problem>;
}

export interface FileEdit {
  readonly path: string;
  readonly before: string;
  /** Undefined: nothing is left in it, and it goes. */
  readonly after: string | undefined;
}

export interface StackEdit {
  readonly files: readonly FileEdit[];
  /** Address → the changes that its document says now. */
  readonly said: ReadonlyMap<Address, readonly FieldChange[]>;
  /** Addresses whose documents were taken out. */
  readonly gone: readonly Address[];
  readonly problems: readonly Problem[];
}

interface Wish {
  readonly declared: Declared;
  readonly drift: Drift;
  readonly value: Value | "gone";
  readonly said: readonly FieldChange[];
}

export function editStack(options: EditOptions): StackEdit {
  const { files, declared, drift } = options;
  const problems: Problem[] = [];
  const byAddress = new Map(declared.map((one) => [one.resource.address, one]));
  const wishes = new Map<string, Wish[]>();
  for (const item of drift) {
    const one = byAddress.get(item.address);
    if (one === undefined) problems.push(noDocument(item));
    else if (!files.has(one.document.source.file)) problems.push(notYaml(item, one.document.source));
    else {
      const wish = item.gone ? takenOut(item, one, options, problems) : changed(item, one, options, problems);
      const file = one.document.source.file;
      if (wish !== undefined) wishes.set(file, [...(wishes.get(file) ?? []), wish]);
    }
  }
  const edits: FileEdit[] = [];
  const said = new Map<Address, readonly FieldChange[]>();
  const gone: Address[] = [];
  for (const [path, list] of wishes) {
    const before = files.get(path) ?? "";
    const written = parseYaml(before, path);
    const numbered = new Map(list.map((wish) => [numberOf(wish.declared.document, written), wish]));
    const { text, refused } = editDocuments(
      before,
      path,
      new Map([...numbered].map(([number, { value }]) => [number, value])),
    );
    if (text !== before) edits.push({ path, before, after: text });
    for (const [number, wish] of numbered) {
      const own = refused.filter(({ document }) => document === number);
      problems.push(...own.map((refusal) => refusedWish(refusal, wish)));
      if (wish.value !== "gone")
        said.set(
          wish.drift.address,
          wish.said.filter((field) => !isRefused(field, own)),
        );
      else if (own.length === 0) gone.push(wish.drift.address);
    }
  }
  return { files: edits, said, gone, problems };
}

function takenOut(
  drift: Drift,
  declared: Declared,
  { live, kept }: EditOptions,
  problems: Problem[],
): Wish | undefined {
  const reason = kept.get(drift.address);
  if (reason !== undefined) problems.push(goneKept(reason, drift, declared.document.source));
  else if (live.has(drift.address)) problems.push(isReplaced(drift, declared.document.source));
  else return { declared, drift, value: "gone", said: [] };
  return undefined;
}

function changed(drift: Drift, declared: Declared, options: EditOptions, problems: Problem[]): Wish | undefined {
  const { resource, document } = declared;
  const live = options.live.get(drift.address);
  if (live === undefined) return undefined;
  const wanted = wantedDocument({
    document: document.value,
    resolved: options.resolved.get(resource.address) ?? resource.spec,
    ...{ live, fields: drift.fields, rule: options.rulesOf(resource.kind).spec, idOf: options.idOf },
    words: options.wordsFor(resource),
    accepts: (value) => options.accepts({ ...document, value }),
  });
  for (const unsaid of wanted.unsaid) problems.push(byHand(unsaid, drift, live, sourceOf(document, unsaid.path)));
  return { declared, drift, value: wanted.document, said: wanted.said };
}

function sourceOf({ sources, source }: YamlDocument, path: Refusal["path"], root = "/spec"): Source {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const found = sources.get(`${root}${pointer(path.slice(0, depth))}`);
    if (found !== undefined) return found;
  }
  return source;
}

/** Which document of its file it is: the one that begins where it began. */
function numberOf(document: YamlDocument, written: readonly YamlDocument[]): number {
  const { line, column } = document.source;
  const number = written.findIndex(({ source }) => source.line === line && source.column === column);
  if (number === -1 || canonicalJson(written[number]?.value) !== canonicalJson(document.value))
    throw new Error(`${document.source.file} is not the text that its documents were read from`);
  return number;
}

function refusedWish(refusal: Refusal, { drift, declared }: Wish): Problem {
  const source = sourceOf(declared.document, refusal.path, "");
  return refusal.why === "shared"
    ? byHand({ path: refusal.path.slice(1), why: "shared", by: refusal.name }, drift, undefined, source)
    : unwritable(drift, source);
}

function isRefused(field: FieldChange, refused: readonly Refusal[]): boolean {
  const at = `${pointer(["spec", ...field.path])}/`;
  return refused.some(({ path }) => at.startsWith(`${pointer(path)}/`) || pointer(path).startsWith(at));
}
