/** What Zendesk's answers must hold; one of another shape comes from somewhere else, or is new. */
import { ProblemError } from "../../../engine/problem.ts";
import { expecting, type Fields } from "../../shared/narrow.ts";

export const { fieldsOf, listOf, textOf } = expecting((what, wrong) => ({
  code: "zendesk-unexpected-answer",
  message: `Zendesk's answer for ${what} ${wrong}.`,
  hint: "Something between here and Zendesk may answer in its place; `--verbose` shows the requests.",
}));

/** An id is a number, whose digits we keep: it may be larger than a number holds (zendesk.md §1). */
export function idOf(fields: Fields, name: string, what: string): string {
  return optionalId(fields, name) ?? textOf({}, name, what);
}

export function optionalId(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d+$/.test(value) ? value : undefined;
}

/** As it is sent: Zendesk wants numbers. */
export function sentId(id: string): bigint {
  if (/^\d+$/.test(id)) return BigInt(id);
  throw new ProblemError({
    code: "zendesk-bad-id",
    message: `"${id}" is no id of Zendesk's: those are whole numbers.`,
    hint: "Copy the number from the address of the object in Zendesk's admin center, or name the object by address or name.",
  });
}
