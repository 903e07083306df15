import { describe, expect, test } from "vitest";
import {
  expecting,
  isFields,
  jsonValue,
  optionalNumber,
  optionalText,
  textsOf,
  within,
} from "../../../providers/shared/narrow.ts";

const { fieldsOf, listOf, textOf } = expecting((what, wrong) => ({ code: "odd", message: `${what} ${wrong}` }));

test.each([null, undefined, "text", 7, true, [], [{}]])("%j is no object", (value) => {
  expect(isFields(value)).toBe(false);
  expect(() => fieldsOf(value, "a group")).toThrow("a group is not an object");
});

describe("what must be there", () => {
  test("is given as it is", () => {
    expect(fieldsOf({ id: "7" }, "a group")).toEqual({ id: "7" });
    expect(textOf({ id: "7" }, "id", "a group")).toBe("7");
    expect(listOf([{ id: "7" }], "the groups", (row) => textOf(fieldsOf(row, "a group"), "id", "a group"))).toEqual([
      "7",
    ]);
  });

  test.each([{}, { id: null }, { id: 7 }, { id: "" }])("is missing in %j", (fields) => {
    expect(() => textOf(fields, "id", "a group")).toThrow('a group has not "id"');
  });

  test.each([null, undefined, {}, "text"])("is no list as %j", (value) => {
    expect(() => listOf(value, "the groups", String)).toThrow("the groups is not a list");
  });
});

describe("what may be missing", () => {
  test("is undefined or empty, of another type too", () => {
    expect([optionalText({ id: "" }, "id"), optionalText({ id: 7 }, "id")]).toEqual(["", undefined]);
    expect([optionalNumber({ size: 0 }, "size"), optionalNumber({ size: "0" }, "size")]).toEqual([0, undefined]);
    expect(textsOf(["a", 7, null, "b"])).toEqual(["a", "b"]);
    expect(textsOf("a")).toEqual([]);
  });

  test("is followed as far as it goes", () => {
    const row = { _embedded: { stats: { users: 3 } }, name: "text" };
    expect(within(row, "_embedded", "stats")).toEqual({ users: 3 });
    expect(within(row, "_embedded", "none", "deeper")).toEqual({});
    expect(within(row, "name", "length")).toEqual({});
  });
});

test("JSON is passed on as it came", () => {
  const json: unknown = JSON.parse('{"a":[1,null,{"b":false}],"c":"","__proto__":{"d":1}}');
  expect(JSON.stringify(jsonValue(json))).toBe(JSON.stringify(json));
  expect("d" in fieldsOf(jsonValue(json), "it")).toBe(false);
});
