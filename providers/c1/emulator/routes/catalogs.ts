/** Access profiles (c1.md §5.1): the catalog itself, and the enrolment entitlement that appears with it (§5.5). */
import { putResourceType } from "../builtins.ts";
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
import { shownGrants } from "../granting.ts";
import { setOwners } from "../owners.ts";
import type { CatalogRow, ResourceTypeRow } from "../rows.ts";
import { Resource } from "../shapes/app.ts";
import { Catalog, CatalogView, CreateCatalog } from "../shapes/catalog.ts";
import { Entitlement } from "../shapes/entitlement.ts";
import { failedPrecondition, notFound } from "../status.ts";
import { inApp, type Tenant } from "../tenant.ts";

const WRITABLE = [
  "annotations",
  "description",
  "displayName",
  "enrollmentBehavior",
  "published",
  "requestBundle",
  "unenrollmentBehavior",
  "unenrollmentEntitlementBehavior",
  "visibleToEveryone",
] as const;

/** The type that profiles are resources of, in the built-in app. */
export const PROFILE_TYPE = { displayName: "Access Profile", kind: "CATALOG" } as const;

export const catalogEndpoints: readonly Endpoint[] = [
  reads("GET", "/api/v1/catalogs", "profiles", (context) =>
    page(
      queriedPage(context),
      context.tenant.catalogs,
      (one) => one.deletedAt === null,
      (catalog) =>
        /** Neither count nor visibility are in lists (c1.md §3). */
        CatalogView.make({ requestCatalog: Catalog.make({ ...catalog, accessEntitlements: [] }), memberCount: "0" }),
    ),
  ),
  writes("POST", "/api/v1/catalogs", "profiles", "requestCatalog.create", create),
  reads("GET", "/api/v1/catalogs/{id}", "profiles", (context) => answer(context.tenant, foundCatalog(context, "id"))),
  writes("POST", "/api/v1/catalogs/{id}", "profiles", "requestCatalog.update", update),
  writes("DELETE", "/api/v1/catalogs/{id}", "profiles", "requestCatalog.delete", (context) => {
    remove(context.tenant, foundCatalog(context, "id"));
    return {};
  }),
];

export function foundCatalog(context: Context, name: string): CatalogRow {
  const catalog = context.tenant.catalogs.get(param(context, name));
  if (catalog === undefined) throw notFound("request catalog");
  return catalog;
}

/** For writes: a deleted profile can be read, not changed. */
export function liveCatalog(context: Context, name: string): CatalogRow {
  const catalog = foundCatalog(context, name);
  if (catalog.deletedAt !== null) throw notFound("request catalog");
  return catalog;
}

/** The enrolment entitlement's id is the catalog's (c1.md §5.5). */
export const enrollmentOf = (tenant: Tenant, catalog: { id: string }) => ({
  appId: tenant.systemAppId,
  id: catalog.id,
});

function answer(tenant: Tenant, catalog: CatalogRow) {
  const access = catalog.access
    .map((ref) => tenant.entitlements.get(inApp(ref.appId, ref.id)))
    .filter((one) => one !== undefined)
    .map((one) => Entitlement.make(one));
  return {
    requestCatalogView: CatalogView.make({
      memberCount: String(shownGrants(tenant, enrollmentOf(tenant, catalog)).length),
      requestCatalog: Catalog.make({ ...catalog, accessEntitlements: access }),
    }),
  };
}

function create(context: Context): unknown {
  const { tenant, caller } = context;
  const asked = CreateCatalog.make(CreateCatalog.given(context.body));
  required(asked.displayName, "RequestCatalogManagementServiceCreateRequest.DisplayName");
  checkAnnotations(asked.annotations);
  const now = tenant.stamp();
  const id = tenant.newId();
  const resourceId = putEnrollment(tenant, { id, displayName: asked.displayName });
  const catalog = tenant.catalogs.put({
    ...Catalog.make({ ...asked, createdAt: now, createdByUserId: caller.userId, id, updatedAt: now }),
    access: [],
    entries: [],
    resourceId,
  });
  setOwners(tenant, `resource/${inApp(tenant.systemAppId, resourceId)}`, { users: [caller.userId] });
  context.touch(id);
  return answer(tenant, catalog);
}

function update(context: Context): unknown {
  const { tenant } = context;
  const catalog = liveCatalog(context, "id");
  const patch = updated(context.body, "catalog", Catalog, catalog, WRITABLE);
  /** "Visible to everyone" excludes bindings; what the vendor does with existing ones is unknown, so refuse (assumption). */
  if (patch.visibleToEveryone === true && catalog.access.length > 0) {
    throw failedPrecondition("catalog has access entitlements, cannot be visible to everyone");
  }
  const next = tenant.catalogs.put({ ...catalog, ...patch, updatedAt: tenant.stamp() });
  if (next.displayName !== catalog.displayName) rename(tenant, next);
  return answer(tenant, next);
}

/** Resource of type "Access Profile" with the enrolment entitlement and the one for excluded people. */
function putEnrollment(tenant: Tenant, profile: { id: string; displayName: string }): string {
  const appId = tenant.systemAppId;
  const type = profileType(tenant);
  const now = tenant.stamp();
  const resource = tenant.resources.put({
    ...Resource.make({
      appId,
      appResourceTypeId: type.id,
      createdAt: now,
      displayName: profile.displayName,
      id: tenant.newId(),
      updatedAt: now,
    }),
    connectorId: "",
  });
  const common = {
    appId,
    appResourceId: resource.id,
    appResourceTypeId: type.id,
    createdAt: now,
    durationUnset: {},
    provisionerPolicy: null,
    systemBuiltin: true,
    updatedAt: now,
  };
  tenant.entitlements.put({
    ...Entitlement.make({
      ...common,
      displayName: `${profile.displayName} Enrollment`,
      id: profile.id,
      slug: "enrollment",
    }),
    membership: "MEMBER",
  });
  tenant.entitlements.put({
    ...Entitlement.make({
      ...common,
      displayName: `${profile.displayName} Excluded from rule`,
      id: tenant.newId(),
      slug: "excluded",
    }),
    membership: "EXCLUSION",
  });
  return resource.id;
}

function profileType(tenant: Tenant): ResourceTypeRow {
  const types = tenant.resourceTypes.by("app", tenant.systemAppId);
  return (
    types.find((type) => type.kind === PROFILE_TYPE.kind) ?? putResourceType(tenant, tenant.systemAppId, PROFILE_TYPE)
  );
}

function rename(tenant: Tenant, catalog: CatalogRow): void {
  const resource = tenant.resources.get(inApp(tenant.systemAppId, catalog.resourceId));
  if (resource !== undefined) tenant.resources.put({ ...resource, displayName: catalog.displayName });
}

/** What members hold stays: whether deletion revokes is unknown (c1.md §15), the emulator leaves it (assumption). */
function remove(tenant: Tenant, catalog: CatalogRow): void {
  const deletedAt = tenant.stamp();
  tenant.catalogs.put({ ...catalog, deletedAt });
  tenant.bundles.delete(catalog.id);
  const resource = tenant.resources.get(inApp(tenant.systemAppId, catalog.resourceId));
  if (resource !== undefined) tenant.resources.put({ ...resource, deletedAt });
  for (const one of tenant.entitlements.by("resource", inApp(tenant.systemAppId, catalog.resourceId))) {
    tenant.entitlements.put({ ...one, deletedAt });
  }
}
