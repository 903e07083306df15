/** ⇄ Who holds what, read live for a command that only looks. */
import { buildGraph } from "../graph/build.ts";
import { instanceSeen } from "../graph/refs.ts";
import type { Address } from "../model.ts";
import { type LiveHoldings, readHoldings } from "../plan/holdings.ts";
import type { Instances } from "../plan/tenants.ts";
import type { View } from "../provider.ts";
import type { PlanContext } from "./planning.ts";

export interface LookOptions {
  /** Only what leads to this object is read beside the stack. */
  readonly about?: Address;
  /** Views that have read the stack already. */
  readonly views?: ReadonlyMap<string, View>;
}

export async function lookAtHoldings(context: PlanContext, { about, views }: LookOptions = {}): Promise<LiveHoldings> {
  const { workspace, state, doubts } = context;
  const { catalog, voice, instanceProviders } = workspace;
  const graph = buildGraph(workspace.resources, (kind) => catalog.rulesOf(kind), instanceProviders);
  const connected = await workspace.connect();
  const instances: Instances = new Map(
    [...connected].map(([name, { provider, connection }]) => [
      name,
      { name, provider, view: views?.get(name) ?? connection.view() },
    ]),
  );
  voice.progress({ type: "stage", title: `Reading ${[...connected.keys()].join(", ")}` });
  const live = await readHoldings({
    ...{ graph, owned: state.resources, instances, catalog, doubts },
    pinned: state.tenants,
    stack: workspace.stack.name,
    now: () => workspace.outside.clock.now(),
    instanceFor: (kind, from) => instanceSeen(kind, from, instanceProviders),
    ...(about === undefined ? {} : { about }),
  });
  voice.settle();
  return live;
}
