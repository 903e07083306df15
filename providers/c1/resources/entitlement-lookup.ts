/** Finding an entitlement by what people know of it: app, resource and slug (c1.md §3, natural keys). */

import type { Candidate, Candidates } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import type { Fields } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { refOfRow, scopedId } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";

/** Most near matches that are worth listing. */
const NEAR = 8;

/** The three parts that make an entitlement unique, as far as they are known. */
export interface EntitlementKey {
  readonly appId: string;
  readonly type: string;
  readonly by: "id" | "externalId" | "name";
  readonly resource: string;
  readonly slug: string;
}

export function keyParts(spec: Partial<Spec>): EntitlementKey | undefined {
  const appId = refId(spec.app);
  const resource = asSpec(spec.resource ?? {});
  const by = (["id", "externalId", "name"] as const).find((field) => text(resource[field]) !== "");
  const type = text(resource.type);
  const slug = text(spec.slug);
  if (appId === undefined || by === undefined || type === "" || slug === "") return undefined;
  return { appId, type, by, resource: text(resource[by]), slug };
}

export function keyText(key: EntitlementKey): string {
  return [key.appId, key.type, `${key.by}=${key.resource}`, key.slug].join("/");
}

export function parseKey(text: string): EntitlementKey | undefined {
  const match = /^([^/]+)\/([^/]+)\/(id|externalId|name)=(.*)\/([^/]+)$/s.exec(text);
  const [, appId, type, by, resource, slug] = match ?? [];
  if (!appId || !type || !resource || !slug) return undefined;
  if (by !== "id" && by !== "externalId" && by !== "name") return undefined;
  return { appId, type, by, resource, slug };
}

export async function resourceTypeOf(reader: C1Reader, appId: string, type: string): Promise<Fields | undefined> {
  return (await typesOf(reader, appId)).find((row) => text(row.displayName) === type);
}

export async function typesOf(reader: C1Reader, appId: string): Promise<readonly Fields[]> {
  return (await reader.resourceTypes()).filter((row) => row.appId === appId);
}

/** A resource made ahead of the connector's sync carries the external id as its match id (c1.md §6.3). */
export async function resourcesOf(reader: C1Reader, key: EntitlementKey): Promise<readonly Fields[]> {
  const type = await resourceTypeOf(reader, key.appId, key.type);
  if (type === undefined) return [];
  const rows = await reader.resourcesOfType({ appId: key.appId, id: text(type.id) });
  return rows.filter((row) => matches(row, key));
}

/** By the name that a console shows, by the id in the resource's own system, by C1's. */
export function lookupsOf(spec: Spec): readonly Spec[] {
  const { type = null, ...names } = asSpec(spec.resource ?? {});
  return (["name", "externalId", "id"] as const).flatMap((field) => {
    const name = names[field];
    if (text(name) === "" || name === undefined) return [];
    return [{ app: spec.app ?? null, resource: { type, [field]: name }, slug: spec.slug ?? null }];
  });
}

/** Every entitlement that the key names: none, one, or several where the tenant is ambiguous. */
export async function entitlementsByKey(reader: C1Reader, key: EntitlementKey): Promise<readonly Fields[]> {
  const resources = await resourcesOf(reader, key);
  const rows = await Promise.all(resources.map((row) => reader.entitlementsOfResource(refOfRow(row))));
  return rows.flat().filter((row) => text(row.slug) === key.slug);
}

export async function findEntitlement(reader: C1Reader, lookup: Spec): Promise<Candidates> {
  const appId = refId(lookup.app);
  if (appId !== undefined && text(lookup.alias) !== "") {
    const rows = await reader.entitlementsWithAlias(appId, text(lookup.alias));
    return { exact: rows.filter((row) => text(row.alias) === lookup.alias).map(candidate), near: [] };
  }
  const key = keyParts(lookup);
  if (key === undefined) return { exact: [], near: [] };
  const exact = await entitlementsByKey(reader, key);
  if (exact.length > 0) return { exact: exact.map(candidate), near: [] };
  return { exact: [], near: await nearMatches(reader, key) };
}

/** What may have been meant: another slug of the resource, a resource of about that name, another type. */
async function nearMatches(reader: C1Reader, key: EntitlementKey): Promise<readonly Candidate[]> {
  const types = await typesOf(reader, key.appId);
  const type = types.find((row) => text(row.displayName) === key.type);
  if (type === undefined) {
    return types.slice(0, NEAR).map((row) => ({ id: text(row.id), label: `resource type "${text(row.displayName)}"` }));
  }
  const resources = await resourcesOf(reader, key);
  if (resources.length > 0) {
    const rows = await Promise.all(resources.map((row) => reader.entitlementsOfResource(refOfRow(row))));
    return rows
      .flat()
      .slice(0, NEAR)
      .map((row) => ({ ...candidate(row), label: `slug "${text(row.slug)}" (${text(row.displayName)})` }));
  }
  const asked = key.resource.toLowerCase();
  return (await reader.resourcesOfType({ appId: key.appId, id: text(type.id) }))
    .filter((row) => {
      const name = text(row.displayName).toLowerCase();
      return name !== "" && (name.includes(asked) || asked.includes(name));
    })
    .slice(0, NEAR)
    .map((row) => ({
      id: text(row.id),
      label: `${key.type} "${text(row.displayName)}"${text(row.externalId) === "" ? "" : ` (externalId ${text(row.externalId)})`}`,
    }));
}

function matches(row: Fields, key: EntitlementKey): boolean {
  switch (key.by) {
    case "id":
      return text(row.id) === key.resource;
    case "externalId":
      return text(row.externalId) === key.resource || text(row.matchBatonId) === key.resource;
    case "name":
      return text(row.displayName) === key.resource;
  }
}

function candidate(row: Fields): Candidate {
  return {
    id: scopedId({ appId: text(row.appId), id: text(row.id) }),
    label: text(row.displayName) || text(row.slug) || text(row.id),
  };
}
