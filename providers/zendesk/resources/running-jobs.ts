import type { Finding } from "../../../engine/kind.ts";
import { unfinishedNote } from "../client/jobs.ts";
import type { ZendeskReader } from "../client.ts";

/** Memberships were read while somebody's job was still at them: said, since it may be about these members. */
export async function runningJobs(reader: ZendeskReader, declared: boolean): Promise<readonly Finding[]> {
  if (!declared) return [];
  const running = await reader.jobs.settled();
  return running.map((job) => ({
    code: "zendesk-job-running",
    message: `${unfinishedNote(job)}.`,
    path: ["members"],
    severity: "warning",
  }));
}
