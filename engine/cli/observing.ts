/** ⇄ Who holds what, for the record: after a run as it was read and proven, or as it was just read whole. */
import type { StepResult } from "../apply/result.ts";
import { objectsAfter } from "../impact/after.ts";
import type { Reasons } from "../impact/explained.ts";
import type { HeldObject } from "../impact/holdings.ts";
import type { Observation } from "../ledger/event.ts";
import { readBackTo } from "../ledger/ledger.ts";
import { observationOf, type Sight, seriesOf } from "../ledger/observation.ts";
import type { Address, Change, Plan } from "../model.ts";
import type { LiveHoldings } from "../plan/holdings.ts";
import { isWhole } from "../plan/objects.ts";
import type { Run } from "./running.ts";
import type { Workspace } from "./workspace.ts";

/** Undefined where the plan was about a part of the stack, or nothing in the stack gives access. */
export async function observedAfter(
  run: Run,
  workspace: Workspace,
  plan: Plan,
  results: readonly StepResult[],
  explained: ReadonlyMap<Address, Reasons> | undefined,
): Promise<Observation | undefined> {
  const { catalog, instanceProviders } = workspace;
  const planned = new Set(plan.changes.map(({ address }) => address));
  if (!plan.complete || run.state().resources.some(({ address }) => !planned.has(address))) return undefined;
  if (plan.changes.every(({ kind }) => catalog.factsOf(kind).edges === undefined)) return undefined;
  const objects = objectsAfter(plan.changes, results, {
    rulesOf: (kind) => catalog.rulesOf(kind),
    factsOf: (kind) => catalog.factsOf(kind),
    showsHolders: (change) => {
      const live = "before" in change ? change.before : undefined;
      return live !== undefined && isWhole(live, undefined, change.kind, catalog);
    },
    ...(explained === undefined ? {} : { explained }),
  });
  const giving = plan.changes.filter(({ kind }) => catalog.factsOf(kind).edges !== undefined);
  return observation(run, workspace, {
    // Emulated tenants have a clock of their own, and the record has the machine's.
    read: new Date(Math.min(Date.parse(plan.createdAt), workspace.world.clock.now())).toISOString(),
    coverage: [...new Set(giving.map(instanceOf))],
    gaps: [],
    instances: Object.fromEntries(instanceProviders),
    objects,
    names: namesOf(plan, workspace),
  });
}

export async function observedLive(
  run: Run,
  workspace: Workspace,
  live: LiveHoldings,
  read: string,
): Promise<Observation> {
  const { coverage, gaps, objects, names } = live;
  const instances = Object.fromEntries(workspace.instanceProviders);
  return observation(run, workspace, { read, coverage, gaps, instances, objects, names });
}

async function observation(run: Run, { backend }: Workspace, sight: Sight): Promise<Observation> {
  const events = await readBackTo(
    backend.ledger,
    run.ledger.position(),
    (event) => event.type === "observation" && event.after === undefined,
  );
  return observationOf(run.id, { ...sight, objects: telling(sight.objects) }, seriesOf(events));
}

/** Without those that neither say who holds something nor are held. */
function telling(objects: readonly HeldObject[]): readonly HeldObject[] {
  const named = new Set<string>();
  for (const { edges } of objects) {
    for (const { holder, object } of edges)
      for (const name of [holder, object]) if (typeof name === "object") named.add(`${name.kind} ${name.id}`);
  }
  return objects.filter(
    ({ edges, whole, kind, id, address }) =>
      whole || edges.length > 0 || named.has(`${kind} ${id}`) || named.has(`${kind} \${${address}.id}`),
  );
}

function namesOf({ changes, names }: Plan, { catalog }: Workspace): ReadonlyMap<string, string> {
  const known = new Map(Object.entries(names));
  for (const change of changes) {
    const live = "before" in change ? change.before : undefined;
    if (live === undefined) continue;
    for (const [id, name] of Object.entries(live.names ?? {})) known.set(`${instanceOf(change)} ${id}`, name);
    const key = catalog.factsOf(change.kind).key(live.spec);
    if (key !== undefined && key !== "") known.set(`${instanceOf(change)} ${live.id}`, key);
  }
  return known;
}

function instanceOf({ address }: Pick<Change, "address">): string {
  return address.slice(0, address.indexOf("/"));
}
