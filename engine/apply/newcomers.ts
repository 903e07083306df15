/** People whose accounts this run has made (`x-login`): a plan names them by login and cannot know their ids. */
import { type FieldRule, loginFieldOf } from "../config/rules.ts";
import type { Address, Change, Spec } from "../model.ts";
import { peopleIn } from "../plan/people.ts";

/** Folded login → the document that makes the account. */
export type Arrivals = ReadonlyMap<string, Address>;

/** Of one tenant's changes. */
export function arrivalsIn(changes: readonly Change[], ruleOf: (kind: string) => FieldRule): Arrivals {
  return new Map(
    changes.flatMap((change) => {
      if (change.action !== "create" && change.action !== "replace") return [];
      const field = loginFieldOf(ruleOf(change.kind));
      const login = field === undefined ? undefined : change.after.spec[field];
      return typeof login === "string" ? [[login.toLowerCase(), change.address] as const] : [];
    }),
  );
}

/** Login → vendor id of everybody in the spec whose account is there only now. */
export function newcomersIn(
  spec: Spec,
  rule: FieldRule,
  arrivals: Arrivals,
  idOf: (account: Address) => string | undefined,
): Readonly<Record<string, string>> {
  if (arrivals.size === 0) return {};
  const ids: Record<string, string> = {};
  for (const { name } of peopleIn(spec, rule)) {
    const account = arrivals.get(name.toLowerCase());
    const id = account === undefined ? undefined : idOf(account);
    if (id !== undefined) ids[name] = id;
  }
  return ids;
}
