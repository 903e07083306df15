import { ProblemError } from "../problem.ts";
import type { Invocation } from "./invocation.ts";

/** Only `yes` is a yes. Where nobody can be asked, nothing is assumed; `otherwise` says how to go on then. */
export async function confirm(
  { world, voice }: Invocation,
  question: string,
  otherwise = "If it is meant, run it again with --yes.",
): Promise<boolean> {
  voice.settle();
  if (world.ask === undefined) {
    throw new ProblemError({
      code: "nobody-to-ask",
      message: "There is no terminal to ask on, and --yes was not given.",
      hint: otherwise,
    });
  }
  const answer = await world.ask(`${question} Only "yes" is taken: `);
  return answer === "yes";
}
