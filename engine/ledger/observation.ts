/**
 * Who held what, written so that the record stays small: each observation says what is different from the one before, and
 * now and then one stands alone, so that no reader has to go back further. Pure.
 */
import { canonicalJson, sha256 } from "../canonical.ts";
import type { HeldObject } from "../impact/holdings.ts";
import type { Edge } from "../model.ts";
import type { LedgerEvent, Observation, ObservedHold, ObservedObject } from "./event.ts";

/** What there was to see at one moment. */
export interface Sight {
  readonly read: string;
  readonly coverage: readonly string[];
  readonly gaps: readonly string[];
  readonly instances: Readonly<Record<string, string>>;
  readonly objects: readonly HeldObject[];
  /** `<instance> <id>` → what people call it. */
  readonly names: ReadonlyMap<string, string>;
}

/** A sight as the record has it. */
export interface Recorded extends Sight {
  readonly seq: number;
  readonly at: string;
  readonly run: string;
}

/** Observations since one that stands alone, oldest first. */
export interface Series {
  readonly last: Recorded;
  /** Object key → its text → the place of the observation that wrote it so. */
  readonly written: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly length: number;
  /** How much the one that stands alone holds, and those after it together. */
  readonly weight: { readonly alone: number; readonly since: number };
}

/** An observation that stands alone is due after so many that do not. */
const LONGEST = 40;

/** The next observation of a run; without a series, or where the old one has grown too long, one that stands alone. */
export function observationOf(run: string, sight: Sight, series: Series | undefined): Observation {
  if (series === undefined || series.length > LONGEST) return encoded(run, sight, undefined);
  const next = encoded(run, sight, series);
  const alone = sight.objects.reduce((sum, { edges }) => sum + 1 + edges.length, sight.names.size);
  return series.weight.since + weightOf(next) > alone ? encoded(run, sight, undefined) : next;
}

export function keyOf({ address, instance, kind, id = "" }: Omit<HeldObject, "edges">): string {
  return address ?? `${instance} ${kind} ${id}`;
}

function encoded(run: string, sight: Sight, series: Series | undefined): Observation {
  const people = new Map<string, number>();
  const table: Observation["people"][number][] = [];
  const placeOf = ({ person, personId }: Edge): number => {
    const key = `${personId ?? ""} ${person}`;
    const known = people.get(key);
    if (known !== undefined) return known;
    people.set(key, table.length);
    table.push(personId === undefined ? [person] : [person, personId]);
    return table.length - 1;
  };
  const objects: Record<string, ObservedObject> = {};
  const again: Record<string, number> = {};
  const before = new Map((series?.last.objects ?? []).map((one) => [keyOf(one), textOf(one)]));
  for (const object of sight.objects) {
    const key = keyOf(object);
    const text = textOf(object);
    const was = before.get(key);
    before.delete(key);
    if (was === text) continue;
    const place = series?.written.get(key)?.get(text);
    if (place === undefined) objects[key] = written(object, placeOf);
    else again[key] = place;
  }
  const known = series?.last.names;
  const names = namesIn(sight).filter(([id, name]) => known?.get(id) !== name);
  const { read, coverage, gaps, instances } = sight;
  return {
    ...{ type: "observation", run, read, coverage, gaps, instances },
    ...(series === undefined ? {} : { after: series.last.seq }),
    ...{ people: table, objects, again, gone: [...before.keys()], names: Object.fromEntries(names) },
  };
}

function written({ edges, ...object }: HeldObject, placeOf: (edge: Edge) => number): ObservedObject {
  const holds = new Map<string, { readonly hold: Omit<ObservedHold, "by">; readonly by: number[] }>();
  for (const edge of edges) {
    const key = holdText(edge);
    const known = holds.get(key);
    if (known === undefined) {
      const { person: _, personId: __, ...hold } = edge;
      holds.set(key, { hold, by: [placeOf(edge)] });
    } else known.by.push(placeOf(edge));
  }
  return { ...object, holds: [...holds.values()].map(({ hold, by }) => ({ ...hold, by })) };
}

/** Only those that a text of an edge may hold. */
function namesIn({ objects, names }: Sight): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  const words = new Set<string>();
  for (const { edges } of objects) {
    for (const { entitlement, holder, person } of edges)
      for (const text of holder === undefined ? [entitlement] : [entitlement, person]) words.add(text);
  }
  const ids = new Set([...words].flatMap((text) => text.match(/[^\s/]{6,}/g) ?? []));
  for (const [key, name] of names) if (ids.has(key.slice(key.indexOf(" ") + 1))) found.set(key, name);
  return [...found];
}

const TEXTS = new WeakMap<HeldObject, string>();

/** One for objects that say the same, in whichever order. */
function textOf(object: HeldObject): string {
  const known = TEXTS.get(object);
  if (known !== undefined) return known;
  const { edges, ...rest } = object;
  const text = sealed(
    rest,
    edges.map((edge) => lineOf(holdText(edge), edge.person, edge.personId)),
  );
  TEXTS.set(object, text);
  return text;
}

function lineOf(hold: string, person: string, personId = ""): string {
  return `${hold} ${personId} ${person}`;
}

function sealed(object: Omit<HeldObject, "edges">, lines: string[]): string {
  return sha256(`${canonicalJson(object)}\n${lines.sort().join("\n")}`);
}

const HOLDS = new Map<string, string>();

/** What an edge gives, whoever has it: thousands have the same, so the canonical text is made once. */
function holdText({ person: _, personId: __, ...hold }: Edge): string {
  const plain = JSON.stringify(hold);
  const known = HOLDS.get(plain);
  if (known !== undefined) return known;
  const text = canonicalJson(hold);
  HOLDS.set(plain, text);
  return text;
}

function weightOf({ objects, again, gone, names }: Observation): number {
  let weight = Object.keys(again).length + gone.length + Object.keys(names).length;
  for (const { holds } of Object.values(objects)) {
    weight += 1;
    for (const { by } of holds) weight += by.length;
  }
  return weight;
}

type Observed = Extract<LedgerEvent, { readonly type: "observation" }>;

/** Every sight on record, oldest first; events are those of a ledger that was checked. */
export function* sightsIn(events: Iterable<LedgerEvent>): Iterable<Recorded> {
  for (const series of seriesIn(events)) yield series.last;
}

/** The observations up to now, as the next one goes on from them. */
export function seriesOf(events: Iterable<LedgerEvent>): Series | undefined {
  let last: Series | undefined;
  for (const series of seriesIn(events)) last = series;
  return last;
}

function* seriesIn(events: Iterable<LedgerEvent>): Iterable<Series> {
  let series: Series | undefined;
  let byPlace = new Map<number, ReadonlyMap<string, HeldObject>>();
  for (const event of events) {
    if (event.type !== "observation") continue;
    if (event.after === undefined) {
      series = undefined;
      byPlace = new Map();
    } else if (series?.last.seq !== event.after) continue;
    const fresh = read(event);
    byPlace.set(event.seq, fresh);
    series = following(series, event, fresh, byPlace);
    yield series;
  }
}

function following(
  before: Series | undefined,
  event: Observed,
  fresh: ReadonlyMap<string, HeldObject>,
  byPlace: ReadonlyMap<number, ReadonlyMap<string, HeldObject>>,
): Series {
  const objects = new Map((before?.last.objects ?? []).map((one) => [keyOf(one), one]));
  for (const key of event.gone) objects.delete(key);
  for (const [key, object] of fresh) objects.set(key, object);
  for (const [key, place] of Object.entries(event.again)) {
    const object = byPlace.get(place)?.get(key);
    if (object !== undefined) objects.set(key, object);
  }
  const written = new Map([...(before?.written ?? [])].map(([key, texts]) => [key, new Map(texts)]));
  for (const [key, object] of fresh) {
    const texts = written.get(key) ?? new Map<string, number>();
    texts.set(textOf(object), event.seq);
    written.set(key, texts);
  }
  const { seq, at, run, read: since, coverage, gaps, instances } = event;
  const weight = weightOf(event);
  return {
    last: {
      ...{ seq, at, run, read: since, coverage, gaps, instances, objects: [...objects.values()] },
      names: new Map([...(before?.last.names ?? []), ...Object.entries(event.names)]),
    },
    written,
    length: (before?.length ?? 0) + 1,
    weight:
      before === undefined ? { alone: weight, since: 0 } : { ...before.weight, since: before.weight.since + weight },
  };
}

function read({ objects, people }: Observed): ReadonlyMap<string, HeldObject> {
  return new Map(
    Object.entries(objects).map(([key, { holds, ...rest }]) => {
      // Whoever writes the next observation compares texts, and needs no edge of a hundred thousand.
      let edges: readonly Edge[] | undefined;
      const object: HeldObject = {
        ...rest,
        get edges() {
          edges ??= holds.flatMap(({ by, ...hold }) => by.flatMap((place) => edgeOf(hold, people[place])));
          return edges;
        },
      };
      const lines = holds.flatMap(({ by, ...hold }) => {
        const text = canonicalJson(hold);
        return by.flatMap((place) => {
          const [person, personId] = people[place] ?? [];
          return person === undefined ? [] : lineOf(text, person, personId);
        });
      });
      TEXTS.set(object, sealed(rest, lines));
      return [key, object];
    }),
  );
}

function edgeOf(hold: Omit<ObservedHold, "by">, who: Observed["people"][number] | undefined): readonly Edge[] {
  const [person, personId] = who ?? [];
  if (person === undefined) return [];
  return [personId === undefined ? { ...hold, person } : { ...hold, person, personId }];
}
