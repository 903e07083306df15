/** A create whose answer was lost is looked up before it is tried again: two comments would be worse than a late one. */
import type { Outside } from "../../outside.ts";
import { ProblemError, UNCLEAR_OUTCOME } from "../../problem.ts";

const MOST_TRIES = 3;
/** Long enough for what was made to appear in lists. */
const SETTLING = 2_000;

export async function createOnce<T>(
  { clock, signal }: Pick<Outside, "clock" | "signal">,
  create: () => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await create();
    } catch (error) {
      if (!isUnclear(error)) throw error;
      await clock.sleep(SETTLING * tries, signal);
      const made = await look();
      if (made !== undefined) return made;
      if (tries >= MOST_TRIES) throw error;
    }
  }
}

function isUnclear(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === UNCLEAR_OUTCOME);
}
