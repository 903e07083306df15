/** What Okta's answers must hold; one of another shape comes from somewhere else than the vendor's description. */
import type { Value } from "../../../engine/model.ts";
import { expecting, isFields, jsonValue } from "../../shared/narrow.ts";

export const { fieldsOf, listOf, textOf } = expecting((what, wrong) => ({
  code: "okta-unexpected-answer",
  message: `Okta's answer for ${what} ${wrong}.`,
  hint: "Something between here and Okta may answer in its place; `--verbose` shows the requests.",
}));

/** Attributes with a value; a null is Okta's way of saying that there is none. */
export function attributesOf(value: unknown): Readonly<Record<string, Value>> {
  const set = Object.entries(isFields(value) ? value : {}).filter(([, attribute]) => attribute !== null);
  return Object.fromEntries(set.map(([name, attribute]) => [name, jsonValue(attribute)]));
}
