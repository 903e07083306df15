import fc from "fast-check";
import { expect, test } from "vitest";
import { moduleOf, type Names } from "../../../../engine/config/hcl/modules.ts";
import { Block, Deferred, Refused, type Term, written } from "../../../../engine/config/hcl/terms.ts";
import type { Value } from "../../../../engine/model.ts";

const GROUP = new Block("accord_okta_group.a", "okta/group/a", (name) =>
  name === "id" || name === "name"
    ? new Deferred([{ kind: "reference", address: "okta/group/a", field: name }])
    : undefined,
);

const NAMES: Names = {
  blocks: (type): Term | undefined =>
    type === "accord_okta_group" ? { a: GROUP, many: { x: GROUP, y: GROUP } } : undefined,
  known: ({ parts }) =>
    parts.length === 1 && parts[0]?.kind === "reference" && parts[0].field === "name" ? "Alpha" : undefined,
  repetition: { each: { key: "eu", value: { size: 2 } }, count: { index: 3 } },
};

function worth(value: Value): Value {
  const module = moduleOf({
    variables: {
      team: { default: "sre" },
      sizes: { type: "list(number)", default: [1, 2, 3] },
      token: { sensitive: true },
      count: { type: "number" },
    },
    locals: { people: ["ada", "grace"], shout: "${upper(var.team)}", loop: "${local.loop}" },
    given: new Map([["count", "7"]]),
    environment: "prod",
    names: NAMES,
  });
  return written(module.term(value, module.scope(NAMES)));
}

test.each<[Value, Value]>([
  ["plain", "plain"],
  ["${var.team}", "sre"],
  ["team-${var.team}!", "team-sre!"],
  ["${var.sizes}", [1, 2, 3]],
  ["${var.sizes[1]}", 2],
  ["${var.count + 1}", 8],
  ["${local.shout}", "SRE"],
  ["${each.key}-${count.index}", "eu-3"],
  ["${each.value.size * 2 - 1}", 3],
  ["${terraform.workspace}", "prod"],
  // What only apply knows stays a template, and a literal ${ stays one.
  ["${accord_okta_group.a.id}", "${okta/group/a.id}"],
  ["x-${accord_okta_group.a.id}", "x-${okta/group/a.id}"],
  ["$${literal}", "$${literal}"],
  ["$${x} ${accord_okta_group.a.id}", "$${x} ${okta/group/a.id}"],
  ["${accord_okta_group.many.*.id}", ["${okta/group/a.id}", "${okta/group/a.id}"]],
  ['${accord_okta_group.many["x"].id}', "${okta/group/a.id}"],
  ['${join(",", [accord_okta_group.a.id, "b"])}', "${okta/group/a.id},b"],
  ["${jsonencode({ externalId = accord_okta_group.a.id })}", '{"externalId":"${okta/group/a.id}"}'],
  // … unless a document says what it is, and something depends on it.
  ["${upper(accord_okta_group.a.name)}", "ALPHA"],
  ['${accord_okta_group.a.name == "Alpha" ? 1 : 2}', 1],
  // Accord's own.
  ["${env:TOKEN}", "${env:TOKEN}"],
  ["${var:team}", "${var:team}"],
  ["${okta/group/b.id}", "${okta/group/b.id}"],
  ["${var.token}", "${env:TF_VAR_token}"],
  // Operators bind as people expect; synthesis writes each in parentheses.
  ["${1 + 2 * 3 == 7 && !false || false}", true],
  ["${(-(1 + 2))}", -3],
  ['${[for key, val in {a = 1, b = 2}: "${key}${val}"]}', ["a1", "b2"]],
  ['${{ for key, val in local.people: val => key if val != "ada" }}', { grace: 1 }],
  ['${{ for p in ["ab", "ac"]: substr(p, 0, 1) => p... }}', { a: ["ab", "ac"] }],
  ['${{"k k" = [1, true, null]}}', { "k k": [1, true, null] }],
  ["${merge({a = 1}, {a = 2, b = 3})}", { a: 2, b: 3 }],
  ['${lookup({a = 1}, "b", "none")}', "none"],
  ['${try(local.nothing, "fallback")}', "fallback"],
  ["${can(local.nothing)}", false],
  ['${format("%s-%03d %q", "a", 7, "z")}', 'a-007 "z"'],
  ['${formatlist("%s@acme.example", local.people)}', ["ada@acme.example", "grace@acme.example"]],
  ['${flatten([["a"], ["b", ["c"]]])}', ["a", "b", "c"]],
  ['${toset(["b", "a", "b"])}', ["a", "b"]],
  ['${replace("a.b", ".", "-")}', "a-b"],
  ['${setsubtract(["a", "b"], ["a"])}', ["b"]],
  ['${zipmap(["a"], [1])}', { a: 1 }],
  ["${length(local.people)}", 2],
  ['${title("on call")}', "On Call"],
  ['${"nested ${upper("x")} }"}', "nested X }"],
  [{ "${var.team}": ["${var.team}"] }, { sre: ["sre"] }],
])("%j is %j", (expression, value) => {
  expect(worth(expression)).toEqual(value);
});

test.each([
  ["${var.tem}", /tem is not among team, sizes, token/],
  ["${local.loop}", /local\.loop needs itself/],
  ["${data.x.y.id}", /data is not understood/],
  ["${nonsense}", /there is nothing called nonsense/],
  ['${file("/etc/passwd")}', /the function file is not among those that Accord works out/],
  ["${upper(accord_okta_group.a.id)}", /a value is needed here that only apply knows/],
  ["${accord_okta_group.a.nothing}", /accord_okta_group\.a has no attribute nothing/],
  ["${accord_okta_group.a}", /is a whole resource/],
  ["${1 +}", /it has "}" where a value should be/],
  ["${unclosed", /it ends where "}" should be/],
  ["%{ if true }x%{ endif }", /is not understood/],
  ["${1 / 0}", /divided by zero/],
  ["${[][0]}", /a list of 0 has no element 0/],
  [`\${${"(".repeat(200)}1${")".repeat(200)}}`, /nests too deep/],
])("%s is refused: %s", (expression, why) => {
  expect(() => worth(expression)).toThrow(Refused);
  expect(() => worth(expression)).toThrow(why);
});

test("any text comes through unchanged, as long as its dollars are escaped", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(!/[$%]+\{/.test(text));
      expect(worth(text)).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test("no expression, whatever its text, does anything but have a value or be refused", () => {
  const piece = fc.constantFrom(
    "${",
    "}",
    "var.team",
    "local.people",
    "[",
    "]",
    "(",
    ")",
    "{",
    '"',
    ".",
    "*",
    "for",
    " in ",
    ":",
    "=>",
    "upper",
    "1",
    "?",
    "-",
    ",",
    "each.value",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        worth(pieces.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
      }
    }),
    { numRuns: 500 },
  );
});
