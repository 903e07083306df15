/** The access graph against brute force: every path of every person, before and after. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessGraph, type Link } from "../../../engine/impact/graph.ts";

interface Named extends Link {
  readonly name: string;
}

const PEOPLE = 4;
const SIZE = 11;
const isPerson = (node: number): boolean => node < PEOPLE;

/** Things hold things, in circles too; people hold things and are held by nothing. */
const link = fc
  .record({ from: fc.nat(SIZE - 1), to: fc.integer({ min: PEOPLE, max: SIZE - 1 }) })
  .filter(({ from, to }) => from !== to);
const links = fc
  .array(link, { maxLength: 24 })
  .map((all) => all.map((one, index): Named => ({ ...one, name: `${index}` })));

/** Every path without a repeated node, by trying them all. */
function everyPath(person: number, all: readonly Named[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  const walk = (node: number, been: ReadonlySet<number>, path: readonly Named[]): void => {
    for (const next of all) {
      if (next.from !== node || been.has(next.to)) continue;
      const longer = [...path, next];
      const text = longer.map(({ name }) => name).join(">");
      found.set(next.to, [...(found.get(next.to) ?? []), text]);
      walk(next.to, new Set([...been, next.to]), longer);
    }
  };
  walk(person, new Set([person]), []);
  return found;
}

const textsOf = (paths: readonly (readonly Named[])[]): readonly string[] =>
  paths.map((path) => path.map(({ name }) => name).join(">"));

describe("access", () => {
  test("gained and lost is what brute force says, by real paths, one for each last link", () => {
    fc.assert(
      fc.property(links, links, fc.infiniteStream(fc.boolean()), (before, more, coin) => {
        const removed = new Set(before.filter(() => coin.next().value));
        const added = more.map((one) => ({ ...one, name: `+${one.name}` }));
        const after = [...before.filter((one) => !removed.has(one)), ...added];
        const moved = [...accessGraph(SIZE, before, isPerson).compare({ removed, added })];
        const told = moved.map(({ person, node, gained }) => `${person} ${gained ? "+" : "-"}${node}`).sort();
        const expected: string[] = [];
        for (let person = 0; person < PEOPLE; person += 1) {
          const [was, is] = [everyPath(person, before), everyPath(person, after)];
          for (const node of was.keys()) if (!is.has(node)) expected.push(`${person} -${node}`);
          for (const node of is.keys()) if (!was.has(node)) expected.push(`${person} +${node}`);
          for (const one of moved.filter((move) => move.person === person)) {
            const every = (one.gained ? is : was).get(one.node) ?? [];
            const texts = textsOf(one.paths);
            expect(texts.length).toBeGreaterThan(0);
            for (const text of texts) expect(every).toContain(text);
            expect(new Set(texts.map((text) => text.split(">").at(-1))).size).toBe(texts.length);
            const shortest = Math.min(...every.map((text) => text.split(">").length));
            expect(texts[0]?.split(">")).toHaveLength(shortest);
          }
        }
        expect(told).toEqual(expected.sort());
      }),
      { numRuns: 1000 },
    );
  });

  test("of one person, and the people of one thing, are each other's inverse", () => {
    fc.assert(
      fc.property(links, (all) => {
        const graph = accessGraph(SIZE, all, isPerson);
        for (let person = 0; person < PEOPLE; person += 1) {
          const held = [...graph.reach(person)].map(({ node }) => node).sort((a, b) => a - b);
          expect(held).toEqual([...everyPath(person, all).keys()].sort((a, b) => a - b));
          for (let node = PEOPLE; node < SIZE; node += 1)
            expect([...graph.holders(node)].includes(person)).toBe(held.includes(node));
        }
      }),
    );
  });
});
