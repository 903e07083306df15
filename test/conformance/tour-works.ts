/** First part of the tour: an object comes, is seen as it was declared, and goes. */
import { expect } from "vitest";
import type { Schemas } from "../../engine/config/schemas.ts";
import type { Gone, Live } from "../../engine/model.ts";
import type { KindFacts } from "../../engine/provider.ts";
import { STACK } from "./bench.ts";
import { namesPeople } from "./fields.ts";
import type { Scenes } from "./scene.ts";

const UNKNOWN = 'see "Unknown outcome" in providers/README.md';

/** Vendor clocks and ours may differ by this much, milliseconds. */
const CLOCK_SKEW = 120_000;

export function works(kind: string, { can }: KindFacts, schemas: Schemas): Scenes {
  return {
    ...(can.list && {
      "is absent before it is made": async (bench) => {
        const spec = await bench.spec(1);
        expect(await bench.listed(spec)).toEqual([]);
      },
      "appears once under its key, by list and by id": async (bench) => {
        const spec = await bench.spec(1);
        const made = await bench.make(spec);
        expect((await bench.listed(spec)).map((live) => live.id)).toEqual([made.id]);
        expect((await bench.whole(made, spec)).id).toBe(made.id);
      },
      "is one of everything that there is": async (bench) => {
        const before = await bench.everything();
        const made = await bench.make(await bench.spec(1));
        expect(await bench.everything()).toEqual([...before, made.id].sort());
      },
      "is shown whole among everything, as adoption reads it": async (bench) => {
        const spec = await bench.spec(1);
        const made = await bench.make(spec);
        expect(bench.diff(spec, await bench.adopted(made.id))).toEqual([]);
      },
    }),
    "shows nothing to change right after": async (bench) => {
      const spec = await bench.spec(1);
      const made = await bench.make(spec);
      expect(bench.diff(spec, await bench.whole(made, spec))).toEqual([]);
      if (!can.list) return;
      for (const live of await bench.listed(spec)) expect(bench.diff(spec, live)).toEqual([]);
    },
    "is read back in the words of its own schema": async (bench) => {
      const spec = await bench.spec(1);
      const made = await bench.make(spec);
      const lives: Live[] = [await bench.whole(made, spec), ...(can.list ? await bench.listed(spec) : [])];
      for (const live of lives) expect(schemas.errorsOf(`${kind}.schema.json`, live.spec)).toEqual([]);
      // What a schema promises as an output, another document may name.
      for (const live of lives) {
        expect(Object.keys(live.computed ?? {})).toEqual(expect.arrayContaining([...bench.rules.outputs]));
      }
    },
    ...(namesPeople(schemas.rulesOf(kind).spec) && {
      "knows the id of everybody whom it names": async (bench) => {
        const spec = await bench.spec(1);
        const people = await bench.people(spec);
        expect(people, "the sample names nobody").not.toEqual({});
        const made = await bench.make(spec);
        const lives: Live[] = [await bench.whole(made, spec), ...(can.list ? await bench.listed(spec) : [])];
        for (const live of lives) expect(folded(live.people ?? {}), "live.people").toMatchObject(folded(people));
      },
      "tells the access of everybody whom it names": async (bench) => {
        const spec = await bench.spec(1);
        const people = await bench.people(spec);
        expect(people, "the sample names nobody").not.toEqual({});
        const told = [...(bench.facts.edges?.({ spec, people }) ?? [])].map((edge) => edge.personId);
        expect(told, "persons of its edges").toEqual(expect.arrayContaining(Object.values(people)));
      },
    }),
    ...(can.create &&
      can.list && {
        "tells whose it is or since when, so that a lost create is found again": async (bench) => {
          const address = bench.address(1);
          const since = bench.stage.clock.now();
          const made = await bench.make(await bench.spec(1), address);
          const live = await bench.whole(made, await bench.spec(1));
          if (bench.sample.marked === true) {
            expect(live.marker).toEqual({ tool: "accord", stack: STACK, address });
            return;
          }
          expect(live, `neither marked, as a sample with \`marked\` is, nor with the time; ${UNKNOWN}`).toHaveProperty(
            "createdAt",
          );
          const created = Date.parse(live.createdAt ?? "");
          expect(created).toBeGreaterThanOrEqual(since - CLOCK_SKEW);
          expect(created).toBeLessThanOrEqual(bench.stage.clock.now() + CLOCK_SKEW);
        },
      }),
    ...(can.find && {
      "is found by a lookup of its natural key": async (bench) => {
        const spec = await bench.spec(1);
        const made = await bench.make(spec);
        const lookup = await bench.sample.lookup?.(spec, bench.stage.tenant);
        if (lookup === undefined) throw new Error(`${kind} can be looked up, and its sample says no lookup`);
        const found = await bench.stage.view().find(bench.facts.name, lookup);
        expect(found.exact.map((candidate) => candidate.id)).toEqual([made.id]);
      },
      "is found by each lookup that is written for it": async (bench) => {
        const made = await bench.make(await bench.spec(1));
        const live = await bench.adopted(made.id);
        const lookups = bench.facts.lookups?.(live) ?? [];
        expect(lookups.length, `${kind} can be looked up, and says no lookup of an object`).toBeGreaterThan(0);
        for (const lookup of lookups) {
          const found = await bench.stage.view().find(bench.facts.name, lookup);
          expect(found.exact.map(({ id }) => id)).toContain(made.id);
        }
      },
    }),
    ...(can.delete && {
      "is deleted, and twice is fine": async (bench) => {
        const spec = await bench.spec(1);
        const made = await bench.make(spec);
        const other = await bench.make(await bench.spec(2), bench.address(2));
        await bench.end(made, "delete");
        expect(await bench.isGone(made)).toBe(true);
        await bench.end(made, "delete");
        await bench.wait();
        if (can.list) expect(await bench.listed(spec)).toEqual([]);
        expect(isGone(await bench.read(other, await bench.spec(2)))).toBe(false);
      },
    }),
    ...(can.disable && {
      "is disabled, and twice is fine": async (bench) => {
        const spec = await bench.spec(1);
        const made = await bench.make(spec);
        await bench.sample.beforeDisable?.(made.id, bench.stage.tenant);
        await bench.end(made, "disable");
        await bench.wait();
        await bench.end(made, "disable");
        expect(isGone(await bench.read(made, spec))).toBe(false);
      },
    }),
    ...(can.create &&
      can.list && {
        "is not made twice": async (bench) => {
          const spec = await bench.spec(1);
          const before = await bench.all(spec);
          await bench.make(spec);
          const address = bench.address(2);
          const again = await bench.stage
            .hands()
            .create(bench.facts.name, spec, await bench.context(spec, address))
            .catch((error: unknown) => error);
          bench.stage.say(again);
          if (again instanceof Error) expect(again).toMatchObject({ name: "ProblemError" });
          await bench.wait();
          expect(await bench.all(spec), `a second create made a twin; ${UNKNOWN}`).toHaveLength(before.length + 1);
        },
      }),
  };
}

function isGone(answer: Live | Gone): boolean {
  return "gone" in answer;
}

function folded(people: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(people).map(([login, id]) => [login.toLowerCase(), id]));
}
