/** ⇄ Changes of state alone: under a lease, with a ledger event, nothing touched live. */
import type { EventBody } from "../ledger/event.ts";
import type { Lease } from "../state/backend.ts";
import { withLease } from "../state/keep-lease.ts";
import { thisProcess } from "../state/owner.ts";
import type { OwnedChange, State } from "../state/state.ts";
import { openState as open, type openState } from "./open-state.ts";
import { openRun } from "./running.ts";
import type { Workspace } from "./workspace.ts";

export type Opened = Awaited<ReturnType<typeof openState>>;

export interface Rebinding {
  readonly changes: readonly OwnedChange[];
  readonly events: readonly EventBody[];
  readonly tenants?: State["tenants"];
  /** Addresses whose interrupted step this settles. */
  readonly settles?: readonly OwnedChange["address"][];
}

/** `work` sees state under the lease and says what it should become; undefined leaves it. Says whether it changed. */
export async function rebind(
  workspace: Workspace,
  command: string,
  work: (opened: Opened, lease: Lease) => Promise<Rebinding | undefined>,
  options: Parameters<typeof open>[1] = {},
): Promise<boolean> {
  const owner = await thisProcess(command);
  return withLease(workspace.backend, owner, workspace.world.clock, {}, async (lease) => {
    const opened = await open(workspace, options);
    const rebinding = await work(opened, lease);
    if (rebinding === undefined) return false;
    const run = await openRun(workspace, lease, opened.stored, opened.settled, "");
    try {
      await run.ledger.append(...rebinding.events);
      await run.save(rebinding.changes, rebinding.tenants);
      for (const address of rebinding.settles ?? []) {
        const owned = run.state().resources.find((one) => one.address === address);
        const step = { id: "settle", address, operation: "update" as const };
        await run.journal.done(step, owned === undefined ? { unchanged: true } : { owned });
      }
      await run.save([]);
      return true;
    } finally {
      await run.close();
    }
  });
}
