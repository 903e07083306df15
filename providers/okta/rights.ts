/** What each kind takes: scopes granted to the client, and a role that makes them count (okta.md §1.6). */

/** The scope's area, as in okta.<area>.read and okta.<area>.manage. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  group: ["groups", "users"],
  "group-rule": ["groups"],
  app: ["apps"],
  "app-assignment": ["apps", "groups"],
  user: ["users"],
  "admin-role": ["roles"],
  "custom-role": ["roles"],
};

/** Any one of them suffices; a custom role may, which only trying can tell. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  group: ["SUPER_ADMIN", "ORG_ADMIN", "USER_ADMIN"],
  "group-rule": ["SUPER_ADMIN", "ORG_ADMIN"],
  app: ["SUPER_ADMIN", "APP_ADMIN"],
  "app-assignment": ["SUPER_ADMIN", "APP_ADMIN"],
  user: ["SUPER_ADMIN", "ORG_ADMIN", "USER_ADMIN"],
  "admin-role": ["SUPER_ADMIN"],
  "custom-role": ["SUPER_ADMIN"],
};

/** Read scopes that the kinds need and the token has not; `.manage` includes `.read`. */
export function missingReadScopes(kinds: readonly string[], granted: readonly string[]): readonly string[] {
  return areasOf(kinds).flatMap((area) => missingReadScope(area, granted) ?? []);
}

export function missingReadScope(area: string, granted: readonly string[]): string | undefined {
  const read = `okta.${area}.read`;
  return granted.includes(read) || granted.includes(`okta.${area}.manage`) ? undefined : read;
}

export function missingManageScopes(kinds: readonly string[], granted: readonly string[]): readonly string[] {
  // People are only read for the sake of groups.
  const written = areasOf(kinds).filter((area) => area !== "users" || kinds.some((kind) => kind !== "group-rule"));
  return written.map((area) => `okta.${area}.manage`).filter((scope) => !granted.includes(scope));
}

/** Every scope that writing the kinds can take. */
export function areaScopes(kinds: readonly string[]): readonly string[] {
  return areasOf(kinds).map((area) => `okta.${area}.manage`);
}

/** Kinds for which no held role suffices, with the roles that would. */
export function missingRoles(
  kinds: readonly string[],
  held: readonly string[],
): readonly { readonly kind: string; readonly roles: readonly string[] }[] {
  if (held.includes("CUSTOM")) return [];
  return kinds.flatMap((kind) => {
    const roles = ROLES[kind] ?? [];
    return roles.length === 0 || roles.some((role) => held.includes(role)) ? [] : [{ kind, roles }];
  });
}

function areasOf(kinds: readonly string[]): readonly string[] {
  return [...new Set(kinds.flatMap((kind) => AREAS[kind] ?? []))];
}
