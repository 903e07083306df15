/** `/users`: list, read, create, change, delete. Lifecycle is in `user-lifecycle.ts`. */
import { json } from "../../shared/emulator.ts";
import { isFields, textsOf } from "../../shared/narrow.ts";
import { userTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { groupOf, groupsOf, log, momentOf, putUser, relogin, setMembership, userOf } from "./directory.ts";
import { Failure, forbidden, invalid, notFound } from "./failure.ts";
import { groupView } from "./group-view.ts";
import { listed, pageOf } from "./paging.ts";
import { nextId, type Profile, timestamp, type User } from "./tenant.ts";
import { deactivate, eraseUser } from "./user-lifecycle.ts";
import { checkProfile, mergedProfile } from "./user-profile.ts";
import { foundUsers } from "./user-search.ts";
import { etagOf, userRow, userView } from "./user-view.ts";

export const USER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/users", area: "users", list: true, handle: listUsers },
  { method: "POST", path: "/api/v1/users", area: "users", handle: createUser },
  { method: "GET", path: "/api/v1/users/me", area: "self", handle: readMe },
  { method: "GET", path: "/api/v1/users/{id}", area: "users", handle: readUser },
  { method: "POST", path: "/api/v1/users/{id}", area: "users", handle: changeUser },
  { method: "PUT", path: "/api/v1/users/{id}", area: "users", handle: replaceUser },
  { method: "DELETE", path: "/api/v1/users/{id}", area: "users", handle: deleteUser },
  { method: "GET", path: "/api/v1/users/{id}/groups", area: "users", list: true, handle: listGroupsOfUser },
];

function listUsers(call: Call): Response {
  const page = pageOf(call, foundUsers(call), (user) => user.id, { default: 200, max: 200 });
  const fields = call.url.searchParams.get("fields");
  const omit = omissions(call.request);
  return listed(
    page.items.map((user) => trimmed(userRow(call, user), fields, omit)),
    page.links,
  );
}

/** SSWS only: an OAuth service app is not a user (okta.md §1.1). */
function readMe(call: Call): Response {
  if (call.caller.userId === null) throw notFound("me", "User");
  return shown(call, userOf(call.tenant, call.caller.userId));
}

function readUser(call: Call): Response {
  return shown(call, userOf(call.tenant, call.params.id ?? ""));
}

function createUser(call: Call): Response {
  const { tenant, now } = call;
  const moment = momentOf(call);
  const body = fieldsOf(call.body);
  const profile = mergedProfile(tenant, {}, profileOf(body));
  checkProfile(tenant, profile, undefined);
  const groups = textsOf(body.groupIds).map((id) => groupOf(tenant, id));
  if (groups.length > 20) {
    throw new Failure(400, "E0000093", "Target count limit exceeded: at most 20 groups can be given at creation.");
  }
  if (groups.some((group) => group.type !== "OKTA_GROUP")) throw forbidden();

  const activated = call.url.searchParams.get("activate") !== "false";
  const credentials = fieldsOf(body.credentials);
  const federated = call.url.searchParams.get("provider") === "true";
  const signsIn = textOf(fieldsOf(credentials.password).value) !== undefined || federated;
  const at = timestamp(now);
  const user = putUser(moment, {
    id: nextId(tenant, "00u"),
    status: activated ? (signsIn ? "ACTIVE" : "PROVISIONED") : "STAGED",
    created: at,
    activated: activated ? at : null,
    statusChanged: activated ? at : null,
    lastLogin: null,
    lastUpdated: at,
    passwordChanged: signsIn && !federated ? at : null,
    typeId: textOf(fieldsOf(body.type).id) ?? tenant.userTypeId,
    profile,
    provider: providerOf(credentials.provider),
  });
  relogin(tenant, user, undefined);
  log(moment, "user.lifecycle.create", [userTarget(user)]);
  if (activated) log(moment, "user.lifecycle.activate", [userTarget(user)]);
  for (const group of groups) setMembership(moment, group, user, { direct: true, rules: [] });
  return json(200, userView(call, user));
}

/** Partial: keys that are absent stay. */
function changeUser(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  const profile = fieldsOf(call.body).profile;
  return saved(call, user, mergedProfile(call.tenant, user.profile, isFields(profile) ? profile : {}));
}

/** Full: everything unlisted goes. */
function replaceUser(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  return saved(call, user, mergedProfile(call.tenant, {}, profileOf(fieldsOf(call.body))));
}

function saved(call: Call, user: User, profile: Profile): Response {
  const { tenant } = call;
  const expected = call.request.headers.get("if-match");
  if (expected !== null && expected !== etagOf(user)) {
    throw new Failure(412, "E0000231", "The resource has changed since it was read (If-Match does not match).");
  }
  if (user.status === "DEPROVISIONED")
    throw new Failure(403, "E0000038", "This operation is not allowed in the user's current status.");
  checkProfile(tenant, profile, user);
  const moment = momentOf(call);
  const after = putUser(moment, { ...user, profile, lastUpdated: timestamp(call.now) });
  relogin(tenant, after, user);
  log(moment, "user.account.update_profile", [userTarget(after)]);
  return shown(call, after);
}

/** The first call only deactivates, the second erases: a blind retry is destructive (okta.md §2). */
function deleteUser(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  if (user.status === "DEPROVISIONED") eraseUser(momentOf(call), user);
  else deactivate(call, user);
  return noContent();
}

function listGroupsOfUser(call: Call): Response {
  const groups = groupsOf(call.tenant, userOf(call.tenant, call.params.id ?? ""));
  const self = new URL(call.url);
  self.searchParams.set("limit", "200");
  return listed(
    groups.map((group) => groupView(call, group)),
    [`<${self.href}>; rel="self"`],
  );
}

function shown(call: Call, user: User): Response {
  return json(200, userView(call, user), { etag: etagOf(user) });
}

function profileOf(body: Readonly<Record<string, unknown>>): Profile {
  if (isFields(body.profile)) return body.profile;
  throw invalid("profile", "profile: The field cannot be left blank");
}

function providerOf(value: unknown): User["provider"] {
  const provider = fieldsOf(value);
  return { type: textOf(provider.type) ?? "OKTA", name: textOf(provider.name) ?? "OKTA" };
}

/** `Content-Type: application/json; okta-response=omitCredentials,…` trims rows (okta.md §4.1). */
function omissions(request: Request): readonly string[] {
  return /okta-response="?([\w,]+)/i.exec(request.headers.get("content-type") ?? "")?.[1]?.split(",") ?? [];
}

/** `fields=id,status,profile:(login,email)`. */
function trimmed(row: Record<string, unknown>, fields: string | null, omit: readonly string[]): unknown {
  const kept = Object.entries(row).filter(
    ([key]) =>
      !(key === "credentials" && omit.includes("omitCredentials")) &&
      !(key === "transitioningToStatus" && omit.includes("omitTransitioningToStatus")),
  );
  if (fields === null) return Object.fromEntries(kept);
  const profile = /profile:\(([^)]*)\)/.exec(fields)?.[1]?.split(",");
  const names = fields.replace(/:\([^)]*\)/g, "").split(",");
  return Object.fromEntries(
    kept
      .filter(([key]) => names.includes(key))
      .map(([key, value]) => [key, key === "profile" && profile !== undefined ? picked(value, profile) : value]),
  );
}

function picked(value: unknown, names: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(([key]) => names.includes(key)));
}
