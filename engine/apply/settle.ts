/**
 * What an interrupted run left behind, put into words that planning understands. Pure: nothing is replayed; what is
 * in doubt is read again, and planned again.
 */
import type { Address, Owned } from "../model.ts";
import { type OwnedChange, replay, type State } from "../state/state.ts";
import { type OpenStep, type Recovered, recoverState } from "./journal-recovery.ts";

/** A create that may have happened: an object made since then under the document's key is ours. */
export interface Doubt {
  readonly address: Address;
  /** Epoch milliseconds before which nothing of it can have been made. */
  readonly since: number;
  /** Natural key as the journal noted it, for messages. */
  readonly key?: string;
}

export interface Settled {
  /** State as it was meant to be, in memory; `changes` are what it lacks on disk. */
  readonly state: State;
  readonly changes: readonly OwnedChange[];
  readonly doubts: ReadonlyMap<Address, Doubt>;
  /** Steps that are to be closed once state holds their truth. */
  readonly open: readonly OpenStep[];
}

export function settle(state: State, recovered: Recovered, kindOf: (address: Address) => string | undefined): Settled {
  const known = recoverState(state, recovered);
  const owned = new Set(known.resources.map((one) => one.address));
  const doubts = new Map<Address, Doubt>();
  const bound: OwnedChange[] = [];
  for (const open of recovered.open) {
    if (open.operation !== "create" || owned.has(open.address)) continue;
    const id = open.made.at(-1);
    const kind = kindOf(open.address);
    if (id !== undefined && kind !== undefined) {
      bound.push({ address: open.address, owned: halfMade(open.address, kind, id) });
      continue;
    }
    const key = open.requests.find((request) => request.key !== undefined)?.key;
    doubts.set(open.address, {
      address: open.address,
      since: Date.parse(open.at),
      ...(key === undefined ? {} : { key }),
    });
  }
  const changes = [...recovered.covered, ...bound];
  return { state: replay(known, bound), changes, doubts, open: recovered.open };
}

/** The vendor named it, so it is ours; nothing of the document counts as applied, so the next plan completes it. */
function halfMade(address: Address, kind: string, id: string): Owned {
  return { address, kind, id, applied: {}, people: {}, secrets: {}, protect: false, origin: "created", dependsOn: [] };
}
