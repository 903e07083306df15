/** Where C1's own groups are: resources of one type in its own app, each with an entitlement `member` (c1.md §6.4). */

import type { Marker } from "../../../engine/model.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { ResourceRef } from "../client/access.ts";
import { refOfRow, type ScopedRef } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { typesOf } from "./entitlement-lookup.ts";
import { markerOf } from "./marker.ts";
import { systemAppId } from "./system-app.ts";

export const MEMBER = "member";

/** What the type is called is written nowhere, and its kind is not echoed on read (c1.md §6.2). */
const TYPE_NAME = "Group";
const IS_GROUP_TYPE = /^(c1 |conductorone )?groups?$/i;

export interface FoundGroup {
  readonly resource: Fields;
  readonly membership: Fields;
}

export async function groupsOf(reader: C1Reader): Promise<readonly FoundGroup[]> {
  const type = await groupType(reader);
  if (type === undefined) return [];
  const resources = await reader.resourcesOfType(type);
  const found = await Promise.all(
    resources.map(async (resource): Promise<readonly FoundGroup[]> => {
      const membership = (await reader.entitlementsOfResource(refOfRow(resource))).find(isMembership);
      return membership === undefined ? [] : [{ resource, membership }];
    }),
  );
  return found.flat();
}

/** The resource that an interrupted create left behind: ours, by its mark, and without a membership. */
export async function orphanOf(reader: C1Reader, displayName: string, marker: Marker): Promise<Fields | undefined> {
  const type = await groupType(reader);
  const resources = type === undefined ? [] : await reader.resourcesOfType(type);
  for (const resource of resources) {
    const mark = markerOf(resource).marker;
    const ours = mark?.tool === marker.tool && mark.stack === marker.stack && mark.address === marker.address;
    if (!ours || text(resource.displayName) !== displayName) continue;
    if (!(await reader.entitlementsOfResource(refOfRow(resource))).some(isMembership)) return resource;
  }
  return undefined;
}

export async function ensureGroupType(writer: C1Writer): Promise<ScopedRef> {
  const known = await groupType(writer);
  if (known !== undefined) return known;
  const appId = await systemAppId(writer);
  const made = await writer.createResourceType(appId, { displayName: TYPE_NAME, resourceType: "GROUP" });
  return { appId, id: text(made.id) };
}

export async function groupType(reader: C1Reader): Promise<ScopedRef | undefined> {
  const appId = await systemAppId(reader);
  const type = (await typesOf(reader, appId)).find((row) => IS_GROUP_TYPE.test(text(row.displayName)));
  return type === undefined ? undefined : { appId, id: text(type.id) };
}

export function resourceOfGroup(membership: Fields): ResourceRef {
  return {
    appId: text(membership.appId),
    typeId: text(membership.appResourceTypeId),
    id: text(membership.appResourceId),
  };
}

function isMembership(row: Fields): boolean {
  return text(row.slug) === MEMBER;
}
