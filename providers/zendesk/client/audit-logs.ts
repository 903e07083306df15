import { optionalText } from "../../shared/narrow.ts";
import { fieldsOf, listOf, optionalId, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface AuditLog {
  readonly created: string;
  readonly actor: string;
  readonly actorId: string | undefined;
  /** create, update, destroy, login, exported. */
  readonly action: string;
  readonly description: string;
  readonly sourceId: string | undefined;
}

export interface AuditReads {
  /** Newest first, since a moment; an account without Enterprise is refused. */
  auditLogs(sourceId: string | undefined, since: number, until: number, most: number): Promise<readonly AuditLog[]>;
}

export function auditReads(transport: Transport): AuditReads {
  return {
    async auditLogs(sourceId, since, until, most) {
      const [from, to] = [since, until].map((time) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z"));
      const source = sourceId === undefined ? "" : `&filter[source_id]=${sourceId}`;
      const query = `filter[created_at]=${from}&filter[created_at]=${to}${source}&sort=-created_at`;
      const rows: AuditLog[] = [];
      for await (const { body } of transport.pages(`/audit_logs?${query}`, most)) {
        rows.push(...listOf(body.audit_logs, "the audit log", auditLogOf));
      }
      return rows;
    },
  };
}

function auditLogOf(body: unknown): AuditLog {
  const row = fieldsOf(body, "an audit log");
  return {
    created: textOf(row, "created_at", "an audit log"),
    actor: optionalText(row, "actor_name") ?? "somebody",
    actorId: optionalId(row, "actor_id"),
    action: optionalText(row, "action") ?? "change",
    description: optionalText(row, "change_description") ?? "",
    sourceId: optionalId(row, "source_id"),
  };
}
