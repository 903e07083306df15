import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffFields } from "../../../engine/diff/fields.ts";
import type { FieldChange, Value } from "../../../engine/model.ts";
import { attributesAt, elementsAt, merged, touches } from "../../../providers/shared/changes.ts";

const set = (path: readonly string[], before: Value | undefined, after: Value): FieldChange => ({
  op: "set",
  path,
  before,
  after,
});
const add = (path: readonly string[], element: Value): FieldChange => ({ op: "add", path, element });
const remove = (path: readonly string[], element: Value): FieldChange => ({ op: "remove", path, element });

describe("a change touches", () => {
  test.each([
    ["its own field", ["resourceSet", "label"], true],
    ["what is in it", ["resourceSet", "label", "deeper"], true],
    ["what holds it", ["resourceSet"], true],
    ["nothing beside it", ["resourceSet", "groups"], false],
    ["nothing that only begins like it", ["resource"], false],
  ])("%s", (_what, path, expected) => {
    expect(touches([set(["resourceSet", "label"], "a", "b")], ...path)).toBe(expected);
  });
});

describe("elements", () => {
  test("come and go one by one", () => {
    const changes = [add(["members"], "ada"), remove(["members"], "grace"), add(["owners"], "linus")];
    expect(elementsAt(changes, "members")).toEqual({ added: ["ada"], removed: ["grace"] });
  });

  test("of a list that is set as a whole are those that differ", () => {
    const change = set(["members"], ["ada", "grace"], ["grace", "linus"]);
    expect(elementsAt([change], "members")).toEqual({ added: ["linus"], removed: ["ada"] });
  });

  test("of a list that comes with what holds it are all new", () => {
    const change = set(["resourceSet"], undefined, { label: "Support", groups: [{ id: "1" }] });
    expect(elementsAt([change], "resourceSet", "groups")).toEqual({ added: [{ id: "1" }], removed: [] });
  });

  test("of a list that goes with what holds it all go", () => {
    const change = set(["resourceSet"], { groups: [{ id: "1" }] }, null);
    expect(elementsAt([change], "resourceSet", "groups")).toEqual({ added: [], removed: [{ id: "1" }] });
  });

  test("in another letter case are the same person, and nobody leaves for it", () => {
    const change = set(["members"], ["ada@acme.example"], ["Ada@acme.example"]);
    expect(elementsAt([change], "members")).toEqual({ added: [], removed: [] });
  });

  test("with an id in another letter case are different objects", () => {
    const change = set(["groups"], [{ id: "00gAbC" }], [{ id: "00gaBc" }]);
    expect(elementsAt([change], "groups")).toEqual({ added: [{ id: "00gaBc" }], removed: [{ id: "00gAbC" }] });
  });

  test("are none where something in one of them changed", () => {
    expect(elementsAt([set(["steps", "0", "message"], "a", "b")], "steps")).toEqual({ added: [], removed: [] });
  });

  test("are what the difference of two sets says", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(names, names, (want, have) => {
        const rule = { properties: new Map([["members", { unordered: true }]]) };
        const { added, removed } = elementsAt(diffFields({ members: want }, { members: have }, rule), "members");
        expect(new Set([...have.filter((one) => !removed.includes(one)), ...added])).toEqual(new Set(want));
      }),
    );
  });
});

describe("attributes", () => {
  test("are the new values, null where one goes away", () => {
    const changes = [
      set(["profile", "city"], "Rome", "Oslo"),
      set(["profile", "floor"], 3, null),
      set(["name"], "", "x"),
    ];
    expect(attributesAt(changes, "profile")).toEqual({ city: "Oslo", floor: null });
  });

  test("of a map that comes as a whole are all of it", () => {
    expect(attributesAt([set(["profile"], undefined, { city: "Oslo" })], "profile")).toEqual({ city: "Oslo" });
  });

  test("that are maps of their own are a mistake of ours", () => {
    expect(() => attributesAt([set(["profile", "address", "city"], "Rome", "Oslo")], "profile")).toThrow(
      "profile.address.city is no attribute",
    );
  });

  test("are laid over others; null takes one away", () => {
    expect(merged({ city: "Rome", floor: 3 }, { city: "Oslo", floor: null })).toEqual({ city: "Oslo" });
  });
});
