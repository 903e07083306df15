/**
 * A sync that is told to come back later goes on where it was, as the vendor's connectors do: what they have read they
 * do not read again. A big organisation has more groups than a minute's limit allows calls (okta.md §3), so a sync that
 * began anew each time would never end.
 */
import { TextResponse } from "../../shared/text-response.ts";
import type { ConnectorRow, SyncAnswerRow } from "./rows.ts";
import { inApp, syncAnswerKey, type Tenant } from "./tenant.ts";

export interface SyncProgress {
  /** The tenant, whose questions to other systems are asked once in this sync. */
  readonly tenant: Tenant;
  /** Until the next tick. */
  keep(): void;
  forget(): void;
}

export function progressOf(tenant: Tenant, row: ConnectorRow): SyncProgress {
  const connector = inApp(row.appId, row.id);
  const dueAt = row.dueAt ?? 0;
  const earlier = tenant.syncAnswers.by("connector", connector);
  const known = new Map(earlier.filter((one) => one.dueAt === dueAt).map((one) => [one.url, one]));

  async function fetch(request: Request): Promise<Response> {
    if (request.method !== "GET") return tenant.world.fetch(request);
    const had = known.get(request.url);
    if (had !== undefined) return responseOf(had);
    const response = await tenant.world.fetch(request);
    if (response.status !== 200) return response;
    const link = response.headers.get("link") ?? "";
    const answer = { connector, dueAt, url: request.url, status: response.status, link, body: await response.text() };
    known.set(request.url, answer);
    return responseOf(answer);
  }

  function forget(): void {
    for (const one of tenant.syncAnswers.by("connector", connector)) tenant.syncAnswers.delete(syncAnswerKey(one));
  }

  return {
    tenant: { ...tenant, world: { ...tenant.world, fetch } },
    keep() {
      forget();
      for (const answer of known.values()) tenant.syncAnswers.put(answer);
    },
    forget,
  };
}

function responseOf({ status, link, body }: SyncAnswerRow): Response {
  return new TextResponse(body, { status, headers: link === "" ? {} : { link } });
}
