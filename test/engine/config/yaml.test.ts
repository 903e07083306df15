import fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../engine/config/yaml.ts";
import type { Value } from "../../../engine/model.ts";
import { ProblemError, problemsOf } from "../../../engine/problem.ts";
import { isList, isObject } from "../../../engine/value.ts";

/** Every problem as `line:column code message`. */
function wrong(text: string): readonly string[] {
  try {
    parseYaml(text, "a.yaml");
    return [];
  } catch (error) {
    return problemsOf(error).map(
      ({ source, code, message, hint }) =>
        `${source?.line}:${source?.column} ${code} ${message}${hint ? "" : " NO HINT"}`,
    );
  }
}

function places(text: string): readonly string[] {
  return parseYaml(text, "a.yaml").flatMap((document) =>
    [...pointersOf(document.value)].map((pointer) => {
      const source = document.sources.get(pointer);
      return `${pointer} ${source?.line}:${source?.column}`;
    }),
  );
}

const read = (text: string) => parseYaml(text, "a.yaml")[0]?.value;

describe("values", () => {
  test("are those of the YAML 1.2 core schema", () => {
    expect(read("[null, ~, true, yes, 12, 0o17, 0x1F, 1.5, 1e3, 2026-11-22, 1.2.3, '1', \"\"]")).toEqual([
      ...[null, null, true, "yes", 12, 15, 31, 1.5, 1000, "2026-11-22", "1.2.3", "1", ""],
    ]);
  });

  test("a byte order mark and CRLF change nothing", () => {
    expect(read("\uFEFFa: 1\r\nb:\r\n  - x\r\n")).toEqual({ a: 1, b: ["x"] });
    expect(places("\uFEFFa: 1\r\nb: 2\r\n")).toEqual([" 1:1", "/a 1:1", "/b 2:1"]);
  });

  test("a file may hold several documents, empty ones included", () => {
    const documents = parseYaml("a: 1\n---\n---\n# only a comment\n---\nb: 2\n", "a.yaml");
    expect(documents.map((document) => [document.value, document.source.line])).toEqual([
      [{ a: 1 }, 1],
      [null, 2],
      [null, 3],
      [{ b: 2 }, 6],
    ]);
  });

  test("aliases stand for the value of their anchor", () => {
    expect(read("a: &people [ada, bob]\nb: *people\n")).toEqual({ a: ["ada", "bob"], b: ["ada", "bob"] });
  });
});

describe("places", () => {
  test("a member is where its key is, an item where it begins", () => {
    expect(places("kind: x\nspec:\n  \"a/b\": [1, '2']\n  list:\n    - k: v\n    -\n    - |\n      t\n")).toEqual([
      " 1:1",
      "/kind 1:1",
      "/spec 2:1",
      "/spec/a~1b 3:3",
      "/spec/a~1b/0 3:11",
      "/spec/a~1b/1 3:14",
      "/spec/list 4:3",
      "/spec/list/0 5:7",
      "/spec/list/0/k 5:7",
      "/spec/list/1 6:5",
      "/spec/list/2 8:1",
    ]);
  });

  test("what an alias brings is where the anchor is", () => {
    expect(places("a: &x { p: [1] }\nb: *x\n")).toEqual([
      ...[" 1:1", "/a 1:1", "/a/p 1:9", "/a/p/0 1:13", "/b 2:1", "/b/p 1:9", "/b/p/0 1:13"],
    ]);
  });
});

describe("bad input", () => {
  test.each([
    ["a: [1, 2\nb: 3", "2:1 yaml-syntax a.yaml is not valid YAML: deficient indentation."],
    ["a: 1\n\tb: 2", "2:1 yaml-syntax a.yaml is not valid YAML: tab characters must not be used in indentation."],
    ["a: '", "1:5 yaml-syntax a.yaml is not valid YAML: unexpected end of the stream within a single quoted scalar."],
    ["a: 1\nb: 2\na: 3", '3:1 duplicate-key "a" is here twice; the first is on line 1.'],
    ["a: !!str 1", "1:4 yaml-tag The tag !!str is not allowed: a stack is plain data."],
    ["a: !env X", "1:4 yaml-tag The tag !env is not allowed: a stack is plain data."],
    ["__proto__: { x: 1 }", '1:1 forbidden-key "__proto__" cannot be a key.'],
    ["a: { constructor: 1 }", '1:6 forbidden-key "constructor" cannot be a key.'],
    ["? [a]\n: b", "1:3 yaml-key A key must be plain text here."],
    [": b", "1:1 yaml-key A value stands here without a key."],
    ["a: &x { y: 1 }\nb:\n  <<: *x", "3:3 yaml-merge Merge keys (<<) belong to YAML 1.1, and stacks are YAML 1.2."],
    ["a: *x", "1:4 yaml-alias *x has no anchor &x above it in this document."],
    ["a: &x [*x]", "1:8 yaml-alias *x stands inside its own anchor, which would never end."],
    ["id: 12345678901234567890", "1:1 yaml-number 12345678901234567890 is too large to be kept exactly."],
    ["a: .inf", "1:1 yaml-number .inf is not a number that JSON knows."],
  ])("%j", (text, problem) => {
    expect(wrong(text)).toEqual([problem]);
  });

  test("everything wrong in a file is said at once", () => {
    expect(wrong("a: !x 1\nb: *y\n---\nc: .nan\n")).toHaveLength(3);
  });

  test("an alias bomb is refused before it grows", () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x]"
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    expect(wrong(levels.join("\n"))).toEqual([
      expect.stringContaining("yaml-alias The aliases of this file expand to more than 10000 values."),
    ]);
  });

  test("a huge file is refused unread", () => {
    expect(wrong(" ".repeat(32 * 1024 * 1024 + 1))).toEqual(["1:1 file-too-large a.yaml is larger than 32 MiB."]);
  });

  test("nothing reaches a prototype", () => {
    wrong('"__proto__": { polluted: true }\n');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("laws", () => {
  const key = fc.string().filter((text) => !["__proto__", "constructor", "prototype"].includes(text));
  const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((number) => number + 0),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  test("any JSON value survives being written and read, with a place for every node", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, flow) => {
        const text = dump(value, flow ? { flowLevel: 0 } : {});
        const [document] = parseYaml(text, "a.yaml");
        expect(document?.value).toEqual(value);
        for (const pointer of pointersOf(value)) {
          const source = document?.sources.get(pointer);
          expect(source?.line, pointer).toBeLessThanOrEqual(text.split("\n").length);
          expect(source?.column, pointer).toBeGreaterThan(0);
        }
        expect(document?.sources.get("/nowhere/at/all")).toBeUndefined();
      }),
    );
  });

  test("whatever the text, only a ProblemError is thrown, and every problem has a place and a next step", () => {
    const token = fc.constantFrom(
      "- ",
      "a: ",
      "\n",
      "  ",
      "&x ",
      "*x",
      "[",
      "]",
      "{",
      "}",
      "!t ",
      "---\n",
      "'",
      '"',
      "|",
      "? ",
      ": ",
      "#",
      "\t",
      ",",
      "b",
      "%",
      "...\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(token).map((tokens) => tokens.join("")),
        ),
        (text) => {
          try {
            parseYaml(text, "a.yaml");
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
            for (const problem of problemsOf(error)) {
              expect(problem.source?.line).toBeGreaterThan(0);
              expect(problem.hint).toBeTruthy();
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function* pointersOf(value: Value, at = ""): Iterable<string> {
  yield at;
  if (isList(value)) for (const [index, item] of value.entries()) yield* pointersOf(item, `${at}/${index}`);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    yield* pointersOf(item, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}
