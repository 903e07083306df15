/** Identities, accounts, and who the caller is. */
import { type Context, type Endpoint, listed, page, param, queriedPage, reads, updated, writes } from "../endpoint.ts";
import { choice, flag, id, list, message, text } from "../message.ts";
import { ROLES, roleId } from "../rights.ts";
import { among, mentions } from "../search.ts";
import { AppUser, AppUserView } from "../shapes/entitlement.ts";
import { type User, UserAnswer } from "../shapes/person.ts";
import { expandable, UserRef } from "../shapes/reference.ts";
import { notFound } from "../status.ts";
import { inApp } from "../tenant.ts";
import { appUserView, userView } from "./views.ts";

const SearchUsers = message({
  ...expandable,
  delegateStatus: text,
  delegatedUserIds: list(id),
  departments: list(text),
  email: text,
  excludeIds: list(id),
  excludeOrigins: list(text),
  excludeTypes: list(text),
  ids: list(id),
  isDelegate: flag,
  jobTitles: list(text),
  managerIds: list(id),
  origins: list(text),
  query: text,
  refs: list(UserRef.element),
  roleIds: list(id),
  sourceAppIds: list(id),
  userStatuses: list(choice("UNKNOWN", "ENABLED", "DISABLED", "DELETED")),
});

const SearchAppUsers = message({
  ...expandable,
  agentStatuses: list(text),
  appId: id,
  appIds: list(id),
  appUserDomains: list(text),
  appUserIds: list(id),
  appUserStatusDetails: list(text),
  appUserStatuses: list(choice("STATUS_UNSPECIFIED", "STATUS_ENABLED", "STATUS_DISABLED", "STATUS_DELETED")),
  appUserTypes: list(text),
  excludeAppUserIds: list(id),
  excludeDeletedApps: flag,
  nhiTypes: list(text),
  query: text,
  refs: list(message({ appId: id, id }).element),
  sortBy: text,
  userIds: list(id),
  withOpenFindings: flag,
  withoutResponsibleParty: flag,
});

export const peopleEndpoints: readonly Endpoint[] = [
  reads("GET", "/api/v1/auth/introspect", "self", introspect),
  reads("GET", "/api/v1/iam/roles", "self", listRoles),
  reads("GET", "/api/v1/users", "people", (context) =>
    page(queriedPage(context), context.tenant.users, (user) => user.deletedAt === null, userView),
  ),
  reads("GET", "/api/v1/users/{id}", "people", (context) => {
    const user = context.tenant.users.get(param(context, "id"));
    if (user === undefined) throw notFound("user");
    return UserAnswer.make({ userView: userView(user) });
  }),
  reads("POST", "/api/v1/search/users", "people", searchUsers),
  reads("POST", "/api/v1/search/app_users", "people", searchAppUsers),
  reads("GET", "/api/v1/apps/{app_id}/app_users", "people", (context) =>
    page(
      queriedPage(context),
      context.tenant.appUsers,
      (account) => account.appId === param(context, "app_id") && account.deletedAt === null,
      appUserView,
    ),
  ),
  reads("GET", "/api/v1/apps/{app_id}/users/{user_id}/app_users", "people", (context) => {
    const accounts = context.tenant.appUsers.by("user", param(context, "user_id"));
    const here = accounts.filter((one) => one.appId === param(context, "app_id") && one.deletedAt === null);
    return { expanded: [], ...page(queriedPage(context), listed(here), () => true, appUserView) };
  }),
  writes("POST", "/api/v1/apps/{app_id}/app_users/{app_user_id}", "entitlements", "appUser.update", (context) => {
    const { tenant } = context;
    const account = tenant.appUsers.get(inApp(param(context, "app_id"), param(context, "app_user_id")));
    if (account === undefined) throw notFound("app user");
    const patch = updated(context.body, "appUser", AppUser, account, ["appUserType", "identityUserId"]);
    const next = tenant.appUsers.put({ ...account, ...patch, updatedAt: tenant.stamp() });
    for (const grant of tenant.grants.by("appUser", inApp(next.appId, next.id))) {
      tenant.grants.put({ ...grant, userId: next.identityUserId });
    }
    return { appUserView: AppUserView.make(appUserView(next)), expanded: [] };
  }),
];

function introspect(context: Context): unknown {
  return {
    deviceClientId: "",
    disabledModules: [],
    features: [],
    permissions: [],
    principleId: context.caller.userId,
    roles: [...context.caller.roles],
    tenantId: context.tenant.id,
    userId: context.caller.userId,
  };
}

function listRoles(context: Context): unknown {
  const roles = Object.entries(ROLES).map(([name, displayName]) => ({
    createdAt: null,
    deletedAt: null,
    displayName,
    id: roleId(displayName),
    name,
    permissions: [],
    serviceRoles: [],
    systemApiOnly: false,
    systemBuiltin: true,
    updatedAt: null,
  }));
  return page(
    queriedPage(context),
    listed(roles),
    () => true,
    (role) => role,
  );
}

function searchUsers(context: Context): unknown {
  const asked = SearchUsers.make(SearchUsers.given(context.body));
  const ids = new Set([...asked.ids, ...asked.refs.map((ref) => ref.id)]);
  const email = asked.email.toLowerCase();
  const keep = (user: User): boolean =>
    user.deletedAt === null &&
    (ids.size === 0 || ids.has(user.id)) &&
    (email === "" || user.emails.some((one) => one.toLowerCase() === email)) &&
    mentions(asked.query, user.displayName, user.email, user.username) &&
    among(asked.departments, user.department) &&
    among(asked.jobTitles, user.jobTitle) &&
    among(asked.origins, user.origin) &&
    among(asked.userStatuses, user.status) &&
    (asked.managerIds.length === 0 || user.managerIds.some((one) => asked.managerIds.includes(one))) &&
    (asked.roleIds.length === 0 || user.roleIds.some((one) => asked.roleIds.includes(one))) &&
    (asked.sourceAppIds.length === 0 || user.directoryIds.some((one) => asked.sourceAppIds.includes(one))) &&
    !asked.excludeIds.includes(user.id) &&
    !asked.excludeOrigins.includes(user.origin) &&
    !asked.excludeTypes.includes(user.type);
  return { expanded: [], ...page(asked, context.tenant.users, keep, userView) };
}

function searchAppUsers(context: Context): unknown {
  const asked = SearchAppUsers.make(SearchAppUsers.given(context.body));
  const appIds = asked.appId === "" ? asked.appIds : [asked.appId, ...asked.appIds];
  const ids = new Set([...asked.appUserIds, ...asked.refs.map((ref) => ref.id)]);
  return {
    expanded: [],
    ...page(
      asked,
      context.tenant.appUsers,
      (account) =>
        account.deletedAt === null &&
        among(appIds, account.appId) &&
        (ids.size === 0 || ids.has(account.id)) &&
        among(asked.userIds, account.identityUserId) &&
        among(asked.appUserTypes, account.appUserType) &&
        among(asked.appUserStatuses, account.status?.status ?? "STATUS_UNSPECIFIED") &&
        !asked.excludeAppUserIds.includes(account.id) &&
        mentions(asked.query, account.displayName, account.email, account.username),
      appUserView,
    ),
  };
}
