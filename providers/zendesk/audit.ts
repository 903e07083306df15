/** Who did it: the audit log about the objects that drifted, where the plan has one (Enterprise; zendesk.md §2.7). */
import type { AuditEvent } from "../../engine/model.ts";
import { ProblemError } from "../../engine/problem.ts";
import { inParallel } from "../shared/in-parallel.ts";
import type { AuditLog } from "./client/audit-logs.ts";
import type { ZendeskReader } from "./client.ts";

/** So many objects are asked about one by one; beyond, a few pages of everything are read. */
const FEW = 10;
const MOST_PAGES = 5;
/** The range is in Zendesk's time, which may be ahead of ours, and has to have an end. */
const YEAR = 366 * 24 * 3_600_000;

export async function audit(
  reader: ZendeskReader,
  ids: readonly string[],
  since: number,
): Promise<readonly AuditEvent[]> {
  const wanted = new Set(ids);
  if (wanted.size === 0) return [];
  const until = reader.clock.now() + YEAR;
  const rows: AuditLog[] = [];
  try {
    const asked = wanted.size <= FEW ? [...wanted] : [undefined];
    for await (const some of inParallel(asked, (id) => reader.auditLogs(id, since, until, MOST_PAGES)))
      rows.push(...some);
  } catch (error) {
    // Drift is reported with or without a name to it.
    if (error instanceof ProblemError) return [];
    throw error;
  }
  return rows
    .flatMap(({ created, actor, actorId, action, description, sourceId }) =>
      sourceId !== undefined && wanted.has(sourceId)
        ? [
            {
              time: created,
              actor,
              action: description === "" ? action : `${action}: ${description}`,
              targets: [sourceId],
              ...(actorId === undefined ? {} : { actorId }),
            },
          ]
        : [],
    )
    .sort((a, b) => (a.time < b.time ? 1 : -1));
}
