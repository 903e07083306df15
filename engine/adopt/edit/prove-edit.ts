/**
 * ⇄ Would the edited stack leave what somebody changed live as it is? Validated and planned in memory, through the views
 * that the drift was read with.
 */
import type { Config } from "../../config/config.ts";
import type { DeclaredOutput } from "../../config/outputs.ts";
import { scanTemplate } from "../../config/template.ts";
import { validate } from "../../config/validate.ts";
import { parseYaml, type YamlDocument } from "../../config/yaml.ts";
import { elementKey } from "../../diff/fields.ts";
import { buildGraph, type Graph } from "../../graph/build.ts";
import { mentionsOf } from "../../graph/refs.ts";
import type { Address, Change, FieldChange, Owned, Path, Resource, Source, Tenant } from "../../model.ts";
import type { Doubts } from "../../plan/doubts.ts";
import { planChanges } from "../../plan/plan.ts";
import { readLive } from "../../plan/read.ts";
import { subgraph } from "../../plan/select.ts";
import type { Catalog, Instances } from "../../plan/tenants.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { leaves, pointer } from "../../value.ts";
import { listed } from "../../words.ts";
import { fieldInWords } from "../prove.ts";
import type { StackEdit } from "./edit-stack.ts";
import { isReferred, notProven } from "./problems.ts";

export interface ProvingEdit {
  readonly documents: readonly YamlDocument[];
  /** What the documents mean as they are: places are told in the files that people have. */
  readonly declared: readonly Resource[];
  readonly outputs: readonly DeclaredOutput[];
  readonly config: Config;
  readonly catalog: Catalog;
  readonly instances: Instances;
  readonly instanceProviders: ReadonlyMap<string, string>;
  readonly owned: readonly Owned[];
  readonly pinned: Readonly<Record<string, Tenant>>;
  readonly doubts: Doubts;
  readonly now: () => number;
  readonly secretDigests: (graph: Graph) => Promise<(address: Address, path: Path) => string | undefined>;
}

/** Addresses whose edit does not hold, and why. Throws where something else stands in the way of planning. */
export async function unproven(edit: StackEdit, proving: ProvingEdit): Promise<ReadonlyMap<Address, Problem>> {
  const { config, catalog, instances, instanceProviders } = proving;
  const placeOf = placesIn(proving.declared);
  const said = [...edit.said].filter(([, fields]) => fields.length > 0);
  const edited = new Set(said.map(([address]) => address));
  try {
    const { resources } = validate(documentsOf(edit, proving.documents), config);
    const referred = stillReferred(edit.gone, resources, proving, placeOf);
    if (referred.size > 0) return referred;
    const whole = buildGraph(resources, (kind) => catalog.rulesOf(kind), instanceProviders);
    if (edited.size === 0) return new Map();
    const graph = subgraph(whole, withNeeds(edited, whole));
    const remembered = proving.owned.filter(({ address }) => !edit.gone.includes(address));
    const owned = remembered.filter(({ address }) => graph.resources.has(address));
    const stack = config.stack.name;
    const common = { graph, owned, catalog, stack, doubts: proving.doubts };
    const reading = await readLive({ ...common, instances, pinned: proving.pinned, now: proving.now });
    const digests = await proving.secretDigests(graph);
    const planned = planChanges({
      ...{ ...common, reading, remembered, mode: "normal", replace: new Set() },
      secretDigest: digests,
    });
    const problems = [...reading.problems, ...planned.problems];
    if (problems.length > 0) throw new ProblemError(problems);
    const changes = new Map(planned.changes.map((change) => [change.address, change]));
    return new Map(
      said.flatMap(([address, fields]) => {
        const why = differs(changes.get(address), fields);
        return why === undefined ? [] : [[address, notProven(address, why, placeOf(address, []))]];
      }),
    );
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const found = error.problems.flatMap(({ address, message }): [Address, Problem][] =>
      address === undefined || !edited.has(address)
        ? []
        : [[address, notProven(address, message.replace(/\.$/, ""), placeOf(address, []))]],
    );
    if (found.length === 0) throw error;
    return new Map(found);
  }
}

function documentsOf({ files }: StackEdit, documents: readonly YamlDocument[]): readonly YamlDocument[] {
  const paths = new Set(files.map(({ path }) => path));
  return [
    ...documents.filter(({ source }) => !paths.has(source.file)),
    ...files.flatMap(({ path, after }) =>
      after === undefined ? [] : parseYaml(after, path).filter(({ value }) => value !== null),
    ),
  ];
}

type PlaceOf = (address: Address, path: Path) => Source | undefined;

function placesIn(declared: readonly Resource[]): PlaceOf {
  const byAddress = new Map(declared.map((resource) => [resource.address, resource]));
  return (address, path) => {
    const resource = byAddress.get(address);
    return resource?.sources.get(`/spec${pointer(path)}`) ?? resource?.source;
  };
}

/** What is gone and has a document that names it still, or an output of the stack. */
function stillReferred(
  gone: readonly Address[],
  resources: readonly Resource[],
  { catalog, instanceProviders, outputs }: ProvingEdit,
  placeOf: PlaceOf,
): ReadonlyMap<Address, Problem> {
  const found = new Map<Address, { readonly by: Set<string>; readonly source: Source | undefined }>();
  const note = (address: Address, by: string, source: Source | undefined): void => {
    if (!gone.includes(address)) return;
    const one = found.get(address) ?? { by: new Set<string>(), source };
    one.by.add(by);
    found.set(address, one);
  };
  if (gone.length === 0) return new Map();
  for (const resource of resources) {
    const { references } = mentionsOf(resource, catalog.rulesOf(resource.kind).spec, instanceProviders);
    for (const { address, path } of references) {
      note(address, resource.address, placeOf(resource.address, path));
    }
    for (const address of [...resource.dependsOn, ...(resource.replaceWith ?? [])])
      note(address, resource.address, placeOf(resource.address, []));
  }
  for (const { name, value, source } of outputs) {
    for (const [, leaf] of leaves(value)) {
      for (const part of typeof leaf === "string" ? scanTemplate(leaf) : [])
        if (part.kind === "reference") note(part.address, `the output ${name}`, source);
    }
  }
  return new Map([...found].map(([address, { by, source }]) => [address, isReferred(address, [...by], source)]));
}

function withNeeds(edited: ReadonlySet<Address>, { needs }: Graph): ReadonlySet<Address> {
  const selected = new Set(edited);
  // A set that grows while it is walked is walked to its end.
  for (const address of selected) for (const need of needs.get(address) ?? []) selected.add(need);
  return selected;
}

/** What the plan would change of what was just written; what the document wanted otherwise before is left to it. */
function differs(change: Change | undefined, said: readonly FieldChange[]): string | undefined {
  if (change === undefined) return "nothing can be planned for it";
  if (change.action === "none") return undefined;
  if (change.action !== "update") return `the plan would ${change.action} it`;
  const back = change.fields.filter((field) => said.some((one) => isAbout(field, one)));
  return back.length === 0 ? undefined : `the plan would change ${listed(back.map(fieldInWords), 12)}`;
}

function isAbout(a: FieldChange, b: FieldChange): boolean {
  const [one, other] = [`${pointer(a.path)}/`, `${pointer(b.path)}/`];
  if (!one.startsWith(other) && !other.startsWith(one)) return false;
  if (a.op === "set" || b.op === "set") return true;
  return elementKey(a.element, { foldCase: true }) === elementKey(b.element, { foldCase: true });
}
