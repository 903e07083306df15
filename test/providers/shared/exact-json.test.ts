import { expect, test } from "vitest";
import { parseExact, writeExact } from "../../../providers/shared/exact-json.ts";

test("an id beyond 2^53 comes as its digits, and goes as the number it is", () => {
  const text = '{"id":9007199254740993,"ids":[1,9007199254740995]}';
  expect(parseExact(text)).toEqual({ id: "9007199254740993", ids: [1, "9007199254740995"] });
  expect(writeExact({ id: 9007199254740993n, ids: [1, 9007199254740995n] })).toBe(text);
});

test("digits inside a text stay a text, quotes and all", () => {
  const value = { name: 'no. 9007199254740993, "9007199254740993" \\', n: 12, half: 1234567890.123456, big: 1e300 };
  expect(parseExact(JSON.stringify(value))).toEqual(value);
});

test("what a number holds stays a number", () => {
  expect(parseExact("[9007199254740991,-9007199254740991]")).toEqual([9007199254740991, -9007199254740991]);
});

test("writes what JSON.stringify writes", () => {
  const value = { a: undefined, b: null, c: [undefined, "é\n"], d: { e: true, f: 1.5 } };
  expect(writeExact(value)).toBe(JSON.stringify(value));
});

test("what is no JSON is refused", () => {
  expect(() => parseExact('{"id":9007199254740993')).toThrow(SyntaxError);
});
