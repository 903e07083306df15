/** ⇄ One resource through the stages of every plan: graph, read, diff; and through the run of every apply. */
import { type ExecuteOptions, execute } from "../apply/executor.ts";
import type { StepResult } from "../apply/result.ts";
import { secretsOf } from "../config/secrets.ts";
import { buildGraph, type Graph } from "../graph/build.ts";
import type { Recorder } from "../kind.ts";
import type { Address, Change, Live, Owned, Plan, Resource, Spec } from "../model.ts";
import { type Planned, planChanges } from "../plan/plan.ts";
import { readLive } from "../plan/read.ts";
import type { Reading } from "../plan/reading.ts";
import type { Instances } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { createMask } from "../report/mask.ts";
import { pointer } from "../value.ts";
import type { Declared } from "./document.ts";
import type { Session } from "./session.ts";

export interface Looked {
  readonly graph: Graph;
  readonly reading: Reading;
  readonly planned: Planned;
}

/** `resource` absent: what is owned is to end. `anew`: what is to be replaced, whatever it says. */
export async function lookAt(
  resource: Resource | undefined,
  owned: Owned | undefined,
  instances: Instances,
  session: Session,
  anew: readonly Address[] = [],
): Promise<Looked> {
  const { catalog, config, outside } = session;
  const providers = new Map([...session.targets].map(([name, { provider }]) => [name, provider.name]));
  const graph = buildGraph(resource === undefined ? [] : [resource], (kind) => catalog.rulesOf(kind), providers);
  const remembered = owned === undefined ? [] : [owned];
  const stack = config.stack.name;
  const reading = await readLive({
    ...{ graph, owned: remembered, instances, catalog, stack },
    pinned: {},
    doubts: new Map(),
    now: () => outside.clock.now(),
  });
  const planned = planChanges({
    ...{ graph, reading, owned: remembered, remembered, catalog, stack },
    mode: "normal",
    replace: new Set(anew),
    doubts: new Map(),
    secretDigest: () => undefined,
  });
  return { graph, reading, planned };
}

export interface Done {
  readonly result: StepResult;
  /** Undefined: nothing is remembered (deleted, forgotten), or nothing was done. */
  readonly owned: Owned | undefined;
}

/** Does what was decided, with proof; writes of one lane come one after the other, whichever resources they are of. */
export async function carryOut(
  change: Change,
  { reading }: Pick<Looked, "reading">,
  owned: Owned | undefined,
  secrets: Declared["secrets"],
  session: Session,
): Promise<Done> {
  const { catalog, targets, outside, config } = session;
  const found = reading.found.get(change.address);
  const fresh: Live | undefined = found?.state === "present" ? found.live : undefined;
  let remembered = owned;
  const lane = catalog.factsOf(change.kind).lane;
  const instance = change.address.slice(0, change.address.indexOf("/"));
  const results = await session.enter(instance, lane, () =>
    execute({
      plan: planOf(change, config.stack.name, outside.clock.now()),
      owned: owned === undefined ? [] : [owned],
      fresh: new Map([[change.address, fresh]]),
      ...{ targets, catalog },
      journal: NO_JOURNAL,
      clock: outside.clock,
      signal: outside.signal,
      stopping: () => false,
      secretValue: async (reference) => secrets.get(reference) ?? "",
      secretDigests: async (_address, spec) => sentSecrets(spec),
      deliver: async (sink) => {
        throw new ProblemError({
          code: "no-sink",
          message: `A generated secret would go to the sink ${sink}, and under Terraform there are none.`,
          hint: "Declare the object in a stack of Accord, with the sink in its accord.yaml.",
        });
      },
      mask: createMask(new Set(secrets.values())),
      save: async (changes) => {
        for (const one of changes) remembered = "owned" in one ? one.owned : undefined;
      },
    }),
  );
  session.wrote();
  const [result] = results;
  if (result === undefined) throw new Error(`${change.address} came to no end`);
  return { result, owned: remembered };
}

/** Without a key there is no digest; which version was sent says whether a secret has moved. */
export function sentSecrets(spec: Spec): Owned["secrets"] {
  const version = spec.secretVersion;
  return Object.fromEntries(
    secretsOf(spec).map(([path]) => [pointer(path), version === undefined ? {} : { version: String(version) }]),
  );
}

function planOf(change: Change, stack: string, now: number): Plan {
  return {
    stack,
    environment: "default",
    createdAt: new Date(now).toISOString(),
    mode: "normal",
    changes: [change],
    drift: [],
    impact: { gained: [], lost: [] },
    verdicts: [],
    preconditions: [],
    tenants: {},
    documents: "",
    lineage: "",
    serial: 0,
    calls: {},
    held: {},
    names: {},
    notes: [],
    complete: true,
  };
}

/** Terraform's state is the only record; what it loses when it is killed, no journal of ours could give back to it. */
const UNHEARD: Recorder = { intent: async () => ({ outcome: () => undefined }) };

const NO_JOURNAL: ExecuteOptions["journal"] = {
  recorder: () => UNHEARD,
  made: async () => undefined,
  done: async () => undefined,
};
