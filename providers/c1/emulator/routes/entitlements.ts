/** Entitlements (c1.md §6.3). Synced ones are neither created nor deleted here. */
import {
  type Context,
  checkAnnotations,
  type Endpoint,
  listed,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { flag, id, list, message, text } from "../message.ts";
import { setOwners } from "../owners.ts";
import type { EntitlementRow } from "../rows.ts";
import { among, mentions } from "../search.ts";
import { CreateEntitlement, Entitlement, EntitlementAnswer } from "../shapes/entitlement.ts";
import { EntitlementRef, expandable } from "../shapes/reference.ts";
import { failedPrecondition, invalid, notFound } from "../status.ts";
import { inApp, type Tenant } from "../tenant.ts";
import { checkPolicies, liveApp } from "./apps.ts";
import { entitlementView, isAutomated } from "./views.ts";

const BASE = "/api/v1/apps/{app_id}/entitlements";

const Search = message({
  ...expandable,
  accessReviewId: id,
  alias: text,
  appIds: list(id),
  appUserIds: list(id),
  complianceFrameworkIds: list(id),
  displayName: text,
  excludeAppIds: list(id),
  excludeAppUserIds: list(id),
  excludeImmutable: flag,
  excludeResourceTypeIds: list(id),
  excludedEntitlementRefs: list(EntitlementRef.element),
  includeDeleted: flag,
  isAutomated: flag,
  membershipType: list(text),
  onlyGetExpiring: flag,
  policyRefs: list(message({ id }).element),
  query: text,
  refs: list(EntitlementRef.element),
  requestSchemaIds: list(id),
  resourceIds: list(id),
  resourceTraitIds: list(id),
  resourceTypeIds: list(id),
  riskLevelIds: list(id),
  sourceConnectorId: text,
});

const WRITABLE = [
  "alias",
  "annotations",
  "certifyPolicyId",
  "complianceFrameworkValueIds",
  "deprovisionerPolicy",
  "description",
  "displayName",
  "durationGrant",
  "durationUnset",
  "emergencyGrantEnabled",
  "emergencyGrantPolicyId",
  "grantPolicyId",
  "overrideAccessRequestsDefaults",
  "provisionerPolicy",
  "purpose",
  "requestSchemaId",
  "revokePolicyId",
  "riskLevelValueId",
  "slug",
] as const;

export const entitlementEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "entitlements", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      context.tenant.entitlements,
      (one) => one.appId === param(context, "app_id") && one.deletedAt === null,
      (one) => entitlementView(context, one),
    ),
  })),
  writes("POST", BASE, "entitlements", "appEntitlement.create", create),
  reads("GET", `${BASE}/{id}`, "entitlements", (context) =>
    EntitlementAnswer.make({ appEntitlementView: entitlementView(context, foundEntitlement(context, "id")) }),
  ),
  writes("POST", `${BASE}/{id}`, "entitlements", "appEntitlement.update", update),
  writes("DELETE", `${BASE}/{id}`, "entitlements", "appEntitlement.delete", (context) => {
    const entitlement = foundEntitlement(context, "id");
    if (!entitlement.isManuallyManaged) throw failedPrecondition("the entitlement is not manually managed");
    context.tenant.entitlements.put({ ...entitlement, deletedAt: context.tenant.stamp() });
    return {};
  }),
  reads(
    "GET",
    `${BASE}/resource_types/{app_resource_type_id}/resources/{app_resource_id}`,
    "entitlements",
    (context) => {
      const of = context.tenant.entitlements.by(
        "resource",
        inApp(param(context, "app_id"), param(context, "app_resource_id")),
      );
      return {
        expanded: [],
        ...page(
          queriedPage(context),
          listed(of),
          (one) => one.deletedAt === null,
          (one) => entitlementView(context, one),
        ),
      };
    },
  ),
  reads("POST", "/api/v1/search/entitlements", "entitlements", search),
];

export function foundEntitlement(context: Context, name: string): EntitlementRow {
  const entitlement = context.tenant.entitlements.get(inApp(param(context, "app_id"), param(context, name)));
  if (entitlement === undefined) throw notFound("app entitlement");
  return entitlement;
}

/** Named by another object, so it has to exist and be alive. */
export function namedEntitlement(tenant: Tenant, ref: EntitlementRef): EntitlementRow {
  const entitlement = tenant.entitlements.get(inApp(ref.appId, ref.id));
  if (entitlement === undefined || entitlement.deletedAt !== null) throw notFound("app entitlement");
  return entitlement;
}

function create(context: Context): unknown {
  const { tenant } = context;
  const app = liveApp(tenant, param(context, "app_id"));
  const given = CreateEntitlement.given(context.body);
  required(given.displayName, "CreateAppEntitlementRequest.DisplayName");
  /** The official description marks neither as required; live tenants do (c1.md §6.3). */
  const resourceTypeId = required(given.appResourceTypeId, "CreateAppEntitlementRequest.AppResourceTypeId");
  const resourceId = required(given.appResourceId, "CreateAppEntitlementRequest.AppResourceId");
  const resource = tenant.resources.get(inApp(app.id, resourceId));
  if (resource === undefined || resource.deletedAt !== null || resource.appResourceTypeId !== resourceTypeId) {
    throw notFound("app resource");
  }
  checkAnnotations(given.annotations);
  checkPolicies(tenant, given);
  checkDuration(given.durationGrant);
  const now = tenant.stamp();
  const { appEntitlementOwnerIds, expandMask: _, provisionPolicy, ...fields } = CreateEntitlement.make(given);
  const entitlement = tenant.entitlements.put({
    ...Entitlement.make({
      ...fields,
      appId: app.id,
      createdAt: now,
      durationUnset: fields.durationGrant === null ? {} : null,
      id: tenant.newId(),
      isManuallyManaged: true,
      provisionerPolicy: provisionPolicy,
      updatedAt: now,
    }),
    membership: "MEMBER",
  });
  if (appEntitlementOwnerIds.length > 0) {
    setOwners(tenant, `entitlement/${inApp(app.id, entitlement.id)}`, { users: appEntitlementOwnerIds });
  }
  context.touch(entitlement.id);
  return EntitlementAnswer.make({ appEntitlementView: entitlementView(context, entitlement) });
}

function update(context: Context): unknown {
  const entitlement = foundEntitlement(context, "id");
  const patch = updated(context.body, "entitlement", Entitlement, entitlement, WRITABLE);
  checkPolicies(context.tenant, patch);
  checkDuration(patch.durationGrant);
  const next = context.tenant.entitlements.put({ ...entitlement, ...patch, updatedAt: context.tenant.stamp() });
  return EntitlementAnswer.make({ appEntitlementView: entitlementView(context, next) });
}

function checkDuration(duration: string | null | undefined): void {
  if (typeof duration === "string" && Number.parseFloat(duration) <= 0) {
    throw invalid("invalid duration_grant: value must be greater than 0s");
  }
}

function search(context: Context): unknown {
  const { tenant } = context;
  const asked = Search.make(Search.given(context.body));
  const refs = new Set(asked.refs.map((ref) => inApp(ref.appId, ref.id)));
  const excluded = new Set(asked.excludedEntitlementRefs.map((ref) => inApp(ref.appId, ref.id)));
  const policies = asked.policyRefs.map((ref) => ref.id);
  const memberships = asked.membershipType.map((type) => type.replace("APP_ENTITLEMENT_MEMBERSHIP_TYPE_", ""));
  const usesPolicy = (one: EntitlementRow): boolean =>
    [one.grantPolicyId, one.revokePolicyId, one.certifyPolicyId, one.emergencyGrantPolicyId].some((p) =>
      policies.includes(p),
    );
  const keep = (one: EntitlementRow): boolean =>
    (one.deletedAt === null || asked.includeDeleted) &&
    among(asked.appIds, one.appId) &&
    !asked.excludeAppIds.includes(one.appId) &&
    (refs.size === 0 || refs.has(inApp(one.appId, one.id))) &&
    !excluded.has(inApp(one.appId, one.id)) &&
    (asked.alias === "" || asked.alias === one.alias) &&
    (asked.displayName === "" || asked.displayName === one.displayName) &&
    among(asked.resourceIds, one.appResourceId) &&
    among(asked.resourceTypeIds, one.appResourceTypeId) &&
    !asked.excludeResourceTypeIds.includes(one.appResourceTypeId) &&
    among(asked.riskLevelIds, one.riskLevelValueId) &&
    among(asked.requestSchemaIds, one.requestSchemaId) &&
    (asked.complianceFrameworkIds.length === 0 ||
      one.complianceFrameworkValueIds.some((f) => asked.complianceFrameworkIds.includes(f))) &&
    (policies.length === 0 || usesPolicy(one)) &&
    among(memberships, one.membership) &&
    (asked.sourceConnectorId === "" || Object.hasOwn(one.sourceConnectorIds, asked.sourceConnectorId)) &&
    (!asked.isAutomated || isAutomated(tenant, one)) &&
    (!asked.excludeImmutable || !one.systemBuiltin) &&
    mentions(asked.query, one.displayName, one.alias, one.description);
  return {
    expanded: [],
    facets: null,
    ...page(asked, tenant.entitlements, keep, (one) => entitlementView(context, one)),
  };
}
