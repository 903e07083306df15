/** ⇄ A plan that was agreed to, carried out under a lease: what it is about looked at once more, then the run. */
import { explainedSince } from "../apply/explained-since.ts";
import { freshLives } from "../apply/fresh.ts";
import type { StepResult } from "../apply/result.ts";
import { expectedNow } from "../impact/counts.ts";
import type { Address, Live, Plan } from "../model.ts";
import { compareCounts, readAgain } from "../plan/counts.ts";
import { staleProblems } from "../plan/stale.ts";
import { ProblemError } from "../problem.ts";
import type { Lease } from "../state/backend.ts";
import type { openState } from "./open-state.ts";
import type { Made } from "./planning.ts";
import { openRun, runPlan } from "./running.ts";
import type { Workspace } from "./workspace.ts";

export type Opened = Awaited<ReturnType<typeof openState>>;
export type Shown = Pick<Made, "plan" | "digest" | "unsettled"> & Partial<Pick<Made, "reading">>;

export interface CarryingOut {
  /** What is about to change, as just read (`freshOrStale`). */
  readonly fresh: ReadonlyMap<Address, Live | undefined>;
  readonly command: string;
  readonly reason?: string;
  /** Who approved it, for the record. */
  readonly approvals?: readonly string[];
  /** Run that this one takes back. */
  readonly undoes?: string;
  onStep(result: StepResult): void;
}

export async function carryOut(
  workspace: Workspace,
  lease: Lease,
  opened: Opened,
  made: Shown,
  { undoes, ...how }: CarryingOut,
): Promise<{ readonly run: string; readonly results: readonly StepResult[] }> {
  const run = await openRun(workspace, lease, opened.stored, opened.settled, made.digest);
  try {
    const results = await runPlan(run, workspace, {
      ...how,
      ...{ plan: made.plan, digest: made.digest, targets: await workspace.connect() },
      decided: undoes === undefined ? decidedIn(opened, made) : [],
      ...(undoes === undefined ? {} : { undoes }),
      ...(made.reading === undefined ? {} : { explained: made.reading.explained }),
    });
    return { run: run.id, results };
  } finally {
    await run.close();
  }
}

/** Live values right before a run; a ProblemError (`stale-plan`) names what has moved since the plan was made. */
export async function freshOrStale(
  workspace: Workspace,
  opened: Opened,
  plan: Plan,
): Promise<ReadonlyMap<Address, Live | undefined>> {
  const connected = await workspace.connect();
  const fresh = await freshLives(plan, connected, workspace.catalog, {
    owned: opened.context.state.resources,
    now: workspace.outside.clock.now(),
  });
  const views = new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
  const moved = staleProblems(plan, fresh);
  const stale = moved.length > 0 ? moved : await explainedSince(plan, fresh, views, workspace.catalog);
  if (stale.length > 0) throw new ProblemError(stale);
  return fresh;
}

export async function waitUntil({ outside, voice }: Workspace, moment: number): Promise<void> {
  const wait = moment - outside.clock.now();
  if (wait <= 0) return;
  const seconds = Math.ceil(wait / 1_000);
  voice.progress({ type: "waiting", note: `${seconds} s: reads may not show yet what an interrupted run did` });
  await outside.clock.sleep(wait, outside.signal);
}

export function unsettledResults(made: Pick<Shown, "unsettled">): StepResult[] {
  return made.unsettled.flatMap((problem) =>
    problem.address === undefined
      ? []
      : [{ address: problem.address, action: "create" as const, outcome: "unsettled" as const, problems: [problem] }],
  );
}

/** The vendor's own counts right after, where it has evaluated the rules already; the next plans look again. */
export async function countNotes(
  workspace: Workspace,
  plan: Plan,
  results: readonly StepResult[],
  began: number,
): Promise<readonly string[]> {
  const expected = expectedNow(plan, results, began);
  if (expected.length === 0) return [];
  const connected = await workspace.connect();
  return compareCounts(expected, (name) => connected.get(name)?.connection.view(), workspace.catalog, readAgain);
}

/** Interrupted steps that this plan has looked into, with nothing left to do: state, or its silence, is the truth. */
function decidedIn(opened: Opened, { plan, unsettled }: Shown): readonly Address[] {
  const open = new Set(unsettled.map((problem) => problem.address));
  const acting = new Set(plan.changes.filter((change) => change.action !== "none").map((change) => change.address));
  const planned = new Set(plan.changes.map((change) => change.address));
  return opened.settled.open
    .map((step) => step.address)
    .filter((address) => (plan.complete || planned.has(address)) && !acting.has(address) && !open.has(address));
}
