/** ⇄ Who holds what, read whole and written to the ledger: a run that changes nothing. */
import { ProblemError } from "../problem.ts";
import { withLease } from "../state/keep-lease.ts";
import { thisProcess } from "../state/owner.ts";
import { lookAtHoldings } from "./holdings.ts";
import { observedLive } from "./observing.ts";
import { openState } from "./open-state.ts";
import type { Made } from "./planning.ts";
import { openRun } from "./running.ts";
import type { Workspace } from "./workspace.ts";

export type Opened = Awaited<ReturnType<typeof openState>>;

const COMMAND = "accord drift --record";

/** Through the views of the plan: what it has read is not read again. */
export async function recording(
  workspace: Workspace,
  look: (opened: Opened) => Promise<Made>,
): Promise<{ readonly opened: Opened; readonly made: Made }> {
  const owner = await thisProcess(COMMAND);
  return withLease(workspace.backend, owner, workspace.world.clock, {}, async (lease) => {
    const opened = await openState(workspace);
    if (opened.settled.open.length > 0 || opened.settled.changes.length > 0) throw unsettled();
    const read = new Date(workspace.world.clock.now()).toISOString();
    const made = await look(opened);
    const live = await lookAtHoldings(opened.context, { views: made.views });
    const run = await openRun(workspace, lease, opened.stored, opened.settled, made.digest);
    try {
      const started = { type: "run-started", run: run.id, actor: workspace.actor, command: COMMAND } as const;
      const counts = { confirmed: 0, unconfirmed: 0, failed: 0, skipped: 0, awaiting: 0 };
      await run.ledger.append(
        { ...started, tool: workspace.version, plan: made.digest, verdicts: [] },
        await observedLive(run, workspace, live, read),
        { type: "run-finished", run: run.id, counts },
      );
      await run.seal();
    } finally {
      await run.close();
    }
    return { opened, made };
  });
}

function unsettled(): ProblemError {
  return new ProblemError({
    code: "unsettled-run",
    message: "An earlier run was interrupted, and what it did is not settled: nothing was recorded.",
    hint: "accord apply settles it.",
  });
}
