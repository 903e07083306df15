/**
 * Delta rounds (entra.md §3.5). A token holds what it was asked, up to when its reader knows, and up to when this round
 * tells; a big group is cut over rows, and its pieces come on any page.
 */
import { json } from "../../shared/emulator.ts";
import { isFields, optionalNumber, optionalText, textsOf } from "../../shared/narrow.ts";
import type { Call, Endpoint } from "./call.ts";
import { badRequest, Failure } from "./failure.ts";
import { typeOfObject } from "./members.ts";
import { linkOf } from "./odata.ts";
import type { Properties } from "./tenant.ts";

export const DELTA_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/groups/delta",
    permissions: [
      "GroupMember.Read.All",
      "Group.ReadBasic.All",
      "Group.Read.All",
      "Group.ReadWrite.All",
      "GroupMember.ReadWrite.All",
      "Directory.Read.All",
      "Directory.ReadWrite.All",
    ],
    handle: groupsDelta,
  },
];

interface Token {
  readonly select: readonly string[];
  readonly ids: readonly string[] | null;
  /** Horizon that the reader already knows; null: nothing. */
  readonly since: number | null;
  /** Horizon that this round tells; null: to be decided when it begins. */
  readonly until: number | null;
  readonly offset: number;
  /** Tenant time at which it was given. */
  readonly given: number;
}

const RELATIONS = ["members", "owners"] as const;
const LIFETIME = 7 * 24 * 3_600_000;
const MOST_IDS = 50;

function groupsDelta(call: Call): Response {
  const token = tokenOf(call);
  const until = token.until ?? call.horizon;
  const rows = token.since === null ? firstRound(call, token, until) : laterRound(call, token, token.since, until);
  const size = call.tenant.knobs.deltaPage;
  const next = token.offset + size;
  const link = (kind: "skiptoken" | "deltatoken", changed: Partial<Token>): string => {
    const url = new URL(`${call.origin}/v1.0/groups/delta`);
    url.searchParams.set(`$${kind}`, encode({ ...token, given: call.now, ...changed }));
    return linkOf(url);
  };
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#groups`,
    ...(next < rows.length
      ? { "@odata.nextLink": link("skiptoken", { until, offset: next }) }
      : { "@odata.deltaLink": link("deltatoken", { since: until, until: null, offset: 0 }) }),
    value: rows.slice(token.offset, next),
  });
}

function firstRound(call: Call, token: Token, until: number): readonly Properties[] {
  const rows: Properties[] = [];
  const pieces: Properties[] = [];
  for (const [id, group] of call.tenant.groups.allSeen(until)) {
    if (!wanted(token, id)) continue;
    if (call.tenant.groups.lags(id, until)) call.lagged(id);
    const [head, ...rest] = cut(call, linksOf(call, token, id, until));
    rows.push({ ...propertiesOf(token, group), id, ...head });
    // The other pieces come after everything else.
    pieces.push(...rest.map((piece) => ({ id, ...piece })));
  }
  return [...rows, ...pieces];
}

function laterRound(call: Call, token: Token, since: number, until: number): readonly Properties[] {
  const { groups, links, deleted } = call.tenant;
  const rows = new Map<string, Properties>();
  for (const [id, group] of groups.changed(since, until)) {
    if (!wanted(token, id)) continue;
    rows.set(
      id,
      group === null
        ? { id, "@removed": { reason: deleted.has(id) ? "changed" : "deleted" } }
        : { ...propertiesOf(token, group), id },
    );
  }
  const changes = new Map<string, Map<string, { relation: string; to: string; present: boolean }>>();
  for (const change of links.changes(since, until)) {
    if (!token.select.includes(change.relation) || !wanted(token, change.from)) continue;
    if (groups.seen(change.from, until) === undefined) continue;
    const last = changes.get(change.from) ?? new Map();
    last.set(`${change.relation} ${change.to}`, change);
    changes.set(change.from, last);
  }
  const pieces: Properties[] = [];
  for (const [id, last] of changes) {
    const shown = [...last.values()].map(({ relation, to, present }) => ({
      relation,
      row: { ...refOf(call, to), ...(present ? {} : { "@removed": { reason: "deleted" } }) },
    }));
    const [head, ...rest] = cut(call, shown);
    rows.set(id, { ...rows.get(id), id, ...head });
    pieces.push(...rest.map((piece) => ({ id, ...piece })));
  }
  return [...rows.values(), ...pieces];
}

interface LinkRow {
  readonly relation: string;
  readonly row: Properties;
}

function linksOf(call: Call, token: Token, id: string, until: number): readonly LinkRow[] {
  return RELATIONS.filter((relation) => token.select.includes(relation)).flatMap((relation) =>
    call.tenant.links.seen(id, relation, until).map((to) => ({ relation, row: refOf(call, to) })),
  );
}

function refOf(call: Call, id: string): Properties {
  return { "@odata.type": `#microsoft.graph.${typeOfObject(call, id) ?? "user"}`, id };
}

/** Pieces of at most so many links; a group without any has none. */
function cut(call: Call, links: readonly LinkRow[]): readonly Properties[] {
  const pieces: Properties[] = [];
  for (let start = 0; start < links.length; start += call.tenant.knobs.linksPerRow) {
    const piece: Record<string, Properties[]> = {};
    for (const { relation, row } of links.slice(start, start + call.tenant.knobs.linksPerRow)) {
      const list = piece[`${relation}@delta`] ?? [];
      list.push(row);
      piece[`${relation}@delta`] = list;
    }
    pieces.push(piece);
  }
  return pieces;
}

function wanted({ ids }: Token, id: string): boolean {
  return ids === null || ids.includes(id);
}

/** What was never set is left out. */
function propertiesOf({ select }: Token, group: Properties): Properties {
  return Object.fromEntries(
    select.flatMap((name) => (group[name] === undefined || group[name] === null ? [] : [[name, group[name]]])),
  );
}

function tokenOf(call: Call): Token {
  const query = call.url.searchParams;
  const coded = query.get("$skiptoken") ?? query.get("$deltatoken");
  if (coded === null) return firstToken(call);
  const token = decode(coded);
  if (token === undefined) throw badRequest("Badly formed token.");
  if (call.tenant.knobs.forgetDelta) {
    call.tenant.knobs.forgetDelta = false;
    throw new Failure(410, "syncStateNotFound", "The sync state generation is not found; a full sync is required.");
  }
  if (call.now - token.given > LIFETIME) {
    throw new Failure(410, "syncStateNotFound", "The sync state generation is not found; a full sync is required.");
  }
  return token;
}

function firstToken(call: Call): Token {
  const query = call.url.searchParams;
  for (const unsupported of ["$expand", "$top", "$orderby", "$search"]) {
    if (query.has(unsupported)) throw badRequest(`Query option '${unsupported}' is not supported on delta.`);
  }
  const select = (
    query.get("$select") ?? "id,displayName,description,groupTypes,mailEnabled,mailNickname,securityEnabled,visibility"
  ).split(",");
  const filter = query.get("$filter");
  const ids =
    filter === null ? null : [...filter.matchAll(/id eq '([^']+)'/g)].map(([, id]) => String(id).toLowerCase());
  if (
    ids !== null &&
    (ids.length === 0 || ids.length > MOST_IDS || !/^(?:\s*id eq '[^']+'(?:\s+or\s+)?)+$/.test(filter ?? ""))
  ) {
    throw badRequest("Unsupported filter clause on delta: only up to 50 ids.");
  }
  return { select, ids, since: null, until: null, offset: 0, given: call.now };
}

function encode(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function decode(text: string): Token | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!isFields(value) || optionalText(value, "given") !== undefined) return undefined;
    return {
      select: textsOf(value.select),
      ids: value.ids === null ? null : textsOf(value.ids),
      since: optionalNumber(value, "since") ?? null,
      until: optionalNumber(value, "until") ?? null,
      offset: optionalNumber(value, "offset") ?? 0,
      given: optionalNumber(value, "given") ?? 0,
    };
  } catch {
    return undefined;
  }
}
