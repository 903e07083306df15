/**
 * ⇄ An import is the first contact with an object, and binding never removes silently: the document is held against all
 * that is live before anything is remembered. What else stands in the way of a plan is for the plan to say.
 */
import { unlistedIn } from "../diff/bind.ts";
import { firstContact } from "../diff/refusals.ts";
import { buildGraph } from "../graph/build.ts";
import type { Owned, Resource } from "../model.ts";
import { planChanges } from "../plan/plan.ts";
import { readLive } from "../plan/read.ts";
import { selectAddresses, subgraph } from "../plan/select.ts";
import type { Instances } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import type { State } from "../state/state.ts";
import type { Workspace } from "./workspace.ts";

/** `owned`: the binding as state would have it. */
export async function refuseUnlisted(
  workspace: Workspace,
  state: State,
  resource: Resource,
  owned: Owned,
): Promise<void> {
  const { catalog, outside } = workspace;
  const stack = workspace.stack.name;
  const whole = buildGraph(workspace.resources, (kind) => catalog.rulesOf(kind), workspace.instanceProviders);
  const target = { targets: [resource.address], excludes: [] };
  const graph = subgraph(whole, selectAddresses(whole, state.resources, "normal", target));
  const remembered = [...state.resources, owned];
  const concerned = remembered.filter(({ address }) => graph.resources.has(address));
  const instances: Instances = new Map(
    [...(await workspace.connect())].map(([name, { provider, connection }]) => [
      name,
      { name, provider, view: connection.view() },
    ]),
  );
  const reading = await readLive({
    ...{ graph, owned: concerned, instances, catalog, stack },
    doubts: new Map(),
    pinned: state.tenants,
    now: () => outside.clock.now(),
  });
  const { changes } = planChanges({
    ...{ graph, reading, owned: concerned, remembered, catalog, stack, mode: "normal" },
    doubts: new Map(),
    replace: new Set(),
    secretDigest: () => undefined,
  });
  const change = changes.find(({ address }) => address === resource.address);
  if (change === undefined || !("fields" in change)) return;
  const unlisted = unlistedIn(resource, change.fields);
  if (unlisted.length === 0) return;
  throw new ProblemError(firstContact({ resource, facts: catalog.factsOf(resource.kind) }, change.before, unlisted));
}
