/** What a reviewer reads in a pull request, to the letter. The texts are in `golden/`. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentOf } from "../../../engine/gitops/comment.ts";
import { isOurs } from "../../../engine/gitops/marker.ts";
import type { Outlook } from "../../../engine/gitops/model.ts";
import { ATTACKS, interpreted } from "../report/hostile.ts";
import { PLANS } from "../report/plans.ts";
import { HALF, HUGE, hostileOutlooks, named, PULLS, planned, target, viewOf } from "./outlooks.ts";

const LIMIT = 65_536;

test.each(Object.entries(PULLS))("%s", async (name, outlooks) => {
  await expect(commentOf(viewOf(outlooks))).toMatchFileSnapshot(`golden/${name}.md`);
});

test("a merge queue and a command have their own moment and their own next step", () => {
  const words = (when: "in-queue" | "on-command", outlooks: readonly Outlook[]) =>
    commentOf(viewOf(outlooks, { when }))
      .split("\n")
      .filter((line) => /^\*\*(?:In|On|Next)/.test(line));
  expect([
    ...words("in-queue", PULLS.approved),
    ...words("on-command", PULLS.approved),
    ...words("on-command", PULLS["needs-approval"]),
  ]).toMatchInlineSnapshot(`
    [
      "**In the merge queue:** 1 change is applied before it is merged, and nothing beyond the approved delta \`3f2a9c017b3e\`.",
      "**Next:** add this pull request to the merge queue.",
      "**On \`/accord apply\`:** 1 change is applied, and nothing beyond the approved delta \`3f2a9c017b3e\`.",
      "**Next:** comment \`/accord apply\`, then merge.",
      "**On \`/accord apply\`:** nothing is applied until it is approved by 1 more of \`security\`. Approving this pull request approves delta \`3f2a9c017b3e\`.",
    ]
  `);
});

test("nobody is told to merge while another stack waits for somebody", () => {
  const text = commentOf(viewOf([...PULLS.approved, planned(named(PLANS.approval.plan, "acme-eu"), HALF)]));
  expect(text).toContain("1 change is applied");
  expect(text).not.toContain("merge this pull request");
});

describe("2,000 changes", () => {
  const text = commentOf(viewOf([HUGE]));

  test("stay within the limit, and use the room", () => {
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(/\*\*Left out for length: \d+ more changes/);
    expect(text).toContain("as merged onto `main`");
  });

  test("open with the verdict, the people and the needs", () => {
    expect(text.slice(0, 1500)).toMatchInlineSnapshot(`
      "<!-- accord -->
      ## ✋ Needs approval by 1 more of \`security\`

      **200 people gain access, 2 of them privileged access; 150 people lose access.**

      \`acme-prod\`: 1800 to create, 150 to change, 50 to delete

      - ✋ \`privileged-grants\` wants 2 of \`security\`: approved by \`ben\`
      - ✅ \`reviews\` wants 1 reviewer: approved by \`ben\`

      **On merge:** nothing is applied until it is approved by 1 more of \`security\`. Approving this pull request approves delta \`3f2a9c017b3e\`.

      ### 200 people gain access

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
        \`person-010@acme.example\`, \`person-017@acme.example\`<br>
        through \`okta/group/new-10\`
      - \`member of new-100\`<br>
        \`person-100@acme.example\`, \`person-107@acme.example\`<br>
        through \`okta/group/new-100\`

      <details>
      <summary>1795 more entitlements</summary>

      - \`member of new-1000\`<br>
        \`person-000@acme.example\`, \`person-007@acme.example\`<br>
        through \`okta/group/new-1000\`
      - \`member of new-1001\`<br>
        \`person-001@acme.example\`, \`person-008@acme.example\`<br>
        through \`okta/group/new-1001\`
      - \`member of new-1002\`<br>
        \`person-002@acme.example\`, \`person-009@acme.example\`<br>
        through \`okta/group/new-1002\`
      - \`member of new-1"
    `);
  });
});

describe("many stacks", () => {
  /** Distinct stacks from what there is to say. */
  const stacks = fc
    .array(fc.constantFrom(...Object.values(PULLS).flat()), { minLength: 1, maxLength: 220 })
    .map((outlooks) =>
      outlooks.map((outlook, index): Outlook => {
        const at = target(`stack-${index}`, { directory: `stacks/${index}` });
        return outlook.kind === "planned"
          ? { ...outlook, target: at, plan: { ...outlook.plan, stack: at.stack } }
          : { ...outlook, target: at };
      }),
    );

  test("never exceed the limit; the verdict comes first; every stack is named or counted", () => {
    fc.assert(
      fc.property(stacks, (outlooks) => {
        const text = commentOf(viewOf(outlooks));
        expect(text.length).toBeLessThanOrEqual(LIMIT);
        expect(text.split("\n").slice(0, 2).join(" ")).toMatch(/^<!-- accord --> ## (?:❌|✋|⚠️|🔒|✅) /u);
        const names = new Set(text.match(/`stack-\d+`/g));
        const counted = [...text.matchAll(/^- … and (\d+) more stacks?/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
        expect(names.size + counted).toBe(outlooks.length);
        expect(commentOf(viewOf([...outlooks].reverse())), "in whatever order they came").toBe(text);
      }),
      { numRuns: 8 },
    );
  });

  test("give way in the order in which they matter", () => {
    const quiet = Array.from({ length: 150 }, (_, index) =>
      planned(named(PLANS["privileged-grant"].plan, `quiet-${String(index).padStart(3, "0")}`)),
    );
    const text = commentOf(viewOf([...quiet, ...PULLS.failed, ...PULLS["two-stacks-one-denied"]]));
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.split("\n")[1]).toMatchInlineSnapshot(
      `"## ❌ 1 of 154 stacks is denied by \`budget:removals\` and \`budget:emptying\`, 1 cannot be planned, 151 are approved, 1 changes nothing"`,
    );
    const titles = text.match(/^## .*$/gm) ?? [];
    expect(titles.slice(1, 4)).toMatchInlineSnapshot(`
      [
        "## ❌ \`acme-prod\`: denied by \`budget:removals\` and \`budget:emptying\`",
        "## ❌ \`acme-prod\`: cannot be planned: 3 problems",
        "## ✅ \`acme-dev\`: approved by \`ben\`",
      ]
    `);
    expect(text, "what matters is there whole").toContain("### ❌ Denied");
    expect(text.match(/Left out for length: who and what/g)?.length).toBeGreaterThan(10);
  });

  test("of hundreds of great ones, those that matter least have a line, then a number", () => {
    const many = Array.from({ length: 600 }, (_, index) => planned(named(PLANS.approval.plan, `stack-${index}`), HALF));
    const text = commentOf(viewOf([...many, ...PULLS["two-stacks-one-denied"]]));
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toContain("## ❌ `acme-prod`: denied by");
    expect(text).toMatch(/^- ✋ `stack-\d+`: needs approval by 1 more of `security`<br>\n {2}2 people gain access/m);
    expect(text).toMatch(/^- … and \d+ more stacks: \d+ waiting for approval, 1 approved or allowed$/m);
  });
});

describe("words from vendors, users and logins", () => {
  test.each(ATTACKS)("stay words: %j", (attack) => {
    const text = commentOf(viewOf(hostileOutlooks(attack), { base: attack, artifact: attack, remarks: [attack] }));
    const rest = interpreted(text.replace("<!-- accord -->", "").replace(/\[the workflow run\]\([^)]*\)/, ""));
    expect(rest).not.toMatch(/[@<>[\]~$|_]|https?:|www\.|evil|gh-\d|deadbeef|:tada:|[^#]#\d/i);
    expect(rest).not.toContain("`");
  });

  test("a run whose address is none is no link", () => {
    expect(commentOf(viewOf(PULLS.allowed, { run: "https://x.example/a)[b](javascript:c" }))).toContain(
      "the workflow run: `https://x.example/a)[b](javascript:c`",
    );
  });
});

test("our comment is known by its first line, whoever quotes it", () => {
  const text = commentOf(viewOf(PULLS.allowed));
  expect(isOurs(text)).toBe(true);
  expect(isOurs(`\r\n${text}`)).toBe(true);
  expect(isOurs(`> ${text}\n\nI disagree.`)).toBe(false);
});
