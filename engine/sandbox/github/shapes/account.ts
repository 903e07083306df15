import type { Account, App, Hub } from "../rows.ts";
import type { Schemas } from "./schemas.ts";

/** Opaque to everybody; only its form is GitHub's. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_kwDO${Buffer.from(String(id)).toString("base64url")}`;
}

export function userShape(hub: Pick<Hub, "apiUrl" | "webUrl">, account: Account): Schemas["simple-user"] {
  const url = `${hub.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === "Organization" ? "O" : "U", account.id),
    avatar_url: `${hub.webUrl}/avatars/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${hub.webUrl}/${account.type === "Bot" ? `apps/${account.login.replace("[bot]", "")}` : account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** A login that nobody has (an account that was deleted) is shown as GitHub's ghost. */
export function userOf(hub: Hub, login: string): Schemas["simple-user"] {
  const account = hub.accounts.get(login.toLowerCase());
  return userShape(hub, account ?? { login: "ghost", id: 10_137, type: "User", name: "Deleted user", emails: [] });
}

export function appShape(hub: Hub, app: App): Schemas["integration"] {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    owner: userOf(hub, hub.owner),
    name: app.name,
    description: "",
    external_url: `https://help.github.com/en/actions`,
    html_url: `${hub.webUrl}/apps/${app.slug}`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: {},
    events: [],
  };
}
