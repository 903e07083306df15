/** Apps that a directory connector has discovered, and their promotion to apps of their own (c1.md §6.1). */
import { putAccessEntitlement } from "../builtins.ts";
import { type Context, type Endpoint, page, param, queriedPage, reads, writes } from "../endpoint.ts";
import { id, list, message } from "../message.ts";
import { setOwners } from "../owners.ts";
import type { ManagedStateRow } from "../rows.ts";
import { App } from "../shapes/app.ts";
import { EntitlementRef, ExpandMask } from "../shapes/reference.ts";
import { alreadyExists, notFound } from "../status.ts";
import { inApp } from "../tenant.ts";

const BASE = "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/managed_state_bindings";

const Promote = message({
  appEntitlementOwnerRefs: list(EntitlementRef.element),
  expandMask: ExpandMask,
  userIds: list(id),
});

export const managedStateEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "apps", (context) => ({
    expanded: [],
    ...page(
      queriedPage(context),
      context.tenant.managedStates,
      (one) => one.appId === param(context, "app_id") && one.resourceTypeId === param(context, "resource_type_id"),
      view,
    ),
  })),
  reads("GET", `${BASE}/{resource_id}`, "apps", (context) => answer(found(context))),
  writes("POST", `${BASE}/{resource_id}/promote`, "apps", "appManagedState.promote", promote),
];

const view = (row: ManagedStateRow) => ({
  appManagementStateBinding: {
    appId: row.appId,
    createdAt: row.createdAt,
    deletedAt: null,
    displayName: row.displayName,
    resourceId: row.resourceId,
    resourceTypeId: row.resourceTypeId,
    state:
      row.managedAppId === ""
        ? { managed: null, unmanaged: {} }
        : { managed: { appId: row.managedAppId }, unmanaged: null },
    updatedAt: row.updatedAt,
  },
  appPath: "",
  resourcePath: "",
});

const answer = (row: ManagedStateRow) => ({ appManagementState: view(row), expanded: [] });

function found(context: Context): ManagedStateRow {
  const row = context.tenant.managedStates.get(inApp(param(context, "app_id"), param(context, "resource_id")));
  if (row === undefined) throw notFound("app managed state binding");
  return row;
}

function promote(context: Context): unknown {
  const { tenant, caller } = context;
  const row = found(context);
  if (row.managedAppId !== "") throw alreadyExists("app is already managed");
  const asked = Promote.make(Promote.given(context.body));
  const resource = tenant.resources.get(inApp(row.appId, row.resourceId));
  const now = tenant.stamp();
  const app = tenant.apps.put(
    App.make({
      createdAt: now,
      displayName: row.displayName,
      id: tenant.newId(),
      matchBatonRef: {
        appId: row.appId,
        connectorId: resource?.connectorId ?? "",
        externalId: `app::${resource?.externalId ?? ""}`,
      },
      parentAppId: row.appId,
      updatedAt: now,
    }),
  );
  putAccessEntitlement(tenant, app);
  setOwners(tenant, `app/${app.id}`, {
    entitlements: asked.appEntitlementOwnerRefs,
    users: asked.userIds.length > 0 ? asked.userIds : [caller.userId],
  });
  context.touch(app.id);
  return answer(tenant.managedStates.put({ ...row, managedAppId: app.id, updatedAt: now }));
}
