import { expect, test } from "vitest";
import { candidatesFor } from "../../../providers/shared/lookup.ts";

const GROUPS = ["prod-admin", "prod-admins", "Support", "", "prod"].map((name, index) => ({ id: String(index), name }));

function found(name: string | undefined) {
  const { exact, near } = candidatesFor(GROUPS, name, (group) => group.name);
  return { exact: exact.map(({ id }) => id), near: near.map(({ label }) => label) };
}

test.each([
  ["the exact name alone", "prod-admin", ["0"], []],
  ["another letter case", "support", [], ["Support"]],
  ["a part, and what it is a part of", "prod-ad", [], ["prod-admin", "prod-admins", "prod"]],
  ["a misspelt name", "Suport", [], ["Support"]],
  ["nothing like it", "zebra", [], []],
  ["no name", undefined, [], []],
  ["a blank name", "", [], []],
])("%s", (_what, name, exact, near) => {
  expect(found(name)).toEqual({ exact, near });
});

test("two of the same name are two candidates", () => {
  expect(candidatesFor([...GROUPS, { id: "9", name: "Support" }], "Support", ({ name }) => name).exact).toHaveLength(2);
});

test("of many near ones the first eight are enough to choose from", () => {
  const many = Array.from({ length: 20 }, (_, index) => ({ id: String(index), name: `team ${index}` }));
  expect(candidatesFor(many, "team", ({ name }) => name).near).toHaveLength(8);
});
