/** ⇄ Adoption as a command does it: surveyed, proven, written to files, then bound in state. */
import { type Adoption, adopt } from "../adopt/adoption.ts";
import { fileOf } from "../adopt/compose.ts";
import type { Target } from "../adopt/survey.ts";
import { withoutSecrets } from "../apply/fill.ts";
import { canonicalJson } from "../canonical.ts";
import { filesBelow } from "../config/files.ts";
import { STACK_FILE } from "../config/load.ts";
import type { Instances } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { State } from "../state/state.ts";
import { listed } from "../words.ts";
import { rebind } from "./binding.ts";
import { openState, readState } from "./open-state.ts";
import { type Undo, writeTogether } from "./stack-files.ts";
import type { Workspace } from "./workspace.ts";

export interface AdoptRequest {
  readonly targets: readonly Target[];
  /** Does this name belong to an object that is meant? */
  readonly matches: (label: string) => boolean;
}

/** What adoption would write and bind; throws where it would not plan to nothing. Writes nothing. */
export async function preparedAdoption(workspace: Workspace, state: State, request: AdoptRequest): Promise<Adoption> {
  const { catalog, stack, schemas, providers, resources, instanceProviders, outside, directory, voice } = workspace;
  const files = filesBelow(directory);
  // As they are now, when the stack was read: what somebody saves while the tenants are read is not built upon.
  const paths = [STACK_FILE, ...request.targets.map(fileOf)];
  const texts = new Map(await Promise.all(paths.map(async (path) => [path, await files.readFile(path)] as const)));
  voice.progress({
    type: "stage",
    title: `Reading ${[...new Set(request.targets.map((one) => one.instance))].join(", ")}`,
  });
  const adoption = await adopt({
    ...{ targets: request.targets, matches: request.matches, catalog, instanceProviders },
    config: { stack, schemas, providers },
    ...{ declared: resources, owned: state.resources, pinned: state.tenants },
    instances: await instancesOf(workspace),
    now: () => outside.clock.now(),
    readFile: async (path) => (texts.has(path) ? texts.get(path) : files.readFile(path)),
  });
  voice.settle();
  const problems = adoption.proof?.problems ?? [];
  // Places in files that were never written would lead nowhere.
  if (problems.length > 0) throw new ProblemError(problems.map(({ source: _, ...problem }) => problem));
  return adoption;
}

export async function instancesOf(workspace: Workspace): Promise<Instances> {
  const connected = await workspace.connect();
  return new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
}

/**
 * Read without a lease, since a large tenant takes its time; bound under one, if state is still the one that was read.
 * Files first: documents without a binding are found again by `state rebuild`, a binding without a document would end.
 */
export async function adoptNow(workspace: Workspace, command: string, request: AdoptRequest): Promise<Adoption> {
  const { state: read, doubts } = (await openState(workspace)).context;
  if (doubts.size > 0) throw new ProblemError(unsettledRun([...doubts.keys()]));
  const adoption = await preparedAdoption(workspace, read, request);
  const { composed, proof } = adoption;
  if (proof === undefined) return adoption;
  const bindings = proof.bindings.map((owned) => ({ ...owned, applied: withoutSecrets(owned.applied) }));
  let undo: Undo | undefined;
  try {
    await rebind(workspace, command, async ({ context: { state } }) => {
      refuseMoved(read, state);
      undo = await writeTogether(workspace.directory, composed.files);
      return {
        changes: bindings.map((owned) => ({ address: owned.address, owned })),
        events: bindings.map(({ address, id }) => ({ type: "import" as const, actor: workspace.actor, address, id })),
        tenants: { ...state.tenants, ...proof.tenants },
      };
    });
  } catch (error) {
    if (undo !== undefined && !(await isBound(workspace, adoption))) await undo();
    throw error;
  }
  return adoption;
}

/** What an interrupted run may have made carries no mark everywhere, and would be taken for somebody else's. */
function unsettledRun(addresses: readonly string[]): Problem {
  return {
    code: "unsettled-run",
    message: `An earlier run was interrupted, and may have made ${listed(addresses)}.`,
    hint: "Settle it first: accord apply.",
  };
}

/** Whatever another run did meanwhile, it may have taken what was free before. */
export function refuseMoved(read: State, now: State): void {
  if (canonicalJson([read.resources, read.tenants]) === canonicalJson([now.resources, now.tenants])) return;
  throw new ProblemError({
    code: "state-moved",
    message: "Another run changed state while the tenants were being read.",
    hint: "Nothing was written. Run it again.",
  });
}

async function isBound(workspace: Workspace, { composed }: Adoption): Promise<boolean> {
  const [first] = composed.documents;
  const { resources } = await readState(workspace);
  return resources.some(({ address }) => address === first?.address);
}
