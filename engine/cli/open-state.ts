/** ⇄ State as it stands, with what an interrupted run left behind. Nothing here writes. */
import { randomUUID } from "node:crypto";
import { recover } from "../apply/journal-recovery.ts";
import { type Settled, settle } from "../apply/settle.ts";
import { spentSince } from "../guardrails/spent.ts";
import { expectedCounts } from "../impact/counts.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import { readLedger, readRecent } from "../ledger/ledger.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { StateBackend } from "../state/backend.ts";
import { emptyState, type State } from "../state/state.ts";
import { count } from "../words.ts";
import type { PlanContext } from "./planning.ts";
import type { Workspace } from "./workspace.ts";

/**
 * State as it stands, what an interrupted run left, and what the budgets have already seen. Writes nothing. Refuses a
 * state that was there and is not, unless somebody is about to rebuild it.
 */
export async function openState(
  workspace: Workspace,
  { rebuilding = false } = {},
): Promise<{ context: PlanContext; stored: State; settled: Settled }> {
  const { backend, stack, environment, limits } = workspace;
  const found = await backend.state.read();
  const stored = found?.state ?? emptyState(stack.name, environment, randomUUID());
  const recovered = recover(await backend.journal.readAll(), backend.journal.name);
  const settled = settle(stored, recovered, (address) => workspace.kindOf(address));
  const since = workspace.world.clock.now() - limits.window;
  let events: Promise<readonly LedgerEvent[]> | undefined;
  const recent = (): Promise<readonly LedgerEvent[]> => {
    events ??= readRecent(backend.ledger, stored.ledger, since);
    return events;
  };
  if (found === undefined && !rebuilding) refuseLost(backend, await recent());
  // Its end in any case: a record that was cut or taken away is noticed where nothing else is asked of it.
  else await readRecent(backend.ledger, stored.ledger, Number.POSITIVE_INFINITY);
  const { resources } = settled.state;
  const notes =
    settled.open.length === 0 && settled.changes.length === 0
      ? []
      : [`An earlier run was interrupted: ${count(settled.open.length, "step")} open. The next apply settles it.`];
  const context: PlanContext = {
    workspace,
    state: settled.state,
    doubts: settled.doubts,
    notes,
    spent: async () => spentSince(await recent(), since, resources.length),
    expected: async () => expectedCounts(await recent(), resources),
  };
  return { stored, settled, context };
}

/** State for those who only look at it, empty before the first run. Refuses one that was there and is not. */
export async function readState({ backend, stack, environment }: Workspace): Promise<State> {
  const found = await backend.state.read();
  if (found !== undefined) return found.state;
  const none = emptyState(stack.name, environment, "");
  refuseLost(backend, await readLedger(backend.ledger, none.ledger));
  return none;
}

/** The first change of a stack comes after its first state. */
function refuseLost(backend: StateBackend, events: readonly LedgerEvent[]): void {
  if (events.some((event) => event.type === "change")) throw new ProblemError(lostState(backend, events.length));
}

function lostState({ name }: StateBackend, events: number): Problem {
  return {
    code: "ledger-without-state",
    message: `The ledger in ${name} holds ${count(events, "event")}, and the state that they led to is not there.`,
    hint: "Restore the state from Git or a backup, or run accord state rebuild. Going on without it would forget what is owned.",
  };
}
