/** Which one a parameter of an action means. */

import { ProblemError } from "../../engine/problem.ts";
import type { Fields } from "../shared/narrow.ts";
import { text } from "./client/wire.ts";

/** By name or id; exactly one, or a problem that lists what there is. */
export async function only(
  rows: readonly Fields[] | Promise<readonly Fields[]>,
  name: string | undefined,
  what: string,
): Promise<Fields> {
  const all = await rows;
  const found = all.filter((row) => text(row.displayName) === name || text(row.id) === name);
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  throw new ProblemError({
    code: first === undefined ? "lookup-nothing" : "lookup-ambiguous",
    message:
      name === undefined || name === ""
        ? `Which ${what}? ${what}=… is missing.`
        : found.length === 0
          ? `No ${what} called "${name}".`
          : `${found.length} ${what}s called "${name}".`,
    hint: `There are: ${all
      .slice(0, 10)
      .map((row) => text(row.displayName))
      .join(", ")}${all.length > 10 ? ", …" : ""}.`,
  });
}
