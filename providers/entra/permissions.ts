/**
 * What each kind takes of an application: permissions that an administrator consented to (entra.md §2, least first, then
 * what includes it), and the licence that a feature needs. Adding a kind is adding rows.
 */

export type Use = "read" | "write";

export interface Need {
  /** In words, after "to": "read groups and their members". */
  readonly what: string;
  readonly use: Use;
  /** Kinds that cannot do without it; `*`: all. */
  readonly kinds: readonly string[];
  /** Any one of them; the first is the narrowest. */
  readonly anyOf: readonly string[];
  /** Only some objects of the kinds take it, so its absence is a warning. */
  readonly sometimes?: true;
  /** It is not Graph's, so Graph's token does not show it: another line of `doctor` asks whoever gives it. */
  readonly elsewhere?: true;
}

const EVERYTHING = ["Directory.ReadWrite.All"];
const EVERY_READ = ["Directory.Read.All", ...EVERYTHING];

export const NEEDS: readonly Need[] = [
  {
    what: "read the organization",
    use: "read",
    kinds: ["*"],
    anyOf: ["Organization.Read.All", "Organization.ReadWrite.All", ...EVERY_READ],
  },
  {
    what: "read users",
    use: "read",
    kinds: ["*"],
    anyOf: ["User.Read.All", "User.ReadWrite.All", ...EVERY_READ],
  },
  {
    what: "read groups and their members",
    use: "read",
    kinds: ["group"],
    anyOf: [
      "GroupMember.Read.All",
      "GroupMember.ReadWrite.All",
      "Group.Read.All",
      "Group.ReadWrite.All",
      ...EVERY_READ,
    ],
  },
  {
    what: "tell live PIM activations in groups from standing members",
    use: "read",
    kinds: ["group"],
    anyOf: ["PrivilegedAssignmentSchedule.Read.AzureADGroup", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"],
    sometimes: true,
  },
  {
    what: "see who holds a privileged role, so that their accounts are left alone",
    use: "read",
    kinds: ["user"],
    anyOf: ["RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", ...EVERY_READ],
  },
  {
    what: "read domains, so that federated ones are known",
    use: "read",
    kinds: ["user"],
    anyOf: ["Domain.Read.All", "Domain.ReadWrite.All", ...EVERY_READ],
  },
  {
    what: "read enterprise applications and who has them",
    use: "read",
    kinds: ["enterprise-app", "app-role-assignment"],
    anyOf: ["Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", ...EVERY_READ],
  },
  {
    what: "read directory roles and who holds them",
    use: "read",
    kinds: ["directory-role"],
    anyOf: ["RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", ...EVERY_READ],
  },
  {
    what: "assign directory roles for good or for a while",
    use: "write",
    kinds: ["directory-role"],
    anyOf: ["RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"],
  },
  {
    what: "make people eligible for directory roles",
    use: "write",
    kinds: ["directory-role"],
    anyOf: ["RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"],
    sometimes: true,
  },
  {
    what: "read access packages and their policies",
    use: "read",
    kinds: ["access-package"],
    anyOf: ["EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"],
  },
  {
    what: "change access packages, their catalogs and policies",
    use: "write",
    kinds: ["access-package"],
    anyOf: ["EntitlementManagement.ReadWrite.All"],
  },
  {
    what: "put groups into catalogs of access packages",
    use: "write",
    kinds: ["access-package"],
    anyOf: ["Group.ReadWrite.All", ...EVERYTHING],
    sometimes: true,
  },
  {
    what: "change distribution lists in Exchange",
    use: "write",
    kinds: ["distribution-list"],
    anyOf: ["Exchange.ManageAsApp"],
    elsewhere: true,
  },
  {
    what: "assign app roles",
    use: "write",
    kinds: ["app-role-assignment"],
    anyOf: ["AppRoleAssignment.ReadWrite.All"],
  },
  {
    what: "create, change and delete groups, and set their owners",
    use: "write",
    kinds: ["group"],
    anyOf: ["Group.ReadWrite.All", ...EVERYTHING],
  },
  {
    what: "add and remove members",
    use: "write",
    kinds: ["group"],
    anyOf: ["GroupMember.ReadWrite.All", "Group.ReadWrite.All", ...EVERYTHING],
  },
  {
    what: "create role-assignable groups and change their members",
    use: "write",
    kinds: ["group"],
    anyOf: ["RoleManagement.ReadWrite.Directory"],
    sometimes: true,
  },
  {
    what: "create and change users",
    use: "write",
    kinds: ["user"],
    anyOf: ["User.ReadWrite.All", ...EVERYTHING],
  },
  {
    what: "end the sessions of users",
    use: "write",
    kinds: ["user"],
    anyOf: ["User.RevokeSessions.All", "User.ReadWrite.All", ...EVERYTHING],
  },
  {
    what: "delete users",
    use: "write",
    kinds: ["user"],
    anyOf: ["User.DeleteRestore.All", "User.ReadWrite.All", ...EVERYTHING],
    sometimes: true,
  },
];

/** Rows that the kinds need and no granted permission answers. */
export function missingNeeds(kinds: readonly string[], granted: readonly string[], use: Use): readonly Need[] {
  const held = new Set(granted);
  return NEEDS.filter(
    (need) =>
      need.use === use &&
      need.elsewhere !== true &&
      need.kinds.some((kind) => kind === "*" || kinds.includes(kind)) &&
      !need.anyOf.some((permission) => held.has(permission)),
  );
}

/** Below which path each kind is changed. */
const PATHS: readonly (readonly [path: RegExp, kind: string])[] = [
  [/\/appRole(Assignments|AssignedTo)\b/, "app-role-assignment"],
  [/^\/v1\.0\/groups\b/, "group"],
  [/^\/v1\.0\/users\b/, "user"],
  [/^\/v1\.0\/roleManagement\b/, "directory-role"],
  [/^\/v1\.0\/identityGovernance\b/, "access-package"],
];

/** What a refused call lacks, as far as the token tells: what only some objects take comes last. */
export function lackedBy(path: string, use: Use, granted: readonly string[]): readonly Need[] {
  const kind = PATHS.find(([pattern]) => pattern.test(path))?.[1];
  const missing = missingNeeds(kind === undefined ? [] : [kind], granted, use);
  const always = missing.filter((need) => need.sometimes !== true);
  return always.length > 0 ? always : missing;
}

export function holds(granted: readonly string[], what: Need["what"]): boolean {
  const need = NEEDS.find((one) => one.what === what);
  if (need === undefined) throw new Error(`No permission is listed to ${what}`);
  return need.anyOf.some((permission) => granted.includes(permission));
}

const WRITE_USERS = ["User.ReadWrite.All", ...EVERYTHING];

/** Actions → any one permission that it takes, the narrowest first; reading people is taken for granted. */
export const ACTION_NEEDS: Readonly<Record<string, readonly string[]>> = {
  "set-manager": WRITE_USERS,
  "check-upn": ["User.Read.All", ...WRITE_USERS, "Directory.Read.All"],
  "update-profile": WRITE_USERS,
  "update-user": WRITE_USERS,
  "enable-user": ["User.EnableDisableAccount.All", ...WRITE_USERS],
  "disable-user": ["User.EnableDisableAccount.All", ...WRITE_USERS],
  "create-group": ["Group.Create", "Group.ReadWrite.All", ...EVERYTHING],
  "revoke-sessions": ["User.RevokeSessions.All", ...WRITE_USERS],
  "revoke-mfa": ["UserAuthenticationMethod.ReadWrite.All"],
};
