import { describe, expect, test } from "vitest";
import { checkExpression } from "../../../providers/okta/expression/check.ts";
import { parseExpression } from "../../../providers/okta/expression/parse.ts";

describe("expressions that Okta takes", () => {
  test.each([
    'user.department=="Engineering"',
    "user.department == 'it''s' OR !(user.title != null) and NOT user.contractor",
    'String.startsWith(user.email, "a") && String.len(user.city) >= 3',
    'isMemberOfAnyGroup("00g1","00g2") || isMemberOfGroupName("eng")',
    'user.getInternalProperty("status") == "ACTIVE" ? true : false',
    '(user.nickName ?: user.firstName) == "Ada"',
    'user.tags[0] == "b"',
    "user.level > 3.5 or user.level == -1",
    "user.getGroups({'group.type':{'OKTA_GROUP'}},{'group.profile.name':'x','operator':'EXACT'}).![name] != null",
    'user.matches == "a field may be called so"',
    "user.active",
  ])("%s", (source) => {
    expect(checkExpression(source)).toEqual([]);
  });
});

describe("expressions that Okta refuses are told where and why", () => {
  const told = (source: string): readonly string[] =>
    checkExpression(source).map(
      ({ severity, message, hint }) => `${severity}: ${message}${hint === undefined ? "" : ` ${hint}`}`,
    );

  test("at plan time", () => {
    const sources = [
      "",
      'user.department = "x"',
      'user.department == "open',
      "user.department ==",
      "user.department\n  == 'a' 'b'",
      'String.endsWith(user.email, "x")',
      'string.startswith(user.email, "x")',
      "String.startsWith(user.email)",
      'Time.now() == "x"',
      'Groups.contains("OKTA","a",1)',
      'appuser.role == "x"',
      "String.len(user.city)",
      'user.email matches "a.*"',
      'toUpperCase(user.city) == "X"',
      'Arrays.contains(user.tags, "a")',
      'Iso3166Convert.toName(user.countryCode) == "Norway"',
      "user.a # user.b",
    ];
    expect(Object.fromEntries(sources.map((source) => [source, told(source)]))).toMatchInlineSnapshot(`
      {
        "": [
          "error: expected a value, found the end (line 1, column 1). Correct the expression at that place.",
        ],
        "Arrays.contains(user.tags, "a")": [
          "warning: whether rules take Arrays.contains is told differently from page to page (line 1, column 1). Try the rule out on a person in Okta's console first.",
        ],
        "Groups.contains("OKTA","a",1)": [
          "error: Groups.contains cannot be used in a group rule (line 1, column 1). Correct the expression at that place.",
        ],
        "Iso3166Convert.toName(user.countryCode) == "Norway"": [
          "warning: whether rules take Iso3166Convert.toName is not documented (line 1, column 1).",
        ],
        "String.endsWith(user.email, "x")": [
          "error: Okta has no endsWith (line 1, column 1). Use String.substring with String.len, or isMemberOfGroupNameRegex for groups.",
        ],
        "String.len(user.city)": [
          "error: a rule must be true or false; this is a number (line 1, column 1). Correct the expression at that place.",
        ],
        "String.startsWith(user.email)": [
          "error: String.startsWith takes 2 argument(s), not 1 (line 1, column 1). Correct the expression at that place.",
        ],
        "Time.now() == "x"": [
          "error: Time.now cannot be used in a group rule (line 1, column 1). Correct the expression at that place.",
        ],
        "appuser.role == "x"": [
          "error: a rule sees only \`user\`, not \`appuser\` (line 1, column 1). Correct the expression at that place.",
        ],
        "string.startswith(user.email, "x")": [
          "error: Okta knows no function string.startswith (line 1, column 1). Did you mean String.startsWith?",
        ],
        "toUpperCase(user.city) == "X"": [
          "warning: toUpperCase is deprecated by Okta; write String.toUpperCase (line 1, column 1).",
        ],
        "user.a # user.b": [
          "error: "#" means nothing here (line 1, column 8). Correct the expression at that place.",
        ],
        "user.department
        == 'a' 'b'": [
          "error: expected the end, found "b" (line 2, column 10). Correct the expression at that place.",
        ],
        "user.department = "x"": [
          "error: a comparison is written ==; rules cannot assign (line 1, column 17). Correct the expression at that place.",
        ],
        "user.department ==": [
          "error: expected a value, found the end (line 1, column 19). Correct the expression at that place.",
        ],
        "user.department == "open": [
          "error: this text is not closed (line 1, column 20). Correct the expression at that place.",
        ],
        "user.email matches "a.*"": [
          "warning: \`matches\` is deprecated by Okta (line 1, column 12).",
        ],
      }
    `);
  });

  test("and nesting without end ends the parser, not the process", () => {
    expect(told("(".repeat(5_000))[0]).toMatch(/nested too deep/);
    expect(told("!".repeat(5_000))[0]).toMatch(/nested too deep/);
  });
});

describe("precedence", () => {
  test("AND binds tighter than OR, comparisons tighter than AND, NOT tightest", () => {
    const shape = (source: string): unknown => simple(parseExpression(source));
    expect(shape("user.a == 1 OR user.b AND !user.c == true")).toEqual(
      shape("(user.a == 1) OR (user.b AND ((!user.c) == true))"),
    );
    expect(shape("user.a + 1 == 2")).toEqual(shape("(user.a + 1) == 2"));
    expect(shape("user.a OR user.b OR user.c")).toEqual(shape("(user.a OR user.b) OR user.c"));
  });
});

/** A tree without its places. */
function simple(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(simple);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === "at" ? [] : [[key, simple(item)]])),
  );
}
