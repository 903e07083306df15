import { compareText } from "../address.ts";
import type { Address, Owned, Tenant } from "../model.ts";

/** Where the ledger stood when state was written: what makes cutting its end visible. */
export interface LedgerPosition {
  /** Hash of the last event; GENESIS of the chain while there is none. */
  readonly head: string;
  readonly length: number;
}

/** What Accord remembers of one stack in one environment. Holds no secrets. */
export interface State {
  /** Of the format, not of the stack. */
  readonly version: typeof STATE_VERSION;
  /** Made once, when the state is: two states of different lineage are never compared. */
  readonly lineage: string;
  /** Grows by one with every write. */
  readonly serial: number;
  /** Serial at which more than the ledger's position changed last; absent: the serial itself. Plans made since then hold. */
  readonly moved?: number;
  readonly stack: string;
  readonly environment: string;
  /** Instance → the tenant it was when first met. */
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** Sorted by address. */
  readonly resources: readonly Owned[];
  readonly ledger: LedgerPosition;
}

export const STATE_VERSION = 1;

/** The hash that the first event of a ledger follows. */
export const GENESIS = "0".repeat(64);

/** One entry of the write-ahead log of state. */
export type OwnedChange =
  | { readonly address: Address; readonly owned: Owned }
  | { readonly address: Address; readonly removed: true };

/** A state that was never written: serial 0. `lineage` is a fresh UUID. */
export function emptyState(stack: string, environment: string, lineage: string): State {
  return {
    version: STATE_VERSION,
    lineage,
    serial: 0,
    stack,
    environment,
    tenants: {},
    resources: [],
    ledger: { head: GENESIS, length: 0 },
  };
}

/** The state after these changes, in order; doing it twice changes nothing. The serial stays. */
export function replay(state: State, changes: Iterable<OwnedChange>): State {
  const byAddress = new Map(state.resources.map((owned) => [owned.address, owned]));
  for (const change of changes) {
    if ("owned" in change) byAddress.set(change.address, change.owned);
    else byAddress.delete(change.address);
  }
  const resources = [...byAddress.values()].sort((a, b) => compareText(a.address, b.address));
  return { ...state, resources };
}

/** The version to write next: these parts replaced, the serial one higher. */
export function successor(state: State, parts: Partial<Pick<State, "tenants" | "resources" | "ledger">> = {}): State {
  const { moved: _, ...rest } = state;
  return { ...rest, ...parts, serial: state.serial + 1 };
}

/** The version to write next where nothing but the ledger has grown: what was planned on this one holds for it too. */
export function sealed(state: State, ledger: LedgerPosition): State {
  return { ...state, ledger, serial: state.serial + 1, moved: state.moved ?? state.serial };
}
