/** Separation of duties (c1.md §10). Neither monitors nor their bindings can be listed. */
import { type Context, type Endpoint, param, reads, required, writes } from "../endpoint.ts";
import { CreateMonitor, Monitor, MonitorBinding, NameBinding, UpdateMonitor } from "../shapes/conflict.ts";
import { alreadyExists, failedPrecondition, invalid, notFound } from "../status.ts";
import { bindingKey } from "../tenant.ts";
import { namedEntitlement } from "./entitlements.ts";

const BASE = "/api/v1/accessconflict";
const BINDING = "/api/v1/appentitlementmonitorbinding";
const MAX_PER_GROUP = 32;

export const conflictEndpoints: readonly Endpoint[] = [
  writes("POST", BASE, "conflicts", "conflictMonitor.create", (context) => {
    const { tenant } = context;
    const asked = CreateMonitor.make(CreateMonitor.given(context.body));
    required(asked.displayName, "ConflictMonitorCreateRequest.DisplayName");
    const now = tenant.stamp();
    const monitor = tenant.monitors.put(
      Monitor.make({
        ...asked,
        createdAt: now,
        enabled: true,
        entitlementSetAId: tenant.newId(),
        entitlementSetBId: tenant.newId(),
        id: tenant.newId(),
        updatedAt: now,
      }),
    );
    context.touch(monitor.id);
    return monitor;
  }),
  reads("GET", `${BASE}/{id}`, "conflicts", (context) => found(context, param(context, "id"))),
  /** No mask: what is not sent is reset (c1.md §2). */
  writes("POST", `${BASE}/{id}`, "conflicts", "conflictMonitor.update", (context) => {
    const monitor = live(context, param(context, "id"));
    const asked = UpdateMonitor.make(UpdateMonitor.given(context.body));
    return context.tenant.monitors.put({ ...monitor, ...asked, updatedAt: context.tenant.stamp() });
  }),
  writes("DELETE", `${BASE}/{id}`, "conflicts", "conflictMonitor.delete", (context) => {
    const monitor = live(context, param(context, "id"));
    context.tenant.monitors.put({ ...monitor, deletedAt: context.tenant.stamp() });
    return {};
  }),
  writes("POST", BINDING, "conflicts", "conflictMonitor.bind", bind),
  reads("POST", `${BINDING}/get`, "conflicts", (context) => bound(context)),
  writes("DELETE", BINDING, "conflicts", "conflictMonitor.unbind", (context) => {
    const binding = bound(context);
    context.tenant.monitorBindings.delete(bindingKey(binding));
    context.touch(binding.monitorId, binding.appEntitlementId);
    return {};
  }),
];

function found(context: Context, id: string): Monitor {
  const monitor = context.tenant.monitors.get(id);
  if (monitor === undefined) throw notFound("conflict monitor");
  return monitor;
}

function live(context: Context, id: string): Monitor {
  const monitor = found(context, id);
  if (monitor.deletedAt !== null) throw notFound("conflict monitor");
  return monitor;
}

function bind(context: Context): unknown {
  const { tenant } = context;
  const asked = NameBinding.make(NameBinding.given(context.body));
  if (asked.entitlementGroup === "ENTITLEMENT_GROUP_UNSPECIFIED") throw invalid("invalid entitlement_group");
  live(context, required(asked.monitorId, "monitor_id"));
  namedEntitlement(tenant, { appId: asked.appId, id: asked.appEntitlementId });
  if (tenant.monitorBindings.get(bindingKey(asked)) !== undefined) throw alreadyExists("binding already exists");
  const group = tenant.monitorBindings
    .by("monitor", asked.monitorId)
    .filter((b) => b.entitlementGroup === asked.entitlementGroup);
  if (group.length >= MAX_PER_GROUP) throw failedPrecondition(`at most ${MAX_PER_GROUP} entitlements per group`);
  const now = tenant.stamp();
  context.touch(asked.monitorId, asked.appEntitlementId);
  return tenant.monitorBindings.put(MonitorBinding.make({ ...asked, createdAt: now, updatedAt: now }));
}

function bound(context: Context): MonitorBinding {
  const asked = NameBinding.make(NameBinding.given(context.body));
  const binding = context.tenant.monitorBindings.get(bindingKey(asked));
  if (binding === undefined) throw notFound("binding");
  return binding;
}
