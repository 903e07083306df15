/** Terraform's functions over lists and objects whose elements are known. */
import { Refused, type Term } from "./terms.ts";
import { listOf, mapOf, numberOf, type PureFunction, same, textOf, truth } from "./wanted.ts";

export const COLLECTIONS: Readonly<Record<string, PureFunction>> = {
  keys: (map = null) => Object.keys(mapOf(map)).sort(),
  contains: (list = null, item = null) => listOf(list).some((known) => same(known, item)),
  index: (list = null, item = null) => found(listOf(list).findIndex((known) => same(known, item))),
  distinct: (list = null) => distinct(listOf(list)),
  compact: (list = null) => listOf(list).filter((item) => item !== null && item !== ""),
  sort: (list = null) => listOf(list).map(textOf).sort(),
  sum: (list = null) => listOf(list).reduce((total: number, item) => total + numberOf(item), 0),
  alltrue: (list = null) => listOf(list).every((item) => truth(item)),
  anytrue: (list = null) => listOf(list).some((item) => truth(item)),
  coalescelist: (...lists) => lists.map(listOf).find((list) => list.length > 0) ?? [],
  chunklist: (list = null, size = null) => chunks(listOf(list), numberOf(size)),
  range: (...bounds) => range(bounds.map(numberOf)),
  matchkeys: (values = null, keys = null, wanted = null) => {
    const search = listOf(wanted);
    const held = listOf(keys);
    return listOf(values).filter((_, index) => search.some((key) => same(key, held[index] ?? null)));
  },
  transpose: (map = null) => transposed(mapOf(map)),
  setunion: (...sets) => distinct(sets.flatMap(listOf)),
  setintersection: (first = [], ...sets) =>
    distinct(listOf(first)).filter((item) => sets.every((set) => listOf(set).some((other) => same(item, other)))),
  setsubtract: (first = null, second = null) =>
    distinct(listOf(first)).filter((item) => !listOf(second).some((other) => same(item, other))),
  setproduct: (...sets) =>
    sets
      .map(listOf)
      .reduce(
        (rows: readonly (readonly Term[])[], set) => rows.flatMap((row) => set.map((item) => [...row, item])),
        [[]],
      ),
};

function distinct(items: readonly Term[]): readonly Term[] {
  return items.filter((item, index) => items.findIndex((other) => same(item, other)) === index);
}

function found(index: number): number {
  if (index === -1) throw new Refused("index(…) finds no such element");
  return index;
}

function chunks(items: readonly Term[], size: number): Term {
  if (size < 1) return [items];
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

function range([first = 0, second, step]: readonly number[]): Term {
  const [from, to] = second === undefined ? [0, first] : [first, second];
  const by = step ?? (from > to ? -1 : 1);
  if (by === 0) throw new Refused("range(…) has a step of zero");
  const count = Math.max(0, Math.ceil((to - from) / by));
  if (count > 1024) throw new Refused("range(…) has more than 1024 elements");
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function transposed(map: { readonly [key: string]: Term }): Term {
  const turned = new Map<string, string[]>();
  for (const key of Object.keys(map).sort()) {
    for (const item of listOf(map[key] ?? [])) turned.set(textOf(item), [...(turned.get(textOf(item)) ?? []), key]);
  }
  return Object.fromEntries([...turned].sort(([a], [b]) => (a < b ? -1 : 1)));
}
