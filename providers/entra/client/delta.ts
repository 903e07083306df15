/**
 * Rounds of a delta query (entra.md §3.5): the first gives everything, the next what changed since. What was read is kept
 * beside the link in a cache that may vanish; then, and when Graph has forgotten the link, a full round begins.
 */
import { createHash } from "node:crypto";
import type { Value } from "../../../engine/model.ts";
import { type Fields, isFields, jsonValue } from "../../shared/narrow.ts";
import { graphSaid, statusOf } from "./errors.ts";
import { fieldsOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

/** An object as all rounds together show it: its properties, and ids with their types for each relation. */
export interface DeltaObject {
  readonly id: string;
  readonly properties: Readonly<Record<string, Value>>;
  /** `members` → id → `user`, `group`, … */
  readonly relations: Readonly<Record<string, ReadonlyMap<string, string>>>;
}

export interface DeltaQuery {
  /** `groups` */
  readonly collection: string;
  readonly properties: readonly string[];
  readonly relations: readonly string[];
  /** At most 50; every object where it is absent. */
  readonly ids?: readonly string[];
}

interface Building {
  properties: Record<string, Value>;
  relations: Map<string, Map<string, string>>;
}

interface Kept {
  readonly link: string;
  readonly startedAt: number;
  readonly objects: Map<string, Building>;
}

/** Links are valid for seven days (§3.5); what is older is read anew even where the link still works. */
const SWEEP = 6 * 24 * 3_600_000;
export const MOST_IDS = 50;

/** `keep`: false for a round that must not rest on anything read before. */
export async function deltaRound(
  transport: Transport,
  query: DeltaQuery,
  keep: boolean,
): Promise<readonly DeltaObject[]> {
  const cache = keep ? transport.outside.cache : undefined;
  const name = nameOf(transport, query);
  const kept =
    cache === undefined ? undefined : decode(await cache.get(name).catch(() => undefined), transport.clock.now());
  const round = await resumed(transport, kept, query);
  if (cache !== undefined && round.link !== undefined) {
    // Whether it can be kept changes nothing but the next plan's calls.
    await cache.set(name, encode({ ...round, link: round.link })).catch(() => undefined);
  }
  return [...round.objects].map(([id, { properties, relations }]) => ({
    id,
    properties,
    relations: Object.fromEntries(query.relations.map((relation) => [relation, relations.get(relation) ?? new Map()])),
  }));
}

interface Round extends Omit<Kept, "link"> {
  readonly link: string | undefined;
}

async function resumed(transport: Transport, kept: Kept | undefined, query: DeltaQuery): Promise<Round> {
  if (kept !== undefined) {
    try {
      const link = await follow(transport, kept.link, kept.objects, query);
      return { ...kept, link };
    } catch (error) {
      // What was merged so far is thrown away with the link.
      if (!isForgotten(error)) throw error;
    }
  }
  for (let restarts = 0; ; restarts += 1) {
    const objects = new Map<string, Building>();
    try {
      const link = await follow(transport, firstPath(query), objects, query);
      return { link, objects, startedAt: transport.clock.now() };
    } catch (error) {
      if (!isForgotten(error) || restarts >= 2) throw error;
    }
  }
}

/** A group may be split over pages and come again anywhere: everything is merged by id, removals last. */
async function follow(
  transport: Transport,
  from: string,
  objects: Map<string, Building>,
  query: DeltaQuery,
): Promise<string | undefined> {
  const removed: (() => void)[] = [];
  let link: string | undefined;
  for await (const page of transport.pages(from)) {
    for (const row of page.rows) removed.push(...merge(objects, fieldsOf(row, "a change"), query));
    link = page.deltaLink ?? link;
  }
  for (const remove of removed) remove();
  return link;
}

function merge(objects: Map<string, Building>, row: Fields, query: DeltaQuery): readonly (() => void)[] {
  const id = textOf(row, "id", "a change");
  if (row["@removed"] !== undefined) return [() => void objects.delete(id)];
  const known = objects.get(id) ?? { properties: {}, relations: new Map<string, Map<string, string>>() };
  objects.set(id, known);
  for (const property of query.properties) {
    if (property !== "id" && Object.hasOwn(row, property)) known.properties[property] = jsonValue(row[property]);
  }
  const removals: (() => void)[] = [];
  for (const relation of query.relations) {
    const links = row[`${relation}@delta`];
    if (!Array.isArray(links)) continue;
    const ids = known.relations.get(relation) ?? new Map<string, string>();
    known.relations.set(relation, ids);
    for (const link of links) {
      const fields = fieldsOf(link, "a changed link");
      const other = textOf(fields, "id", "a changed link");
      if (fields["@removed"] !== undefined) removals.push(() => void ids.delete(other));
      else ids.set(other, String(fields["@odata.type"] ?? "").replace(/^#?microsoft\.graph\./, ""));
    }
  }
  return removals;
}

function firstPath({ collection, properties, relations, ids }: DeltaQuery): string {
  const query = [`$select=${[...properties, ...relations].join(",")}`];
  if (ids !== undefined) query.push(`$filter=${encodeURIComponent(ids.map((id) => `id eq '${id}'`).join(" or "))}`);
  return `/${collection}/delta?${query.join("&")}`;
}

function isForgotten(error: unknown): boolean {
  return (
    statusOf(error) === 410 ||
    /syncStateNotFound|resyncRequired|Directory_ExpiredPageToken/i.test(graphSaid(error)?.code ?? "")
  );
}

/** By tenant, app and question: an app sees only what it may. */
function nameOf({ settings }: Transport, query: DeltaQuery): string {
  const asked = createHash("sha256").update(firstPath(query)).digest("base64url");
  return `entra ${settings.base.host} ${settings.tenant} ${settings.clientId} ${query.collection} ${asked}`;
}

function encode({ link, startedAt, objects }: Kept): string {
  const rows = [...objects].map(([id, { properties, relations }]) => [
    id,
    properties,
    Object.fromEntries([...relations].map(([relation, ids]) => [relation, Object.fromEntries(ids)])),
  ]);
  return JSON.stringify({ link, startedAt, rows });
}

/** A damaged or old entry is no entry. */
function decode(text: string | undefined, now: number): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(text);
    if (!isFields(kept) || typeof kept.link !== "string" || typeof kept.startedAt !== "number") return undefined;
    if (!Array.isArray(kept.rows) || now - kept.startedAt > SWEEP || kept.startedAt > now) return undefined;
    const objects = new Map<string, Building>();
    for (const row of kept.rows) {
      if (!Array.isArray(row) || typeof row[0] !== "string" || !isFields(row[1]) || !isFields(row[2])) return undefined;
      const relations = Object.entries(row[2]).map(([relation, ids]) => {
        const links = Object.entries(isFields(ids) ? ids : {}).map(([id, type]) => [id, String(type)] as const);
        return [relation, new Map(links)] as const;
      });
      const properties = Object.entries(row[1]).map(([property, value]) => [property, jsonValue(value)] as const);
      objects.set(row[0], { properties: Object.fromEntries(properties), relations: new Map(relations) });
    }
    return { link: kept.link, startedAt: kept.startedAt, objects };
  } catch {
    return undefined;
  }
}
