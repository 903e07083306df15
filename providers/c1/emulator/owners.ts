/** Who owns what: the newest write counts, reads show it only after a lag (c1.md §2). */
import type { OwnersRow } from "./rows.ts";
import type { EntitlementRef } from "./shapes/reference.ts";
import { invalid, notFound } from "./status.ts";
import type { Tenant } from "./tenant.ts";

/** Values of `roleSlug` are undocumented; the emulator knows one (assumption). */
export const OWNER_ROLE = "owner";
const MAX_OWNERS = 32;

type Version = OwnersRow["versions"][number];

/** Owners as they are now: what rights are decided on. */
export function ownersNow(tenant: Tenant, key: string): Version {
  return tenant.owners.get(key)?.versions.at(-1) ?? NOBODY;
}

export function setOwners(
  tenant: Tenant,
  key: string,
  owners: { users?: readonly string[]; entitlements?: readonly EntitlementRef[] },
): void {
  const since = tenant.stamp();
  const before = ownersNow(tenant, key);
  const users = owners.users?.map(
    (one) => before.users.find((o) => o.id === one) ?? { id: one, role: OWNER_ROLE, since },
  );
  const entitlements = owners.entitlements?.map((ref) => ({ appId: ref.appId, id: ref.id, role: OWNER_ROLE, since }));
  const next = { at: tenant.now(), users: users ?? before.users, entitlements: entitlements ?? before.entitlements };
  if (next.users.length > MAX_OWNERS || next.entitlements.length > MAX_OWNERS) {
    throw invalid(`at most ${MAX_OWNERS} user owners and ${MAX_OWNERS} entitlement owners`);
  }
  for (const owner of next.users) if (tenant.users.get(owner.id) === undefined) throw notFound("user");
  const versions = tenant.owners.get(key)?.versions ?? [];
  tenant.owners.put({ key, versions: [...versions.filter((one) => isNeeded(tenant, one, versions)), next] });
}

/** Owners as reads show them. */
export function ownersShown(tenant: Tenant, key: string): Version {
  const oldEnough = tenant.now() - tenant.lags.owners;
  return tenant.owners.get(key)?.versions.findLast((version) => version.at <= oldEnough) ?? NOBODY;
}

/** Older than the newest that reads may already show: gone for good. */
function isNeeded(tenant: Tenant, version: Version, all: readonly Version[]): boolean {
  const shown = all.findLast((one) => one.at <= tenant.now() - tenant.lags.owners);
  return shown === undefined || version.at >= shown.at;
}

const NOBODY: Version = { at: 0, users: [], entitlements: [] };
