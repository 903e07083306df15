/** Who did it: Okta's System Log about the objects that drifted (okta.md §6). */
import type { AuditEvent } from "../../engine/model.ts";
import { ProblemError } from "../../engine/problem.ts";
import { quoted } from "./client/users.ts";
import type { OktaReader } from "./client.ts";

/** More targets than this make the filter longer than one sweep over the kinds of event. */
const MOST_TARGETS = 20;
/** The log has the scarcest of Okta's buckets. */
const MOST_PAGES = 5;
const KINDS_OF_EVENT = ["group.", "user.", "application.", "app.", "iam.", "resource."];
/** Since when Okta still knows; asking for more is an error. */
const RETENTION = 90 * 24 * 3_600_000;

export async function audit(reader: OktaReader, ids: readonly string[], since: number): Promise<readonly AuditEvent[]> {
  // Ids of pairs hold the ids of both objects.
  const wanted = new Set(ids.flatMap((id) => id.split(/[/:]/)).filter((part) => /^[0-9A-Za-z]{10,}$/.test(part)));
  if (wanted.size === 0) return [];
  const filter =
    wanted.size <= MOST_TARGETS
      ? [...wanted].map((id) => `target.id eq ${quoted(id)}`).join(" or ")
      : KINDS_OF_EVENT.map((start) => `eventType sw ${quoted(start)}`).join(" or ");
  try {
    const earliest = Math.max(since, reader.clock.now() - RETENTION);
    const entries = await reader.logs(filter, earliest, MOST_PAGES);
    return entries
      .filter((entry) => entry.targets.some((target) => wanted.has(target)))
      .map(({ published, actor, eventType, targets, actorId, transaction }) => ({
        ...{ time: published, actor, action: eventType, targets },
        ...(actorId === undefined ? {} : { actorId }),
        ...(transaction === undefined ? {} : { requestId: transaction }),
      }));
  } catch (error) {
    // Drift is reported with or without a name to it.
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
