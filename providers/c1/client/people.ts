/** People, grants, tasks, roles, the system log and who we are. */
import { createMemo } from "../../shared/memo.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { entitlementOf } from "./access.ts";
import type { Api } from "./api.ts";
import { createBatch } from "./batch.ts";
import { refOfRow, type ScopedRef, scopedId } from "./refs.ts";
import { fields, objects, text } from "./wire.ts";

const REFS = 100;

/** A C1 identity; its login, as stacks name people, is the primary e-mail. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  /** Every e-mail and username, primary ones first. */
  readonly names: readonly string[];
  readonly roleIds: readonly string[];
  readonly status: string;
}

/** One grant: an account holds an entitlement. */
export interface GrantRow {
  readonly appId: string;
  readonly entitlementId: string;
  readonly resourceId: string;
  readonly slug: string;
  /** Empty for an account that is mapped to nobody. */
  readonly userId: string;
  /** Names of the account itself. */
  readonly names: readonly string[];
  /** The task it came from; empty where a sync merely found it. */
  readonly taskId: string;
  /** Entitlements that it follows from; empty for a direct one. */
  readonly sources: readonly ScopedRef[];
}

export interface Introspection {
  readonly principalId: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly features: readonly string[];
  readonly disabledModules: readonly string[];
}

export function peopleReads(api: Api) {
  const rows = createMemo<readonly Fields[]>();
  const grants = createMemo<readonly GrantRow[]>();
  const self = createMemo<Introspection>();
  const seen = new Map<string, User>();
  const userSeen = (row: Fields): User => {
    const user = userOf(row);
    seen.set(user.email.toLowerCase(), user);
    return user;
  };
  const byId = createBatch<User | undefined>(
    REFS,
    async (ids) => {
      const found = await api.search("/api/v1/search/users", { refs: ids.map((id) => ({ id })) });
      return new Map(found.map(userSeen).map((user) => [user.id, user]));
    },
    undefined,
  );
  const byEmail = createMemo<readonly User[]>();

  return {
    user: (id: string) => byId.get(id),
    /** Exact primary e-mail, letter case aside. Deleted people are nobody. */
    usersByEmail: (email: string) =>
      byEmail(email.toLowerCase(), async () =>
        (await api.search("/api/v1/search/users", { email }))
          .map(userSeen)
          .filter((user) => user.email.toLowerCase() === email.toLowerCase() && user.status !== "DELETED"),
      ),
    /** Who came along with other answers, by primary e-mail. */
    seenUser: (email: string) => seen.get(email.toLowerCase()),
    usersWithRole: (roleId: string) =>
      byEmail(`role ${roleId}`, async () =>
        (await api.search("/api/v1/search/users", { roleIds: [roleId] })).map(userOf),
      ),
    roles: () => rows("roles", () => api.pages("/api/v1/iam/roles")),
    /** Everybody, with every field: what membership rules are judged by. */
    everybody: () =>
      rows("everybody", async () => {
        const found = await api.search("/api/v1/search/users", {});
        for (const user of found.map(userSeen)) byId.put(user.id, user);
        return found;
      }),
    /** Accounts in an app. */
    accountsIn: (appId: string) =>
      rows(`accounts ${appId}`, () => api.search("/api/v1/search/app_users", { appIds: [appId] })),
    /** Who holds an entitlement. */
    holdersOf: (ref: ScopedRef) =>
      grants(`holders ${scopedId(ref)}`, async () =>
        (await api.search("/api/v1/search/grants", { entitlementRefs: [ref] })).map(grantOf),
      ),
    /** Enrolments in access profiles: the entitlement's id is the profile's (c1.md §5.5). */
    enrolments: (appId: string) =>
      grants(`enrolments ${appId}`, async () =>
        (await api.search("/api/v1/search/grants", { appIds: [appId], entitlementSlugs: ["enrollment"] })).map(grantOf),
      ),
    /** Grants of every entitlement of these resources. */
    async grantsOn(resources: readonly ScopedRef[]): Promise<readonly GrantRow[]> {
      const parts = Array.from({ length: Math.ceil(resources.length / REFS) }, (_, part) =>
        resources.slice(part * REFS, (part + 1) * REFS),
      );
      const found = await Promise.all(
        parts.map((part) =>
          grants(`on ${part.map(scopedId).join(" ")}`, async () => {
            const appIds = [...new Set(part.map(({ appId }) => appId))];
            const resourceIds = part.map(({ id }) => id);
            return (await api.search("/api/v1/search/grants", { appIds, resourceIds })).map(grantOf);
          }),
        ),
      );
      return found.flat();
    },
    /** Tasks that grant something on these resources, as the filters say. */
    grantTasks: (appResourceIds: readonly string[], filters: Fields) =>
      api
        .search("/api/v1/search/tasks", { appResourceIds, taskTypes: [{ grant: {} }], ...filters })
        .then((found) => found.map((row) => fields(row.task))),
    introspect: () =>
      self("self", async () => {
        const me = fields(await api.get("/api/v1/auth/introspect"));
        return {
          principalId: text(me.principleId),
          userId: text(me.userId),
          tenantId: text(me.tenantId),
          roles: textsOf(me.roles),
          permissions: textsOf(me.permissions),
          features: textsOf(me.features),
          disabledModules: textsOf(me.disabledModules),
        };
      }),
    /** One page, newest first: enough to attribute a drift. */
    async events(since: string): Promise<readonly Fields[]> {
      const body = { since, sortDirection: "SORT_DIRECTION_DESC", pageSize: 100 };
      const answer = fields(await api.ask("/api/v1/systemlog/events", body));
      return Array.isArray(answer.list) ? answer.list.map(fields) : [];
    },
  };
}

export function userOf(row: Fields): User {
  const user = "user" in row ? fields(row.user) : row;
  const email = text(user.email);
  const names = [email, text(user.username), ...textsOf(user.emails), ...textsOf(user.usernames)];
  return {
    id: text(user.id),
    email,
    displayName: text(user.displayName),
    names: [...new Set(names.filter((name) => name !== ""))],
    roleIds: textsOf(user.roleIds),
    status: text(user.status),
  };
}

function grantOf(row: Fields): GrantRow {
  const binding = fields(row.appEntitlementUserBinding);
  const account = fields(fields(binding.appUser).appUser);
  const names = [
    text(account.email),
    text(account.username),
    ...textsOf(account.emails),
    ...textsOf(account.usernames),
  ];
  const entitlement = entitlementOf(fields(row.entitlement));
  return {
    appId: text(binding.appId),
    entitlementId: text(binding.appEntitlementId),
    resourceId: text(entitlement.appResourceId),
    slug: text(entitlement.slug),
    userId: text(account.identityUserId),
    names: [...new Set(names.filter((name) => name !== ""))],
    taskId: text(binding.originatingTicketId),
    sources: objects(binding.grantSources).map(refOfRow),
  };
}
