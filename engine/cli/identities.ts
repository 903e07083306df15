import type { Address } from "../model.ts";
import type { Identities } from "../report/plan-view.ts";
import type { State } from "../state/state.ts";

/** Addresses behind vendor ids, as state knows them. */
export function identitiesOfState(state: State | undefined): Identities {
  const known = new Map<string, Address>();
  for (const { address, id } of state?.resources ?? []) known.set(`${instanceOf(address)} ${id}`, address);
  return { addressOf: (instance, id) => known.get(`${instance} ${id}`), nameOf: () => undefined };
}

function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}
