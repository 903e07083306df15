/** `/apps/{appId}/users`: everybody who has the app, directly (`USER`) or through a group (`GROUP`). */
import { json } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { appOf } from "./apps.ts";
import { appTarget, nameOf, userTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { log, membersOf, momentOf, userOf } from "./directory.ts";
import { Failure, notFound } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import { type App, type AppUser, type Profile, timestamp, type User } from "./tenant.ts";
import { userRow } from "./user-view.ts";

const all = "/api/v1/apps/{appId}/users";

export const APP_USER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: all, area: "assignments", list: true, handle: listAppUsers },
  { method: "POST", path: all, area: "assignments", handle: assignUser },
  { method: "GET", path: `${all}/{userId}`, area: "assignments", handle: readAppUser },
  { method: "POST", path: `${all}/{userId}`, area: "assignments", handle: changeAppUser },
  { method: "DELETE", path: `${all}/{userId}`, area: "assignments", handle: removeAppUser },
];

interface Assigned {
  readonly user: User;
  /** Absent: through a group only. A direct assignment hides the group path (okta.md §4.6). */
  readonly direct: AppUser | undefined;
  readonly lastUpdated: string;
  readonly profile: Profile;
}

function listAppUsers(call: Call): Response {
  const app = appOf(call);
  const q = call.url.searchParams.get("q")?.toLowerCase();
  const users = [...assignedUsers(call, app).values()].filter(({ user }) => {
    const { login, email } = user.profile;
    return q === undefined || [login, email, nameOf(user)].some((text) => String(text).toLowerCase().startsWith(q));
  });
  const page = pageOf(call, users, ({ user }) => user.id, { default: 50, max: 500 });
  return listed(
    page.items.map((assigned) => view(call, app, assigned)),
    page.links,
  );
}

function readAppUser(call: Call): Response {
  const app = appOf(call);
  return json(200, view(call, app, assignedOf(call, app)));
}

function assignUser(call: Call): Response {
  const body = fieldsOf(call.body);
  return saved(call, appOf(call), userOf(call.tenant, textOf(body.id) ?? ""), body, "add");
}

function changeAppUser(call: Call): Response {
  const app = appOf(call);
  return saved(call, app, assignedOf(call, app).user, fieldsOf(call.body), "update");
}

function saved(call: Call, app: App, user: User, body: Profile, event: "add" | "update"): Response {
  const { tenant, now } = call;
  if (user.status === "DEPROVISIONED")
    throw new Failure(403, "E0000117", "Cannot assign an application to an inactive user.");
  const users = tenant.appUsers.get(app.id) ?? new Map<string, AppUser>();
  const before = users.get(user.id);
  const at = timestamp(now);
  const profile = isFields(body.profile) ? body.profile : {};
  const credentials = fieldsOf(body.credentials);
  users.set(user.id, {
    userId: user.id,
    created: before?.created ?? at,
    statusChanged: before?.statusChanged ?? at,
    lastUpdated: at,
    userName: textOf(credentials.userName) ?? before?.userName ?? String(user.profile.login),
    profile: { ...before?.profile, ...profile },
  });
  tenant.appUsers.set(app.id, users);
  log(momentOf(call), `application.user_membership.${event}`, [
    appUserTarget(app, user),
    appTarget(app),
    userTarget(user),
  ]);
  return json(200, view(call, app, assignedOf({ ...call, params: { ...call.params, userId: user.id } }, app)));
}

/** Whoever has the app through a group cannot be removed here: the group must change. */
function removeAppUser(call: Call): Response {
  const app = appOf(call);
  const { user, direct } = assignedOf(call, app);
  if (direct === undefined) {
    throw new Failure(400, "E0000001", "Api validation failed: appUser", [
      "The user is assigned through a group; change the group's assignment instead",
    ]);
  }
  call.tenant.appUsers.get(app.id)?.delete(user.id);
  log(momentOf(call), "application.user_membership.remove", [
    appUserTarget(app, user),
    appTarget(app),
    userTarget(user),
  ]);
  return noContent();
}

/** The first group in order of priority supplies the profile. An inactive app has no users through groups. */
function assignedUsers(call: Call, app: App): ReadonlyMap<string, Assigned> {
  const { tenant } = call;
  const found = new Map<string, Assigned>();
  for (const [userId, direct] of tenant.appUsers.get(app.id) ?? []) {
    const user = tenant.users.get(userId);
    if (user !== undefined)
      found.set(userId, { user, direct, lastUpdated: direct.lastUpdated, profile: direct.profile });
  }
  if (app.status !== "ACTIVE") return found;
  for (const { groupId, lastUpdated, profile } of tenant.appGroups.get(app.id) ?? []) {
    const group = tenant.groups.get(groupId);
    if (group === undefined) continue;
    for (const user of membersOf(tenant, group)) {
      if (user.status === "DEPROVISIONED" || found.has(user.id)) continue;
      found.set(user.id, { user, direct: undefined, lastUpdated, profile });
    }
  }
  return found;
}

function assignedOf(call: Call, app: App): Assigned {
  const id = call.params.userId ?? "";
  const assigned = assignedUsers(call, app).get(id);
  if (assigned === undefined) throw notFound(id, "AppUser");
  return assigned;
}

function view(call: Call, app: App, { user, direct, lastUpdated, profile }: Assigned): unknown {
  const created = direct?.created ?? lastUpdated;
  const embedded = call.url.searchParams.get("expand") === "user" ? { _embedded: { user: userRow(call, user) } } : {};
  return {
    id: user.id,
    externalId: null,
    created,
    lastUpdated,
    scope: direct === undefined ? "GROUP" : "USER",
    status: "ACTIVE",
    statusChanged: direct?.statusChanged ?? lastUpdated,
    passwordChanged: null,
    syncState: "DISABLED",
    credentials: { userName: direct?.userName ?? String(user.profile.login) },
    profile,
    _links: {
      app: { href: `${call.origin}/api/v1/apps/${app.id}` },
      user: { href: `${call.origin}/api/v1/users/${user.id}` },
    },
    ...embedded,
  };
}

function appUserTarget(app: App, user: User): Parameters<typeof log>[2][number] {
  return {
    id: `0ua${user.id.slice(3)}`,
    type: "AppUser",
    alternateId: String(user.profile.login),
    displayName: `${nameOf(user)} (${app.label})`,
  };
}
