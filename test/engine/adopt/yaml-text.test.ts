import fc from "fast-check";
import { expect, test } from "vitest";
import { yamlBlock } from "../../../engine/adopt/yaml-text.ts";
import { parseYaml } from "../../../engine/config/yaml.ts";
import type { Value } from "../../../engine/model.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string(),
  // What YAML, or this stage, might take for something else.
  fc
    .array(
      fc.constantFrom(
        "a",
        " ",
        "\n",
        ": ",
        " #",
        "-",
        "- ",
        '"',
        "'",
        "\\",
        "{",
        "}",
        "[",
        ",",
        "1",
        "${x}",
        "\t",
        "|",
        "é",
        "\r",
      ),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "",
    "true",
    "Null",
    "~",
    "0x1F",
    "1e3",
    ".inf",
    "2026-01-01",
    "---",
    "...",
    "<<",
    "=",
    "*a",
    "&a",
    "!t",
    "@x",
    "%x",
    "`",
  ),
);
const key = text.filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    text,
    fc.constantFrom<Value>(null, true, false, 0, -1, 1.5, 9_007_199_254_740_991),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("what is written is what is read", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (members) => {
      const written = yamlBlock(members);
      expect(parseYaml(written, "x.yaml").map((document) => document.value)).toEqual([members]);
      // Behind another document it means the same.
      expect(parseYaml(`a: 1\n---\n${written}`, "x.yaml")[1]?.value).toEqual(members);
    }),
    { numRuns: 400 },
  );
});

test("reads as a person would have written it", () => {
  const text = yamlBlock({
    kind: "okta/group",
    name: "123",
    manage: { members: "explained" },
    spec: {
      description: "Everybody in Engineering, by rule: see the handbook",
      purpose: "Production, and nothing else",
      rule: 'user.department=="SRE"',
      notes: "one\n\n  two\nthree\n",
      members: Array.from({ length: 6 }, (_, index) => `somebody-${index}@acme.example`),
      lookups: [{ app: { name: "AWS" }, slug: "assigned" }],
      empty: [],
    },
  });
  expect(text).toMatchInlineSnapshot(`
    "kind: okta/group
    name: "123"
    manage: { members: explained }
    spec:
      description: "Everybody in Engineering, by rule: see the handbook"
      purpose: Production, and nothing else
      rule: user.department=="SRE"
      notes: |
        one

          two
        three
      members:
        - somebody-0@acme.example
        - somebody-1@acme.example
        - somebody-2@acme.example
        - somebody-3@acme.example
        - somebody-4@acme.example
        - somebody-5@acme.example
      lookups: [{ app: { name: AWS }, slug: assigned }]
      empty: []
    "
  `);
});
