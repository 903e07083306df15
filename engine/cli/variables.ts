import { ProblemError } from "../problem.ts";

/** `k=v` pairs, later ones winning. */
export function variablesOf(given: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of given) {
    const at = pair.indexOf("=");
    if (at <= 0) {
      throw new ProblemError({ code: "usage", message: `"${pair}" is no assignment.`, hint: "Write name=value." });
    }
    variables[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return variables;
}
