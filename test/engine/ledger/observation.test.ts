/** What was seen comes back as it was, and what is written stays small. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HeldObject } from "../../../engine/impact/holdings.ts";
import type { LedgerEvent, Observation } from "../../../engine/ledger/event.ts";
import { observationOf, type Sight, seriesOf, sightsIn } from "../../../engine/ledger/observation.ts";
import type { Edge } from "../../../engine/model.ts";

const edge = fc.record(
  {
    person: fc.constantFrom("ada", "grace", "group 00g1234567"),
    entitlement: fc.constantFrom("member", "owner"),
    personId: fc.constantFrom("1", "2"),
    privileged: fc.constant(true),
    object: fc.constant("self" as const),
    why: fc.constant("rule all"),
  },
  { requiredKeys: ["person", "entitlement"] },
);
const object = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  edges: fc.uniqueArray(edge, { maxLength: 3, selector: (one: Edge) => JSON.stringify(one) }),
  whole: fc.boolean(),
});
const sights = fc.array(
  fc.uniqueArray(object, { maxLength: 4, selector: ({ name }) => name }).map(
    (objects): Sight => ({
      ...{ read: "2026-03-03T10:00:00.000Z", coverage: ["okta"], gaps: [], instances: { okta: "okta" } },
      names: new Map([["okta 00g1234567", "night shift"]]),
      objects: objects.map(
        ({ name, ...rest }): HeldObject => ({
          ...{ address: `okta/group/${name}`, instance: "okta", kind: "okta/group", id: name },
          ...rest,
        }),
      ),
    }),
  ),
  { maxLength: 12 },
);

/** As a ledger would hold them, each read back before the next one is written. */
function recorded(all: readonly Sight[]): readonly (Observation & LedgerEvent)[] {
  const events: (Observation & LedgerEvent)[] = [];
  for (const [index, sight] of all.entries()) {
    const alone = events.findLastIndex(({ after }) => after === undefined);
    const body = observationOf(`r-${index}`, sight, seriesOf(events.slice(Math.max(0, alone))));
    const link = { seq: index * 3 + 1, at: "2026-03-03T11:00:00.000Z", prev: "", hash: "" };
    events.push(JSON.parse(JSON.stringify({ ...body, ...link })));
  }
  return events;
}

const sorted = (objects: readonly HeldObject[]): unknown =>
  objects
    .map(({ edges, ...rest }) => ({
      ...rest,
      edges: edges.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort(),
    }))
    .sort((a, b) => (a.address ?? "").localeCompare(b.address ?? ""));

test("each sight is read back as it was, whatever came before it", () => {
  fc.assert(
    fc.property(sights, (all) => {
      const back = [...sightsIn(recorded(all))];
      expect(back.map(({ objects }) => sorted(objects))).toEqual(all.map(({ objects }) => sorted(objects)));
    }),
    { numRuns: 150 },
  );
});

const many = (people: number, of: number): Sight => ({
  ...{ read: "2026-03-03T10:00:00.000Z", coverage: ["okta"], gaps: [], instances: { okta: "okta" }, names: new Map() },
  objects: Array.from({ length: of }, (_, group) => ({
    ...{
      address: `okta/group/g${group}` as const,
      instance: "okta",
      kind: "okta/group",
      id: `00g${group}`,
      whole: true,
    },
    edges: Array.from({ length: people }, (_, index) => ({
      person: `person.${index}@acme.example`,
      personId: `00u${index}`,
      entitlement: `member of g${group}`,
      object: "self" as const,
    })),
  })),
});

test("a hundred thousand edges are about a megabyte once, and nothing again", () => {
  const sight = many(1_000, 100);
  const [first, second, third] = recorded([sight, sight, { ...sight, objects: sight.objects.slice(1) }]);
  expect(JSON.stringify(first).length).toBeLessThan(1_000_000);
  expect(second).toMatchObject({ after: 1, objects: {}, gone: [] });
  expect(third).toMatchObject({ after: 4, objects: {}, gone: ["okta/group/g0"] });
  expect(JSON.stringify([second, third]).length).toBeLessThan(1_000);
});

test("what is again as it was before is not written again", () => {
  const rest = many(50, 3).objects.slice(2);
  const [one, other] = [many(3, 2), many(4, 2)].map((sight) => ({ ...sight, objects: [...sight.objects, ...rest] }));
  const events = recorded([one, other, one].flatMap((sight) => sight ?? []));
  expect(events[2]).toMatchObject({ objects: {}, again: { "okta/group/g0": 1, "okta/group/g1": 1 } });
});

test("now and then one stands alone, so that nobody reads back further", () => {
  const events = recorded(Array.from({ length: 90 }, () => many(2, 2)));
  expect(events.filter(({ after }) => after === undefined).map(({ seq }) => seq)).toEqual([1, 124, 247]);
});
