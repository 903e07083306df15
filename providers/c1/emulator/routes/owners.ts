/**
 * Owners, in both generations (c1.md §6.6). v1 knows users only, v2 also the holders of entitlements. A write is
 * readable only after a lag; a wrong app id lists as empty with 200.
 */
import { type Context, type Endpoint, listed, page, param, queriedPage, reads, required, writes } from "../endpoint.ts";
import { id, list, message, text } from "../message.ts";
import { OWNER_ROLE, ownersNow, ownersShown, setOwners } from "../owners.ts";
import type { Area } from "../rights.ts";
import type { OwnerEntitlement, OwnerUser } from "../rows.ts";
import { Entitlement } from "../shapes/entitlement.ts";
import { User } from "../shapes/person.ts";
import { EntitlementRef, UserRef } from "../shapes/reference.ts";
import { invalid, notFound } from "../status.ts";
import { inApp } from "../tenant.ts";

/** What can be owned, and where its calls live. */
interface Owned {
  readonly name: string;
  readonly area: Area;
  readonly v1?: { readonly base: string; readonly item: boolean };
  readonly v2: string;
  key(context: Context): string;
  /** Ids of the object, as v2 rows repeat them. */
  ids(context: Context): Readonly<Record<string, string>>;
}

const OWNED: readonly Owned[] = [
  {
    name: "app",
    area: "apps",
    v1: { base: "/api/v1/apps/{app_id}", item: true },
    v2: "/api/v2/apps/{app_id}/owners",
    key: (context) => `app/${param(context, "app_id")}`,
    ids: (context) => ({ appId: param(context, "app_id") }),
  },
  {
    name: "appEntitlement",
    area: "entitlements",
    v1: { base: "/api/v1/apps/{app_id}/entitlements/{entitlement_id}", item: false },
    v2: "/api/v2/apps/{app_id}/entitlements/{entitlement_id}/owners",
    key: (context) => `entitlement/${inApp(param(context, "app_id"), param(context, "entitlement_id"))}`,
    ids: (context) => ({ appId: param(context, "app_id"), entitlementId: param(context, "entitlement_id") }),
  },
  {
    name: "appResource",
    area: "entitlements",
    v1: { base: "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/resource/{resource_id}", item: false },
    v2: "/api/v2/apps/{app_id}/resource_types/{resource_type_id}/resources/{resource_id}/owners",
    key: (context) => `resource/${inApp(param(context, "app_id"), param(context, "resource_id"))}`,
    ids: (context) => ({
      appId: param(context, "app_id"),
      resourceId: param(context, "resource_id"),
      resourceTypeId: param(context, "resource_type_id"),
    }),
  },
  {
    name: "connector",
    area: "connectors",
    v2: "/api/v2/apps/{app_id}/connectors/{connector_id}/owners",
    key: (context) => `connector/${inApp(param(context, "app_id"), param(context, "connector_id"))}`,
    ids: (context) => ({ appId: param(context, "app_id"), connectorId: param(context, "connector_id") }),
  },
];

const SetUsers = message({ userIds: list(id) });
const OneUser = message({ userId: id });
const SetOwners = message({
  appEntitlementRefs: list(EntitlementRef.element),
  roleSlug: text,
  userRefs: list(UserRef.element),
});

export const ownerEndpoints: readonly Endpoint[] = OWNED.flatMap((owned) => [
  ...firstGeneration(owned),
  ...secondGeneration(owned),
]);

function firstGeneration(owned: Owned): readonly Endpoint[] {
  if (owned.v1 === undefined) return [];
  const { base, item } = owned.v1;
  const set = (context: Context, users: readonly string[]) => {
    setOwners(context.tenant, owned.key(context), { users });
    return {};
  };
  const current = (context: Context): readonly string[] =>
    ownersNow(context.tenant, owned.key(context)).users.map((u) => u.id);
  const bodyUser = (context: Context): string => required(OneUser.given(context.body).userId, "user_id");
  const named = (context: Context): string => param(context, "user_id") || bodyUser(context);
  const add = (context: Context) => set(context, [...new Set([...current(context), named(context)])]);
  const remove = (context: Context) =>
    set(
      context,
      current(context).filter((one) => one !== named(context)),
    );
  const operation = `${owned.name}.owner`;
  return [
    reads("GET", `${base}/ownerids`, owned.area, (context) => ({
      userIds: ownersShown(context.tenant, owned.key(context)).users.map((owner) => owner.id),
    })),
    reads("GET", `${base}/owners`, owned.area, (context) => {
      const shown = ownersShown(context.tenant, owned.key(context)).users;
      const answer = page(
        queriedPage(context),
        listed(shown),
        () => true,
        (owner: OwnerUser) => userOf(context, owner),
      );
      return owned.name === "appResource" ? { immutableUserIds: [], ...answer } : answer;
    }),
    writes("PUT", `${base}/owners`, owned.area, `${operation}.set`, (context) =>
      set(context, SetUsers.make(SetUsers.given(context.body)).userIds),
    ),
    writes("POST", item ? `${base}/owners/{user_id}` : `${base}/owners`, owned.area, `${operation}.add`, add),
    ...removals(owned, remove, set, current),
  ];
}

/** Which call removes one and which removes all differs by object, as the official description has it. */
function removals(
  owned: Owned,
  remove: (context: Context) => unknown,
  set: (context: Context, users: readonly string[]) => unknown,
  current: (context: Context) => readonly string[],
): readonly Endpoint[] {
  const base = owned.v1?.base ?? "";
  const operation = `${owned.name}.owner.remove`;
  const one = writes("DELETE", `${base}/owners/{user_id}`, owned.area, operation, remove);
  if (owned.name === "appResource") {
    return [
      writes("DELETE", `${base}/owners`, owned.area, operation, remove),
      writes("DELETE", `${base}/ownerids`, owned.area, operation, (context) => set(context, [])),
    ];
  }
  const bulk = writes("DELETE", `${base}/owners`, owned.area, operation, (context) => {
    if (owned.name !== "app") return set(context, []);
    const gone = SetUsers.make(SetUsers.given(context.body)).userIds;
    return set(
      context,
      current(context).filter((user) => !gone.includes(user)),
    );
  });
  return [one, bulk];
}

function secondGeneration(owned: Owned): readonly Endpoint[] {
  const { v2, area } = owned;
  const operation = `${owned.name}.owner`;
  const userPath = `${v2}/users/{role_slug}/{user_ref_id}`;
  const entitlementPath = `${v2}/entitlements/{role_slug}/{app_entitlement_ref_app_id}/{app_entitlement_ref_id}`;
  const key = (context: Context): string => owned.key(context);
  const named = (context: Context): EntitlementRef => ({
    appId: param(context, "app_entitlement_ref_app_id"),
    id: param(context, "app_entitlement_ref_id"),
  });
  const isNamed = (context: Context) => (ref: EntitlementRef) =>
    ref.appId === named(context).appId && ref.id === named(context).id;
  const userRow = (context: Context, owner: OwnerUser) => ({
    ...owned.ids(context),
    createdAt: owner.since,
    roleSlug: owner.role,
    user: userOf(context, owner),
  });
  const entitlementRow = (context: Context, owner: OwnerEntitlement) => ({
    ...owned.ids(context),
    appEntitlement: entitlementOf(context, owner),
    createdAt: owner.since,
    roleSlug: owner.role,
  });
  const ofRole = (context: Context) => (owner: { role: string }) =>
    (context.query.get("role_slug") ?? owner.role) === owner.role;
  return [
    writes("PUT", v2, area, `${operation}.set`, (context) => {
      const asked = SetOwners.make(SetOwners.given(context.body));
      checkRole(asked.roleSlug);
      setOwners(context.tenant, key(context), {
        users: asked.userRefs.map((ref) => ref.id),
        entitlements: asked.appEntitlementRefs,
      });
      return {};
    }),
    reads("GET", `${v2}/users`, area, (context) =>
      page(queriedPage(context), listed(ownersShown(context.tenant, key(context)).users), ofRole(context), (owner) =>
        userRow(context, owner),
      ),
    ),
    reads("GET", `${v2}/entitlements`, area, (context) =>
      page(
        queriedPage(context),
        listed(ownersShown(context.tenant, key(context)).entitlements),
        ofRole(context),
        (owner) => entitlementRow(context, owner),
      ),
    ),
    reads("GET", userPath, area, (context) => {
      const owner = ownersShown(context.tenant, key(context)).users.find(
        (one) => one.id === param(context, "user_ref_id"),
      );
      if (owner === undefined) throw notFound("owner");
      return { [`${owned.name}OwnerUser`]: userRow(context, owner) };
    }),
    reads("GET", entitlementPath, area, (context) => {
      const owner = ownersShown(context.tenant, key(context)).entitlements.find(isNamed(context));
      if (owner === undefined) throw notFound("owner");
      return { [`${owned.name}OwnerEntitlement`]: entitlementRow(context, owner) };
    }),
    writes("POST", userPath, area, `${operation}.add`, (context) => {
      checkRole(param(context, "role_slug"));
      const users = ownersNow(context.tenant, key(context)).users.map((owner) => owner.id);
      const added = param(context, "user_ref_id");
      setOwners(context.tenant, key(context), { users: [...new Set([...users, added])] });
      return {
        [`${owned.name}OwnerUser`]: userRow(context, { id: added, role: OWNER_ROLE, since: context.tenant.stamp() }),
      };
    }),
    writes("POST", entitlementPath, area, `${operation}.add`, (context) => {
      checkRole(param(context, "role_slug"));
      const others = ownersNow(context.tenant, key(context)).entitlements.filter((ref) => !isNamed(context)(ref));
      const added = { ...named(context), role: OWNER_ROLE, since: context.tenant.stamp() };
      setOwners(context.tenant, key(context), { entitlements: [...others, added] });
      return { [`${owned.name}OwnerEntitlement`]: entitlementRow(context, added) };
    }),
    writes("DELETE", userPath, area, `${operation}.remove`, (context) => {
      const users = ownersNow(context.tenant, key(context)).users.map((owner) => owner.id);
      setOwners(context.tenant, key(context), { users: users.filter((one) => one !== param(context, "user_ref_id")) });
      return {};
    }),
    writes("DELETE", entitlementPath, area, `${operation}.remove`, (context) => {
      const rest = ownersNow(context.tenant, key(context)).entitlements.filter((ref) => !isNamed(context)(ref));
      setOwners(context.tenant, key(context), { entitlements: rest });
      return {};
    }),
  ];
}

function checkRole(role: string): void {
  if (role !== OWNER_ROLE) throw invalid(`invalid role_slug: "${role}" is not a role of this object`);
}

function userOf(context: Context, owner: OwnerUser) {
  const user = context.tenant.users.get(owner.id);
  return user === undefined ? null : User.make(user);
}

function entitlementOf(context: Context, owner: OwnerEntitlement) {
  const entitlement = context.tenant.entitlements.get(inApp(owner.appId, owner.id));
  return entitlement === undefined ? null : Entitlement.make(entitlement);
}
