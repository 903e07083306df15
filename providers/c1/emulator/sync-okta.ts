/** The Okta connector's sync (c1.md §8.3): users, groups with members, apps with assignments. Roles are not read. */
import { ConnectorError, call, oktaAuthorization, oktaBase } from "./connector-calls.ts";
import { isRecord, type Json } from "./message.ts";
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
    const name = textOf(group["profile"], "name");
    const members = await list(`/api/v1/groups/${idOf(group)}/users?limit=200`);
    resources.push({
      description: textOf(group["profile"], "description"),
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
  return { accounts: users.map(accountOf), resources, types: OKTA_TYPES };
}

type Item = Readonly<Record<string, unknown>>;

function accountOf(user: Item): Account {
  const profile = isRecord(user["profile"]) ? user["profile"] : {};
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
    items.push(...body.filter(isRecord));
    url = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return items;
}

const idOf = (item: Item): string => textOf(item, "id");

function textOf(value: unknown, key: string): string {
  const field = isRecord(value) ? value[key] : undefined;
  return typeof field === "string" ? field : "";
}
