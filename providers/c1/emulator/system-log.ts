/** The audit trail: OCSF-like JSON objects, in order (c1.md §11). */
import type { Context, Endpoint } from "./endpoint.ts";
import { listed, page, reads } from "./endpoint.ts";
import { choice, type JsonObject, message, text, time, whole } from "./message.ts";
import type { Caller } from "./rights.ts";
import type { Tenant } from "./tenant.ts";

/** What the tenant itself does (syncs, automations), as an actor. */
export const MACHINERY: Caller = { userId: "", label: "ConductorOne", roles: new Set() };

export function record(tenant: Tenant, actor: Caller, operation: string, targets: readonly string[]): void {
  const uid = tenant.newId();
  tenant.events.put({
    uid,
    metadata: { uid, event_code: operation, product: { name: "ConductorOne", vendor_name: "ConductorOne" } },
    time: tenant.now(),
    time_dt: tenant.stamp(),
    class_name: "API Activity",
    activity_name: operation,
    status: "Success",
    actor: { user: { uid: actor.userId, name: actor.label, type: actor.userId === "" ? "System" : "User" } },
    resources: [...new Set(targets)].map((target) => ({ uid: target })),
  });
}

const ListEvents = message({
  pageSize: whole,
  pageToken: text,
  since: time,
  sinceEventUid: text,
  sortDirection: choice("SORT_DIRECTION_UNSPECIFIED", "SORT_DIRECTION_ASC", "SORT_DIRECTION_DESC"),
  until: time,
  untilEventUid: text,
});

export const systemLogEndpoints: readonly Endpoint[] = [
  reads("POST", "/api/v1/systemlog/events", "systemlog", listEvents),
];

function listEvents(context: Context): unknown {
  const asked = ListEvents.make(ListEvents.given(context.body));
  const at = (event: JsonObject): number => Number(event.time);
  const rows = context.tenant.events.rows();
  const after = rows.findIndex((event) => event.uid === asked.sinceEventUid) + 1;
  const until = rows.findIndex((event) => event.uid === asked.untilEventUid);
  const within = rows
    .slice(after, until < 0 ? undefined : until)
    .filter((event) => asked.since === null || at(event) >= Date.parse(asked.since))
    .filter((event) => asked.until === null || at(event) < Date.parse(asked.until));
  if (asked.sortDirection === "SORT_DIRECTION_DESC") within.reverse();
  return page(
    asked,
    listed(within),
    () => true,
    (event) => event,
  );
}
