/** The sentence of planning: build, read, plan, evaluate. `workspace.ts` has loaded and validated before. */

import { buildGraph, type Graph } from "../graph/build.ts";
import { instanceSeen } from "../graph/refs.ts";
import type { Spent } from "../guardrails/budgets.ts";
import { heldByKind } from "../guardrails/weight.ts";
import type { ExpectedCount } from "../impact/counts.ts";
import type { Address, Live, Owned, Path, Plan, Tenant } from "../model.ts";
import { compareCounts } from "../plan/counts.ts";
import { planDigest } from "../plan/digest.ts";
import type { Doubts } from "../plan/doubts.ts";
import { readImpact } from "../plan/impact.ts";
import { applyOverrides, type Override } from "../plan/overrides.ts";
import { type Planned, planChanges } from "../plan/plan.ts";
import { readPopulations } from "../plan/populations.ts";
import { readLive } from "../plan/read.ts";
import { ownedByAddress, type Reading } from "../plan/reading.ts";
import { readRotas } from "../plan/rotas.ts";
import { type Selection, selectAddresses, subgraph } from "../plan/select.ts";
import type { Instances } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { View } from "../provider.ts";
import type { State } from "../state/state.ts";
import { judge } from "./judging.ts";
import { refuseOtherTenants } from "./pinned.ts";
import { separate, separationsIn } from "./separating.ts";
import type { Workspace } from "./workspace.ts";

export interface PlanRequest extends Selection {
  readonly mode: Plan["mode"];
  readonly replace: readonly string[];
  readonly overrides: readonly Override[];
  readonly reason?: string;
}

export interface PlanContext {
  readonly workspace: Workspace;
  /** State with what an interrupted run had finished. */
  readonly state: State;
  readonly doubts: Doubts;
  /** From the ledger, which is read and checked when it is asked, once. Throws where its chain is broken. */
  spent(): Promise<Spent>;
  /** Predictions of recent runs, which the vendor's own counts are held against. From the ledger too. */
  expected(): Promise<readonly ExpectedCount[]>;
  readonly notes: readonly string[];
  /** Waits for a moment; only a run that holds the lease may take that long. */
  readonly until?: (moment: number) => Promise<void>;
}

export interface Made {
  readonly plan: Plan;
  readonly digest: string;
  readonly graph: Graph;
  readonly reading: Reading;
  readonly unsettled: readonly Problem[];
  /** Views of the plan's own moment, by instance. */
  readonly views: ReadonlyMap<string, View>;
}

export async function makePlan(context: PlanContext, request: PlanRequest): Promise<Made> {
  const { workspace, state } = context;
  const { catalog, voice } = workspace;
  const whole = buildGraph(workspace.resources, (kind) => catalog.rulesOf(kind), workspace.instanceProviders);
  const selected = selectAddresses(whole, state.resources, request.mode, request);
  const graph = subgraph(whole, selected);
  const owned = selected === undefined ? state.resources : state.resources.filter((one) => selected.has(one.address));
  const doubts = new Map([...context.doubts].filter(([address]) => selected === undefined || selected.has(address)));
  refuseUnknownReplace(request.replace, graph);
  // Before any call is made: what is wrong with a policy is said first.
  const separations = await separationsIn(workspace, workspace.resources);

  const connected = await workspace.connect();
  const instances: Instances = new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
  const digests = await workspace.secretDigests(graph, state);
  voice.progress({ type: "stage", title: `Reading ${[...connected.keys()].join(", ")}` });
  const replaced = new Set(request.replace);
  const look = (): Promise<Reading> =>
    readLive({
      graph,
      owned,
      instances,
      catalog,
      pinned: state.tenants,
      stack: workspace.stack.name,
      now: () => workspace.outside.clock.now(),
      doubts,
      ending: (address) => request.mode === "destroy" || replaced.has(address),
      ...(context.until === undefined ? {} : { until: context.until }),
    });
  const decide = (reading: Reading): Planned =>
    planChanges({
      graph,
      reading,
      owned,
      remembered: state.resources,
      catalog,
      stack: workspace.stack.name,
      mode: request.mode,
      replace: new Set(request.replace as readonly Address[]),
      doubts,
      secretDigest: (address: Address, path: Path) => digests(address, path),
    });
  let reading = await look();
  let planned = decide(reading);
  const anew = planned.changes.filter(({ action, address }) => action === "replace" && !replaced.has(address));
  if (anew.length > 0) {
    // Only the comparison told that they end: read again with all they hold, as whoever is in them loses it.
    for (const { address } of anew) replaced.add(address);
    reading = await look();
    planned = decide(reading);
  }
  voice.settle();
  const problems = [...reading.problems, ...planned.problems];
  if (problems.length > 0) throw new ProblemError(problems);

  const judgedRules = await readPopulations(planned.changes, instances, catalog);
  const access = await readImpact({
    changes: planned.changes,
    instances,
    catalog,
    instanceFor: (kind, from) => instanceSeen(kind, from, workspace.instanceProviders),
    peopleOf: (address) => reading.people.get(address) ?? {},
    names: reading.names,
    populations: judgedRules.populations,
  });
  const separated = await separate(
    {
      changes: planned.changes,
      separations,
      populations: judgedRules.populations,
      instances,
      remembered: state.resources,
      names: reading.names,
      peopleOf: (address) => reading.people.get(address) ?? {},
      ...(access.objects === undefined ? {} : { objects: access.objects }),
    },
    workspace,
  );
  const turns = await readRotas(planned.changes, graph, reading, instances, catalog);
  const counted = planned.changes.filter(({ action, kind }) => action === "none" && catalog.factsOf(kind).can.counted);
  const unchanged = new Set(counted.map(({ address }) => address));
  const counts = await compareCounts(
    unchanged.size === 0 ? [] : (await context.expected()).filter(({ address }) => unchanged.has(address)),
    (name) => instances.get(name)?.view,
    catalog,
    async ({ address }) => {
      const found = reading.found.get(address);
      return found?.state === "present" ? found.live : undefined;
    },
  );
  const still = planned.changes.every(({ action }) => action === "none");
  // What a share is a share of: nobody asks where nothing is taken.
  const held = still ? {} : heldByKind(livesOf(reading, graph, owned), catalog);
  const { changes, verdicts: found } = await judge(
    {
      ...{ ...planned, changes: separated.changes },
      ...{ mode: request.mode, complete: selected === undefined, names: Object.fromEntries(reading.names) },
      ...{ impact: access.impact, populations: judgedRules.populations, held },
    },
    owned,
    (name) => instances.get(name)?.view,
    context,
  );
  const verdicts = [...found, ...separated.verdicts];
  const calls = Object.fromEntries([...connected].map(([name, { connection }]) => [name, connection.calls()]));
  const unjudged: Omit<Plan, "documents"> = {
    stack: workspace.stack.name,
    environment: workspace.environment,
    createdAt: new Date(workspace.outside.clock.now()).toISOString(),
    mode: request.mode,
    changes,
    drift: planned.drift,
    impact: access.impact,
    populations: judgedRules.populations,
    rotas: turns.rotas,
    verdicts,
    preconditions: planned.preconditions,
    tenants: mergeTenants(state.tenants, reading.tenants),
    lineage: state.lineage,
    serial: state.serial,
    calls,
    held,
    names: Object.fromEntries(reading.names),
    notes: [
      ...context.notes,
      ...workspace.warnings.map((warning) => warning.message),
      ...reading.instanceNotes,
      ...planned.notes,
      ...judgedRules.notes,
      ...turns.notes,
      ...counts,
      ...access.notes,
    ],
    complete: selected === undefined,
  };
  const digest = planDigest(unjudged);
  const judged = applyOverrides(verdicts, request.overrides, digest, request.reason, workspace.actor);
  const plan: Plan = {
    ...unjudged,
    verdicts: judged,
    // Only a plan that is kept needs it, and it takes a twentieth of the time of one that changes nothing.
    get documents() {
      return workspace.documentsDigest;
    },
  };
  return {
    plan,
    digest,
    graph,
    reading,
    unsettled: planned.unsettled,
    views: new Map([...instances].map(([name, one]) => [name, one.view])),
  };
}

/** A saved plan before the guardrails and budgets of today: what they said then permits nothing. */
export async function judgeAgain(
  context: PlanContext,
  made: Pick<Made, "plan" | "digest" | "unsettled">,
  request: PlanRequest,
): Promise<Pick<Made, "plan" | "digest" | "unsettled">> {
  const acting = made.plan.changes.filter((change) => change.action !== "none");
  await refuseOtherTenants(context.workspace, made.plan.tenants, acting.map(instanceOf));
  const connected = await context.workspace.connect();
  const instances: Instances = new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
  const { plan } = made;
  const known = new Map(plan.changes.map(({ address, people }) => [address, people]));
  // The documents stay behind: what the plan is about, and what state holds, is all there is to name.
  const named = plan.complete ? [...plan.changes, ...context.state.resources] : undefined;
  const separated = await separate(
    {
      changes: plan.changes,
      separations: await separationsIn(context.workspace, named),
      ...(plan.populations === undefined ? {} : { populations: plan.populations }),
      instances,
      remembered: context.state.resources,
      names: new Map(Object.entries(plan.names)),
      peopleOf: (address) => known.get(address) ?? {},
    },
    context.workspace,
  );
  const now = { ...plan, changes: separated.changes };
  const viewOf = (name: string) => instances.get(name)?.view;
  const found = await judge(now, context.state.resources, viewOf, context, { ordering: false });
  const verdicts = [...found.verdicts, ...separated.verdicts];
  const judged = applyOverrides(verdicts, request.overrides, made.digest, request.reason, context.workspace.actor);
  return { ...made, plan: { ...now, verdicts: judged } };
}

function instanceOf({ address }: { readonly address: Address }): string {
  return address.slice(0, address.indexOf("/"));
}

function livesOf(reading: Reading, graph: Graph, owned: readonly Owned[]): { kind: string; live: Live }[] {
  const ownedAt = ownedByAddress(owned);
  return [...reading.found].flatMap(([address, found]) => {
    const kind = graph.resources.get(address)?.kind ?? ownedAt.get(address)?.kind;
    return found.state === "present" && kind !== undefined ? [{ kind, live: found.live }] : [];
  });
}

function refuseUnknownReplace(replace: readonly string[], graph: Graph): void {
  const unknown = replace.filter((address) => !graph.resources.has(address as Address));
  if (unknown.length === 0) return;
  throw new ProblemError(
    unknown.map((address) => ({
      code: "unknown-address",
      message: `--replace ${address}: there is no such document in this stack.`,
      hint: "`accord graph` shows the addresses.",
    })),
  );
}

function mergeTenants(
  pinned: Readonly<Record<string, Tenant>>,
  seen: Readonly<Record<string, Tenant>>,
): Readonly<Record<string, Tenant>> {
  return { ...pinned, ...seen };
}
