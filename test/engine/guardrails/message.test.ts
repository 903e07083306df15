import { describe, expect, test } from "vitest";
import { inWords, piecesOf } from "../../../engine/guardrails/message.ts";

const shown = (message: string) => piecesOf(message).map(({ kind, text }) => `${kind} ${text}`);

describe("a message", () => {
  test.each([
    ["Plain text with $5 and {braces}.", ["text Plain text with $5 and {braces}."]],
    ["${change.name} goes.", ["cel change.name", "text  goes."]],
    ["a ${x}${y} b", ["text a ", "cel x", "cel y", "text  b"]],
    ['${{"a": "}"}["a"]}!', ['cel {"a": "}"}["a"]', "text !"]],
    ["${'it\\'s }'}", ["cel 'it\\'s }'"]],
    ["from ${open", ["text from ", "open ${open"]],
    ["", []],
  ])("%s", (message, pieces) => {
    expect(shown(message)).toEqual(pieces);
  });
});

test("values in a sentence", () => {
  expect(["x", 3, true, null, ["a", "b"], [], { id: "1" }].map(inWords)).toEqual([
    ...["x", "3", "true", "null", "a and b", "nothing"],
    '{"id":"1"}',
  ]);
});
