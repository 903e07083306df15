/** How much each change gives and takes, counted by the same words for the plan and for the ledger. Pure. */
import type { Address, Change, Impact, Move } from "../model.ts";
import { type ImpactSource, impactOf } from "./edges.ts";

export interface Moves {
  readonly granted: number;
  readonly revoked: number;
  readonly privileged: number;
}

export const NO_MOVES: Moves = { granted: 0, revoked: 0, privileged: 0 };

/** As the plan said, through whatever lies between: budgets of later plans count the same. */
export function movesByAddress({ gained, lost }: Impact): ReadonlyMap<Address, Moves> {
  const moves = new Map<Address, Moves>();
  const add = (address: Address, more: Partial<Moves>): void => {
    const { granted, revoked, privileged } = moves.get(address) ?? NO_MOVES;
    moves.set(address, {
      granted: granted + (more.granted ?? 0),
      revoked: revoked + (more.revoked ?? 0),
      privileged: privileged + (more.privileged ?? 0),
    });
  };
  for (const move of gained) add(move.address, { granted: 1, privileged: isPrivileged(move) ? 1 : 0 });
  for (const move of lost) add(move.address, { revoked: 1 });
  return moves;
}

/** Of a change that failed, what arrived. */
export function movesOf(done: Change | undefined, catalog: Pick<ImpactSource, "rulesOf" | "factsOf">): Moves {
  if (done === undefined) return NO_MOVES;
  const { gained, lost } = impactOf([done], {
    rulesOf: (kind) => catalog.rulesOf(kind),
    factsOf: (kind) => catalog.factsOf(kind),
    peopleOf: () => done.people,
  });
  return { granted: gained.length, revoked: lost.length, privileged: gained.filter(isPrivileged).length };
}

function isPrivileged({ privileged, administers }: Move): boolean {
  return privileged === true || administers === true;
}
