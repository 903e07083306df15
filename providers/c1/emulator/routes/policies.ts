/** Approval policies (c1.md §7). */
import { celOf } from "../cel.ts";
import {
  type Context,
  checkAnnotations,
  type Endpoint,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { choice, flag, id, list, message, text } from "../message.ts";
import { checkedRules, checkedSteps, checkStepReferences } from "../policy-check.ts";
import { among, mentions } from "../search.ts";
import { CreatePolicy, Policy, policyType } from "../shapes/policy.ts";
import { paging } from "../shapes/reference.ts";
import { denied, failedPrecondition, invalid, notFound } from "../status.ts";
import type { Tenant } from "../tenant.ts";

const WRITABLE = [
  "annotations",
  "baselinePolicyId",
  "description",
  "displayName",
  "policySteps",
  "postActions",
  "reassignTasksToDelegates",
  "rules",
] as const;

const SearchPolicies = message({
  ...paging,
  displayName: text,
  excludePolicyIds: list(id),
  includeDeleted: flag,
  policyTypes: list(policyType),
  query: text,
  refs: list(message({ id }).element),
  scopeAppEntitlementId: id,
  scopeAppId: id,
  scopeObjectType: text,
  scopeSlot: text,
  scopeView: choice(
    "POLICY_SCOPE_VIEW_UNSPECIFIED",
    "POLICY_SCOPE_VIEW_GLOBAL",
    "POLICY_SCOPE_VIEW_SCOPED",
    "POLICY_SCOPE_VIEW_ALL",
    "POLICY_SCOPE_VIEW_GLOBAL_AND_OBJECT",
  ),
});

export const policyEndpoints: readonly Endpoint[] = [
  reads("GET", "/api/v1/policies", "policies", (context) =>
    page(
      queriedPage(context),
      context.tenant.policies,
      (one) => one.deletedAt === null && one.scope === null,
      Policy.make,
    ),
  ),
  writes("POST", "/api/v1/policies", "policies", "policy.create", create),
  reads("GET", "/api/v1/policies/{id}", "policies", (context) => ({ policy: Policy.make(found(context)) })),
  writes("POST", "/api/v1/policies/{id}", "policies", "policy.update", update),
  writes("DELETE", "/api/v1/policies/{id}", "policies", "policy.delete", (context) => {
    const policy = found(context);
    if (policy.systemBuiltin) throw denied("builtin policies cannot be deleted");
    const user = referenceTo(context.tenant, policy.id);
    if (user !== undefined) throw failedPrecondition(`policy is in use by ${user}`);
    context.tenant.policies.put({ ...policy, deletedAt: context.tenant.stamp() });
    return {};
  }),
  reads("POST", "/api/v1/policies/validate/cel", "self", validateCel),
  reads("POST", "/api/v1/search/policies", "policies", search),
];

function found(context: Context): Policy {
  const policy = context.tenant.policies.get(param(context, "id"));
  if (policy === undefined) throw notFound("policy");
  return policy;
}

function create(context: Context): unknown {
  const { tenant } = context;
  const asked = CreatePolicy.make(CreatePolicy.given(context.body));
  required(asked.displayName, "CreatePolicyRequest.DisplayName");
  if (!["POLICY_TYPE_GRANT", "POLICY_TYPE_REVOKE", "POLICY_TYPE_CERTIFY"].includes(asked.policyType)) {
    throw invalid("invalid policy_type: value must be one of grant, revoke, certify");
  }
  if (asked.baselinePolicyId !== "") throw denied("policy references are not enabled for this tenant");
  checkAnnotations(asked.annotations);
  const now = tenant.stamp();
  const policySteps = checkedSteps(asked.policyType, asked.policySteps, asked.baselinePolicyId);
  checkStepReferences(tenant, policySteps);
  const rules = checkedRules(tenant, asked.rules, policySteps);
  const policy = tenant.policies.put(
    Policy.make({ ...asked, createdAt: now, id: tenant.newId(), policySteps, rules, updatedAt: now }),
  );
  context.touch(policy.id);
  return { policy };
}

function update(context: Context): unknown {
  const { tenant } = context;
  const policy = found(context);
  if (policy.systemBuiltin) throw denied("builtin policies cannot be changed");
  if (policy.deletedAt !== null) throw notFound("policy");
  const patch = updated(context.body, "policy", Policy, policy, WRITABLE);
  if (patch.baselinePolicyId) throw denied("policy references are not enabled for this tenant");
  const merged = { ...policy, ...patch };
  const policySteps =
    patch.policySteps === undefined
      ? policy.policySteps
      : checkedSteps(policy.policyType, patch.policySteps, merged.baselinePolicyId);
  checkStepReferences(tenant, policySteps);
  const rules = patch.rules === undefined ? policy.rules : checkedRules(tenant, patch.rules, policySteps);
  /** Running tasks keep the version they started with: they hold a copy. */
  return { policy: tenant.policies.put({ ...merged, policySteps, rules, updatedAt: tenant.stamp() }) };
}

/** Who still names the policy, in words. */
function referenceTo(tenant: Tenant, policyId: string): string | undefined {
  for (const app of tenant.apps.rows()) {
    if (app.deletedAt === null && [app.grantPolicyId, app.revokePolicyId, app.certifyPolicyId].includes(policyId)) {
      return `app ${app.displayName}`;
    }
  }
  for (const one of tenant.entitlements.rows()) {
    const named = [one.grantPolicyId, one.revokePolicyId, one.certifyPolicyId, one.emergencyGrantPolicyId];
    if (one.deletedAt === null && named.includes(policyId)) return `entitlement ${one.displayName}`;
  }
  for (const policy of tenant.policies.rows()) {
    const steps = Object.values(policy.policySteps).flatMap((entry) => entry.steps);
    const escalates = steps.some((step) => step.approval?.escalation?.replacePolicy?.policyId === policyId);
    if (policy.deletedAt === null && escalates) return `policy ${policy.displayName}`;
  }
  return undefined;
}

/** For rule conditions: an empty list of markers means valid. */
function validateCel(context: Context): unknown {
  const { text: source = "" } = message({ text }).given(context.body);
  const problem = celOf(context.tenant).conditionError(source);
  if (problem === undefined) return { markers: [] };
  const lines = source.split("\n");
  return {
    markers: [
      {
        endColumn: (lines.at(-1)?.length ?? 0) + 1,
        endLineNumber: lines.length,
        message: problem,
        severity: "ERROR",
        startColumn: 1,
        startLineNumber: 1,
      },
    ],
  };
}

/** Only global policies unless the view says otherwise (c1.md §3). */
function search(context: Context): unknown {
  const asked = SearchPolicies.make(SearchPolicies.given(context.body));
  const ids = asked.refs.map((ref) => ref.id);
  const inView = (policy: Policy): boolean => {
    if (asked.scopeView === "POLICY_SCOPE_VIEW_ALL") return true;
    return (asked.scopeView === "POLICY_SCOPE_VIEW_SCOPED") === (policy.scope !== null);
  };
  const keep = (policy: Policy): boolean =>
    (policy.deletedAt === null || asked.includeDeleted) &&
    inView(policy) &&
    among(ids, policy.id) &&
    !asked.excludePolicyIds.includes(policy.id) &&
    among(asked.policyTypes, policy.policyType) &&
    (asked.displayName === "" || asked.displayName === policy.displayName) &&
    mentions(asked.query, policy.displayName);
  return page(asked, context.tenant.policies, keep, Policy.make);
}
