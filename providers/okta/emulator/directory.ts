/** The writes that users, groups and memberships are made of; endpoints and rule evaluation share them. */
import { type Cause, groupTarget, record, userTarget } from "./audit.ts";
import type { Call } from "./call.ts";
import { notFound } from "./failure.ts";
import { changed } from "./search-index.ts";
import { type Group, type Membership, type Tenant, timestamp, type User } from "./tenant.ts";

/** A write in progress: when, and because of whom (null: the tenant itself). */
export interface Moment {
  readonly tenant: Tenant;
  readonly now: number;
  readonly cause: Cause | null;
}

export function momentOf(call: Call): Moment {
  const userAgent = call.request.headers.get("user-agent");
  return { tenant: call.tenant, now: call.now, cause: { caller: call.caller, requestId: call.requestId, userAgent } };
}

export function log(moment: Moment, eventType: string, targets: Parameters<typeof record>[4]): void {
  record(moment.tenant, moment.now, moment.cause, eventType, targets);
}

export function putUser(moment: Moment, user: User): User {
  const { tenant, now } = moment;
  changed(tenant.staleUsers, user.id, tenant.users.get(user.id) ?? null, now, tenant.knobs.searchLagMs);
  tenant.users.set(user.id, user);
  evaluateLater(tenant, `users/${user.id}`, now);
  return user;
}

export function putGroup(moment: Moment, group: Group): Group {
  const { tenant, now } = moment;
  changed(tenant.staleGroups, group.id, tenant.groups.get(group.id) ?? null, now, tenant.knobs.searchLagMs);
  tenant.groups.set(group.id, group);
  return group;
}

/** Queues an evaluation; one that is already due sooner sees the newest data anyway. */
export function evaluateLater(tenant: Tenant, what: string, now: number): void {
  if (!tenant.evaluations.has(what)) tenant.evaluations.set(what, now + tenant.knobs.ruleLagMs);
}

export function groupOf(tenant: Tenant, id: string): Group {
  const group = tenant.groups.get(id);
  if (group === undefined) throw notFound(id, "UserGroup");
  return group;
}

/** By id, or by login; other names of a user are not addresses. */
export function userOf(tenant: Tenant, idOrLogin: string): User {
  const user = tenant.users.get(idOrLogin) ?? userByLogin(tenant, idOrLogin);
  if (user === undefined) throw notFound(idOrLogin, "User");
  return user;
}

const logins = new WeakMap<Tenant, Map<string, string>>();

/** Logins are unique without case. The index heals itself when users were put in from outside. */
export function userByLogin(tenant: Tenant, login: string): User | undefined {
  const wanted = login.toLowerCase();
  let index = logins.get(tenant);
  const known = tenant.users.get(index?.get(wanted) ?? "");
  if (known !== undefined && loginOf(known) === wanted) return known;
  if (index === undefined || index.size !== tenant.users.size) {
    index = new Map([...tenant.users.values()].map((user) => [loginOf(user), user.id]));
    logins.set(tenant, index);
  }
  const found = tenant.users.get(index.get(wanted) ?? "");
  return found !== undefined && loginOf(found) === wanted ? found : undefined;
}

/** Keeps the index in step without a rebuild; `before` is the login that the user had. */
export function relogin(tenant: Tenant, user: User | undefined, before: User | undefined): void {
  const index = logins.get(tenant);
  if (before !== undefined) index?.delete(loginOf(before));
  if (user !== undefined) index?.set(loginOf(user), user.id);
}

function loginOf(user: User): string {
  return String(user.profile.login).toLowerCase();
}

/** `Everyone` holds each user that is not deactivated, without an entry anywhere. */
export function isEveryone(group: Group): boolean {
  return group.type === "BUILT_IN" && group.profile.name === "Everyone";
}

/** Built-in groups keep no list: `Okta Administrators` holds whoever has an admin role. */
function isBuiltInMember(tenant: Tenant, group: Group, user: User): boolean {
  if (user.status === "DEPROVISIONED") return false;
  return isEveryone(group) || (tenant.roles.get(`users/${user.id}`) ?? []).length > 0;
}

export function isMember(tenant: Tenant, group: Group, user: User): boolean {
  if (group.type === "BUILT_IN") return isBuiltInMember(tenant, group, user);
  return tenant.members.get(group.id)?.has(user.id) === true;
}

/** In the order in which they joined. */
export function membersOf(tenant: Tenant, group: Group): readonly User[] {
  if (group.type === "BUILT_IN") {
    return [...tenant.users.values()].filter((user) => isBuiltInMember(tenant, group, user));
  }
  const members: User[] = [];
  for (const id of tenant.members.get(group.id)?.keys() ?? []) {
    const user = tenant.users.get(id);
    if (user !== undefined) members.push(user);
  }
  return members;
}

export function countMembers(tenant: Tenant, group: Group): number {
  return group.type === "BUILT_IN" ? membersOf(tenant, group).length : (tenant.members.get(group.id)?.size ?? 0);
}

export function groupsOf(tenant: Tenant, user: User): readonly Group[] {
  return [...tenant.groups.values()].filter((group) => isMember(tenant, group, user));
}

/** Sets or, with undefined, ends a membership. Only joining and leaving move `lastMembershipUpdated`. */
export function setMembership(moment: Moment, group: Group, user: User, wanted: Membership | undefined): void {
  const { tenant, now } = moment;
  const members = tenant.members.get(group.id) ?? new Map<string, Membership>();
  const before = members.get(user.id);
  const after = wanted !== undefined && (wanted.direct || wanted.rules.length > 0) ? wanted : undefined;
  if (after === undefined) members.delete(user.id);
  else members.set(user.id, after);
  tenant.members.set(group.id, members);
  if ((before === undefined) === (after === undefined)) return;
  putGroup(moment, { ...groupOf(tenant, group.id), lastMembershipUpdated: timestamp(now) });
  const event = after === undefined ? "group.user_membership.remove" : "group.user_membership.add";
  log(moment, event, [userTarget(user), groupTarget(group)]);
  if (asksForGroups(tenant)) evaluateLater(tenant, `users/${user.id}`, now);
}

/** Rules on the membership of other groups (chained rules) follow membership, the others only profiles. */
function asksForGroups(tenant: Tenant): boolean {
  for (const rule of tenant.rules.values()) {
    if (rule.status === "ACTIVE" && /isMemberOf|getGroups/.test(rule.expression)) return true;
  }
  return false;
}
