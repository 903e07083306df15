/** Automations of single entitlements; on a GROUP resource of the built-in app they make a C1 group (c1.md §6.4). */
import { isFields } from "../../../shared/narrow.ts";
import { type Context, type Endpoint, param, reads, updated, writes } from "../endpoint.ts";
import { message } from "../message.ts";
import { checkMembershipRule } from "../population.ts";
import type { EntitlementAutomationRow } from "../rows.ts";
import { EntitlementAutomation, UpdateEntitlementAutomation } from "../shapes/entitlement.ts";
import { alreadyExists, failedPrecondition, notFound } from "../status.ts";
import { inApp, type Tenant } from "../tenant.ts";
import { namedEntitlement } from "./entitlements.ts";

const BASE = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation";
const WRITABLE = ["basic", "cel", "description", "displayName", "entitlements", "none"] as const;

export const entitlementAutomationEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "automations", (context) => answer(found(context))),
  writes("POST", `${BASE}/create`, "automations", "appEntitlementAutomation.create", create),
  writes("POST", `${BASE}/update`, "automations", "appEntitlementAutomation.update", update),
  writes("DELETE", BASE, "automations", "appEntitlementAutomation.delete", (context) => {
    const automation = own(found(context));
    context.tenant.automations.delete(inApp(automation.appId, automation.appEntitlementId));
    return {};
  }),
];

/** The answers' key starts with a capital (c1.md §6.4). */
const answer = (row: EntitlementAutomationRow) => ({ AppEntitlementAutomation: EntitlementAutomation.make(row) });

/** A profile's automation shows here too, as the profile's. */
function found(context: Context): EntitlementAutomationRow {
  const { tenant } = context;
  const appId = param(context, "app_id");
  const id = param(context, "app_entitlement_id");
  const row = tenant.automations.get(inApp(appId, id));
  if (row !== undefined) return row;
  const bundle = appId === tenant.systemAppId ? tenant.bundles.get(id) : undefined;
  if (bundle === undefined) throw notFound("automation");
  const { cel, entitlements, createdAt, updatedAt } = bundle;
  return {
    ...EntitlementAutomation.make({
      appEntitlementId: id,
      appId,
      cel,
      createdAt,
      entitlements,
      managedByRequestCatalogId: id,
      updatedAt,
    }),
    dueAt: 0,
  };
}

function own(row: EntitlementAutomationRow): EntitlementAutomationRow {
  if (row.managedByRequestCatalogId !== "") throw failedPrecondition("the automation is managed by a request catalog");
  return row;
}

function create(context: Context): unknown {
  const { tenant } = context;
  const target = { appId: param(context, "app_id"), id: param(context, "app_entitlement_id") };
  namedEntitlement(tenant, target);
  if (tenant.automations.get(inApp(target.appId, target.id)) !== undefined)
    throw alreadyExists("automation already exists");
  const { automation } = message({ automation: EntitlementAutomation }).given(context.body);
  const asked = EntitlementAutomation.make(automation ?? {});
  checkRule(tenant, asked);
  const now = tenant.stamp();
  const row = {
    ...asked,
    appEntitlementId: target.id,
    appId: target.appId,
    createdAt: now,
    lastRunStatus: null,
    updatedAt: now,
  };
  tenant.automations.put({ ...row, dueAt: tenant.now() + tenant.lags.automation });
  return { automation: row };
}

function update(context: Context): unknown {
  const { tenant } = context;
  const automation = own(found(context));
  UpdateEntitlementAutomation.given(context.body);
  const patch = updated(wrapped(context.body), "automation", EntitlementAutomation, automation, WRITABLE);
  const next = { ...automation, ...patch };
  checkRule(tenant, next);
  return answer(
    tenant.automations.put({ ...next, dueAt: tenant.now() + tenant.lags.automation, updatedAt: tenant.stamp() }),
  );
}

/** The official description has the fields flat, c1.md §6.4 under `automation`. */
function wrapped(body: unknown): unknown {
  if (!isFields(body) || body.automation !== undefined) return body;
  const { updateMask, ...automation } = body;
  return { automation, updateMask };
}

function checkRule(tenant: Tenant, automation: Pick<EntitlementAutomationRow, "basic" | "cel" | "entitlements">): void {
  const expression = automation.cel?.expression ?? automation.basic?.expression;
  if (expression !== undefined) checkMembershipRule(tenant, expression);
  for (const ref of automation.entitlements?.entitlementRefs ?? []) namedEntitlement(tenant, ref);
}
