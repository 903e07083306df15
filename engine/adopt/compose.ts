/**
 * ⇄ Documents for the chosen objects, and the files they go into. What the stack's own schema refuses is left out and
 * said; references that would close a circle are turned into lookups; then again, until all of it stands.
 */
import type { Config } from "../config/config.ts";
import { STACK_FILE } from "../config/load.ts";
import { validate } from "../config/validate.ts";
import { parseYaml, type YamlDocument } from "../config/yaml.ts";
import { mentionsOf } from "../graph/refs.ts";
import type { Address, Owned, Resource, Spec, Value } from "../model.ts";
import { instanceOf } from "../plan/lookups.ts";
import { type Catalog, groupKeyOf, type Instances, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { closingPairs } from "./circles.ts";
import { addressesById, type Composing, composeDocuments, documentFields, type NewDocument } from "./documents.ts";
import { type Referring, settleLookups } from "./lookups.ts";
import type { Labelled } from "./names.ts";
import { referencesIn } from "./references.ts";
import { shareLists } from "./shared-lists.ts";
import { withDocuments, withMembers } from "./splice.ts";
import type { Standing } from "./standing.ts";
import type { Index, Target } from "./survey.ts";
import { yamlBlock } from "./yaml-text.ts";

export interface FileChange {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
  /** What was added to it. */
  readonly added: string;
  readonly documents: number;
}

export type Left = Standing & { readonly object: Labelled };

export interface Composed {
  readonly documents: readonly NewDocument[];
  readonly resources: readonly Resource[];
  readonly files: readonly FileChange[];
  /** Objects that could be adopted, and are not: why. */
  readonly left: readonly Left[];
}

export interface ComposeOptions {
  readonly catalog: Catalog;
  readonly config: Config;
  readonly owned: readonly Owned[];
  readonly instances: Instances;
  readonly index: Index;
  readonly instanceProviders: ReadonlyMap<string, string>;
  readonly explained: Composing["explained"];
  /** Text of a file of the stack; undefined where there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

export async function compose(chosen: ReadonlyMap<Labelled, Address>, options: ComposeOptions): Promise<Composed> {
  const { catalog, instances, index, explained } = options;
  const objects = new Map(chosen);
  const left: Left[] = [];
  const circular = new Set<string>();
  const lookups = new Map<string, Spec>();
  const instanceFor = (kind: string, from: Target): string => instanceOf(kind, from, instances);
  for (;;) {
    const addresses = addressBook(options.owned, objects);
    const common = { catalog, addresses, circular, instanceFor };
    const settling = { ...common, instances, index, byId: addressesById(addresses) };
    await settleLookups(referringOf(objects, catalog), lookups, settling);
    const documents = composeDocuments(objects, { ...common, lookups, explained });
    const checked = check(documents, options);
    const closing = closingPairs(needsOf(checked.resources, options));
    if (checked.refused.length === 0 && closing.size === 0) return { ...(await write(documents, options)), left };
    for (const pair of closing) circular.add(pair);
    for (const one of checked.refused) {
      objects.delete(one.object);
      left.push(one);
    }
  }
}

function addressBook(owned: readonly Owned[], objects: ReadonlyMap<Labelled, Address>): ReadonlyMap<string, Address> {
  const book = new Map<string, Address>();
  for (const { address, kind, id } of owned) {
    book.set(`${groupKeyOf({ instance: address.slice(0, address.indexOf("/")), kind })} ${id}`, address);
  }
  for (const [object, address] of objects) book.set(`${groupKeyOf(object)} ${object.live.id}`, address);
  return book;
}

function referringOf(objects: ReadonlyMap<Labelled, Address>, catalog: Catalog): readonly Referring[] {
  return [...objects].map(([{ instance, kind, live }, address]) => ({
    ...{ instance, kind, address },
    references: [...referencesIn(live.spec, catalog.rulesOf(kind).spec)],
  }));
}

const NOWHERE = { file: "", line: 1, column: 1 };

interface Checked {
  readonly resources: readonly Resource[];
  readonly refused: readonly Left[];
}

/** Against schema and kind, as `validate` does; before there is any text, and so without places. */
function check(documents: readonly NewDocument[], { config }: ComposeOptions): Checked {
  const unwritten = documents.map((document) => ({
    value: documentFields(document),
    source: NOWHERE,
    sources: new Map(),
  }));
  try {
    return { resources: validate(unwritten, config).resources, refused: [] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const reasons = new Map<string, string>();
    for (const { address, message } of error.problems) {
      if (address === undefined) throw error;
      if (!reasons.has(address)) reasons.set(address, message);
    }
    const refused = documents.flatMap(({ object, address }): Left[] => {
      const reason = reasons.get(address);
      return reason === undefined
        ? []
        : [{ object, state: "unmanageable", reason: `no document can say it: ${reason.replace(/\.$/, "")}` }];
    });
    return { resources: [], refused };
  }
}

function needsOf(resources: readonly Resource[], { catalog, instanceProviders }: ComposeOptions) {
  const added = new Set(resources.map(({ address }) => address));
  return new Map(
    resources.map((resource) => {
      const { references } = mentionsOf(resource, catalog.rulesOf(resource.kind).spec, instanceProviders);
      return [resource.address, references.map(({ address }) => address).filter((address) => added.has(address))];
    }),
  );
}

/** The documents in their files, shared lists in the stack's, and what all of it means when it is read back. */
async function write(documents: readonly NewDocument[], options: ComposeOptions): Promise<Omit<Composed, "left">> {
  const { config, readFile } = options;
  const factored = shareLists(documents, config.stack.variables.keys());
  const before = factored.variables.size === 0 ? undefined : await readFile(STACK_FILE);
  const after =
    before === undefined ? undefined : withMembers(before, "vars", Object.fromEntries(factored.variables), STACK_FILE);
  // A stack file without a place for them: each document says its lists itself.
  const shares = factored.variables.size === 0 || after !== undefined;
  const written = shares ? factored.documents : documents;
  const files: FileChange[] = [];
  if (before !== undefined && after !== undefined) {
    const added = yamlBlock({ vars: Object.fromEntries(factored.variables) });
    files.push({ path: STACK_FILE, before, after, added, documents: 0 });
  }
  const parsed: YamlDocument[] = [];
  for (const group of byFile(written)) {
    const texts = group.documents.map((document) => yamlBlock(documentFields(document)));
    const file = await fileFor(group.path, texts, readFile);
    files.push(file);
    parsed.push(
      ...parseYaml(file.after, file.path)
        .filter(({ value }) => value !== null)
        .slice(-texts.length),
    );
  }
  const variables = new Map<string, Value>([...config.stack.variables, ...(shares ? factored.variables : [])]);
  const { resources } = validate(parsed, { ...config, stack: { ...config.stack, variables } });
  return { documents: written, resources, files };
}

/** Documents of a kind stand together; those of another instance elsewhere. */
export function fileOf({ instance, kind }: Target): string {
  return `${instance}-${shortKind(kind)}.yaml`;
}

function byFile(documents: readonly NewDocument[]) {
  const files = new Map<string, NewDocument[]>();
  for (const document of documents) {
    const path = fileOf(document.object);
    const list = files.get(path);
    if (list === undefined) files.set(path, [document]);
    else list.push(document);
  }
  return [...files].map(([path, list]) => ({ path, documents: list }));
}

/** The file of the kind; where nothing can be put behind what it holds, the next one of that name. */
async function fileFor(
  path: string,
  texts: readonly string[],
  readFile: ComposeOptions["readFile"],
): Promise<FileChange> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : path.replace(/\.yaml$/, `-${number}.yaml`);
    const before = await readFile(name);
    const after = withDocuments(before, texts, name);
    if (after !== undefined) return { path: name, before, after, added: texts.join("---\n"), documents: texts.length };
  }
}
