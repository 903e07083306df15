import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome, StepResult } from "../../../engine/apply/result.ts";
import { applyData, applyText } from "../../../engine/report/apply.ts";

const PLAIN = { color: false };

const results: readonly StepResult[] = [
  { address: "okta/group/prod-breakglass", action: "update", outcome: "confirmed" },
  {
    address: "okta/group/engineering",
    action: "update",
    outcome: "failed",
    problems: [
      {
        code: "refused",
        message: "Okta refused to add alan@acme.example: user is suspended.",
        hint: "Unsuspend the user, or take them off the list.",
        address: "okta/group/engineering",
        source: { file: "groups.yaml", line: 7, column: 5 },
        requestId: "req-7",
      },
    ],
  },
  { address: "c1/entitlement/engineering", action: "create", outcome: "skipped", because: "okta/group/engineering" },
  {
    address: "c1/access-profile/on-call",
    action: "update",
    outcome: "unconfirmed",
    note: "Still syncing after 10 min.",
  },
  { address: "c1/connector/slack", action: "create", outcome: "awaiting", url: "https://acme.conductor.one/oauth/1" },
  {
    address: "c1/access-conflict/prod",
    action: "create",
    outcome: "unsettled",
    problems: [
      { code: "unclear-outcome", message: "No answer came.", hint: "accord import c1/access-conflict/prod ID" },
    ],
  },
];

test("a run with every outcome names each change that is not confirmed, and its next step", () => {
  expect(applyText({ run: "r-7f3c", results }, PLAIN)).toMatchInlineSnapshot(`
    "Applied: 1 of 6 changes confirmed, 1 failed, 1 unsettled, 1 awaiting, 1 unconfirmed, 1 skipped.

    Failed
      ✗ ~ okta/group/engineering
          · Okta refused to add alan@acme.example: user is suspended.
              groups.yaml:7:5
              request req-7
              → Unsuspend the user, or take them off the list.

    Unsettled: nobody can tell whether it happened
      ? + c1/access-conflict/prod
          · No answer came.
              → accord import c1/access-conflict/prod ID

    Awaiting a person
      … + c1/connector/slack
          open https://acme.conductor.one/oauth/1
          → Open the address, then run accord plan.

    Unconfirmed: sent, but not seen to take effect
      ? ~ c1/access-profile/on-call
          Still syncing after 10 min.
          → accord plan shows whether it has by now.

    Skipped
      ○ + c1/entitlement/engineering  because okta/group/engineering did not succeed
          → The next apply takes it up again.

    Run r-7f3c; accord apply --undo r-7f3c takes it back.
    "
  `);
});

test("a run where all went well is a line", () => {
  expect(applyText({ results: results.slice(0, 1) }, PLAIN)).toBe("Applied: 1 change, all confirmed.\n");
  expect(applyText({ results: [] }, PLAIN)).toBe("Nothing to apply.\n");
});

test("the numbers add up", () => {
  const outcomes: readonly Outcome[] = ["confirmed", "unconfirmed", "failed", "skipped", "awaiting", "unsettled"];
  const result = fc.record({
    address: fc.constant("okta/group/x" as const),
    action: fc.constant("update" as const),
    outcome: fc.constantFrom(...outcomes),
  });
  fc.assert(
    fc.property(fc.array(result), (list) => {
      const data = applyData({ results: list });
      expect(Object.values(data.counts).reduce((sum, number) => sum + number, 0)).toBe(data.total);
      const named = applyText({ results: list }, PLAIN).match(/okta\/group\/x/g) ?? [];
      expect(named).toHaveLength(list.length - data.counts.confirmed);
    }),
  );
});
