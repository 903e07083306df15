/** Doubt and errors, combined as CEL combines errors. */
import { expect, test } from "vitest";
import { bothOf, choiceOf, eitherOf, type Outcome, opposite, possible } from "../../../engine/cel/possible.ts";

const ALL: readonly (readonly Outcome[])[] = [
  ["true"],
  ["false"],
  ["error"],
  ["true", "false"],
  ["true", "error"],
  ["false", "error"],
  ["true", "false", "error"],
];

/** CEL's own table for two certain sides. */
function and(a: Outcome, b: Outcome): Outcome {
  if (a === "false" || b === "false") return "false";
  return a === "error" || b === "error" ? "error" : "true";
}

const not = (a: Outcome): Outcome => (a === "error" ? a : a === "true" ? "false" : "true");

test("what two sides may come to together is what any of their outcomes would", () => {
  for (const left of ALL) {
    for (const right of ALL) {
      const each = (combine: (a: Outcome, b: Outcome) => Outcome) =>
        [...new Set(left.flatMap((a) => right.map((b) => combine(a, b))))].sort();
      const sides = [possible(left), possible(right)];
      expect([...bothOf(sides).outcomes].sort(), `${left} && ${right}`).toEqual(each(and));
      expect([...eitherOf(sides).outcomes].sort(), `${left} || ${right}`).toEqual(
        each((a, b) => not(and(not(a), not(b)))),
      );
    }
  }
  expect([...opposite(possible(["true", "error"])).outcomes]).toEqual(["false", "error"]);
});

test("a choice may come to what its open branches may", () => {
  const yes = possible(["true"]);
  const no = possible(["error"]);
  expect([...choiceOf(possible(["true"]), yes, no).outcomes]).toEqual(["true"]);
  expect([...choiceOf(possible(["true", "false"]), yes, no).outcomes].sort()).toEqual(["error", "true"]);
  expect([...choiceOf(possible(["error"]), yes, no).outcomes]).toEqual(["error"]);
});

test("the side that decides alone is the one that is told", () => {
  const fact = (attribute: string) => [{ attribute, value: 1 }];
  const left = possible(["true", "false"], fact("left"), "a doubt");
  expect(bothOf([left, possible(["false"], fact("right"))])).toEqual(possible(["false"], fact("right")));
  expect(eitherOf([left, possible(["false"], fact("right"))])).toMatchObject({
    by: [...fact("left"), ...fact("right")],
    why: "a doubt",
  });
});
