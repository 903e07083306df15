/** What a change did, as the budgets of later plans count it. Pure. */
import type { KindRules } from "../config/rules.ts";
import type { Moves } from "../impact/moves.ts";
import type { ChangeEvent } from "../ledger/event.ts";
import type { Change, PopulationChange } from "../model.ts";
import { addedBy, letGoBy, perhapsTakenInBy, weightOf } from "./weight.ts";

/** `done`: what took effect of it, undefined where nothing did. `ruled`: what its rule was judged to do. */
export function effectOf(
  done: Change | undefined,
  moves: Moves,
  ruled: readonly PopulationChange[],
  rules: KindRules,
): NonNullable<ChangeEvent["effect"]> {
  if (done === undefined) return { ...moves, removed: 0, emptied: 0 };
  const { removed, emptied } = weightOf(done, rules);
  const added = addedBy(done, rules);
  const released = ruled.map(letGoBy);
  const perhaps = sum(ruled.map(perhapsTakenInBy));
  const entered = sum(ruled.map(({ enters }) => enters.length)) + perhaps;
  return {
    granted: moves.granted + perhaps,
    revoked: moves.revoked,
    privileged: moves.privileged + (moves.privileged > 0 ? perhaps : 0),
    removed,
    emptied: emptied.length + released.filter((one) => one.empties).length,
    ...(added === 0 ? {} : { added }),
    ...(ruled.length === 0 ? {} : { released: sum(released.map((one) => one.removed)), entered }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
