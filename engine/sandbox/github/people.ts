import { json } from "../../../providers/shared/emulator.ts";
import { type Call, type Endpoint, notFound, Refusal } from "./call.ts";
import type { Hub, Role } from "./rows.ts";
import { userOf } from "./shapes/account.ts";
import type { Schemas } from "./shapes/schemas.ts";

const TEAM = "/orgs/{org}/teams/{slug}";

export const peopleEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/collaborators/{login}/permission",
    needs: { metadata: "read" },
    handle: permission,
  },
  { method: "GET", path: TEAM, needs: { members: "read" }, handle: team },
  { method: "GET", path: `${TEAM}/memberships/{login}`, needs: { members: "read" }, handle: membership },
];

/** What a role amounts to in the older words. */
const LEGACY: Readonly<Record<Role | "none", string>> = {
  ...{ admin: "admin", maintain: "write", write: "write", triage: "read", read: "read", none: "none" },
};

function permission({ hub, params }: Call): Response {
  const login = params.login ?? "";
  const account = hub.accounts.get(login.toLowerCase());
  if (account === undefined || account.type === "Organization") throw new Refusal(404, `${login} is not a user`);
  const role = hub.roles.get(login.toLowerCase()) ?? "none";
  const user = userOf(hub, account.login);
  return json(200, { permission: LEGACY[role], role_name: role, user } satisfies Answer);
}

type Answer = Omit<Schemas["repository-collaborator-permission"], "user"> & { user: Schemas["simple-user"] };

/** Only the organization's own people see its teams. */
function membersOf({ hub, caller, params }: Call): ReadonlySet<string> {
  const members = hub.teams.get(`${params.org}/${params.slug}`.toLowerCase());
  const isInside = caller.app !== undefined || hub.roles.has(caller.login.toLowerCase());
  if (members === undefined || !isInside) throw notFound();
  return members;
}

function team(call: Call): Response {
  membersOf(call);
  const { slug = "" } = call.params;
  return json(200, { id: 4_000_000 + slug.length, name: slug, slug, privacy: "closed", permission: "pull" });
}

function membership(call: Call): Response {
  const { hub, params } = call;
  const login = [...membersOf(call)].find((one) => one.toLowerCase() === params.login?.toLowerCase());
  if (login === undefined) throw notFound();
  const url = `${hub.apiUrl}/orgs/${params.org}/teams/${params.slug}/memberships/${login}`;
  return json(200, { url, role: "member", state: "active" } satisfies Schemas["team-membership"]);
}

export function currentUserShape(hub: Hub, login: string): object {
  const account = hub.accounts.get(login.toLowerCase());
  return { ...userOf(hub, login), name: account?.name ?? null, email: account?.emails[0] ?? null };
}
