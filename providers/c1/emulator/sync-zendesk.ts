/**
 * The Zendesk connector's sync (zendesk.md §3): the team (end users are not synced), groups and organizations with
 * their members, custom roles. Whether somebody counts as `agent` (in a group: `member`) or as `admin` is their role in
 * the whole account, never one within the object, so an administrator in a group holds `admin` alone (assumption).
 */
import { type Item, textOf } from "./connector-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Account, SeenEntitlement, SeenResource, SeenType, Snapshot } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";
import { idOf, zendeskList } from "./zendesk-calls.ts";

const ZENDESK_TYPES: readonly SeenType[] = [
  { name: "group", displayName: "Group", kind: "GROUP" },
  { name: "org", displayName: "Org", kind: "CUSTOM" },
  { name: "role", displayName: "Role", kind: "ROLE" },
];

export async function zendeskSnapshot(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const list = (path: string, name: string) => zendeskList(tenant, connector, path, name);
  const users = await list("/users?role[]=agent&role[]=admin", "users");
  const groups = await list("/groups?exclude_deleted=true", "groups");
  const inGroups = await list("/group_memberships", "group_memberships");
  const organizations = await list("/organizations", "organizations");
  const inOrganizations = await list("/organization_memberships", "organization_memberships");
  const roles = await zendeskList(tenant, connector, "/custom_roles", "custom_roles", "missing");

  const withRole = (role: string): ReadonlySet<string> =>
    new Set(users.filter((user) => textOf(user, "role") === role).map((user) => idOf(user)));
  const byRole = { agent: withRole("agent"), admin: withRole("admin") };
  const membersOf = (memberships: readonly Item[], key: string, object: Item, role: "agent" | "admin") =>
    memberships
      .filter((one) => idOf(one, key) === idOf(object) && byRole[role].has(idOf(one, "user_id")))
      .map((one) => idOf(one, "user_id"));

  return {
    accounts: users.map(accountOf),
    resources: [
      ...groups.map((group) =>
        resourceOf("group", group, [
          ["member", "Group Member", true, membersOf(inGroups, "group_id", group, "agent")],
          ["admin", "Group Admin", false, membersOf(inGroups, "group_id", group, "admin")],
        ]),
      ),
      ...organizations
        .filter((one) => isWanted(connector, one))
        .map((one) =>
          resourceOf("org", one, [
            ["agent", "Organization Agent", false, membersOf(inOrganizations, "organization_id", one, "agent")],
            ["admin", "Organization Admin", false, membersOf(inOrganizations, "organization_id", one, "admin")],
          ]),
        ),
      ...roles.map((role) => {
        const holders = users.filter((user) => idOf(user, "custom_role_id") === idOf(role)).map((user) => idOf(user));
        return resourceOf("role", role, [
          ["agent", "Role agent", true, holders.filter((id) => byRole.agent.has(id))],
          ["admin", "Role admin", false, holders.filter((id) => byRole.admin.has(id))],
        ]);
      }),
    ],
    types: ZENDESK_TYPES,
  };
}

type Held = readonly [slug: string, title: string, provisions: boolean, holders: readonly string[]];

function resourceOf(type: string, object: Item, held: readonly Held[]): SeenResource {
  const name = textOf(object, "name");
  const purpose = type === "group" ? "ASSIGNMENT" : "PERMISSION";
  return {
    description: textOf(object, "description"),
    displayName: name,
    entitlements: held.map(
      ([slug, title, provisions, holders]): SeenEntitlement => ({
        displayName: `${name} ${title}`,
        holders,
        provisions,
        purpose,
        slug,
      }),
    ),
    externalId: idOf(object),
    type,
  };
}

/** The setting `orgs` narrows the sync, by name. */
function isWanted({ configuration }: ConnectorRow, organization: Item): boolean {
  const wanted = (configuration.orgs ?? "").split(",").filter((name) => name !== "");
  return wanted.length === 0 || wanted.includes(textOf(organization, "name"));
}

function accountOf(user: Item): Account {
  const email = textOf(user, "email");
  return {
    displayName: textOf(user, "name"),
    email,
    enabled: user.suspended !== true,
    externalId: idOf(user),
    profile: { role: textOf(user, "role") },
    username: email,
  };
}
