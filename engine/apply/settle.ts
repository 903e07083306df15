/**
 * What an interrupted run left behind, put into words that planning understands. Pure: nothing is replayed; what is
 * in doubt is read again, and planned again.
 */
import { barelyOwned, type Doubt } from "../diff/ours.ts";
import type { Address, Owned } from "../model.ts";
import { type OwnedChange, replay, type State } from "../state/state.ts";
import { type OpenStep, type Recovered, recoverState } from "./journal-recovery.ts";

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
  const owned = new Map(known.resources.map((one) => [one.address, one]));
  const doubts = new Map<Address, Doubt>();
  const bound: OwnedChange[] = [];
  for (const open of recovered.open) {
    const { address } = open;
    const before = owned.get(address);
    const id = open.made.at(-1);
    const kind = before?.kind ?? kindOf(address);
    if (id !== undefined && kind !== undefined) {
      bound.push({ address, owned: halfMade(open, kind, id, before) });
      continue;
    }
    if (before !== undefined) bound.push({ address, owned: { ...before, uncertainSince: lastOf(open) } });
    if (open.operation === "create") doubts.set(address, doubtOf(open));
  }
  const changes = [...recovered.covered, ...bound];
  return { state: replay(known, bound), changes, doubts, open: recovered.open };
}

/** The vendor named it, so it is ours; nothing of the document counts as applied, so the next plan completes it. */
function halfMade(open: OpenStep, kind: string, id: string, before: Owned | undefined): Owned {
  return {
    ...before,
    ...barelyOwned(open.address, kind, id),
    protect: before?.protect ?? false,
    uncertainSince: lastOf(open),
  };
}

function doubtOf(open: OpenStep): Doubt {
  const key = open.requests.find((request) => request.key !== undefined)?.key;
  return {
    address: open.address,
    since: Date.parse(open.at),
    last: Date.parse(lastOf(open)),
    ...(key === undefined ? {} : { key }),
  };
}

/** ISO time of the last thing that it is known to have asked. */
function lastOf(open: OpenStep): string {
  return open.requests.at(-1)?.at ?? open.at;
}
