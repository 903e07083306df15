import { expect, test } from "vitest";
import { personIds } from "../../../providers/shared/people.ts";

test("a person goes by the id that was reviewed, in whatever letter case", () => {
  const idOf = personIds({ "ada@acme.example": "1" });
  expect([idOf("ada@acme.example"), idOf("Ada@Acme.example")]).toEqual(["1", "1"]);
});

test("who knows best comes first; who is unknown there may be known to the next", () => {
  const idOf = personIds({ "Ada@acme.example": "new" }, undefined, { "ada@acme.example": "old", grace: "2" });
  expect([idOf("ada@acme.example"), idOf("grace")]).toEqual(["new", "2"]);
});

test("nobody is guessed", () => {
  expect(() => personIds({}, undefined)("__proto__")).toThrow(
    "__proto__ is not among the people that this plan resolved.",
  );
});
