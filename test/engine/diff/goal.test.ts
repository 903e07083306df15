import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyFields, type DiffOptions, diffFields } from "../../../engine/diff/fields.ts";
import { appliedOf, goalOf } from "../../../engine/diff/goal.ts";
import type { FieldChange, Spec } from "../../../engine/model.ts";
import { RULE, spec } from "./arbitrary.ts";

const modes = fc.constantFrom("exclusive", "additive", "observe", "explained");
const options: fc.Arbitrary<DiffOptions> = fc.record({
  explained: fc.constant<NonNullable<DiffOptions["explained"]>>((_path, element) => element === "Ada"),
  manage: fc.record({ members: modes, tags: modes, "settings.roles": modes }),
  ignore: fc.subarray(["name", "size", "members", "targets", "profile.a", "settings", "settings.limit"]),
});

const goal = (declared: Spec, live: Spec, fields: readonly FieldChange[], { ignore = [] }: DiffOptions = {}): Spec =>
  goalOf({ declared, live, fields, ignore }, RULE);

describe("the goal of an update", () => {
  test("differs from what is live by the changes, and by nothing else", () => {
    fc.assert(
      fc.property(spec, spec, options, (declared, live, how) => {
        const fields = diffFields(declared, live, RULE, how);
        expect(diffFields(goal(declared, live, fields, how), applyFields(live, fields, RULE), RULE)).toEqual([]);
      }),
    );
  });

  test("names what the document names, and no other field", () => {
    fc.assert(
      fc.property(spec, spec, options, (declared, live, how) => {
        const named = Object.keys(goal(declared, live, diffFields(declared, live, RULE, how), how));
        expect(Object.keys(declared)).toEqual(expect.arrayContaining(named));
      }),
    );
  });

  test("is the document itself where that is the whole truth", () => {
    fc.assert(
      fc.property(spec, spec, (declared, live) => {
        expect(diffFields(declared, goal(declared, live, diffFields(declared, live, RULE)), RULE)).toEqual([]);
      }),
    );
  });

  test("leaves out what is ignored and not there", () => {
    expect(goal({ name: "a", size: 1 }, { size: 1 }, [], { ignore: ["name"] })).toEqual({ size: 1 });
  });

  test("keeps whoever is removed later", () => {
    const fields: FieldChange[] = [{ op: "add", path: ["members"], element: "grace" }];
    expect(goal({ members: ["grace"] }, { members: ["ada"] }, fields)).toEqual({ members: ["ada", "grace"] });
  });
});

test("what was ignored does not count as applied: it is remembered as it was, or not at all", () => {
  const declared = { name: "new", settings: { limit: 2 } };
  expect(appliedOf(declared, { name: "old" }, ["name", "settings.limit", "size"])).toEqual({
    name: "old",
    settings: {},
  });
});
