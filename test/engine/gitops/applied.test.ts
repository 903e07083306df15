/** What a pull request says of how applying it ended, to the letter. The texts are in `golden/`. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome, StepResult } from "../../../engine/apply/result.ts";
import { type AppliedView, appliedComment } from "../../../engine/gitops/applied.ts";
import { isOurs } from "../../../engine/gitops/marker.ts";
import type { Ending } from "../../../engine/gitops/model.ts";
import { ATTACKS, interpreted } from "../report/hostile.ts";
import { applied, ENDINGS, hostileEndings } from "./endings.ts";
import { target } from "./outlooks.ts";

const viewOf = (endings: readonly Ending[], more: Partial<AppliedView> = {}): AppliedView => ({
  endings,
  commit: "4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e",
  run: "https://github.com/acme/access/actions/runs/4712",
  remarks: [],
  ...more,
});

test.each(Object.entries(ENDINGS))("%s", async (name, endings) => {
  await expect(appliedComment(viewOf(endings))).toMatchFileSnapshot(`golden/${name}.md`);
});

test("it takes the place of the plan: the same comment", () => {
  expect(isOurs(appliedComment(viewOf(ENDINGS["applied-whole"])))).toBe(true);
});

test("a run that gave its all and confirmed nothing is no success", () => {
  const headlineOf = (outcome: Outcome) =>
    appliedComment(viewOf([applied([{ address: "okta/group/x", action: "update", outcome }])])).split("\n")[1];
  expect(
    (["confirmed", "unconfirmed", "awaiting", "unsettled", "skipped", "failed"] as const).map(headlineOf),
  ).toMatchInlineSnapshot(`
    [
      "## ✅ Applied: 1 change, all confirmed",
      "## ⚠️ Applied: 0 of 1 change confirmed, 1 unconfirmed",
      "## ⚠️ Applied: 0 of 1 change confirmed, 1 awaiting",
      "## ❌ Applied: 0 of 1 change confirmed, 1 unsettled",
      "## ❌ Applied: 0 of 1 change confirmed, 1 skipped",
      "## ❌ Applied: 0 of 1 change confirmed, 1 failed",
    ]
  `);
});

test("of no stack at all a remark is no good news", () => {
  const remarks = ["#7 was applied and then closed without being merged."];
  const headlineOf = (more: Partial<AppliedView>) => appliedComment(viewOf([], more)).split("\n")[1];
  expect(headlineOf({})).toBe("## ✅ Nothing to apply");
  expect(headlineOf({ remarks })).toBe("## ⚠️ Nothing applied now, but read this");
});

test("thousands of results on hundreds of stacks stay within the limit, the failed first, each stack named or counted", () => {
  const result = (outcome: Outcome, index: number): StepResult => ({
    address: `okta/group/g-${index}`,
    action: "update",
    outcome,
    ...(outcome === "failed" ? { problems: [{ code: "x", message: "Refused, with many words. ".repeat(8) }] } : {}),
  });
  const outcome = fc.constantFrom<Outcome>("confirmed", "failed", "skipped", "awaiting", "unsettled", "unconfirmed");
  fc.assert(
    fc.property(fc.array(fc.tuple(outcome, fc.nat(400)), { minLength: 2, maxLength: 150 }), (stacks) => {
      const endings = stacks.map(([worst, size], stack) =>
        applied([result(worst, 0), ...Array.from({ length: size }, (_, index) => result("confirmed", index + 1))], {
          target: target(`stack-${stack}`),
        }),
      );
      const text = appliedComment(viewOf(endings));
      expect(text.length).toBeLessThanOrEqual(65_536);
      const counted = [...text.matchAll(/^- … and (\d+) more stacks?/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
      expect(new Set(text.match(/`stack-\d+`/g)).size + counted).toBe(stacks.length);
      const signs = [...text.matchAll(/^(?:##|-) (❌|⚠️|✅) `stack/gmu)].map(([, sign = ""]) => "❌⚠️✅".indexOf(sign));
      expect(signs).toEqual([...signs].sort((a, b) => a - b));
    }),
    { numRuns: 10 },
  );
});

test.each(ATTACKS)("words stay words: %j", (attack) => {
  for (const ending of hostileEndings(attack)) {
    for (const endings of [[ending], hostileEndings(attack)]) {
      const text = appliedComment(viewOf(endings, { remarks: [attack] }));
      const rest = interpreted(text.replace("<!-- accord -->", "").replace(/\[the workflow run\]\([^)]*\)/, ""));
      expect(rest).not.toMatch(/[@<>[\]~$|_`]|https?:|www\.|evil|gh-\d|deadbeef|:tada:|[^#]#\d/i);
    }
  }
});
