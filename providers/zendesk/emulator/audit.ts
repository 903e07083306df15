import type { Exchange, Route } from "../../shared/emulator.ts";
import type { AuditRow } from "./memory.ts";
import { page } from "./paging.ts";
import { forbidden } from "./refusal.ts";
import { reply } from "./reply.ts";
import { shownAudit } from "./shapes.ts";
import { existing, type Tenant } from "./tenant.ts";

export function auditRoutes(tenant: Tenant): readonly Route[] {
  const { memory } = tenant;
  const mustHave = (): void => {
    if (memory.plan !== "enterprise") throw forbidden("Audit logs are not available on this plan");
  };
  return [
    {
      method: "GET",
      path: "/audit_logs",
      handle: (exchange) => {
        mustHave();
        return page(exchange, "audit_logs", matching(memory.auditLogs, exchange), (row) => shownAudit(tenant, row));
      },
    },
    {
      method: "GET",
      path: "/audit_logs/{audit_log_id}",
      handle: ({ params }) => {
        mustHave();
        return reply(200, { audit_log: shownAudit(tenant, existing(memory.auditLogs, params.audit_log_id)) });
      },
    },
  ];
}

function matching(rows: readonly AuditRow[], { url }: Exchange): readonly AuditRow[] {
  const query = url.searchParams;
  const is = (name: string, value: string): boolean => {
    const asked = query.get(`filter[${name}]`);
    return asked === null || asked === value;
  };
  const [from, to] = query.getAll("filter[created_at]").map((time) => Date.parse(time));
  const found = rows.filter(
    (row) =>
      is("source_type", row.sourceType) &&
      is("source_id", row.sourceId) &&
      is("actor_id", row.actorId) &&
      is("action", row.action) &&
      (from === undefined || row.createdAt >= from) &&
      // Whole seconds: what happened within the last one counts.
      (to === undefined || row.createdAt < to + 1_000),
  );
  return query.get("sort") === "-created_at" ? [...found].reverse() : found;
}
