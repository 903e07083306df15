/**
 * Owners in their second generation: people, and whoever holds an entitlement, each in a role (c1.md §6.6). One at a
 * time, since replacing them all can undo what somebody else does meanwhile.
 */
import { path } from "../../shared/http.ts";
import { createMemo } from "../../shared/memo.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { ResourceRef } from "./access.ts";
import type { Api, WriteApi } from "./api.ts";
import { refOfRow, type ScopedRef } from "./refs.ts";
import { fields, text } from "./wire.ts";

/** What is owned, as paths spell it. */
export type Owned = string;

export const ownersOfApp = (id: string): Owned => path`/api/v2/apps/${id}/owners`;
export const ownersOfConnector = (ref: ScopedRef): Owned => path`/api/v2/apps/${ref.appId}/connectors/${ref.id}/owners`;
export const ownersOfEntitlement = (ref: ScopedRef): Owned =>
  path`/api/v2/apps/${ref.appId}/entitlements/${ref.id}/owners`;

export const ownersOfResource = (ref: ResourceRef): Owned =>
  path`/api/v2/apps/${ref.appId}/resource_types/${ref.typeId}/resources/${ref.id}/owners`;

export interface OwningUser {
  readonly id: string;
  readonly role: string;
}

export interface OwningEntitlement {
  readonly ref: ScopedRef;
  readonly role: string;
}

export function ownerReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const pages = (at: string) => rows(at, () => api.pages(at));
  return {
    owningUsers: async (of: Owned): Promise<readonly OwningUser[]> =>
      (await pages(`${of}/users`)).map((row) => ({ id: text(fields(row.user).id), role: text(row.roleSlug) })),
    owningEntitlements: async (of: Owned): Promise<readonly OwningEntitlement[]> =>
      (await pages(`${of}/entitlements`)).map((row) => ({
        ref: refOfRow(fields(row.appEntitlement)),
        role: text(row.roleSlug),
      })),
  };
}

export function ownerWrites(api: WriteApi) {
  const user = (of: Owned, { role, id }: OwningUser) => `${of}${path`/users/${role}/${id}`}`;
  const entitlement = (of: Owned, { role, ref }: OwningEntitlement) =>
    `${of}${path`/entitlements/${role}/${ref.appId}/${ref.id}`}`;
  return {
    addOwningUser: (of: Owned, owner: OwningUser) => api.post(user(of, owner), {}),
    removeOwningUser: (of: Owned, owner: OwningUser) => api.remove(user(of, owner)),
    addOwningEntitlement: (of: Owned, owner: OwningEntitlement) => api.post(entitlement(of, owner), {}),
    removeOwningEntitlement: (of: Owned, owner: OwningEntitlement) => api.remove(entitlement(of, owner)),
  };
}
