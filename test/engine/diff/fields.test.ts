import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyFields, diffFields, invertField } from "../../../engine/diff/fields.ts";
import { RULE, reordered, spec } from "./arbitrary.ts";

const diff = (want: Parameters<typeof diffFields>[0], have: Parameters<typeof diffFields>[1]) =>
  diffFields(want, have, RULE);

describe("laws", () => {
  test("a spec does not differ from itself", () => {
    fc.assert(
      fc.property(spec, (a) => {
        expect(diff(a, a)).toEqual([]);
      }),
    );
  });

  test("nor from itself in another order, or in another case where case is ignored", () => {
    fc.assert(
      fc.property(spec, (a) => {
        expect(diff(reordered(a), a)).toEqual([]);
        expect(diff(a, reordered(a))).toEqual([]);
      }),
    );
  });

  test("what applying the differences to the one gives does not differ from the other", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        expect(diff(want, applyFields(have, diff(want, have), RULE))).toEqual([]);
      }),
    );
  });

  test("what the wanted spec does not name survives", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        const after = applyFields(have, diff(want, have), RULE);
        for (const field of Object.keys(have)) if (!(field in want)) expect(after[field]).toEqual(have[field]);
      }),
    );
  });

  test("taking the differences back gives what was there, as far as it was wanted", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        const changes = diff(want, have);
        const back = applyFields(applyFields(have, changes, RULE), changes.map(invertField).reverse(), RULE);
        expect(diff(have, back)).toEqual([]);
        expect(diff(want, back).map((change) => change.path)).toEqual(changes.map((change) => change.path));
      }),
    );
  });

  test("inverting twice changes nothing, but for what was not there at all", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        for (const change of diff(want, have)) {
          const twice = invertField(invertField(change));
          expect(twice).toEqual(change.op === "set" ? { ...change, before: change.before ?? null } : change);
        }
      }),
    );
  });

  test("additive only adds, observe does nothing, and exclusive is the default", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        const of = (mode: "additive" | "observe" | "exclusive") =>
          diffFields(want, have, RULE, { manage: { members: mode } }).filter((change) => change.path[0] === "members");
        const all = diff(want, have).filter((change) => change.path[0] === "members");
        expect(of("exclusive")).toEqual(all);
        expect(of("additive")).toEqual(all.filter((change) => change.op === "add"));
        expect(of("observe")).toEqual([]);
      }),
    );
  });
});

describe("what counts as a difference", () => {
  test("blank and absent are one: vendors send empty texts and lists for what is not set", () => {
    expect(diff({ name: "", tags: [], profile: {} }, {})).toEqual([]);
    expect(diff({ name: null }, { name: "" })).toEqual([{ op: "set", path: ["name"], before: "", after: null }]);
  });

  test("false and zero are values", () => {
    expect(diff({ open: false, size: 0 }, {})).toHaveLength(2);
  });

  test("what is unknown until applied is always one", () => {
    const unknown = { $unknown: { text: "${okta/group/x.id}" } } as const;
    expect(diff({ name: unknown }, { name: "x" })).toEqual([
      { op: "set", path: ["name"], before: "x", after: unknown },
    ]);
  });

  test("elements of a collection differ one by one", () => {
    expect(diff({ members: ["Ada", "linus"] }, { members: ["ada", "grace"] })).toEqual([
      { op: "add", path: ["members"], element: "linus" },
      { op: "remove", path: ["members"], element: "grace" },
    ]);
  });

  test("an ordered list differs as a whole, but not for the order of the sets inside", () => {
    const have = { steps: [{ text: "a", approvers: ["ada", "grace"] }] };
    expect(diff({ steps: [{ text: "a", approvers: ["grace", "ADA"] }] }, have)).toEqual([]);
    expect(diff({ steps: [{ text: "a", approvers: ["grace"] }] }, have)).toHaveLength(1);
  });

  test("a secret is one only where what was sent has moved", () => {
    const want = { name: { $secret: "env:TOKEN" } };
    expect(diff(want, { name: "x" })).toEqual([]);
    expect(diffFields(want, {}, RULE, { secretMoved: () => true })).toEqual([
      { op: "set", path: ["name"], before: undefined, after: want.name },
    ]);
  });
});
