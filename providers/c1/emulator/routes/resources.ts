/** Resource types and resources (c1.md §6.2). */
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
import { anything, choice, flag, id, list, map, message, text } from "../message.ts";
import { ownersNow, setOwners } from "../owners.ts";
import type { ResourceRow, ResourceTypeRow } from "../rows.ts";
import { among, isAlive, mentions } from "../search.ts";
import { Resource, ResourceAnswer, ResourceType, ResourceTypeView, resourceTypeKind } from "../shapes/app.ts";
import { paging } from "../shapes/reference.ts";
import { failedPrecondition, internal, invalid, notFound } from "../status.ts";
import { inApp } from "../tenant.ts";
import { liveApp } from "./apps.ts";
import { resourceView } from "./views.ts";

const TYPES = "/api/v1/apps/{app_id}/resource_types";
const RESOURCES = `${TYPES}/{app_resource_type_id}/resources`;

const CreateType = message({ displayName: text, resourceType: resourceTypeKind });
const CreateResource = message({
  annotations: map(text),
  description: text,
  displayName: text,
  matchBatonId: text,
  resourceOwnerUserIds: list(id),
});

const SearchTypes = message({
  ...paging,
  appIds: list(id),
  appUserIds: list(id),
  displayName: text,
  excludeResourceTypeIds: list(id),
  excludeResourceTypeTraitIds: list(id),
  query: text,
  resourceTypeIds: list(id),
  resourceTypeTraitIds: list(id),
});

const SearchResources = message({
  ...paging,
  agentStatuses: list(text),
  appId: id,
  appIds: list(id),
  appUserIds: list(id),
  credentialTypes: list(text),
  direction: choice("SORT_DIRECTION_UNSPECIFIED", "SORT_DIRECTION_ASC", "SORT_DIRECTION_DESC"),
  excludeDeletedApps: flag,
  excludeDeletedResourceBindings: flag,
  excludeResourceIds: list(id),
  excludeResourceTypeTraitIds: list(id),
  nhiTypes: list(text),
  ownerUserIds: list(id),
  query: text,
  refs: list(message({ appId: id, appResourceTypeId: id, id }).element),
  resourceIds: list(id),
  resourceTypeIds: list(id),
  resourceTypeTraitIds: list(id),
  secretAging: anything,
  sortField: text,
  unownedOnly: flag,
  withOpenFindings: flag,
});

export const resourceEndpoints: readonly Endpoint[] = [
  reads("GET", TYPES, "entitlements", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      context.tenant.resourceTypes,
      (type) => type.appId === param(context, "app_id") && isAlive(type),
      typeView,
    ),
  })),
  writes("POST", TYPES, "entitlements", "appResourceType.create", createType),
  reads("GET", `${TYPES}/{id}`, "entitlements", (context) => ({
    appResourceTypeView: typeView(foundType(context, "id")),
    expanded: [],
  })),
  writes("POST", `${TYPES}/{id}`, "entitlements", "appResourceType.update", (context) => {
    const type = foundType(context, "id");
    const patch = updated(context.body, "appResourceType", ResourceType, type, ["displayName"]);
    const next = context.tenant.resourceTypes.put({ ...type, ...patch, updatedAt: context.tenant.stamp() });
    return { appResourceType: ResourceType.make(next), expanded: [] };
  }),
  writes("DELETE", `${TYPES}/{id}`, "entitlements", "appResourceType.delete", (context) => {
    const type = foundType(context, "id");
    if (type.connectorType !== "") throw failedPrecondition("the resource type is managed by a connector");
    context.tenant.resourceTypes.put({ ...type, deletedAt: context.tenant.stamp() });
    return {};
  }),
  reads("GET", RESOURCES, "entitlements", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      context.tenant.resources,
      (one) =>
        one.appId === param(context, "app_id") &&
        one.appResourceTypeId === param(context, "app_resource_type_id") &&
        isAlive(one),
      resourceView,
    ),
  })),
  writes("POST", RESOURCES, "entitlements", "appResource.create", createResource),
  reads("GET", `${RESOURCES}/{id}`, "entitlements", (context) =>
    ResourceAnswer.make({ appResourceView: resourceView(foundResource(context)) }),
  ),
  writes("POST", `${RESOURCES}/{id}`, "entitlements", "appResource.update", (context) => {
    const resource = foundResource(context);
    const patch = updated(context.body, "appResource", Resource, resource, [
      "annotations",
      "customDescription",
      "description",
      "displayName",
    ]);
    const next = context.tenant.resources.put({ ...resource, ...patch, updatedAt: context.tenant.stamp() });
    return ResourceAnswer.make({ appResourceView: resourceView(next) });
  }),
  writes("DELETE", `${RESOURCES}/{id}`, "entitlements", "appResource.delete", (context) => {
    const { tenant } = context;
    const resource = foundResource(context);
    if (resource.connectorId !== "") throw failedPrecondition("the resource is managed by a connector");
    const deletedAt = tenant.stamp();
    tenant.resources.put({ ...resource, deletedAt });
    for (const one of tenant.entitlements.by("resource", inApp(resource.appId, resource.id))) {
      tenant.entitlements.put({ ...one, deletedAt });
    }
    return {};
  }),
  reads("POST", "/api/v1/search/app_resource_types", "entitlements", (context) => {
    const asked = SearchTypes.make(SearchTypes.given(context.body));
    const keep = (type: ResourceTypeRow): boolean =>
      isAlive(type) &&
      among(asked.appIds, type.appId) &&
      among(asked.resourceTypeIds, type.id) &&
      !asked.excludeResourceTypeIds.includes(type.id) &&
      (asked.displayName === "" || asked.displayName === type.displayName) &&
      mentions(asked.query, type.displayName);
    return page(asked, context.tenant.resourceTypes, keep, (type) => ResourceType.make(type));
  }),
  reads("POST", "/api/v1/search/app_resources", "entitlements", searchResources),
];

function typeView(type: ResourceTypeRow) {
  return ResourceTypeView.make({ appResourceType: ResourceType.make(type) });
}

function foundType(context: Context, name: string): ResourceTypeRow {
  const type = context.tenant.resourceTypes.get(inApp(param(context, "app_id"), param(context, name)));
  if (type === undefined) throw notFound("app resource type");
  return type;
}

function foundResource(context: Context): ResourceRow {
  const resource = context.tenant.resources.get(inApp(param(context, "app_id"), param(context, "id")));
  if (resource === undefined || resource.appResourceTypeId !== param(context, "app_resource_type_id"))
    throw notFound("app resource");
  return resource;
}

function createType(context: Context): unknown {
  const { tenant } = context;
  const app = liveApp(tenant, param(context, "app_id"));
  const given = CreateType.given(context.body);
  const kind = required(given.resourceType, "CreateManuallyManagedResourceTypeRequest.ResourceType");
  const displayName = required(given.displayName, "CreateManuallyManagedResourceTypeRequest.DisplayName");
  const same = tenant.resourceTypes.by("app", app.id).some((type) => type.kind === kind && isAlive(type));
  /** Only CUSTOM may repeat; the refusal is a 500 (c1.md §6.2). */
  if (same && kind !== "CUSTOM") throw internal("app resource type already exists");
  const type = putResourceType(tenant, app.id, { displayName, kind });
  context.touch(type.id);
  return { appResourceType: ResourceType.make(type), expanded: [] };
}

function createResource(context: Context): unknown {
  const { tenant } = context;
  const app = liveApp(tenant, param(context, "app_id"));
  const type = foundType(context, "app_resource_type_id");
  if (!isAlive(type)) throw notFound("app resource type");
  const asked = CreateResource.make(CreateResource.given(context.body));
  required(asked.displayName, "CreateManuallyManagedAppResourceRequest.DisplayName");
  checkAnnotations(asked.annotations);
  if (asked.resourceOwnerUserIds.length > 32) throw invalid("invalid resource_owner_user_ids: at most 32 items");
  const now = tenant.stamp();
  const { resourceOwnerUserIds, ...fields } = asked;
  const resource = tenant.resources.put({
    ...Resource.make({
      ...fields,
      appId: app.id,
      appResourceTypeId: type.id,
      createdAt: now,
      id: tenant.newId(),
      updatedAt: now,
    }),
    connectorId: "",
  });
  if (resourceOwnerUserIds.length > 0)
    setOwners(tenant, `resource/${inApp(app.id, resource.id)}`, { users: resourceOwnerUserIds });
  context.touch(resource.id);
  return { appResource: Resource.make(resource) };
}

function searchResources(context: Context): unknown {
  const { tenant } = context;
  const asked = SearchResources.make(SearchResources.given(context.body));
  const appIds = asked.appId === "" ? asked.appIds : [asked.appId, ...asked.appIds];
  const refs = new Set(asked.refs.map((ref) => inApp(ref.appId, ref.id)));
  const ownedBy = (one: ResourceRow): readonly string[] =>
    ownersNow(tenant, `resource/${inApp(one.appId, one.id)}`).users.map((u) => u.id);
  const keep = (one: ResourceRow): boolean =>
    isAlive(one) &&
    among(appIds, one.appId) &&
    (refs.size === 0 || refs.has(inApp(one.appId, one.id))) &&
    among(asked.resourceIds, one.id) &&
    among(asked.resourceTypeIds, one.appResourceTypeId) &&
    !asked.excludeResourceIds.includes(one.id) &&
    (asked.ownerUserIds.length === 0 || ownedBy(one).some((user) => asked.ownerUserIds.includes(user))) &&
    (!asked.unownedOnly || ownedBy(one).length === 0) &&
    mentions(asked.query, one.displayName);
  return { expanded: [], ...page(asked, tenant.resources, keep, resourceView) };
}
