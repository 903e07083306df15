import { json } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { dropAssignments } from "./access-of-deleted.ts";
import { audited, type Target } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, noContent, param, referenced } from "./call.ts";
import { badRequest, denied, notFound, synced } from "./failure.ts";
import { filtered, page, selected } from "./odata.ts";
import { mayTouch, requireTouch } from "./privileged.ts";
import { nextId, type Properties, type UserRow } from "./tenant.ts";
import { changedUser, checkPassword, isMastered, SENSITIVE, USER_DEFAULTS } from "./user-properties.ts";

const READ = ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const WRITE = ["User.ReadWrite.All", "Directory.ReadWrite.All"];

export const USER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/users", permissions: ["User.ReadBasic.All", ...READ], units: 2, handle: listUsers },
  { method: "POST", path: "/users", permissions: WRITE, handle: createUser },
  { method: "GET", path: "/users/{id}", permissions: ["User.ReadBasic.All", ...READ], handle: getUser },
  {
    method: "PATCH",
    path: "/users/{id}",
    permissions: [...WRITE, "User.EnableDisableAccount.All+User.Read.All"],
    handle: updateUser,
  },
  {
    method: "DELETE",
    path: "/users/{id}",
    permissions: ["User.DeleteRestore.All", "User.ReadWrite.All"],
    handle: deleteUser,
  },
  { method: "GET", path: "/users/{id}/manager", permissions: READ, handle: getManager },
  { method: "PUT", path: "/users/{id}/manager/$ref", permissions: WRITE, handle: setManager },
  { method: "DELETE", path: "/users/{id}/manager/$ref", permissions: WRITE, handle: removeManager },
  {
    method: "POST",
    path: "/users/{id}/revokeSignInSessions",
    permissions: ["User.RevokeSessions.All", ...WRITE],
    handle: revokeSessions,
  },
];

function listUsers(call: Call): Response {
  const rows: Properties[] = [];
  for (const [id, row] of call.tenant.users.allSeen(call.horizon)) {
    if (call.tenant.users.lags(id, call.horizon)) call.lagged(id);
    rows.push({ ...row.properties, managerId: row.managerId });
  }
  return page(call, filtered(call, rows), "users", (row) => viewOf(call, row));
}

function getUser(call: Call): Response {
  const row = seenUser(call, param(call, "id"));
  const view = viewOf(call, { ...row.properties, managerId: row.managerId });
  return json(200, { "@odata.context": `${call.origin}/v1.0/$metadata#users/$entity`, ...view });
}

function viewOf(call: Call, row: Properties): Properties {
  const view = selected(call, row, USER_DEFAULTS);
  if (!/(?:^|,)manager\b/.test(call.url.searchParams.get("$expand") ?? "")) return view;
  const manager = typeof row.managerId === "string" ? call.tenant.users.seen(row.managerId, call.horizon) : undefined;
  if (manager === undefined) return view;
  const { id, userPrincipalName, displayName } = manager.properties;
  return { ...view, manager: { "@odata.type": "#microsoft.graph.user", id, userPrincipalName, displayName } };
}

function createUser(call: Call): Response {
  const { tenant, now } = call;
  const body = bodyOf(call);
  for (const required of ["accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"]) {
    if (body[required] === undefined) {
      throw badRequest(`A value is required for property '${required}' of resource 'User'.`);
    }
  }
  const profile = isFields(body.passwordProfile) ? body.passwordProfile : {};
  const password = checkPassword(tenant, profile.password, body);
  const id = nextId(tenant);
  const properties = changedUser(
    tenant,
    { id, createdDateTime: new Date(now).toISOString(), userType: "Member", onPremisesSyncEnabled: null },
    body,
  );
  const bound = body["manager@odata.bind"];
  const managerId = bound === undefined ? null : referenced(call, bound);
  if (managerId !== null) seenUser(call, managerId);
  const mail = properties.mail ?? null;
  tenant.users.put(id, { properties: { ...properties, mail }, managerId, password }, now);
  audited(call, "Add user", "UserManagement", [targetOf({ ...properties, id })]);
  return json(201, {
    "@odata.context": `${call.origin}/v1.0/$metadata#users/$entity`,
    ...selected(call, { ...properties, mail }, USER_DEFAULTS),
  });
}

function updateUser(call: Call): Response {
  const { tenant, now, caller } = call;
  const body = bodyOf(call);
  const id = seenId(call, param(call, "id"));
  const row = currentUser(call, id);
  if (row.properties.onPremisesSyncEnabled === true && Object.keys(body).some(isMastered)) throw synced();
  const onlyEnable = caller.kind === "app" && !WRITE.some((permission) => caller.roles.includes(permission));
  if (onlyEnable && Object.keys(body).some((name) => name !== "accountEnabled")) throw denied();
  if (Object.keys(body).some((name) => SENSITIVE.includes(name))) requireTouch(tenant, caller, id);
  const properties = changedUser(tenant, row.properties, body);
  const profile = isFields(body.passwordProfile) ? body.passwordProfile : undefined;
  const password = profile === undefined ? row.password : checkPassword(tenant, profile.password, properties);
  tenant.users.put(id, { ...row, properties, password }, now);
  const disabled = body.accountEnabled === false;
  const { passwordProfile: _password, ...shown } = body;
  audited(call, disabled ? "Disable account" : "Update user", "UserManagement", [
    { ...targetOf(properties), modified: shown },
  ]);
  return noContent();
}

function deleteUser(call: Call): Response {
  removeUser(call, seenId(call, param(call, "id")));
  return noContent();
}

/** Soft: it can be restored for 30 days, with its links. */
export function removeUser(call: Call, id: string): void {
  const { tenant, now } = call;
  const row = currentUser(call, id);
  requireTouch(tenant, call.caller, id);
  const links = ["members", "owners"].flatMap((relation) =>
    tenant.links.holders(relation, id).map((from) => ({ from, relation, to: id })),
  );
  for (const link of links) tenant.links.set({ ...link, at: now, present: false });
  dropAssignments(tenant, id, now);
  tenant.users.remove(id, now);
  const login = `${id.replaceAll("-", "")}${String(row.properties.userPrincipalName)}`;
  const kept = { ...row, properties: { ...row.properties, userPrincipalName: login } };
  tenant.deleted.set(id, { type: "user", row: kept, at: now, links });
  for (const [other, report] of [...tenant.users.all()]) {
    if (report.managerId === id) tenant.users.put(other, { ...report, managerId: null }, now);
  }
  audited(call, "Delete user", "UserManagement", [targetOf(row.properties)]);
}

function getManager(call: Call): Response {
  const { managerId } = seenUser(call, param(call, "id"));
  const manager = managerId === null ? undefined : call.tenant.users.seen(managerId, call.horizon);
  if (manager === undefined) throw notFound("manager");
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#directoryObjects/$entity`,
    "@odata.type": "#microsoft.graph.user",
    ...selected(call, manager.properties, USER_DEFAULTS),
  });
}

function setManager(call: Call): Response {
  const managerId = referenced(call, bodyOf(call)["@odata.id"]);
  return putManager(call, seenId(call, managerId));
}

function removeManager(call: Call): Response {
  if (currentUser(call, seenId(call, param(call, "id"))).managerId === null) throw notFound("manager");
  return putManager(call, null);
}

function putManager(call: Call, managerId: string | null): Response {
  const id = seenId(call, param(call, "id"));
  const row = currentUser(call, id);
  if (row.properties.onPremisesSyncEnabled === true) throw synced();
  call.tenant.users.put(id, { ...row, managerId }, call.now);
  audited(call, managerId === null ? "Remove manager" : "Set manager", "UserManagement", [targetOf(row.properties)]);
  return noContent();
}

function revokeSessions(call: Call): Response {
  const id = seenId(call, param(call, "id"));
  const row = currentUser(call, id);
  if (!mayTouch(call.tenant, call.caller, id)) throw denied();
  const properties = { ...row.properties, signInSessionsValidFromDateTime: new Date(call.now).toISOString() };
  call.tenant.users.put(id, { ...row, properties }, call.now);
  audited(call, "Revoke sign in sessions", "UserManagement", [targetOf(row.properties)]);
  return json(200, { "@odata.context": `${call.origin}/v1.0/$metadata#Edm.Boolean`, value: true });
}

/** By id or UPN, as reads show it; 404 for what is too new. */
export function seenUser(call: Call, idOrLogin: string): UserRow {
  const { tenant, horizon } = call;
  const byId = tenant.users.seen(idOrLogin, horizon);
  if (byId !== undefined) {
    if (tenant.users.lags(idOrLogin, horizon)) call.lagged(idOrLogin);
    return byId;
  }
  for (const [, row] of tenant.users.allSeen(horizon)) {
    if (String(row.properties.userPrincipalName).toLowerCase() === idOrLogin.toLowerCase()) return row;
  }
  if (tenant.users.now(idOrLogin) !== undefined) call.lagged(idOrLogin);
  throw notFound(idOrLogin);
}

function seenId(call: Call, idOrLogin: string): string {
  return String(seenUser(call, idOrLogin).properties.id);
}

function currentUser(call: Call, id: string): UserRow {
  const row = call.tenant.users.now(id);
  if (row === undefined) throw notFound(id);
  return row;
}

export function targetOf(properties: Properties): Target {
  return {
    id: String(properties.id),
    type: "User",
    displayName: null,
    userPrincipalName: String(properties.userPrincipalName),
  };
}
