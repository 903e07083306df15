import { expect, test } from "vitest";
import type { Mover, Plan, PopulationChange } from "../../../engine/model.ts";
import { populationRows, rotaRows } from "../../../engine/report/populations.ts";

const mover = (person: string, attribute = "department", value: string | null = "SRE"): Mover => ({
  person,
  personId: person,
  by: [{ attribute, value }],
});

function rows(change: Partial<PopulationChange>, limit = 2) {
  const whole: PopulationChange = {
    address: "okta/group-rule/sre",
    entitlement: "member of sre",
    enters: [],
    leaves: [],
    uncertain: [],
    held: 0,
    matches: { least: 0, most: 0 },
    remarks: [],
    ...change,
  };
  return populationRows({ populations: [whole] } as Partial<Plan> as Plan, limit);
}

test("who leaves comes first, each sort up to the limit, and the rest is counted", () => {
  const [row] = rows({
    enters: [mover("a"), mover("b"), mover("c")],
    leaves: [mover("d", "title", null)],
    uncertain: [{ ...mover("e"), held: true, why: "nobody knows" }],
    matches: { least: 7, most: 8 },
  });
  expect(row?.summary).toBe("3 enter, 1 leaves, 1 uncertain; matches 7 people, or up to 8");
  expect(row?.movers.map(({ mark, person, why }) => `${mark} ${person}: ${why}`)).toEqual([
    "- d: title not set",
    "+ a: department SRE",
    "+ b: department SRE",
    "? e: may leave: nobody knows (department SRE)",
  ]);
  expect(row?.rest).toBe(1);
});

test("a rule that moves nobody says so, and how many it matches", () => {
  expect(rows({ matches: { least: 1, most: 1 } })[0]?.summary).toBe("nobody moves; matches 1 person");
});

test("turns are in words, with gaps, up to the limit", () => {
  const turns = [
    { from: "2026-11-22T12:00:00.000Z", people: ["ada"] },
    { from: "2026-11-23T09:00:00.000Z", people: [] },
    { from: "2026-11-30T09:00:00.000Z", people: ["ada", "bob"] },
  ];
  const plan = { rotas: [{ address: "pagerduty/schedule/primary", turns }] } as Partial<Plan> as Plan;
  expect(rotaRows(plan, 2)).toEqual([
    {
      address: "pagerduty/schedule/primary",
      turns: [
        ["now", "ada"],
        ["Mon 23 Nov 09:00", "nobody"],
      ],
      rest: 1,
    },
  ]);
  expect(rotaRows(plan, 5)[0]?.turns[2]).toEqual(["Mon 30 Nov 09:00", "ada and bob"]);
});
