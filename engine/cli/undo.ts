/** `apply --undo RUN`: the inverse of what a run did, planned against live, through the same guardrails and budgets. */
import { collectionsOf } from "../config/rules.ts";
import { seen } from "../diff/lag.ts";
import { instanceSeen } from "../graph/refs.ts";
import { heldByKind } from "../guardrails/weight.ts";
import type { ChangeEvent } from "../ledger/event.ts";
import { readLedger } from "../ledger/ledger.ts";
import type { Address, Change, Live, Owned, Plan, Resource } from "../model.ts";
import { planDigest } from "../plan/digest.ts";
import { readImpact } from "../plan/impact.ts";
import { applyOverrides } from "../plan/overrides.ts";
import { identify, type Party, withLogins } from "../plan/people.ts";
import { seenAs } from "../plan/plan.ts";
import { readPopulations } from "../plan/populations.ts";
import { shortKind } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";
import { inverseOf } from "./inverse.ts";
import { judge } from "./judging.ts";
import { refuseOtherTenants } from "./pinned.ts";
import type { Made, PlanContext, PlanRequest } from "./planning.ts";
import { separate, separationsIn } from "./separating.ts";

const GIT_DECLARES_IT =
  "Git still declares what this takes back: change the documents too, or the next plan puts it forward again.";

export async function planUndo(
  context: PlanContext,
  request: PlanRequest,
  run: string,
): Promise<Pick<Made, "plan" | "digest" | "unsettled">> {
  const { workspace, state } = context;
  const { catalog } = workspace;
  const done = await changesOf(run, context);
  await refuseOtherTenants(
    workspace,
    state.tenants,
    done.map(({ address }) => address.slice(0, address.indexOf("/"))),
  );
  const owned = new Map(state.resources.map((one) => [one.address, one]));
  const lives = await liveOf(done, owned, context);
  const inverse = inverseOf({ done, owned, lives, catalog, stack: workspace.stack.name });
  const inversed = withLabels(await withPeople(inverse.changes, owned, context), workspace.resources);

  const connected = await workspace.connect();
  const instances = new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
  const ruled = await readPopulations(inversed, instances, catalog);
  const people = new Map(inversed.map((change) => [change.address, change.people]));
  const access = await readImpact({
    changes: inversed,
    instances,
    catalog,
    instanceFor: (kind, from) => instanceSeen(kind, from, workspace.instanceProviders),
    peopleOf: (address) => people.get(address) ?? {},
    names: new Map(),
    populations: ruled.populations,
  });
  const separated = await separate(
    {
      changes: inversed,
      separations: await separationsIn(workspace, [...workspace.resources, ...state.resources]),
      populations: ruled.populations,
      instances,
      remembered: state.resources,
      names: new Map(),
      peopleOf: (address) => people.get(address) ?? {},
    },
    workspace,
  );
  const unjudged: Plan = {
    stack: workspace.stack.name,
    environment: workspace.environment,
    createdAt: new Date(workspace.outside.clock.now()).toISOString(),
    mode: "normal",
    changes: separated.changes,
    drift: [],
    impact: access.impact,
    populations: ruled.populations,
    verdicts: [],
    preconditions: inversed.map((change) => seenAs(change, lives.get(change.address))),
    tenants: state.tenants,
    documents: workspace.documentsDigest,
    lineage: state.lineage,
    serial: state.serial,
    calls: Object.fromEntries([...connected].map(([name, { connection }]) => [name, connection.calls()])),
    // What the run did not touch counts as last applied: a share needs no fresh read of it.
    held: heldByKind(
      state.resources
        .filter(({ address }) => connected.has(address.slice(0, address.indexOf("/"))))
        .map((one) => ({ kind: one.kind, live: lives.get(one.address) ?? liveOfOwned(one) })),
      catalog,
    ),
    names: {},
    notes: [GIT_DECLARES_IT, ...inverse.notes, ...ruled.notes, ...access.notes],
    complete: true,
  };
  const viewOf = (name: string) => connected.get(name)?.connection.view();
  const { changes, ...found } = await judge(unjudged, state.resources, viewOf, context);
  const verdicts = [...found.verdicts, ...separated.verdicts];
  const plan: Plan = { ...unjudged, changes };
  const digest = planDigest(plan);
  const judged = applyOverrides(verdicts, request.overrides, digest, request.reason, workspace.actor);
  return { plan: { ...plan, verdicts: judged }, digest, unsettled: [] };
}

/** The record holds no labels: guardrails ask those of today's documents. */
function withLabels(changes: readonly Change[], documents: readonly Resource[]): readonly Change[] {
  const labels = new Map(documents.map((document) => [document.address, document.labels]));
  return changes.map((change) =>
    "after" in change
      ? { ...change, after: { ...change.after, labels: labels.get(change.address) ?? change.after.labels } }
      : change,
  );
}

function liveOfOwned({ id, applied, computed }: Owned): Live {
  return { id, spec: applied, ...(computed === undefined ? {} : { computed }) };
}

async function changesOf(run: string, { workspace }: PlanContext): Promise<readonly ChangeEvent[]> {
  const stored = await workspace.backend.state.read();
  const events = stored === undefined ? [] : await readLedger(workspace.backend.ledger, stored.state.ledger);
  const runs = [...new Set(events.flatMap((event) => (event.type === "run-started" ? [event.run] : [])))];
  if (!runs.includes(run)) {
    throw new ProblemError({
      code: "unknown-run",
      message: `There is no run ${run} in the ledger.`,
      hint: `${nearest(run, runs)} \`accord history\` lists the runs.`.trim(),
    });
  }
  return events.filter(
    (event): event is typeof event & ChangeEvent =>
      event.type === "change" && event.run === run && event.outcome !== "skipped" && didSomething(event),
  );
}

/** A failed change may have come a part of the way: fields that arrived, an object that was made. */
function didSomething({ outcome, action, id, fields }: ChangeEvent): boolean {
  return outcome !== "failed" || fields.length > 0 || (action === "create" && id !== null);
}

/** Under the id that state knows, or the run knew: what was only disabled is in no state, and still there. */
async function liveOf(
  done: readonly ChangeEvent[],
  owned: ReadonlyMap<Address, Owned>,
  { workspace }: PlanContext,
): Promise<ReadonlyMap<Address, Live>> {
  const connected = await workspace.connect();
  const lives = new Map<Address, Live>();
  for (const event of done) {
    const one = owned.get(event.address);
    const id = one?.id ?? event.id;
    const target = connected.get(event.address.slice(0, event.address.indexOf("/")));
    const facts = workspace.catalog.factsOf(event.kind);
    const rules = workspace.catalog.rulesOf(event.kind).spec;
    if (id === null || target === undefined) continue;
    if (!facts.can.get) {
      if (one !== undefined) lives.set(event.address, { id, spec: one.applied });
      continue;
    }
    const touched = event.fields.map((field) => String(field.path[0]));
    // Of what this ends, whoever is in it loses it, declared or not.
    const held = event.action === "create" || event.action === "replace" ? collectionsOf(rules) : [];
    const fields = [...new Set([...Object.keys(one?.applied ?? event.before ?? {}), ...touched, ...held])];
    for await (const answer of target.connection.view().get(shortKind(event.kind), [{ id, fields }])) {
      if (answer.id !== id) continue;
      const live = "gone" in answer ? undefined : answer;
      const at = one === undefined ? undefined : seen(live, one, facts, rules, workspace.outside.clock.now());
      const known = at === undefined ? live : at.state === "present" ? at.live : undefined;
      if (known !== undefined) lives.set(event.address, known);
    }
  }
  return lives;
}

/** Whoever comes back is looked up as in any plan: the ledger knows names, and a name may be somebody else's by now. */
async function withPeople(
  changes: readonly Change[],
  owned: ReadonlyMap<Address, Owned>,
  { workspace }: PlanContext,
): Promise<readonly Change[]> {
  const problems: Problem[] = [];
  const named = new Map<Address, Change>();
  for (const [name, { provider, connection }] of await workspace.connect()) {
    if (!provider.namesPeople) continue;
    const parties = new Map<Change, Party>();
    for (const change of changes) {
      if (!("after" in change) || change.after.instance !== name) continue;
      parties.set(change, {
        resource: change.after,
        spec: change.after.spec,
        rule: workspace.catalog.rulesOf(change.kind).spec,
        live: "before" in change ? change.before : undefined,
        owned: owned.get(change.address),
      });
    }
    if (parties.size === 0) continue;
    const known = await identify({ name, provider, view: connection.view() }, [...parties.values()], problems);
    for (const [change, party] of parties) {
      named.set(change.address, { ...change, people: withLogins(party, known).ids });
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return changes.map((change) => named.get(change.address) ?? change);
}
