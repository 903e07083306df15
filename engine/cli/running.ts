/** ⇄ One run: under a lease, with journal and ledger, from what the last run left behind to state on disk. */
import { randomUUID } from "node:crypto";
import { type Ended, execute, type Target } from "../apply/executor.ts";
import { type Journal, openJournal } from "../apply/journal.ts";
import { restated } from "../apply/restate.ts";
import type { StepResult } from "../apply/result.ts";
import type { Settled } from "../apply/settle.ts";
import { effectOf } from "../guardrails/effect.ts";
import { type Moves, movesByAddress, movesOf, NO_MOVES } from "../impact/moves.ts";
import type { ChangeEvent } from "../ledger/event.ts";
import { type Ledger, openLedger, readRecent } from "../ledger/ledger.ts";
import type { Address, Change, FieldChange, Live, Plan } from "../model.ts";
import type { Reading } from "../plan/reading.ts";
import type { Lease } from "../state/backend.ts";
import { type OwnedChange, replay, type State, sealed, successor } from "../state/state.ts";
import { isSecret } from "../value.ts";
import type { Workspace } from "./workspace.ts";

export interface Run {
  readonly id: string;
  readonly journal: Journal;
  readonly ledger: Ledger;
  /** State as last written. */
  state(): State;
  /** Writes state with these changes, and the ledger's position; then the journal may forget them. */
  save(changes: readonly OwnedChange[], tenants?: State["tenants"]): Promise<void>;
  /** Writes the ledger's position alone: plans that were made before go on holding. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

/** Journal and ledger opened for writing. What the last run had finished is in state before anything else happens. */
export async function openRun(
  workspace: Workspace,
  lease: Lease,
  stored: State,
  settled: Settled,
  plan: string,
): Promise<Run> {
  const { backend, world, limits } = workspace;
  // Nothing is appended to a broken record.
  await readRecent(backend.ledger, stored.ledger, world.clock.now() - limits.window);
  world.running(true);
  const id = runId(world.clock.now());
  let state = stored;
  const journal = await openJournal(backend.journal, {
    run: id,
    plan,
    lineage: stored.lineage,
    lease,
    clock: world.clock,
  });
  const ledger = await openLedger(backend.ledger, stored.ledger, { lease, clock: world.clock });
  const run: Run = {
    id,
    journal,
    ledger,
    state: () => state,
    async save(changes, tenants) {
      const upTo = journal.position();
      const resources = replay(state, changes).resources;
      const next = successor(state, {
        resources,
        ledger: ledger.position(),
        ...(tenants === undefined ? {} : { tenants }),
      });
      await backend.state.write(next, state.serial, lease);
      state = next;
      await journal.checkpoint(next.serial, upTo);
    },
    async seal() {
      const next = sealed(state, ledger.position());
      await backend.state.write(next, state.serial, lease);
      state = next;
    },
    async close() {
      world.running(false);
      await journal.close();
    },
  };
  if (settled.changes.length > 0) {
    await run.save(settled.changes);
    for (const open of settled.open) {
      if (settled.changes.some((change) => change.address === open.address))
        await closeOpen(journal, open.address, state);
    }
  }
  return run;
}

/** Steps whose truth is known now: read again and in state, or read again and not there. */
export async function closeOpen(journal: Journal, address: Address, state: State): Promise<void> {
  const owned = state.resources.find((one) => one.address === address);
  const step = { id: "settle", address, operation: "update" as const };
  await journal.done(step, owned === undefined ? { unchanged: true } : { owned });
}

export interface RunOptions {
  readonly plan: Plan;
  readonly digest: string;
  /** What is about to change, as just read. */
  readonly fresh: ReadonlyMap<Address, Live | undefined>;
  readonly command: string;
  readonly targets: ReadonlyMap<string, Target>;
  readonly reason?: string;
  /** Who approved it, for the record. */
  readonly approvals?: readonly string[];
  /** Run that this one takes back. */
  readonly undoes?: string;
  /** Addresses in doubt that the plan has read and decided. */
  readonly decided: readonly Address[];
  readonly onStep: (result: StepResult) => void;
  /** What another system says why people are where they are, as the plan has heard it. */
  readonly explained?: Reading["explained"];
}

export async function runPlan(run: Run, workspace: Workspace, options: RunOptions): Promise<readonly StepResult[]> {
  const { plan } = options;
  const { catalog, world, outside } = workspace;
  await begin(run, workspace, options);
  const quiet = restated(plan, run.state().resources, catalog);
  await run.save(quiet, plan.tenants);
  for (const address of options.decided) await closeOpen(run.journal, address, run.state());

  const moves = movesByAddress(plan.impact);
  const results = await execute({
    plan,
    owned: run.state().resources,
    fresh: options.fresh,
    targets: options.targets,
    catalog,
    journal: run.journal,
    clock: outside.clock,
    signal: outside.signal,
    stopping: world.stopping,
    secretValue: (reference) => workspace.secretValue(reference),
    mask: (text) => workspace.mask(text),
    deliver: (sink, name, secrets) => workspace.deliver(sink, name, secrets),
    secretDigests: (address, spec) => workspace.sentSecrets(address, spec, run.state().lineage),
    onStep: options.onStep,
    async save(changes, ended) {
      await run.ledger.append(...ended.map((one) => changeEvent(one, moves, run, workspace, plan, options.undoes)));
      await run.save(changes);
    },
  });
  const { observedAfter } = await import("./observing.ts");
  const observed = await observedAfter(run, workspace, plan, results, options.explained);
  // The long line is not the last one, which every plan reads.
  await run.ledger.append(...(observed === undefined ? [] : [observed]), {
    type: "run-finished",
    run: run.id,
    counts: countsOf(results),
  });
  await run.save([]);
  return results;
}

async function begin(run: Run, workspace: Workspace, options: RunOptions): Promise<void> {
  const { plan, digest, command, reason, approvals } = options;
  await run.ledger.append({
    type: "run-started",
    run: run.id,
    actor: workspace.actor,
    command,
    tool: workspace.version,
    plan: digest,
    verdicts: plan.verdicts,
    ...(approvals === undefined ? {} : { approvals }),
    ...(reason === undefined ? {} : { reason }),
  });
  // What was asked for and given is no override: the approvals stand above.
  const overridden = plan.verdicts.filter(({ outcome, overridden }) => outcome === "deny" && overridden !== undefined);
  await run.ledger.append(
    ...overridden.map((verdict) => ({
      type: "override" as const,
      run: run.id,
      name: verdict.name,
      plan: digest,
      actor: workspace.actor,
      reason: reason ?? "",
    })),
  );
}

function changeEvent(
  { change, result }: Ended,
  moves: ReadonlyMap<Address, Moves>,
  run: Run,
  { catalog }: Workspace,
  plan: Plan,
  undoes: string | undefined,
): ChangeEvent {
  const failed = result.outcome === "failed";
  const ruled = (plan.populations ?? []).filter(({ address }) => address === change.address);
  const matches = ruled[0]?.matches;
  const done = failed ? whatWasDone(change, result) : change;
  const planned = moves.get(change.address) ?? NO_MOVES;
  // All of it in spite of the failure is what the plan said.
  const moved = failed && !isWhole(done, change) ? movesOf(done, catalog) : planned;
  const before = "before" in change ? change.before?.spec : undefined;
  return {
    type: "change",
    run: run.id,
    address: change.address,
    action: change.action,
    kind: change.kind,
    id: result.id ?? null,
    fields: fieldsDone(done, result),
    outcome: result.outcome === "unsettled" ? "unconfirmed" : result.outcome,
    requestIds: result.requestIds ?? [],
    effect: effectOf(done, moved, ruled, catalog.rulesOf(change.kind)),
    ...((change.action === "delete" || change.action === "replace") && before !== undefined ? { before } : {}),
    ...(change.action === "delete" && change.how === "disable" ? originIn(run.state(), change.address) : {}),
    ...(change.action === "replace" ? { replaces: change.before.id } : {}),
    ...(result.problems === undefined
      ? {}
      : { problems: result.problems.map(({ code, message }) => ({ code, message })) }),
    ...(matches === undefined || result.outcome === "failed" ? {} : { matches }),
    ...(undoes === undefined ? {} : { undoes }),
  };
}

function originIn({ resources }: State, address: Address): Pick<ChangeEvent, "origin"> {
  const origin = resources.find((one) => one.address === address)?.origin;
  return origin === undefined ? {} : { origin };
}

function fieldsDone(done: Change | undefined, { arrived }: StepResult): readonly FieldChange[] {
  if (done === undefined || !("fields" in done)) return [];
  if (arrived === undefined) return done.fields;
  // What is sent of secrets is not among it: they are known by where they come from.
  return [...arrived, ...done.fields.filter((field) => field.op === "set" && isSecret(field.after))];
}

/** What a failed change did all the same: budgets count it, and an undo takes it back. */
function whatWasDone(change: Change, { arrived = [], ended, id }: StepResult): Change | undefined {
  switch (change.action) {
    case "create":
      // Made, and not finished: nobody knows how much of it there is.
      return id === undefined ? undefined : change;
    case "update":
    case "adopt":
      return arrived.length === 0 ? undefined : { ...change, fields: arrived };
    case "replace":
      return ended === true ? { ...change, action: "delete", how: "delete" } : undefined;
    default:
      return undefined;
  }
}

function isWhole(done: Change | undefined, change: Change): boolean {
  if (done === undefined || !("fields" in done) || !("fields" in change)) return done === change;
  return done.action === change.action && done.fields.length >= change.fields.length;
}

function countsOf(results: readonly StepResult[]) {
  const counts = { confirmed: 0, unconfirmed: 0, failed: 0, skipped: 0, awaiting: 0 };
  for (const { outcome } of results) counts[outcome === "unsettled" ? "unconfirmed" : outcome] += 1;
  return counts;
}

/** Sorts by time, is unique, and can be typed: `20261122-0412-7f3a`. */
function runId(now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, "").slice(0, 13).replace("T", "-");
  return `${stamp}-${randomUUID().slice(0, 4)}`;
}
