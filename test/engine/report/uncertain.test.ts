/** Effects that a vendor does not tell are printed as uncertain in every format, and counted as the worst. */
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { Change, Plan } from "../../../engine/model.ts";
import { planJson } from "../../../engine/report/json.ts";
import { planMarkdown } from "../../../engine/report/markdown.ts";
import { planText } from "../../../engine/report/text.ts";
import { EMPTY_PLAN, live } from "./example.ts";

function ending(name: string, kind: string, people: number): Change {
  return {
    action: "delete",
    how: "delete",
    address: `c1/${kind}/${name}`,
    kind: `c1/${kind}`,
    before: live(name, { displayName: name }),
    dependsOn: [],
    people: {},
    notes: [],
    undo: "approximate",
    uncertain: { effect: "C1 does not say whether it revokes anything", people },
  };
}

const BOTH: Plan = {
  ...EMPTY_PLAN,
  changes: [ending("on-call", "access-profile", 12), ending("on-call", "membership-automation", 11)],
};
const NOBODY: Plan = { ...EMPTY_PLAN, changes: [ending("on-call", "access-profile", 0)] };

test("as text, before the changes: how many, by what, and what it counts as", () => {
  expect(planText({ plan: BOTH, next: false }, { color: false }).split("\n\n").slice(1, 2)).toMatchInlineSnapshot(`
    [
      "Uncertain: 12 or more people may lose access
      ? c1/access-profile/on-call
          C1 does not say whether it revokes anything; counted as 12 people losing it.
      ? c1/membership-automation/on-call
          C1 does not say whether it revokes anything; counted as 11 people losing it.",
    ]
  `);
  expect(planText({ plan: NOBODY, next: false }, { color: false }).split("\n\n").slice(1, 2)).toMatchInlineSnapshot(`
    [
      "Uncertain
      ? c1/access-profile/on-call
          C1 does not say whether it revokes anything.",
    ]
  `);
});

test("as Markdown", () => {
  expect(planMarkdown({ plan: BOTH }).split("\n\n").slice(2, 4)).toMatchInlineSnapshot(`
    [
      "### ❔ Uncertain: 12 or more people may lose access",
      "- \`c1/access-profile/on-call\`<br>
      C1 does not say whether it revokes anything; counted as 12 people losing it.
    - \`c1/membership-automation/on-call\`<br>
      C1 does not say whether it revokes anything; counted as 11 people losing it.",
    ]
  `);
});

test("as JSON, by the published schema", async () => {
  const json = planJson(BOTH, () => ({}));
  expect(json.resource_changes?.[0]?.accord.uncertain).toEqual({
    effect: "C1 does not say whether it revokes anything",
    people: 12,
  });
  const schema = JSON.parse(await readFile("schemas/plan.schema.json", "utf8"));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(JSON.parse(JSON.stringify(json))) ? [] : validate.errors).toEqual([]);
});
