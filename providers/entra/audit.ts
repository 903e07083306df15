/** Who did it: the directory's audit log about the objects that drifted, our own changes left out (entra.md §13). */
import type { AuditEvent } from "../../engine/model.ts";
import { ProblemError } from "../../engine/problem.ts";
import type { EntraReader } from "./client.ts";

/** Five requests in ten seconds are all there is. */
const MOST_PAGES = 5;
/** Kept seven days without a licence, thirty with one; asking for more answers nothing. */
const RETENTION = 30 * 24 * 3_600_000;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

export async function audit(
  reader: EntraReader,
  ids: readonly string[],
  since: number,
): Promise<readonly AuditEvent[]> {
  // Ids of pairs hold the ids of both objects.
  const wanted = new Set(ids.flatMap((id) => id.toLowerCase().match(GUID) ?? []));
  if (wanted.size === 0 || !reader.settings.cloud.audits) return [];
  const earliest = Math.max(since, reader.clock.now() - RETENTION);
  try {
    const entries = await reader.audits(`${new Date(earliest).toISOString().slice(0, 19)}Z`, MOST_PAGES);
    const ours = reader.settings.clientId.toLowerCase();
    return entries
      .filter(({ appId }) => appId?.toLowerCase() !== ours)
      .filter(({ targets }) => targets.some((target) => wanted.has(target.toLowerCase())))
      .map(({ time, actor, activity, targets }) => ({ time, actor, action: activity, targets }));
  } catch (error) {
    // Drift is reported with or without a name to it.
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
