/** What Graph's answers must hold; one of another shape comes from somewhere else than Microsoft. */
import { expecting, type Fields } from "../../shared/narrow.ts";

export const { fieldsOf, listOf, textOf } = expecting((what, wrong) => ({
  code: "entra-unexpected-answer",
  message: `Microsoft Graph's answer for ${what} ${wrong}.`,
  hint: "Something between here and Graph may answer in its place; `--verbose` shows the requests.",
}));

/** `null` is false (entra.md §3.1). */
export function flag(fields: Fields, name: string): boolean {
  return fields[name] === true;
}

/** `user` of `#microsoft.graph.user`; undefined where Graph does not say. */
export function typeOf(fields: Fields): string | undefined {
  const type = fields["@odata.type"];
  return typeof type === "string" ? type.replace(/^#?microsoft\.graph\./, "") : undefined;
}
