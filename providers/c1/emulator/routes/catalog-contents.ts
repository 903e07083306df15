/** What a profile gives (requestable entries, c1.md §5.2) and who may see it (visibility bindings, §5.3). */
import { type Context, type Endpoint, listed, page, param, queriedPage, reads, writes } from "../endpoint.ts";
import { holders, sameRef } from "../granting.ts";
import { flag, message } from "../message.ts";
import type { CatalogRow } from "../rows.ts";
import { AddEntries, Entry, NameAccess, NameEntries } from "../shapes/catalog.ts";
import type { EntitlementRef } from "../shapes/reference.ts";
import { failedPrecondition, notFound } from "../status.ts";
import { openTask } from "../tasks.ts";
import { inApp } from "../tenant.ts";
import { enrollmentOf, foundCatalog, liveCatalog } from "./catalogs.ts";
import { namedEntitlement } from "./entitlements.ts";
import { entitlementView } from "./views.ts";

const BASE = "/api/v1/catalogs/{catalog_id}";
const ENTRY = `${BASE}/requestable_entries/{app_id}/{entitlement_id}`;

export const catalogContentEndpoints: readonly Endpoint[] = [
  reads("GET", `${BASE}/requestable_entitlementIDs`, "profiles", (context) => ({
    refs: foundCatalog(context, "catalog_id").entries,
  })),
  reads("GET", `${BASE}/requestable_entitlements`, "profiles", (context) =>
    viewsOf(context, foundCatalog(context, "catalog_id").entries),
  ),
  reads("GET", `${BASE}/visibility_entitlements`, "profiles", (context) =>
    viewsOf(context, foundCatalog(context, "catalog_id").access),
  ),
  writes("POST", `${BASE}/requestable_entries`, "profiles", "requestCatalog.addEntitlements", (context) => {
    const asked = AddEntries.make(AddEntries.given(context.body));
    addEntries(context, asked.appEntitlements, asked.createRequests);
    return {};
  }),
  writes("DELETE", `${BASE}/requestable_entries`, "profiles", "requestCatalog.removeEntitlements", (context) => {
    const gone = NameEntries.make(NameEntries.given(context.body)).appEntitlements;
    removeEntries(context, gone);
    return {};
  }),
  writes("POST", `${BASE}/requestable_entitlements/update`, "profiles", "requestCatalog.setEntitlements", (context) => {
    const wanted = NameEntries.make(NameEntries.given(context.body)).appEntitlements;
    for (const ref of wanted) namedEntitlement(context.tenant, ref);
    change(context, { entries: unique(wanted) });
    return {};
  }),
  writes("PUT", ENTRY, "profiles", "requestCatalog.addEntitlements", (context) => {
    const { createRequests = false } = message({ createRequests: flag }).given(context.body);
    addEntries(context, [pathRef(context)], createRequests);
    return { requestableEntry: entryOf(context) };
  }),
  reads("GET", ENTRY, "profiles", (context) => {
    const known = foundCatalog(context, "catalog_id").entries.some((ref) => sameRef(ref, pathRef(context)));
    if (!known) throw notFound("requestable entry");
    return { requestableEntry: entryOf(context) };
  }),
  writes("DELETE", ENTRY, "profiles", "requestCatalog.removeEntitlements", (context) => {
    removeEntries(context, [pathRef(context)]);
    return {};
  }),
  writes("POST", `${BASE}/visibility_bindings`, "profiles", "requestCatalog.addAccess", (context) => {
    const catalog = liveCatalog(context, "catalog_id");
    const added = NameAccess.make(NameAccess.given(context.body)).accessEntitlements;
    if (!catalog.published) throw failedPrecondition("catalog must be published to add an access entitlement");
    if (catalog.visibleToEveryone) {
      throw failedPrecondition("catalog is visible to everyone, cannot add access entitlements");
    }
    for (const ref of added) namedEntitlement(context.tenant, ref);
    change(context, { access: unique([...catalog.access, ...added]) });
    return {};
  }),
  writes("DELETE", `${BASE}/visibility_bindings`, "profiles", "requestCatalog.removeAccess", (context) => {
    const gone = NameAccess.make(NameAccess.given(context.body)).accessEntitlements;
    change(context, { access: without(liveCatalog(context, "catalog_id").access, gone) });
    return {};
  }),
];

function change(context: Context, patch: Partial<Pick<CatalogRow, "entries" | "access">>): void {
  const catalog = liveCatalog(context, "catalog_id");
  context.tenant.catalogs.put({ ...catalog, ...patch, updatedAt: context.tenant.stamp() });
}

/** Members get a new entry only when asked for, by `createRequests`: an action, not a setting (c1.md §5.2). */
function addEntries(context: Context, added: readonly EntitlementRef[], createRequests: boolean): void {
  const { tenant, caller } = context;
  const catalog = liveCatalog(context, "catalog_id");
  for (const ref of added) namedEntitlement(tenant, ref);
  change(context, { entries: unique([...catalog.entries, ...added]) });
  context.touch(...added.map((ref) => ref.id));
  if (!createRequests) return;
  const source = enrollmentOf(tenant, catalog);
  for (const member of holders(tenant, source)) {
    for (const target of added) {
      openTask(tenant, {
        grant: true,
        target,
        userId: member.userId,
        origin: "TASK_ORIGIN_PROFILE_MEMBERSHIP",
        because: "profile",
        source,
        openedBy: caller.userId,
      });
    }
  }
}

/** Nobody loses what they already hold. */
function removeEntries(context: Context, gone: readonly EntitlementRef[]): void {
  change(context, { entries: without(liveCatalog(context, "catalog_id").entries, gone) });
  context.touch(...gone.map((ref) => ref.id));
}

function viewsOf(context: Context, refs: readonly EntitlementRef[]) {
  const rows = refs
    .map((ref) => context.tenant.entitlements.get(inApp(ref.appId, ref.id)))
    .filter((one) => one !== undefined);
  return page(
    queriedPage(context),
    listed(rows),
    () => true,
    (one) => entitlementView(context, one),
  );
}

const pathRef = (context: Context): EntitlementRef => ({
  appId: param(context, "app_id"),
  id: param(context, "entitlement_id"),
});

const entryOf = (context: Context) =>
  Entry.make({
    appId: param(context, "app_id"),
    catalogId: param(context, "catalog_id"),
    entitlementId: param(context, "entitlement_id"),
  });

const unique = (refs: readonly EntitlementRef[]): readonly EntitlementRef[] =>
  refs.filter((ref, index) => refs.findIndex((other) => sameRef(ref, other)) === index);

const without = (refs: readonly EntitlementRef[], gone: readonly EntitlementRef[]): readonly EntitlementRef[] =>
  refs.filter((ref) => !gone.some((other) => sameRef(ref, other)));
