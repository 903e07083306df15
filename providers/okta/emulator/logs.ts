/** `/logs`: the System Log, for bounded questions and for polling (okta.md §6). */
import type { Call, Endpoint } from "./call.ts";
import { CriteriaError, type Dialect, meets, parseCriteria } from "./criteria.ts";
import { Failure, invalid } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import type { LogEvent } from "./tenant.ts";

export const LOG_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/logs", area: "logs", list: true, handle: listEvents },
];

const DAY = 86_400_000;

function listEvents(call: Call): Response {
  const query = call.url.searchParams;
  const until = timeOf(query.get("until"), "until");
  const since = timeOf(query.get("since"), "since") ?? (until ?? call.now) - 7 * DAY;
  if (since < call.now - 180 * DAY) throw invalid("since", "since: The date is more than 180 days in the past");
  const descending = query.get("sortOrder")?.toUpperCase() === "DESCENDING";
  const matches = filterOf(query.get("filter"));
  const words = query.get("q")?.toLowerCase().split(/\s+/) ?? [];
  const events = call.tenant.log.filter(
    (event) =>
      event.published >= since &&
      event.published < (until ?? Number.POSITIVE_INFINITY) &&
      matches(event) &&
      words.every((word) => JSON.stringify(event).toLowerCase().includes(word)),
  );
  const ordered = descending ? events.toReversed() : events;
  const page = pageOf(call, ordered, (event) => event.uuid, { default: 100, max: 1000 });
  const links = until === undefined && !descending ? polling(call, page.links, page.items.at(-1), ordered) : page.links;
  return listed(page.items.map(eventView), links);
}

/** Without `until` the next link is always there, and repeats itself while nothing happens. */
function polling(
  call: Call,
  links: readonly string[],
  last: LogEvent | undefined,
  events: readonly LogEvent[],
): readonly string[] {
  if (links.some((link) => link.endsWith('rel="next"'))) return links;
  const next = new URL(call.url);
  if (last !== undefined) {
    const position = events.indexOf(last) + 1;
    next.searchParams.set("after", Buffer.from(`${position} ${last.uuid}`).toString("base64url"));
  }
  return [...links, `<${next.href}>; rel="next"`];
}

function timeOf(text: string | null, name: string): number | undefined {
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalid(name, `${name}: The date format in your query is not recognized`);
  return time;
}

const FILTER: Dialect = { not: true, accepts: ({ attribute }) => READERS[attribute] !== undefined };

const READERS: Readonly<Record<string, (event: LogEvent) => readonly unknown[]>> = {
  uuid: (event) => [event.uuid],
  published: (event) => [new Date(event.published).toISOString()],
  eventType: (event) => [event.eventType],
  severity: () => ["INFO"],
  displayMessage: (event) => [event.displayMessage],
  "actor.id": (event) => [event.actor.id],
  "actor.type": (event) => [event.actor.type],
  "actor.alternateId": (event) => [event.actor.alternateId],
  "actor.displayName": (event) => [event.actor.displayName],
  "client.id": (event) => [event.clientId],
  "outcome.result": () => ["SUCCESS"],
  "target.id": (event) => event.targets.map(({ id }) => id),
  "target.type": (event) => event.targets.map(({ type }) => type),
  "target.alternateId": (event) => event.targets.map(({ alternateId }) => alternateId),
  "target.displayName": (event) => event.targets.map(({ displayName }) => displayName),
  "transaction.id": (event) => [event.transaction],
  "transaction.detail.requestApiTokenId": (event) => [event.apiTokenId],
};

function filterOf(filter: string | null): (event: LogEvent) => boolean {
  if (filter === null || filter === "") return () => true;
  try {
    const criteria = parseCriteria(filter, FILTER);
    return (event) => meets(criteria, (attribute) => READERS[attribute]?.(event) ?? []);
  } catch (error) {
    if (error instanceof CriteriaError) throw new Failure(400, "E0000053", `Invalid filter: ${error.message}`);
    throw error;
  }
}

function eventView(event: LogEvent): unknown {
  const { requestId, apiToken } = { requestId: event.transaction, apiToken: event.apiTokenId };
  return {
    actor: { ...event.actor, detailEntry: null },
    client: {
      userAgent: event.userAgent === null ? null : { rawUserAgent: event.userAgent, os: "Unknown", browser: "UNKNOWN" },
      zone: "null",
      device: "Unknown",
      id: event.clientId,
      ipAddress: null,
      geographicalContext: null,
    },
    displayMessage: event.displayMessage,
    eventType: event.eventType,
    outcome: { result: "SUCCESS", reason: null },
    published: new Date(event.published).toISOString(),
    severity: "INFO",
    debugContext: { debugData: { requestId } },
    transaction: {
      type: event.actor.type === "SystemPrincipal" ? "JOB" : "WEB",
      id: requestId,
      detail: apiToken === null ? {} : { requestApiTokenId: apiToken },
    },
    uuid: event.uuid,
    version: "0",
    target: event.targets.map(({ changeDetails, ...target }) => ({
      ...target,
      detailEntry: null,
      ...(changeDetails === undefined ? {} : { changeDetails }),
    })),
  };
}
