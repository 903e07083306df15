/** The Okta connector's sync (c1.md §8.3): users, groups with members, apps with assignments, standard roles. */
import { isFields } from "../../shared/narrow.ts";
import { ConnectorError, call, type Item, textOf } from "./connector-calls.ts";
import type { Json } from "./message.ts";
import { oktaAuthorization, oktaBase } from "./provision-okta.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Account, SeenResource, SeenType, Snapshot } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";

export const OKTA_TYPES: readonly SeenType[] = [
  { name: "group", displayName: "Group", kind: "GROUP" },
  { name: "app", displayName: "App", kind: "CUSTOM" },
  { name: "role", displayName: "Role", kind: "ROLE" },
];

export async function oktaSnapshot(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const list = (path: string): Promise<readonly Item[]> => pages(tenant, connector, path);
  const users = await list("/api/v1/users?limit=200");
  const resources: SeenResource[] = [];
  for (const group of await list("/api/v1/groups?limit=200")) {
    const name = textOf(group.profile, "name");
    const members = await list(`/api/v1/groups/${idOf(group)}/users?limit=200`);
    resources.push({
      description: textOf(group.profile, "description"),
      displayName: name,
      entitlements: [
        {
          displayName: `${name} Group Member`,
          holders: members.map(idOf),
          provisions: true,
          purpose: "ASSIGNMENT",
          slug: "member",
        },
      ],
      externalId: idOf(group),
      type: "group",
    });
  }
  for (const app of await list("/api/v1/apps?limit=200")) {
    const label = textOf(app, "label");
    const assigned = await list(`/api/v1/apps/${idOf(app)}/users?limit=200`);
    resources.push({
      description: "",
      displayName: label,
      entitlements: [
        {
          displayName: `${label} App Access`,
          holders: assigned.map(idOf),
          provisions: true,
          purpose: "ASSIGNMENT",
          slug: "access",
        },
      ],
      externalId: idOf(app),
      type: "app",
    });
  }
  resources.push(...(await roles(tenant, connector)));
  return { accounts: users.map(accountOf), resources, types: OKTA_TYPES };
}

/** Standard roles held by people. A token that may not read roles syncs without them, as the vendor's does. */
async function roles(tenant: Tenant, connector: ConnectorRow): Promise<readonly SeenResource[]> {
  const held = new Map<string, { label: string; holders: string[] }>();
  for (const user of await assignees(tenant, connector)) {
    for (const role of await pages(tenant, connector, `/api/v1/users/${user}/roles`)) {
      const type = textOf(role, "type");
      if (type === "CUSTOM") continue;
      const known = held.get(type) ?? { holders: [], label: textOf(role, "label") };
      held.set(type, { ...known, holders: [...known.holders, user] });
    }
  }
  return [...held].map(([type, { holders, label }]) => ({
    description: "",
    displayName: label,
    entitlements: [
      { displayName: `${label} Role Assigned`, holders, provisions: false, purpose: "PERMISSION", slug: "assigned" },
    ],
    externalId: type,
    type: "role",
  }));
}

async function assignees(tenant: Tenant, connector: ConnectorRow): Promise<readonly string[]> {
  const ids: string[] = [];
  let url: string | undefined = `${oktaBase(connector)}/api/v1/iam/assignees/users?limit=100`;
  while (url !== undefined) {
    const response: Response = await call(tenant, { authorization: oktaAuthorization(connector), url }, [403]);
    if (response.status === 403) return [];
    const body: unknown = await response.json();
    const value = isFields(body) && Array.isArray(body.value) ? body.value : [];
    ids.push(...value.filter(isFields).map(idOf));
    const next = isFields(body) && isFields(body._links) && isFields(body._links.next) ? body._links.next : {};
    url = textOf(next, "href") || undefined;
  }
  return ids;
}

function accountOf(user: Item): Account {
  const profile = isFields(user.profile) ? user.profile : {};
  const email = textOf(profile, "email");
  return {
    displayName: textOf(profile, "displayName") || `${textOf(profile, "firstName")} ${textOf(profile, "lastName")}`,
    email,
    enabled: !["SUSPENDED", "DEPROVISIONED"].includes(textOf(user, "status")),
    externalId: idOf(user),
    profile: Object.fromEntries(Object.entries(profile).filter((entry): entry is [string, Json] => isPlain(entry[1]))),
    username: textOf(profile, "login") || email,
  };
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

async function pages(tenant: Tenant, connector: ConnectorRow, path: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let url: string | undefined = `${oktaBase(connector)}${path}`;
  while (url !== undefined) {
    const response: Response = await call(tenant, { authorization: oktaAuthorization(connector), url });
    const body: unknown = await response.json();
    if (!Array.isArray(body)) throw new ConnectorError(`${new URL(url).pathname} did not answer a list`);
    items.push(...body.filter(isFields));
    url = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return items;
}

const idOf = (item: Item): string => textOf(item, "id");
