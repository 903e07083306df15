/** The tenant as JSON: maps are written as `{ "$map": [[key, value], …] }`. */
import type { Tenant } from "./tenant.ts";

export function saveTenant(tenant: Tenant): unknown {
  return plain(tenant);
}

/** Takes back what `saveTenant` gave; anything else is refused, not repaired. */
export function loadTenant(saved: unknown): Tenant {
  const value = revived(saved);
  if (!isTenant(value)) throw new Error("the saved Okta tenant is not one that this version wrote");
  return value;
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [key, plain(item)]) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  );
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  if ("$map" in value && Array.isArray(value.$map)) {
    return new Map(
      value.$map.map((pair: unknown) => (Array.isArray(pair) ? [pair[0], revived(pair[1])] : [pair, null])),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item)]));
}

function isTenant(value: unknown): value is Tenant {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    value.version === 1 &&
    "users" in value &&
    value.users instanceof Map &&
    "groups" in value &&
    value.groups instanceof Map &&
    "clients" in value &&
    value.clients instanceof Map
  );
}
