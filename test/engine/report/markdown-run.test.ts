import { expect, test } from "vitest";
import type { StepResult } from "../../../engine/apply/result.ts";
import { problemItems } from "../../../engine/report/markdown-problems.ts";
import { runSections, undoLine } from "../../../engine/report/markdown-run.ts";

const RESULTS: readonly StepResult[] = [
  { address: "okta/group/prod-breakglass", action: "update", outcome: "confirmed" },
  { address: "c1/entitlement/engineering", action: "create", outcome: "skipped", because: "okta/group/engineering" },
  { address: "c1/connector/slack", action: "create", outcome: "awaiting", url: "https://acme.conductor.one/oauth/1" },
  {
    address: "okta/group/engineering",
    action: "update",
    outcome: "failed",
    problems: [
      {
        code: "refused",
        message: "Okta refused to add alan@acme.example: user is suspended.",
        hint: "Unsuspend the user, then `accord plan`.",
        address: "okta/group/engineering",
        source: { file: "groups.yaml", line: 7, column: 5 },
        requestId: "req-7",
      },
    ],
  },
];

test("what failed comes first, with its problem and its next step; what went well folds", () => {
  const view = { run: "r-7f3c", results: RESULTS, again: " --dir stacks/prod", notes: ["Two members were seen late."] };
  expect(runSections(view, 60_000, "stacks/prod").join("\n\n")).toMatchInlineSnapshot(`
    "### Failed

    - update \`okta/group/engineering\`<br>
      Okta refused to add \`alan@acme.example\`: user is suspended.<br>
      at \`stacks/prod/groups.yaml:7:5\`<br>
      request \`req-7\`<br>
      → Unsuspend the user, then \`accord plan --dir stacks/prod\`.

    ### Awaiting a person

    - create \`c1/connector/slack\`<br>
      open \`https://acme.conductor.one/oauth/1\`<br>
      → Open the address, then run \`accord plan --dir stacks/prod\`.

    <details>
    <summary>1 change skipped</summary>

    - create \`c1/entitlement/engineering\`, because \`okta/group/engineering\` did not succeed<br>
      → The next apply takes it up again.

    </details>

    <details>
    <summary>1 change confirmed</summary>

    - update \`okta/group/prod-breakglass\`

    </details>

    ### Seen after it

    - Two members were seen late."
  `);
  expect(undoLine(view)).toMatchInlineSnapshot(
    `"To take back what took effect: \`accord apply --undo r-7f3c --dir stacks/prod\`. Git goes on declaring it until that is taken back too."`,
  );
});

test("of a run in which nothing took effect nothing can be taken back", () => {
  expect(undoLine({ run: "r-1", results: RESULTS.filter(({ outcome }) => outcome === "failed") })).toBeUndefined();
  expect(undoLine({ results: RESULTS })).toBeUndefined();
});

test("thousands of failures are counted", () => {
  const results = Array.from({ length: 3000 }, (_, index): StepResult => {
    const address = `okta/group/g${index}` as const;
    return { address, action: "create", outcome: "failed", problems: [{ code: "x", message: "Refused." }] };
  });
  const text = runSections({ run: "r-1", results }, 20_000).join("\n\n");
  expect(text.length).toBeLessThan(20_000);
  const shown = text.match(/^- create/gm)?.length ?? 0;
  expect(text).toContain(`- … and ${3000 - shown} more changes`);
});

test("problems name their files from the repository's root", () => {
  const source = { file: "a.yaml", line: 2, column: 3 };
  expect(problemItems([{ code: "x", message: "Wrong.", source }], "stacks/prod")).toEqual([
    "- Wrong.<br>\n  at `stacks/prod/a.yaml:2:3`",
  ]);
});
