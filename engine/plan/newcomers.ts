/**
 * People whose accounts the plan itself makes (`x-login`). Whoever names one refers to the document, so that the account
 * comes first; the login is known already and is what a reviewer reads, the id is known when the account is there.
 */
import { loginFieldOf } from "../config/rules.ts";
import { parseTemplate } from "../config/template.ts";
import type { Value } from "../model.ts";
import { isUnknown } from "../value.ts";
import type { Party } from "./people.ts";

/** `<address>.<field>` of a login → the login. */
export type Newcomers = ReadonlyMap<string, string>;

export function newcomersAmong(parties: readonly Pick<Party, "resource" | "spec" | "rule" | "live">[]): Newcomers {
  return new Map(
    parties.flatMap(({ resource, spec, rule, live }) => {
      const field = live === undefined ? loginFieldOf(rule) : undefined;
      const login = field === undefined ? undefined : spec[field];
      return typeof login === "string" ? [[`${resource.address}.${field}`, login] as const] : [];
    }),
  );
}

/** Whom a reference means that nothing else is written beside. */
export function newcomerIn(value: Value, newcomers: Newcomers): string | undefined {
  if (!isUnknown(value) || !("text" in value.$unknown)) return undefined;
  const [only, ...more] = parseTemplate(value.$unknown.text);
  if (only?.kind !== "reference" || more.length > 0) return undefined;
  return newcomers.get(`${only.address}.${only.field}`);
}
