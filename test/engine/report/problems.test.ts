import { expect, test } from "vitest";
import type { Problem } from "../../../engine/problem.ts";
import { problemsData, problemsText } from "../../../engine/report/problems.ts";

const PLAIN = { color: false };

const problems: readonly Problem[] = [
  {
    code: "unknown-key",
    message: 'spec has no field "membres".',
    hint: 'Did you mean "members"?',
    address: "okta/group/prod-breakglass",
    source: { file: "on-call.yaml", line: 14, column: 3 },
  },
  {
    code: "wrong-type",
    message: "spec.name must be a string.",
    source: { file: "on-call.yaml", line: 2, column: 9 },
  },
  { code: "dead-credential", message: "Okta refuses the token.", hint: "Make a new one.", requestId: "req-1" },
];

test("problems say what, where and what next; the ones without a place first, then by file and line", () => {
  const warnings: readonly Problem[] = [
    { code: "deprecated", message: "`matches` is deprecated.", source: { file: "rules.yaml", line: 1, column: 1 } },
  ];
  expect(problemsText({ problems, warnings }, PLAIN)).toMatchInlineSnapshot(`
    "✗ Okta refuses the token.
        request req-1
        → Make a new one.

    ✗ spec.name must be a string.
        on-call.yaml:2:9

    ✗ spec has no field "membres".
        on-call.yaml:14:3  okta/group/prod-breakglass
        → Did you mean "members"?

    ! \`matches\` is deprecated.
        rules.yaml:1:1

    3 problems, 1 warning.
    "
  `);
});

test("without problems there is nothing to say", () => {
  expect(problemsText({ problems: [] }, PLAIN)).toBe("");
});

test("the same as data keeps codes and places, and tells errors from warnings", () => {
  const data = problemsData({ problems: problems.slice(0, 1), warnings: problems.slice(1, 2) });
  expect(data.problems.map((problem) => [problem.severity, problem.code, problem.source?.line])).toEqual([
    ["error", "unknown-key", 14],
    ["warning", "wrong-type", 2],
  ]);
});

test("a vendor's page of HTML with escapes is cut and made visible", () => {
  const text = problemsText({ problems: [{ code: "x", message: `\u001b[31m${"<p>\n".repeat(5000)}` }] }, PLAIN);
  expect(text.length).toBeLessThan(3000);
  expect(text).toMatch(/^✗ \\u001b\[31m<p>\\n/);
  expect(text).toContain("more characters)");
});
