/**
 * ⇄ Drift written into the documents of an open stack, and proven: what `drift --adopt` writes, and what a pull request
 * that adopts drift is made of. Reads through the views of the plan, writes nothing.
 */
import { addressesById, wordsFor } from "../adopt/documents.ts";
import { type Declared, editStack, type FileEdit } from "../adopt/edit/edit-stack.ts";
import { isProtected } from "../adopt/edit/problems.ts";
import { type ProvingEdit, unproven } from "../adopt/edit/prove-edit.ts";
import { type Referring, settleLookups } from "../adopt/lookups.ts";
import { referencesIn } from "../adopt/references.ts";
import { keeping } from "../adopt/replay.ts";
import { indexOf, readReferred } from "../adopt/survey.ts";
import { canonicalJson } from "../canonical.ts";
import { filesBelow } from "../config/files.ts";
import { validate } from "../config/validate.ts";
import { parseYaml, type YamlDocument } from "../config/yaml.ts";
import type { Address, Drift, Live, Spec, Value } from "../model.ts";
import { instanceOf } from "../plan/lookups.ts";
import { groupKeyOf, type Instances } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { State } from "../state/state.ts";
import { asSpec, isList, valueAt, withValueAt } from "../value.ts";
import { refuseMoved } from "./adopting.ts";
import { rebind } from "./binding.ts";
import { readState } from "./open-state.ts";
import type { Made, PlanContext } from "./planning.ts";
import { type Undo, writeTogether } from "./stack-files.ts";
import type { Workspace } from "./workspace.ts";

export interface DriftAdoption {
  /** Files as they should read, below the stack's directory; one without a text is to be deleted. */
  readonly files: readonly FileEdit[];
  /** Objects whose documents say what is live. */
  readonly adopted: readonly Address[];
  /** Objects that are gone and whose documents were taken out: state still holds them. */
  readonly gone: readonly Address[];
  /** What is left to do by hand, and where. */
  readonly problems: readonly Problem[];
}

/** `drift` as `made` found it, of a plan of all documents (mode `refresh-only`, or another). */
export async function adoptedDrift(
  { workspace, state, doubts }: PlanContext,
  made: Pick<Made, "graph" | "reading" | "views">,
  drift: readonly Drift[],
): Promise<DriftAdoption> {
  const { catalog, stack, schemas, providers, instanceProviders } = workspace;
  if (drift.length === 0) return { files: [], adopted: [], gone: [], problems: [] };
  const declared = workspace.resources.flatMap((resource, index): Declared[] => {
    const document = workspace.documents[index];
    return document === undefined ? [] : [{ resource, document }];
  });
  const files = await textsOf(workspace, declared, drift);
  const instances = keeping(await instancesOf(workspace, made));
  const live = liveIn(made);
  const config = { stack, schemas, providers };
  const ids = new Map<string, string>(state.resources.map(({ address, id }) => [address, id]));
  const naming = await namingOf(drift, live, instances, { workspace, state }, made);
  const byId = addressesById(naming.addresses);
  const proving: ProvingEdit = {
    ...{
      documents: workspace.documents,
      declared: workspace.resources,
      outputs: workspace.outputs,
      config,
      catalog,
      instances,
      instanceProviders,
    },
    ...{ owned: state.resources, pinned: state.tenants, doubts, now: () => workspace.outside.clock.now() },
    secretDigests: (graph) => workspace.secretDigests(graph, state),
  };
  const left = new Map<Address, Problem>();
  const kept = new Map<Address, Problem>();
  for (const { address, protect } of [...state.resources, ...workspace.resources])
    if (protect) kept.set(address, isProtected(address));
  for (;;) {
    const edit = editStack({
      ...{ files, declared, live, kept, resolved: made.reading.wanted, idOf: (address) => ids.get(address) },
      drift: drift.filter(({ address }) => !left.has(address)),
      rulesOf: (kind) => catalog.rulesOf(kind),
      wordsFor: (resource) => wordsFor(resource, resource.address, naming, byId),
      accepts: (document) => isValid(document, config),
    });
    const refused = edit.files.length === 0 ? new Map<Address, Problem>() : await unproven(edit, proving);
    if (refused.size === 0) {
      const adopted = [...edit.said].flatMap(([address, fields]) => (fields.length > 0 ? [address] : []));
      return { files: edit.files, adopted, gone: edit.gone, problems: [...left.values(), ...edit.problems] };
    }
    for (const [address, problem] of refused) (edit.gone.includes(address) ? kept : left).set(address, problem);
  }
}

/**
 * Into the working tree. What is gone leaves state with its document, as nothing else would end it; whatever else was
 * edited is settled by the next apply, which finds nothing to do.
 */
export async function writeAdoption(workspace: Workspace, read: State, adoption: DriftAdoption): Promise<void> {
  const { files, gone } = adoption;
  if (gone.length === 0) {
    await writeTogether(workspace.directory, files);
    return;
  }
  let undo: Undo | undefined;
  try {
    await rebind(workspace, "accord drift --adopt", async ({ context: { state } }) => {
      refuseMoved(read, state);
      undo = await writeTogether(workspace.directory, files);
      return {
        changes: gone.map((address) => ({ address, removed: true as const })),
        events: gone.map((address) => ({
          ...{ type: "forget" as const, actor: workspace.actor, address },
          id: state.resources.find((one) => one.address === address)?.id ?? "",
        })),
      };
    });
  } catch (error) {
    const { resources } = await readState(workspace);
    if (undo !== undefined && resources.some(({ address }) => gone.includes(address))) await undo();
    throw error;
  }
}

function isValid(document: YamlDocument, config: ProvingEdit["config"]): boolean {
  try {
    validate([document], config);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

async function instancesOf(workspace: Workspace, { views }: Pick<Made, "views">): Promise<Instances> {
  const connected = await workspace.connect();
  return new Map(
    [...connected].flatMap(([name, { provider }]) => {
      const view = views.get(name);
      return view === undefined ? [] : [[name, { name, provider, view }] as const];
    }),
  );
}

/** Of the documents that drifted; throws where one of them says something else by now. */
async function textsOf(
  { directory }: Workspace,
  declared: readonly Declared[],
  drift: readonly Drift[],
): Promise<ReadonlyMap<string, string>> {
  const drifted = new Set<string>(drift.map(({ address }) => address));
  const paths = new Set(
    declared.flatMap(({ resource, document }) =>
      drifted.has(resource.address) && /\.ya?ml$/.test(document.source.file) ? [document.source.file] : [],
    ),
  );
  const files = filesBelow(directory);
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text = await files.readFile(path);
    const read = declared.filter(({ document }) => document.source.file === path).map(({ document }) => document.value);
    const now = text === undefined ? [] : parseYaml(text, path).flatMap(({ value }) => (value === null ? [] : [value]));
    if (text === undefined || canonicalJson(now) !== canonicalJson(read)) {
      throw new ProblemError({
        code: "file-moved",
        message: `${path} changed while the tenants were being read.`,
        hint: "Nothing was written. Run it again.",
      });
    }
    texts.set(path, text);
  }
  return texts;
}

function liveIn({ reading }: Pick<Made, "reading">): ReadonlyMap<Address, Live> {
  return new Map(
    [...reading.found].flatMap(([address, found]) =>
      found.state === "present" || found.state === "remembered" ? [[address, found.live] as const] : [],
    ),
  );
}

/** By what the documents may call the objects that came into them. */
async function namingOf(
  drift: readonly Drift[],
  live: ReadonlyMap<Address, Live>,
  instances: Instances,
  { workspace, state }: Pick<PlanContext, "workspace" | "state">,
  { graph }: Pick<Made, "graph">,
) {
  const { catalog } = workspace;
  const instanceFor = (kind: string, from: { readonly instance: string; readonly kind: string }): string =>
    instanceOf(kind, from, instances);
  const gone = new Set(drift.flatMap((item) => (item.gone ? [item.address] : [])));
  const addresses = new Map(
    state.resources.flatMap(({ address, kind, id }) =>
      gone.has(address) || !graph.resources.has(address)
        ? []
        : [[`${groupKeyOf({ instance: instanceName(address), kind })} ${id}`, address] as const],
    ),
  );
  const circular = circularPairs(drift, graph);
  const index = indexOf([]);
  const come = drift.flatMap((item) => {
    const found = live.get(item.address);
    if (found === undefined || item.gone) return [];
    const partial = { ...found, spec: specOf(item, found) };
    return [{ address: item.address, instance: instanceName(item.address), kind: item.kind, live: partial }];
  });
  await readReferred(come, index, [], { instances, catalog, owned: state.resources }, instanceFor);
  const lookups = new Map<string, Spec>();
  const referring = come.map(
    (one): Referring => ({ ...one, references: [...referencesIn(one.live.spec, catalog.rulesOf(one.kind).spec)] }),
  );
  const byId = addressesById(addresses);
  await settleLookups(referring, lookups, { catalog, instances, index, addresses, byId, circular, instanceFor });
  return { addresses, lookups, circular, instanceFor };
}

function instanceName(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

/** What came into the object, alone. */
function specOf({ fields }: Drift, { spec }: Live): Spec {
  let come: Value = {};
  for (const field of fields) {
    if (field.op === "remove") continue;
    const before = valueAt(come, field.path);
    const value =
      field.op === "set" ? (valueAt(spec, field.path) ?? null) : [...(isList(before) ? before : []), field.element];
    come = withValueAt(come, field.path, value);
  }
  return asSpec(come);
}

/** `<drifted> <address>` of all that need what drifted: a document that named them would need itself. */
function circularPairs(drift: readonly Drift[], { needs }: Made["graph"]): ReadonlySet<string> {
  const neededBy = new Map<Address, Address[]>();
  for (const [address, all] of needs) {
    for (const need of all) neededBy.set(need, [...(neededBy.get(need) ?? []), address]);
  }
  const pairs = new Set<string>();
  for (const { address } of drift) {
    const reached = new Set(neededBy.get(address) ?? []);
    for (const one of reached) {
      pairs.add(`${address} ${one}`);
      for (const next of neededBy.get(one) ?? []) reached.add(next);
    }
  }
  return pairs;
}
