import { ProblemError } from "../problem.ts";
import type { Invocation } from "./invocation.ts";

/** An argument that the command cannot do without. `what`: "an address"; `form`: "forget ADDRESS". */
export function positional({ arguments: given }: Invocation, at: number, what: string, form: string): string {
  const text = given.positionals[at];
  if (text !== undefined && text !== "") return text;
  throw new ProblemError({
    code: "usage",
    message: `accord ${form.replaceAll(/ [[A-Z].*/g, "")} takes ${what}.`,
    hint: `accord ${form}`,
  });
}
