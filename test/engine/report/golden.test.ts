/** What a reviewer reads, to the letter, of the plans that reviewers meet. The texts are in `golden/`. */
import { describe, expect, test } from "vitest";
import { planJson } from "../../../engine/report/json.ts";
import { planMarkdown } from "../../../engine/report/markdown.ts";
import { planText } from "../../../engine/report/text.ts";
import { PLANS } from "./plans.ts";

const { thousands, ...small } = PLANS;

describe.each(Object.entries(small))("%s", (name, view) => {
  test("at a terminal", async () => {
    await expect(planText(view, { color: false })).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test("in a pull request", async () => {
    await expect(planMarkdown(view)).toMatchFileSnapshot(`golden/${name}.md`);
  });
});

test("2,000 changes open with people and end with the count of what was left out", async () => {
  const text = planMarkdown(thousands);
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length, "the room is used").toBeGreaterThan(60_000);
  const [opening, ...sections] = text.split(/^(?=### )/m);
  expect(opening).toMatchInlineSnapshot(`
    "## ✅ Allowed

    **200 people gain access, 2 of them privileged access; 150 people lose access.**

    \`acme-prod\`: 1800 to create, 150 to change, 50 to delete

    "
  `);
  expect(sections.map((section) => beginning(section, 12))).toMatchInlineSnapshot(`
    [
      "### 200 people gain access

    - 🔑 **privileged** \`member of new-1234\`<br>
      \`person-034@acme.example\`, \`person-041@acme.example\`<br>
      through \`okta/group/new-1234\`
    - \`member of new-0\`<br>
      \`person-000@acme.example\`, \`person-007@acme.example\`<br>
      through \`okta/group/new-0\`
    - \`member of new-1\`<br>
      \`person-001@acme.example\`, \`person-008@acme.example\`<br>
      through \`okta/group/new-1\`
    - \`member of new-10\`<br>
    (and 194 more lines)",
      "### 150 people lose access

    - \`member of old-0\`<br>
      \`person-000@acme.example\`<br>
      through \`okta/group/old-0\`
    - \`member of old-1\`<br>
      \`person-001@acme.example\`<br>
      through \`okta/group/old-1\`
    - \`member of old-10\`<br>
      \`person-010@acme.example\`<br>
      through \`okta/group/old-10\`
    - \`member of old-100\`<br>
    (and 260 more lines)",
      "### Changes

    <details>
    <summary><code>okta/app-assignment</code> 50 to delete</summary>

    \`\`\`diff
    - delete okta/app-assignment/gone-0: its document is gone
    -   app: okta/app-assignment/gone-0
    - delete okta/app-assignment/gone-1: its document is gone
    -   app: okta/app-assignment/gone-1
    - delete okta/app-assignment/gone-10: its document is gone
    -   app: okta/app-assignment/gone-10
    (and 1585 more lines)",
    ]
  `);
  expect(text.slice(text.indexOf("**Left out"))).toMatchInlineSnapshot(`
    "**Left out for length: 918 more changes (918 to create), and the details of 811 changes.** \`accord plan\` shows everything.

    <details>
    <summary>What undo cannot restore exactly</summary>

    - \`okta/app-assignment/gone-0\`, \`okta/app-assignment/gone-1\`, \`okta/app-assignment/gone-2\`, \`okta/app-assignment/gone-3\`, \`okta/app-assignment/gone-4\`, \`okta/app-assignment/gone-5\`, \`okta/app-assignment/gone-6\`, \`okta/app-assignment/gone-7\`, \`okta/app-assignment/gone-8\`, \`okta/app-assignment/gone-9\` and 40 more: would come back with a new id

    </details>

    Next: \`accord apply plan.accord\`

    <sub>Calls made: c1 12; okta 4 (groups 3, users 1)</sub>
    "
  `);
  expect(text.match(/^- delete /gm), "what goes is there to the last").toHaveLength(50);
});

test("a machine reads the same first", () => {
  const summaries = Object.entries(PLANS).map(([name, { plan }]) => {
    const { applyable, accord } = planJson(plan, () => ({}));
    const { verdict, by, gained, lost, rules } = accord.summary;
    const people = `gain ${gained.people} (${gained.privileged}), lose ${lost.people} (${lost.privileged}); rules +${rules.enter} -${rules.leave} ?${rules.uncertain}`;
    return `${name}: ${verdict}${by.length === 0 ? "" : ` (${by.join(", ")})`}; ${people}; applyable ${applyable}`;
  });
  expect(summaries).toMatchInlineSnapshot(`
    [
      "no-changes: allowed; gain 0 (0), lose 0 (0); rules +0 -0 ?0; applyable false",
      "small-grant: allowed; gain 1 (0), lose 0 (0); rules +0 -0 ?0; applyable true",
      "privileged-grant: allowed; gain 2 (2), lose 0 (0); rules +0 -0 ?0; applyable true",
      "mass-removal: denied (budget:removals, budget:emptying); gain 0 (0), lose 240 (60); rules +0 -0 ?0; applyable false",
      "approval: needs-approval (privileged-grants); gain 2 (2), lose 0 (0); rules +0 -0 ?0; applyable false",
      "warning: allowed; gain 1 (0), lose 0 (0); rules +0 -0 ?0; applyable true",
      "rule: allowed; gain 0 (0), lose 0 (0); rules +0 -1 ?1; applyable true",
      "separation-of-duties: denied (separation:payments); gain 2 (2), lose 0 (0); rules +0 -0 ?0; applyable false",
      "thousands: allowed; gain 200 (2), lose 150 (0); rules +0 -0 ?0; applyable true",
    ]
  `);
  expect(Object.keys(planJson(thousands.plan, () => ({})).accord).slice(0, 3)).toEqual([
    "version",
    "allowed",
    "summary",
  ]);
});

function beginning(section: string, lines: number): string {
  const all = section.split("\n");
  return all.length <= lines ? section : `${all.slice(0, lines).join("\n")}\n(and ${all.length - lines} more lines)`;
}
