/** Apps (c1.md §6.1). */
import { putAccessEntitlement } from "../builtins.ts";
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
import { flag, id, list, message, text } from "../message.ts";
import { setOwners } from "../owners.ts";
import type { AppRow } from "../rows.ts";
import { among, isAlive, mentions } from "../search.ts";
import { App, CreateApp } from "../shapes/app.ts";
import { paging } from "../shapes/reference.ts";
import { failedPrecondition, notFound } from "../status.ts";
import type { Tenant } from "../tenant.ts";
import { appView } from "./views.ts";

const SearchApps = message({
  ...paging,
  appIds: list(id),
  displayName: text,
  excludeAppIds: list(id),
  onlyDirectories: flag,
  policyRefs: list(message({ id }).element),
  query: text,
});

const WRITABLE = [
  "accessModel",
  "annotations",
  "appUserMapper",
  "certifyPolicyId",
  "defaultRequestCatalogId",
  "description",
  "displayName",
  "enableConnectorSourcedOwnership",
  "grantPolicyId",
  "iconUrl",
  "identityMatching",
  "instructions",
  "isManuallyManaged",
  "monthlyCostUsd",
  "revokeGrantSources",
  "revokePolicyId",
  "strictAccessEntitlementProvisioning",
] as const;

export const appEndpoints: readonly Endpoint[] = [
  reads("GET", "/api/v1/apps", "apps", (context) =>
    page(queriedPage(context), context.tenant.apps, isAlive, (app) => appView(context.tenant, app)),
  ),
  writes("POST", "/api/v1/apps", "apps", "app.create", createApp),
  reads("GET", "/api/v1/apps/{id}", "apps", (context) => ({ app: appView(context.tenant, found(context, "id")) })),
  writes("POST", "/api/v1/apps/{id}", "apps", "app.update", (context) => {
    const app = found(context, "id");
    const patch = updated(context.body, "app", App, app, WRITABLE);
    checkPolicies(context.tenant, patch);
    const next = context.tenant.apps.put({ ...app, ...patch, updatedAt: context.tenant.stamp() });
    return { app: appView(context.tenant, next) };
  }),
  writes("DELETE", "/api/v1/apps/{id}", "apps", "app.delete", (context) => {
    const app = found(context, "id");
    if (app.id === context.tenant.systemAppId) throw failedPrecondition("the built-in app cannot be deleted");
    deleteApp(context.tenant, app);
    return {};
  }),
  reads("POST", "/api/v1/search/apps", "apps", searchApps),
];

function found(context: Context, name: string): AppRow {
  const app = context.tenant.apps.get(param(context, name));
  if (app === undefined) throw notFound("app");
  return app;
}

/** An app that is there and not deleted: what other objects can be put into. */
export function liveApp(tenant: Tenant, appId: string): AppRow {
  const app = tenant.apps.get(appId);
  if (app === undefined || app.deletedAt !== null) throw notFound("app");
  return app;
}

function createApp(context: Context): unknown {
  const { tenant, caller } = context;
  const asked = CreateApp.make(CreateApp.given(context.body));
  required(asked.displayName, "CreateAppRequest.DisplayName");
  checkAnnotations(asked.annotations);
  checkPolicies(tenant, asked);
  const now = tenant.stamp();
  const { owners, appEntitlementOwnerRefs, ...fields } = asked;
  const app = tenant.apps.put(
    App.make({ ...fields, createdAt: now, id: tenant.newId(), isManuallyManaged: true, updatedAt: now }),
  );
  putAccessEntitlement(tenant, app);
  setOwners(tenant, `app/${app.id}`, {
    users: [...new Set([caller.userId, ...owners])],
    entitlements: appEntitlementOwnerRefs,
  });
  context.touch(app.id);
  return { app: appView(tenant, app) };
}

/** Policies that are named have to exist. */
export function checkPolicies(
  tenant: Tenant,
  fields: {
    grantPolicyId?: string;
    revokePolicyId?: string;
    certifyPolicyId?: string;
    emergencyGrantPolicyId?: string;
  },
): void {
  for (const policyId of [
    fields.grantPolicyId,
    fields.revokePolicyId,
    fields.certifyPolicyId,
    fields.emergencyGrantPolicyId,
  ]) {
    if (policyId === undefined || policyId === "") continue;
    const policy = tenant.policies.get(policyId);
    if (policy === undefined || policy.deletedAt !== null) throw notFound("policy");
  }
}

/** Soft, and everything inside goes along. */
function deleteApp(tenant: Tenant, app: AppRow): void {
  const deletedAt = tenant.stamp();
  tenant.apps.put({ ...app, deletedAt });
  for (const one of tenant.entitlements.by("app", app.id)) tenant.entitlements.put({ ...one, deletedAt });
  for (const one of tenant.resources.by("app", app.id)) tenant.resources.put({ ...one, deletedAt });
  for (const one of tenant.resourceTypes.by("app", app.id)) tenant.resourceTypes.put({ ...one, deletedAt });
  for (const one of tenant.connectors.by("app", app.id)) tenant.connectors.put({ ...one, deletedAt, dueAt: null });
}

function searchApps(context: Context): unknown {
  const asked = SearchApps.make(SearchApps.given(context.body));
  const policies = asked.policyRefs.map((ref) => ref.id);
  const keep = (app: AppRow): boolean =>
    isAlive(app) &&
    among(asked.appIds, app.id) &&
    !asked.excludeAppIds.includes(app.id) &&
    (asked.displayName === "" || app.displayName.toLowerCase() === asked.displayName.toLowerCase()) &&
    (!asked.onlyDirectories || app.isDirectory) &&
    (policies.length === 0 ||
      [app.grantPolicyId, app.revokePolicyId, app.certifyPolicyId].some((one) => policies.includes(one))) &&
    mentions(asked.query, app.displayName);
  return page(asked, context.tenant.apps, keep, (app) => appView(context.tenant, app));
}
