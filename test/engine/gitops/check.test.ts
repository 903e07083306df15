import { describe, expect, test } from "vitest";
import { type CheckView, checkOf } from "../../../engine/gitops/check.ts";
import type { Outlook } from "../../../engine/gitops/model.ts";
import type { Plan } from "../../../engine/model.ts";
import { PLAN } from "../report/example.ts";
import { ATTACKS, interpreted } from "../report/hostile.ts";
import { PLANS } from "../report/plans.ts";
import { hostileOutlooks, MET, named, PULLS, planned, target } from "./outlooks.ts";

const viewOf = (outlooks: readonly Outlook[], more: Partial<CheckView> = {}): CheckView => ({
  outlooks,
  when: "on-merge",
  remarks: [],
  ...more,
});

test("what has to change fails, what waits for a word requires an action, what was not planned is neutral", () => {
  const all = Object.entries(PULLS).map(([name, outlooks]) => {
    const { conclusion, title } = checkOf(viewOf(outlooks));
    return `${name}: ${conclusion}: ${title}`;
  });
  expect(all).toMatchInlineSnapshot(`
    [
      "allowed: success: ✅ Approved by ben",
      "two-stacks-one-denied: failure: ❌ 1 of 3 stacks is denied by budget:removals and budget:emptying, 1 is approved, 1 changes nothing",
      "needs-approval: action_required: ✋ Needs approval by 1 more of security",
      "approved: success: ✅ Approved by ben and cleo",
      "lapsed: action_required: ✋ Needs approval by 1 reviewer and 2 of security",
      "changes-requested: action_required: ✋ cleo asks for changes",
      "failed: failure: ❌ Cannot be planned: 3 problems",
      "withheld: neutral: 🔒 Not planned here",
      "removed: success: ⚠️ 1 of 2 stacks is removed, 1 is approved",
      "no-changes: success: ✅ No changes",
    ]
  `);
});

test("the worst of all stacks decides", () => {
  const conclude = (...names: readonly (keyof typeof PULLS)[]) =>
    checkOf(viewOf(names.flatMap((name): readonly Outlook[] => PULLS[name]))).conclusion;
  expect(conclude("allowed", "withheld")).toBe("neutral");
  expect(conclude("withheld", "needs-approval")).toBe("action_required");
  expect(conclude("needs-approval", "failed", "withheld")).toBe("failure");
  expect(checkOf(viewOf([]))).toMatchObject({ conclusion: "success", title: "✅ No stack is concerned" });
});

test("the summary says how far each stack is approved, why it concludes so, and what has no line", () => {
  expect(checkOf(viewOf([...PULLS.lapsed, ...PULLS["two-stacks-one-denied"]])).summary).toMatchInlineSnapshot(`
    "### Stacks

    - ❌ \`acme-prod\`: denied by \`budget:removals\` and \`budget:emptying\`<br>
      240 people lose access, 60 of them privileged access.
      - ✋ \`privileged-grants\` wants 2 of \`security\`: approved by \`ben\`
      - ✅ \`reviews\` wants 1 reviewer: approved by \`ben\`
    - ✋ \`acme-prod\`: needs approval by 1 reviewer and 2 of \`security\`<br>
      2 people gain access, all of them privileged access.
      - ✋ \`reviews\` wants 1 reviewer: nobody so far
      - ✋ \`privileged-grants\` wants 2 of \`security\`: nobody so far
      - ⚠️ does not count: \`ben\` approved a smaller plan: this one also gives \`ada@acme.example\` "member of production" in okta, which is privileged
      - ⚠️ does not count: \`dora\` wrote some of this pull request, and nobody approves their own
    - ✅ \`acme-dev\`: approved by \`ben\`<br>
      Changed rules let go 1 and leave 1 uncertain.
      - ✅ \`reviews\` wants 1 reviewer: approved by \`ben\`
    - ✅ \`acme-lab\`: no changes

    <details>
    <summary>Said of no line</summary>

    - \`acme-prod\`: \`budget:removals\`: 240 of 400 members and objects of \`okta/group\` would go (\`okta/group/platform\`, \`okta/group/payments-release\`): more than 30 %.
    - \`acme-prod\`: \`budget:emptying\`: \`okta/group/payments-release\` members would be left with nobody.
    - \`acme-prod\`: \`privileged-grants\`: 2 people would gain privileged access: AWS prod-admin assigned.

    </details>

    It fails because something has to change in the pull request before it can pass.

    The comment of the pull request says who gains and loses what."
  `);
});

describe("annotations", () => {
  const source = { file: "on-call.yaml", line: 12, column: 1 };
  const plan: Plan = {
    ...PLAN,
    changes: PLAN.changes.map((change) =>
      change.address === "okta/group/prod-breakglass" ? { ...change, source } : change,
    ),
    verdicts: [
      { name: "owners", outcome: "warn", message: "No owner.", address: "okta/group/prod-breakglass" },
      {
        name: "privileged",
        outcome: "approve",
        message: "Privileged.",
        address: "okta/group/prod-breakglass",
        approvers: { group: "security", count: 1 },
      },
      ...PLAN.verdicts,
    ],
  };

  test("stand on the lines of problems, denials and approvals, from the repository's root, the worst first", () => {
    const { annotations } = checkOf(viewOf([planned(plan), ...PULLS.failed]));
    expect(
      annotations.map(
        ({ level, title, message, source: { file, line } }) => `${level} ${file}:${line} ${title}: ${message}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "failure stacks/acme-prod/groups.yaml:14 okta/group/platform: "membrs" is no field of okta/group.
      → Did you mean "members"?",
        "failure stacks/acme-prod/on-call.yaml:12 Denied by no-direct-breakglass: ada@acme.example would be a direct member of prod-breakglass.
      → Leave members empty; the on-call profile fills the group.",
        "failure stacks/acme-prod/rules.yaml:3 Problem: An operator is missing.",
        "warning stacks/acme-prod/on-call.yaml:12 Warning of owners: No owner.",
        "warning stacks/acme-prod/on-call.yaml:12 Needs approval: privileged: Privileged.",
      ]
    `);
  });

  test("of what has been approved are only noticed", () => {
    const needs = [{ name: "privileged", group: "security", count: 1, by: ["ben"] }];
    const { annotations } = checkOf(viewOf([planned(plan, { ...MET, needs })]));
    expect(annotations.find(({ title }) => title.includes("privileged"))).toMatchObject({
      level: "notice",
      title: "Approved, as asked by privileged",
    });
  });

  test("are some hundreds at most, and the rest is counted", () => {
    const problems = Array.from({ length: 2000 }, (_, index) => ({
      code: "x",
      message: `Wrong ${index}.`,
      source: { file: "groups.yaml", line: index + 1, column: 1 },
    }));
    const { annotations, summary } = checkOf(
      viewOf([{ kind: "failed", target: target("acme-prod"), problems }, planned(plan)]),
    );
    expect(annotations).toHaveLength(300);
    expect(annotations[0]?.level).toBe("failure");
    expect(summary).toContain("1703 more remarks would be on lines");
    expect(summary.length).toBeLessThan(65_535);
  });
});

test("of hundreds of stacks the summary stays within what GitHub takes", () => {
  const many = Array.from({ length: 300 }, (_, index) => planned(named(PLANS.approval.plan, `stack-${index}`)));
  expect(checkOf(viewOf(many)).summary.length).toBeLessThan(65_535);
});

test.each(ATTACKS)("words stay words: %j", (attack) => {
  const { summary, title, annotations } = checkOf(viewOf(hostileOutlooks(attack), { remarks: [attack] }));
  expect(interpreted(summary)).not.toMatch(/[@<>[\]~$|_`]|https?:|www\.|evil|gh-\d|deadbeef|:tada:|[^#]#\d/i);
  expect([title, ...annotations.map((one) => one.title)].join(""), "one line each, nothing hidden").not.toMatch(
    /[\n\u202E]/,
  );
});
