/** Who can hold a role: users, groups, clients; as key (`users/00u…`), address and ORN. */
import { nameOf } from "./audit.ts";
import type { LogTarget, PrincipalKind, Tenant } from "./tenant.ts";

export type Principal = `${PrincipalKind}/${string}`;

export function principalOf(kind: PrincipalKind, id: string): Principal {
  return `${kind}/${id}`;
}

/** Reads an address or an ORN; undefined where it names nobody. */
export function parsePrincipal(tenant: Tenant, text: string): Principal | undefined {
  const url = /\/(?:api\/v1|oauth2\/v1)\/(users|groups|clients)\/([^/?]+)$/.exec(text);
  const orn = /^orn:[^:]+:(?:directory|idp):[^:]*:(users|groups|clients|apps):(?:[^:]*:)?([^:]+)$/.exec(text);
  const [, kind, id] = url ?? orn ?? [];
  if (kind === undefined || id === undefined) return undefined;
  const known = kind === "apps" ? "clients" : kind;
  if (known === "users" && tenant.users.has(id)) return `users/${id}`;
  if (known === "groups" && tenant.groups.has(id)) return `groups/${id}`;
  return known === "clients" && tenant.clients.has(id) ? `clients/${id}` : undefined;
}

export function principalAddress(origin: string, principal: string): string {
  return principal.startsWith("clients/") ? `${origin}/oauth2/v1/${principal}` : `${origin}/api/v1/${principal}`;
}

export function principalTarget(tenant: Tenant, principal: string): LogTarget {
  const [kind = "", id = ""] = principal.split("/");
  const user = tenant.users.get(id);
  if (kind === "users" && user !== undefined) {
    return { id, type: "User", alternateId: String(user.profile.login), displayName: nameOf(user) };
  }
  const group = tenant.groups.get(id);
  const label = kind === "groups" ? String(group?.profile.name ?? "") : (tenant.clients.get(id)?.label ?? "");
  const type = kind === "groups" ? "UserGroup" : "PublicClientApp";
  return { id, type, alternateId: kind === "groups" ? "unknown" : id, displayName: label };
}

/** A resource or principal, written as a path below `/api/v1`, as ORN. */
export function resourceName(tenant: Tenant, path: string): string {
  const service = /^(apps|clients)/.test(path) ? "idp" : "directory";
  return `orn:okta:${service}:${tenant.id}:${path.replaceAll("/", ":")}`;
}
