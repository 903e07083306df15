import { expect, test } from "vitest";
import { populationChanges } from "../../../engine/impact/population.ts";
import type { Judged, Judgement } from "../../../engine/population.ts";

const yes: Judgement = { holds: true, by: [] };
const no: Judgement = { holds: false, by: [] };
const doubt: Judgement = { holds: "uncertain", why: "nobody knows", by: [] };

const one = (id: string, judgement: Judgement, before?: Judgement): Judged => ({
  id,
  login: id,
  judgement,
  ...(before === undefined ? {} : { before }),
});

/** `enters a | leaves b | c may enter`. */
function moves(people: readonly Judged[], holders?: ReadonlyMap<string, boolean>): string {
  const target = { entitlement: "member of x", ...(holders === undefined ? {} : { holders }) };
  const [change] = populationChanges("okta/group-rule/x", { people, targets: [target] });
  return [
    ...(change?.enters ?? []).map(({ person }) => `enters ${person}`),
    ...(change?.leaves ?? []).map(({ person }) => `leaves ${person}`),
    ...(change?.uncertain ?? []).map(({ person, held }) => `${person} may ${held ? "leave" : "enter"}`),
  ].join(" | ");
}

test("who holds it now is the vendor's word, and only whom the rule alone keeps can leave", () => {
  const holders = new Map([
    ["ruled", true],
    ["also-by-hand", false],
    ["stays", true],
    ["doubtful", true],
    ["doubtful-by-hand", false],
  ]);
  const people = [
    one("new", yes),
    one("ruled", no),
    one("also-by-hand", no),
    one("stays", yes),
    one("doubtful", doubt),
    one("doubtful-by-hand", doubt),
    one("doubtful-outside", doubt),
    one("outside", no),
  ];
  expect(moves(people, holders)).toBe("enters new | leaves ruled | doubtful may leave | doubtful-outside may enter");
});

test("a holder by the rule who is not in the directory is nobody's to judge", () => {
  expect(
    moves(
      [],
      new Map([
        ["ghost", true],
        ["by-hand", false],
      ]),
    ),
  ).toBe("ghost may leave");
});

test("without that word, the live rule is judged instead", () => {
  const people = [
    one("new", yes, no),
    one("same", yes, yes),
    one("old", no, yes),
    one("outside", no, no),
    one("now-certain", yes, doubt),
    one("now-out", no, doubt),
    one("now-doubtful", doubt, yes),
    one("never-known", doubt, doubt),
  ];
  expect(moves(people)).toBe(
    "enters new | leaves old | now-certain may enter | now-doubtful may leave | now-out may leave",
  );
});

test("a new rule lets everybody in whom it matches, and its size is counted with and without the doubts", () => {
  const people = [one("a", yes), one("b", doubt), one("c", no)];
  const [change] = populationChanges("okta/group-rule/x", {
    people,
    targets: [{ entitlement: "member of x" }],
    remarks: (leaving, entering) => [`${leaving} leave, ${entering} enter`],
  });
  expect(change?.matches).toEqual({ least: 1, most: 2 });
  expect(change?.remarks).toEqual(["0 leave, 1 enter"]);
  expect(moves(people)).toBe("enters a | b may enter");
});
