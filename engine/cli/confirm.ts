import { ProblemError } from "../problem.ts";
import type { Invocation } from "./invocation.ts";

/** Only `yes` is a yes. Where nobody can be asked, nothing is assumed. */
export async function confirm({ world, voice }: Invocation, question: string): Promise<boolean> {
  voice.settle();
  if (world.ask === undefined) {
    throw new ProblemError({
      code: "nobody-to-ask",
      message: "There is no terminal to ask on, and --yes was not given.",
      hint: "Review the plan, then run again with --yes; in CI, apply a saved plan: accord apply FILE --yes.",
    });
  }
  const answer = await world.ask(`${question} Only "yes" is taken: `);
  return answer === "yes";
}
