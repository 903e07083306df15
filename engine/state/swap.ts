import { ProblemError } from "../problem.ts";
import type { State } from "./state.ts";

/** The compare of compare-and-swap: throws where what is stored is not what `next` was made from. */
export function refuseMoved(
  stored: Pick<State, "lineage" | "serial"> | undefined,
  next: State,
  expectedSerial: number,
  where: string,
): void {
  const found = stored?.serial ?? 0;
  if (stored !== undefined && stored.lineage !== next.lineage) {
    throw moved(where, `it now has lineage ${stored.lineage}, this run read ${next.lineage}`);
  }
  if (found !== expectedSerial) throw moved(where, `it is at serial ${found}, this run read ${expectedSerial}`);
  assertFollows(next, expectedSerial);
}

/** A mistake of ours, not of another run. */
export function assertFollows(next: State, expectedSerial: number): void {
  if (next.serial !== expectedSerial + 1) {
    throw new Error(`serial ${next.serial} does not follow ${expectedSerial}; write successor(state)`);
  }
}

function moved(where: string, how: string): ProblemError {
  return new ProblemError({
    code: "state-moved",
    message: `The state in ${where} was changed meanwhile: ${how}.`,
    hint: "Run accord plan again; it starts from the state as it is now.",
  });
}
