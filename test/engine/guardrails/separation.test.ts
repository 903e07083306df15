/** What a pair of `separations:` says, and everything that may be wrong with one. */
import { expect, test } from "vitest";
import { openSchemas } from "../../../engine/config/schemas.ts";
import { loadPolicies } from "../../../engine/guardrails/load.ts";
import { entitlementOf, type Known, separationOf, separationProblems } from "../../../engine/guardrails/separation.ts";
import type { Address } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { inMemory, wrong } from "../config/small-world.ts";

const schemas = openSchemas();

const known: Known = {
  addresses: new Set<Address>(["okta/group/entry", "okta/group/release", "okta/group-rule/feeds"]),
  isInstance: (name) => name === "okta",
  gives: (address) => !address.startsWith("okta/group-rule/"),
};

interface Parts {
  readonly between?: string;
  readonly outcome?: string;
  readonly pass?: string;
  readonly fail?: string;
  readonly more?: string;
}

const pair = ({
  between = "[okta/group/entry], [okta/group/release, admin role *]",
  outcome = "deny",
  pass = "{ ada: [okta/group/entry] }",
  fail = "{ ada: [okta/group/entry, admin role APP_ADMIN] }",
  more = "",
}: Parts = {}): string => `version: 1
separations:
  - name: payments
    description: Nobody both enters and releases a payment.
    between: [${between}]
    outcome: ${outcome}
    examples:
      pass: [{ holds: ${pass} }]
      fail: [{ description: both, holds: ${fail} }]
${more}`;

const load = async (text: string) => {
  const files = inMemory({ "policies/pay.yaml": text });
  const { separations } = await loadPolicies({ files, schemas, baseline: false, asked: undefined });
  const problems = separations.flatMap((one) => separationProblems(one, known));
  if (problems.length > 0) throw new ProblemError(problems);
  return separations.map(separationOf);
};

test("a pair is read with its place, its two sets, and what they stand for", async () => {
  const [one] = await load(pair({ outcome: "approve\n    from: { group: cfo, count: 1 }" }));
  expect(one).toMatchObject({
    name: "payments",
    outcome: "approve",
    from: { group: "cfo", count: 1 },
    source: { file: "policies/pay.yaml", line: 3, column: 5 },
  });
  const [left, right] = one?.between ?? [[], []];
  expect(left.map(entitlementOf)).toEqual([{ address: "okta/group/entry" }]);
  const words = right.map(entitlementOf).flatMap((entitlement) => ("called" in entitlement ? [entitlement] : []));
  expect(words.map(({ called }) => called("Admin role SUPER_ADMIN"))).toEqual([true]);
  expect(words.map(({ called }) => called("admin roles"))).toEqual([false]);
});

test("exceptions name people, and end", async () => {
  const exception = "people: ['*@acme.example'], owner: cfo, reason: r, ticket: T-1, expires: 2026-12-31";
  const [one] = await load(pair({ more: `    exceptions: [{ ${exception} }]\n` }));
  expect(one?.exceptions).toEqual([
    { covers: ["*@acme.example"], owner: "cfo", reason: "r", ticket: "T-1", expires: "2026-12-31" },
  ]);
});

test("what is wrong has a place and a next step", async () => {
  const cases: Readonly<Record<string, Parts>> = {
    "an address that is not in the stack": { between: "[okta/group/entri], [okta/group/release]" },
    "half an address": { between: "[okta/entry], [okta/group/release]" },
    "an address of another stack": { between: "[okta-emea/group/entry], [okta/group/release]" },
    "something that nobody can hold": { between: "[okta/group-rule/feeds], [okta/group/release]" },
    "one set": { between: "[okta/group/entry]" },
    "three sets": { between: "[okta/group/entry], [okta/group/release], [admin role *]" },
    "an empty set": { between: "[okta/group/entry], []" },
    "the same in both": { between: "[okta/group/entry, admin role *], [okta/group/release, okta/group/entry]" },
    "words that mean the same in both": { between: "[member of entry], [member of *]" },
    "an example that is not hit": { fail: "{ ada: [okta/group/entry], grace: [okta/group/release] }" },
    "an example that is hit": { pass: "{ ada: [okta/group/entry, okta/group/release] }" },
    "an exception without an end": {
      more: "    exceptions: [{ people: [ada], owner: cfo, reason: r, ticket: T-1 }]\n",
    },
    "an end that is no day": {
      more: "    exceptions: [{ people: [ada], owner: cfo, reason: r, ticket: T-1, expires: 2026-02-30 }]\n",
    },
    "an approval of nobody": { outcome: "approve" },
    "another outcome": { outcome: "refuse" },
  };

  const found: Record<string, readonly string[]> = {};
  for (const [name, parts] of Object.entries(cases)) found[name] = await wrong(load(pair(parts)));
  expect(found).toMatchInlineSnapshot(`
    {
      "an address of another stack": [
        "policies/pay.yaml:5:16 unknown-address There is no document okta-emea/group/entry in this stack. | Did you mean "okta/group/entry"?",
      ],
      "an address that is not in the stack": [
        "policies/pay.yaml:5:16 unknown-address There is no document okta/group/entri in this stack. | Did you mean "okta/group/entry"?",
      ],
      "an approval of nobody": [
        "policies/pay.yaml:3:5 missing-field separations[0] needs from. | Add from.",
      ],
      "an empty set": [
        "policies/pay.yaml:5:35 wrong-value separations[0].between[1] must hold at least 1 item. | A set of at least one entitlement.",
      ],
      "an end that is no day": [
        "policies/pay.yaml:10:71 wrong-value separations[0].exceptions[0].expires is no valid date: 2026-02-30. | Last day on which it holds, in UTC, such as 2026-12-31.",
      ],
      "an example that is hit": [
        "policies/pay.yaml:8:14 example-failed Example 1 under pass hits payments: ada would hold one of each set. | Correct the example, or the sets under between.",
      ],
      "an example that is not hit": [
        "policies/pay.yaml:9:14 example-failed The example "both" under fail does not hit payments: nobody in it holds one of each set. | Correct the example, or the sets under between.",
      ],
      "an exception without an end": [
        "policies/pay.yaml:10:18 missing-field separations[0].exceptions[0] needs expires. | expires: Last day on which it holds, in UTC, such as 2026-12-31.",
      ],
      "another outcome": [
        "policies/pay.yaml:6:5 wrong-value separations[0].outcome must be deny, approve or warn, and is refuse. | deny: the plan is refused.",
      ],
      "half an address": [
        "policies/pay.yaml:5:16 unknown-address There is no document okta/entry in this stack. | Name a document of this stack by its address, or an entitlement in the words of a plan: member of payments-release.",
      ],
      "one set": [
        "policies/pay.yaml:5:5 wrong-value separations[0].between must hold at least 2 items. | Two sets: nobody may hold something of the one and something of the other.",
      ],
      "something that nobody can hold": [
        "policies/pay.yaml:5:16 nothing-to-hold okta/group-rule/feeds is nothing that anybody could hold. | Name the group, the role or the assignment itself, or the entitlement in the words of a plan.",
      ],
      "the same in both": [
        "policies/pay.yaml:5:70 overlapping-sets "okta/group/entry" stands in both sets: whoever held it would hold one of each. | Leave it in one of them.",
      ],
      "three sets": [
        "policies/pay.yaml:5:5 wrong-value separations[0].between must hold at most 2 items. | Two sets: nobody may hold something of the one and something of the other.",
      ],
      "words that mean the same in both": [
        "policies/pay.yaml:5:35 overlapping-sets "member of entry" of the first set and "member of *" of the second are the same: whoever held it would hold one of each. | Leave it in one of them.",
      ],
    }
  `);
});
