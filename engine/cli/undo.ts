/** `apply --undo RUN`: the inverse of what a run did, planned against live, through the same guardrails and budgets. */
import { applyFields, diffFields, invertField } from "../diff/fields.ts";
import { impactOf } from "../impact/edges.ts";
import type { ChangeEvent } from "../ledger/event.ts";
import { readLedger } from "../ledger/ledger.ts";
import type { Address, Change, Live, Owned, Plan, Resource, Spec } from "../model.ts";
import { planDigest } from "../plan/digest.ts";
import { applyOverrides } from "../plan/overrides.ts";
import { seenAs } from "../plan/plan.ts";
import { shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";
import { judge, type Made, type PlanContext, type PlanRequest } from "./planning.ts";

export async function planUndo(
  context: PlanContext,
  request: PlanRequest,
  run: string,
): Promise<Pick<Made, "plan" | "digest" | "unsettled">> {
  const { workspace, state } = context;
  const done = await changesOf(run, context);
  const owned = new Map(state.resources.map((one) => [one.address, one]));
  const lives = await liveOf(done, owned, context);
  const changes: Change[] = [];
  const notes = [
    "Git still declares what this takes back: change the documents too, or the next plan puts it forward again.",
  ];
  for (const event of [...done].reverse()) {
    const inverse = invert(event, owned.get(event.address), lives.get(event.address), context);
    if (typeof inverse === "string") notes.push(inverse);
    else changes.push(inverse);
  }
  const connected = await workspace.connect();
  const { catalog } = workspace;
  const impact = impactOf(changes, {
    rulesOf: (kind) => catalog.rulesOf(kind),
    factsOf: (kind) => catalog.factsOf(kind),
    peopleOf: (address) => owned.get(address)?.people ?? {},
  });
  const plan: Plan = {
    stack: workspace.stack.name,
    environment: workspace.environment,
    createdAt: new Date(workspace.outside.clock.now()).toISOString(),
    mode: "normal",
    changes,
    drift: [],
    impact,
    verdicts: [],
    preconditions: changes.map((change) => seenAs(change, lives.get(change.address))),
    tenants: state.tenants,
    documents: workspace.documentsDigest,
    lineage: state.lineage,
    serial: state.serial,
    calls: Object.fromEntries([...connected].map(([name, { connection }]) => [name, connection.calls()])),
    held: {},
    names: {},
    notes,
    complete: true,
  };
  const verdicts = await judge(plan, state.resources, (name) => connected.get(name)?.connection.view(), context);
  const digest = planDigest(plan);
  const judged = applyOverrides(verdicts, request.overrides, digest, request.reason, workspace.actor);
  return { plan: { ...plan, verdicts: judged }, digest, unsettled: [] };
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
      event.type === "change" && event.run === run && event.outcome !== "failed" && event.outcome !== "skipped",
  );
}

async function liveOf(
  done: readonly ChangeEvent[],
  owned: ReadonlyMap<Address, Owned>,
  { workspace }: PlanContext,
): Promise<ReadonlyMap<Address, Live>> {
  const connected = await workspace.connect();
  const lives = new Map<Address, Live>();
  for (const event of done) {
    const one = owned.get(event.address);
    const target = connected.get(event.address.slice(0, event.address.indexOf("/")));
    const facts = workspace.catalog.factsOf(event.kind);
    if (one === undefined || target === undefined) continue;
    if (!facts.can.get) {
      lives.set(event.address, { id: one.id, spec: one.applied });
      continue;
    }
    const fields = [...new Set([...Object.keys(one.applied), ...event.fields.map((field) => String(field.path[0]))])];
    for await (const answer of target.connection
      .view()
      .get(shortKind(event.kind), [{ id: one.id, fields, known: [one.applied] }])) {
      if (answer.id === one.id && !("gone" in answer)) lives.set(event.address, answer);
    }
  }
  return lives;
}

/** The opposite change, or why there is none. */
function invert(
  event: ChangeEvent,
  owned: Owned | undefined,
  live: Live | undefined,
  { workspace }: PlanContext,
): Change | string {
  const facts = workspace.catalog.factsOf(event.kind);
  const rules = workspace.catalog.rulesOf(event.kind);
  const base = {
    address: event.address,
    kind: event.kind,
    dependsOn: [],
    people: owned?.people ?? {},
    notes: [],
    undo: "approximate" as const,
  };
  switch (event.action) {
    case "create":
      if (live === undefined) return `${event.address}: it is gone already.`;
      if (!facts.can.delete) return `${event.address}: objects of ${event.kind} cannot be deleted by Accord.`;
      return { ...base, action: "delete", how: "delete", before: live };
    case "update":
    case "adopt":
    case "replace": {
      if (live === undefined) return `${event.address}: it is gone, so nothing can be put back.`;
      const goal = applyFields(live.spec, event.fields.map(invertField), rules.spec);
      const touched = Object.fromEntries(
        Object.entries(goal).filter(([field]) => event.fields.some((change) => change.path[0] === field)),
      );
      const fields = diffFields(touched, live.spec, rules.spec);
      if (fields.length === 0) return `${event.address}: live is as it was before the run.`;
      const after = resourceOf(event, { ...owned?.applied, ...touched }, owned, workspace.stack.name);
      return { ...base, undo: "exact", action: "update", before: live, after, fields };
    }
    case "delete":
      if (event.before === undefined) return `${event.address}: the ledger does not hold what it was.`;
      if (!facts.can.create) return `${event.address}: objects of ${event.kind} cannot be made by Accord.`;
      return { ...base, action: "create", after: resourceOf(event, event.before, owned, workspace.stack.name) };
    case "forget":
      return `${event.address}: bind it again with accord import ${event.address} ${event.id ?? "<id>"}.`;
    case "none":
      return `${event.address}: nothing was done.`;
  }
}

function resourceOf(event: ChangeEvent, spec: Spec, owned: Owned | undefined, stack: string): Resource {
  return {
    address: event.address,
    instance: event.address.slice(0, event.address.indexOf("/")),
    kind: event.kind,
    spec,
    protect: owned?.protect ?? false,
    manage: {},
    ignore: [],
    labels: {},
    dependsOn: owned?.dependsOn ?? [],
    source: { file: `run ${event.run} of ${stack}`, line: 1, column: 1 },
    sources: {},
    ...(owned?.onRemoval === undefined ? {} : { onRemoval: owned.onRemoval }),
  };
}
