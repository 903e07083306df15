/**
 * Resource types, resources and entitlements in bulk. There is no search by what people know of them (c1.md §3), so
 * one question often brings what the next will ask: every row is kept under its own id as well.
 */
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api } from "./api.ts";
import { createBatch } from "./batch.ts";
import { refOfRow, type ScopedRef, scopedId, scopedRef } from "./refs.ts";
import { fields, refuseHidden, text } from "./wire.ts";

/** Rows asked for by reference in one search; the page size. */
const REFS = 100;

export interface ResourceRef extends ScopedRef {
  readonly typeId: string;
}

export function accessReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();

  const entitlements = createBatch<Fields | undefined>(
    REFS,
    async (keys) => {
      const found = await api.search("/api/v1/search/entitlements", { refs: keys.map(scopedRef) });
      return new Map(found.map(entitlementOf).map((row) => [scopedId(refOfRow(row)), row]));
    },
    undefined,
  );
  async function searchEntitlements(filters: Fields): Promise<readonly Fields[]> {
    const found = (await api.search("/api/v1/search/entitlements", filters)).map(entitlementOf);
    for (const row of found) entitlements.put(scopedId(refOfRow(row)), row);
    return found;
  }
  const ofResource = createBatch<readonly Fields[]>(
    REFS,
    async (keys) =>
      groupBy(await searchEntitlements(asFilter(keys, "resourceIds")), (row) =>
        scopedId({ appId: text(row.appId), id: text(row.appResourceId) }),
      ),
    [],
  );

  const resources = createBatch<Fields | undefined>(
    REFS,
    async (keys) => {
      const refs = keys.map(resourceRef).map(({ appId, typeId, id }) => ({ appId, appResourceTypeId: typeId, id }));
      const found = await api.search("/api/v1/search/app_resources", { refs });
      return new Map(found.map(resourceOf).map((row) => [resourceKey(refOfResource(row)), row]));
    },
    undefined,
  );
  const ofType = createBatch<readonly Fields[]>(
    REFS,
    async (keys) => {
      const found = await api.search("/api/v1/search/app_resources", asFilter(keys, "resourceTypeIds"));
      const all = found.map(resourceOf);
      for (const row of all) resources.put(resourceKey(refOfResource(row)), row);
      return groupBy(all, (row) => scopedId({ appId: text(row.appId), id: text(row.appResourceTypeId) }));
    },
    [],
  );
  const types = () => rows("types", () => api.search("/api/v1/search/app_resource_types", {}));

  return {
    /** Of every app: a few rows each, and most questions concern several apps. */
    resourceTypes: types,
    async resourceType({ appId, id }: ScopedRef): Promise<Fields | undefined> {
      const named = (row: Fields): boolean => row.id === id && row.appId === appId;
      // One that was made a moment ago is not in what the reader already holds.
      const now = () => api.search("/api/v1/search/app_resource_types", { appIds: [appId], resourceTypeIds: [id] });
      return (await types()).find(named) ?? (await rows(`type ${appId} ${id}`, now)).find(named);
    },
    resourcesOfType: (type: ScopedRef) => ofType.get(scopedId(type)),
    /** From a search by reference; a resource that is gone is undefined. */
    resource: (ref: ResourceRef) => resources.get(resourceKey(ref)),

    /** From a search by reference; one that is gone is undefined. */
    entitlement: (ref: ScopedRef) => entitlements.get(scopedId(ref)),
    entitlementsOfResource: (resource: ScopedRef) => ofResource.get(scopedId(resource)),
    /** Exactly this alias, which people type on the command line. */
    entitlementsWithAlias: (appId: string, alias: string) =>
      rows(`alias ${appId} ${alias}`, () => searchEntitlements({ appIds: [appId], alias })),
    allEntitlements: () => rows("entitlements", () => searchEntitlements({})),
  };
}

/** Search rows wrap the object in a view; the spec's lists of resource types do not. */
export function entitlementOf(row: Fields): Fields {
  if (!("appEntitlement" in row)) return row;
  const entitlement = fields(row.appEntitlement);
  refuseHidden(row, `entitlement ${text(entitlement.id)}`);
  return entitlement;
}

export function resourceKey(ref: ResourceRef): string {
  return `${ref.appId}/${ref.typeId}/${ref.id}`;
}

function resourceRef(key: string): ResourceRef {
  const [appId = "", typeId = "", id = ""] = key.split("/");
  return { appId, typeId, id };
}

function resourceOf(row: Fields): Fields {
  return "appResource" in row ? fields(row.appResource) : row;
}

function refOfResource(row: Fields): ResourceRef {
  return { appId: text(row.appId), typeId: text(row.appResourceTypeId), id: text(row.id) };
}

/** Ids are unique only within an app, so this may bring rows nobody asked for; grouping by both parts drops them. */
function asFilter(keys: readonly string[], name: "resourceIds" | "resourceTypeIds"): Fields {
  const refs = keys.map(scopedRef);
  return { appIds: distinct(refs.map(({ appId }) => appId)), [name]: distinct(refs.map(({ id }) => id)) };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function groupBy(rows: readonly Fields[], keyOf: (row: Fields) => string): ReadonlyMap<string, readonly Fields[]> {
  const groups = new Map<string, Fields[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
