/** Whom a rule lets in. */
import { celOf } from "./cel.ts";
import { holders } from "./granting.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { invalid } from "./status.ts";
import { inApp, type Tenant } from "./tenant.ts";

export interface MembershipRule {
  readonly cel: { readonly expression: string } | null;
  readonly entitlements: { readonly entitlementRefs: readonly EntitlementRef[] } | null;
}

/** Compiled and type-checked at save (c1.md §12). */
export function checkMembershipRule(tenant: Tenant, expression: string): void {
  const problem = celOf(tenant).membershipError(expression);
  if (problem !== undefined) throw invalid(`invalid cel expression: ${problem}`);
}

/**
 * User ids that match, exclusions taken out. Of entitlements any one suffices; a holder whose account is mapped to no
 * identity is never enrolled. A CEL error about one person means that this person does not match.
 */
export function population(tenant: Tenant, target: EntitlementRef, rule: MembershipRule): ReadonlySet<string> {
  const excluded = tenant.exclusions.get(inApp(target.appId, target.id))?.userIds ?? [];
  const matched = new Set(rule.cel === null ? holdersOfAny(tenant, rule) : matching(tenant, rule.cel.expression));
  for (const userId of excluded) matched.delete(userId);
  matched.delete("");
  return matched;
}

function holdersOfAny(tenant: Tenant, rule: MembershipRule): readonly string[] {
  return (rule.entitlements?.entitlementRefs ?? []).flatMap((ref) => holders(tenant, ref).map((grant) => grant.userId));
}

function matching(tenant: Tenant, expression: string): readonly string[] {
  const cel = celOf(tenant);
  return tenant.users
    .rows()
    .filter((user) => {
      if (user.deletedAt !== null) return false;
      try {
        return cel.belongs(expression, user);
      } catch {
        return false;
      }
    })
    .map((user) => user.id);
}
