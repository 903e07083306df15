/** `/users/{id}/lifecycle/…`: none of these is idempotent (okta.md §4.1). */
import { randomBytes } from "node:crypto";
import { json } from "../../shared/emulator.ts";
import { userTarget } from "./audit.ts";
import type { Call, Endpoint } from "./call.ts";
import { log, type Moment, momentOf, putUser, relogin, userOf } from "./directory.ts";
import { Failure } from "./failure.ts";
import { changed } from "./search-index.ts";
import { timestamp, type User, type UserStatus } from "./tenant.ts";

const base = "/api/v1/users/{id}/lifecycle";

export const LIFECYCLE_ENDPOINTS: readonly Endpoint[] = [
  { method: "POST", path: `${base}/activate`, area: "users", handle: activate },
  { method: "POST", path: `${base}/reactivate`, area: "users", handle: reactivate },
  { method: "POST", path: `${base}/deactivate`, area: "users", handle: deactivateUser },
  { method: "POST", path: `${base}/suspend`, area: "users", handle: suspend },
  { method: "POST", path: `${base}/unsuspend`, area: "users", handle: unsuspend },
  { method: "POST", path: `${base}/unlock`, area: "users", handle: unlock },
];

function activate(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  if (user.transitioningToStatus !== undefined) throw stillBusy();
  if (user.status !== "STAGED" && user.status !== "DEPROVISIONED") {
    throw new Failure(403, "E0000016", "Activation failed because the user is already active");
  }
  const to = user.passwordChanged === null && user.provider.type === "OKTA" ? "PROVISIONED" : "ACTIVE";
  begin(call, user, to, "user.lifecycle.activate");
  return json(200, activation(call));
}

function reactivate(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  if (user.status !== "PROVISIONED" && user.status !== "RECOVERY") throw wrongState();
  log(momentOf(call), "user.lifecycle.reactivate", [userTarget(user)]);
  return json(200, activation(call));
}

function deactivateUser(call: Call): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  if (user.status === "DEPROVISIONED") throw wrongState();
  deactivate(call, user);
  return json(200, {});
}

function suspend(call: Call): Response {
  return move(call, ["ACTIVE"], "SUSPENDED", "user.lifecycle.suspend");
}

function unsuspend(call: Call): Response {
  return move(call, ["SUSPENDED"], "ACTIVE", "user.lifecycle.unsuspend");
}

function unlock(call: Call): Response {
  return move(call, ["LOCKED_OUT"], "ACTIVE", "user.account.unlock");
}

function move(call: Call, from: readonly UserStatus[], to: UserStatus, event: string): Response {
  const user = userOf(call.tenant, call.params.id ?? "");
  const suspension = event !== "user.account.unlock";
  if (!from.includes(user.status)) {
    throw suspension
      ? new Failure(400, "E0000001", `Api validation failed: ${event.split(".").at(-1) ?? ""}User`, [
          `Cannot ${event.split(".").at(-1) ?? ""} a user that is not ${from.join(" or ").toLowerCase()}`,
        ])
      : wrongState();
  }
  const moment = momentOf(call);
  const at = timestamp(call.now);
  putUser(moment, { ...user, status: to, statusChanged: at, lastUpdated: at });
  log(moment, event, [userTarget(user)]);
  return json(200, {});
}

/** Also the first half of `DELETE /users/{id}`. */
export function deactivate(call: Call, user: User): void {
  if (user.transitioningToStatus !== undefined) throw stillBusy();
  begin(call, user, "DEPROVISIONED", "user.lifecycle.deactivate");
}

/** Asynchronous where the tenant is slow or the caller asked for it: the status follows, `transitioningToStatus` first. */
function begin(call: Call, user: User, to: "ACTIVE" | "PROVISIONED" | "DEPROVISIONED", event: string): void {
  const moment = momentOf(call);
  const { tenant, now } = call;
  log(moment, event, [userTarget(user)]);
  const asked = call.request.headers.get("prefer")?.includes("respond-async") === true;
  const lag = Math.max(tenant.knobs.lifecycleLagMs, asked ? 1000 : 0);
  if (lag === 0) {
    arrive(moment, user, to);
    return;
  }
  putUser(moment, { ...user, transitioningToStatus: to, lastUpdated: timestamp(now) });
  tenant.transitions.set(user.id, { due: now + lag, to });
}

function arrive(moment: Moment, user: User, to: UserStatus): void {
  const at = timestamp(moment.now);
  const { transitioningToStatus: _, ...rest } = user;
  const activated = to === "DEPROVISIONED" ? user.activated : at;
  putUser(moment, { ...rest, status: to, activated, statusChanged: at, lastUpdated: at });
  if (to !== "DEPROVISIONED") return;
  for (const users of moment.tenant.appUsers.values()) users.delete(user.id);
}

/** Ends the transitions that are due. */
export function settleTransitions(moment: Moment): void {
  for (const [id, { due, to }] of moment.tenant.transitions) {
    if (due > moment.now) continue;
    moment.tenant.transitions.delete(id);
    const user = moment.tenant.users.get(id);
    if (user !== undefined) arrive({ ...moment, now: due }, user, to);
  }
}

/** The second `DELETE`: nothing of the user remains, but rules that exclude them keep the dead id (okta.md §4.5). */
export function eraseUser(moment: Moment, user: User): void {
  const { tenant, now } = moment;
  changed(tenant.staleUsers, user.id, user, now, tenant.knobs.searchLagMs);
  tenant.users.delete(user.id);
  tenant.transitions.delete(user.id);
  tenant.roles.delete(`users/${user.id}`);
  relogin(tenant, undefined, user);
  for (const [groupId, members] of tenant.members) {
    const group = tenant.groups.get(groupId);
    if (!members.delete(user.id) || group === undefined) continue;
    tenant.groups.set(groupId, { ...group, lastMembershipUpdated: timestamp(now) });
  }
  for (const [groupId, owners] of tenant.owners) {
    if (owners.some((owner) => owner.id === user.id)) {
      tenant.owners.set(
        groupId,
        owners.filter((owner) => owner.id !== user.id),
      );
    }
  }
  for (const [token, entry] of tenant.apiTokens) if (entry.userId === user.id) tenant.apiTokens.delete(token);
  log(moment, "user.lifecycle.delete.completed", [userTarget(user)]);
}

function activation(call: Call): unknown {
  if (call.url.searchParams.get("sendEmail") !== "false") return {};
  const activationToken = randomBytes(15).toString("base64url");
  return { activationUrl: `${call.origin}/welcome/${activationToken}`, activationToken };
}

function wrongState(): Failure {
  return new Failure(403, "E0000038", "This operation is not allowed in the user's current status.");
}

function stillBusy(): Failure {
  return new Failure(409, "E0000112", "Cannot update this user because they are still being activated.");
}
