/**
 * The Entra connector's sync (entra.md §15): accounts, groups with members and owners, directory roles. The vendor
 * publishes no slugs; these are `member`, `owner` and `assigned` (assumption). Of its options, `entra_skip_ad_groups` and
 * `entra_graph_domain` show here; sign-ins, SCIM jobs and the feed of changes have nothing to act on in the sandbox.
 */
import { type Item, textOf } from "./connector-calls.ts";
import { entraSession } from "./entra-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Account, SeenEntitlement, SeenResource, SeenType, Snapshot } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";

const ENTRA_TYPES: readonly SeenType[] = [
  { name: "group", displayName: "Group", kind: "GROUP" },
  { name: "role", displayName: "Role", kind: "ROLE" },
];

const PROFILE = ["department", "employeeId", "jobTitle", "userType"];
const PEOPLE = `/users?$select=id,displayName,mail,userPrincipalName,accountEnabled,onPremisesSyncEnabled,${PROFILE.join(",")}&$top=999`;
const GROUPS = "/groups?$select=id,displayName,description,groupTypes,onPremisesSyncEnabled&$top=999";

export async function entraSnapshot(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const { list } = await entraSession(tenant, connector);
  const people = await list(PEOPLE);
  const skipsSynced = connector.configuration.entra_skip_ad_groups === "true";
  /** With its groups, Active Directory's people go from the groups of the cloud (entra.md §15.2). */
  const shown = new Set(people.filter((one) => !(skipsSynced && isSynced(one))).map((one) => textOf(one, "id")));
  const holders = (items: readonly Item[]): readonly string[] =>
    items.map((one) => textOf(one, "id")).filter((id) => shown.has(id));

  const resources: SeenResource[] = [];
  for (const group of await list(GROUPS)) {
    if (skipsSynced && isSynced(group)) continue;
    const [id, name] = [textOf(group, "id"), textOf(group, "displayName")];
    // Whom a rule lets in, and whom Active Directory has, nobody else can put there.
    const isOurs = !isSynced(group) && !isDynamic(group);
    resources.push({
      description: textOf(group, "description"),
      displayName: name,
      entitlements: [
        held("member", `${name} Group Member`, isOurs, holders(await list(`/groups/${id}/members`))),
        held("owner", `${name} Group Owner`, isOurs, holders(await list(`/groups/${id}/owners`))),
      ],
      externalId: id,
      type: "group",
    });
  }
  resources.push(...(await rolesOf(list, shown)));
  return { accounts: people.map(accountOf), resources, types: ENTRA_TYPES };
}

async function rolesOf(
  list: (path: string) => Promise<readonly Item[]>,
  people: ReadonlySet<string>,
): Promise<readonly SeenResource[]> {
  const assignments = await list("/roleManagement/directory/roleAssignments");
  return (await list("/roleManagement/directory/roleDefinitions")).map((role) => {
    const [id, name] = [textOf(role, "id"), textOf(role, "displayName")];
    const ids = assignments
      .filter((one) => textOf(one, "roleDefinitionId") === id)
      .map((one) => textOf(one, "principalId"));
    return {
      description: "",
      displayName: name,
      entitlements: [
        {
          ...held(
            "assigned",
            `${name} Role Assigned`,
            false,
            ids.filter((one) => people.has(one)),
          ),
          purpose: "PERMISSION",
        },
      ],
      externalId: id,
      type: "role",
    };
  });
}

function held(slug: string, displayName: string, provisions: boolean, holders: readonly string[]): SeenEntitlement {
  return { displayName, holders, provisions, purpose: "ASSIGNMENT", slug };
}

function accountOf(user: Item): Account {
  return {
    displayName: textOf(user, "displayName"),
    email: textOf(user, "mail") || textOf(user, "userPrincipalName"),
    enabled: user.accountEnabled === true,
    externalId: textOf(user, "id"),
    profile: Object.fromEntries(PROFILE.map((name) => [name, textOf(user, name)]).filter(([, value]) => value !== "")),
    username: textOf(user, "userPrincipalName"),
  };
}

const isSynced = (item: Item): boolean => item.onPremisesSyncEnabled === true;
const isDynamic = (group: Item): boolean =>
  Array.isArray(group.groupTypes) && group.groupTypes.includes("DynamicMembership");
