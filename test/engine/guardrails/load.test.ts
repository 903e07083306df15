import { describe, expect, test } from "vitest";
import { openSchemas } from "../../../engine/config/schemas.ts";
import { loadPolicies, shippedPolicies } from "../../../engine/guardrails/load.ts";
import type { Baseline, Policies } from "../../../engine/guardrails/policies.ts";
import { inMemory, wrong } from "../config/small-world.ts";

const schemas = openSchemas();
const load = (files: Readonly<Record<string, string>>, baseline: Baseline = false) =>
  loadPolicies({ files: inMemory(files), schemas, baseline, asked: { file: "accord.yaml", line: 9, column: 3 } });

const guardrail = (name: string, more = ""): string => `version: 1
guardrails:
  - name: ${name}
    description: No group is made.
    each: change
    when: change.kind == "shop/team" && change.action == "create"
    outcome: deny
    message: "\${change.address} would be made."
    examples:
      pass: [{ change: { kind: shop/table } }]
      fail: [{ change: { kind: shop/team } }]
${more}`;

describe("policies/*.yaml", () => {
  test("is read with the place of each guardrail", async () => {
    const files = { "policies/b/two.yml": guardrail("two"), "policies/one.yaml": guardrail("one"), "a.yaml": "" };
    const { guardrails } = await load({ ...files, "policies/.draft.yaml": "]", "policies/README.md": "]" });
    expect(guardrails.map(({ name, source, shipped }) => ({ name, ...source, shipped }))).toEqual([
      { name: "two", file: "policies/b/two.yml", line: 3, column: 5, shipped: false },
      { name: "one", file: "policies/one.yaml", line: 3, column: 5, shipped: false },
    ]);
  });

  test("without the directory there is none", async () => {
    expect(await load({ "a.yaml": "" })).toEqual({ guardrails: [], separations: [] });
  });

  test("says everything that is wrong in any file", async () => {
    const files = {
      "policies/a.yaml": guardrail("a").replace("when:", "wen:").replace("deny", "refuse"),
      "policies/b.yaml": guardrail(
        "b",
        "    exceptions: [{ covers: [x], owner: ada, reason: r, expires: 2026-02-30 }]",
      ),
      "policies/c.yaml": guardrail("c").replace("outcome: deny", "outcome: approve"),
      "policies/d.yaml": "version: 1\nguardrail: []",
      "policies/e.yaml": "version: 1\nguardrails: [",
      "policies/f.yaml": "# later",
      "policies/g.yaml": guardrail("g", "    from: { group: security, count: 2 }"),
      "policies/h.yaml": guardrail("h").replace("change: { kind: shop/team }", "change: { knd: shop/team }"),
    };
    expect(await wrong(load(files))).toMatchInlineSnapshot(`
      [
        "policies/a.yaml:6:5 unknown-field guardrails[0] has no field "wen". | Did you mean "when"?",
        "policies/a.yaml:7:5 wrong-value guardrails[0].outcome must be deny, approve or warn, and is refuse. | deny: the plan is refused.",
        "policies/b.yaml:12:18 missing-field guardrails[0].exceptions[0] needs ticket. | ticket: Where it was decided.",
        "policies/b.yaml:12:56 wrong-value guardrails[0].exceptions[0].expires is no valid date: 2026-02-30. | Last day on which it holds, in UTC, such as 2026-12-31.",
        "policies/c.yaml:3:5 missing-field guardrails[0] needs from. | Add from.",
        "policies/d.yaml:2:1 unknown-field The document has no field "guardrail". | Did you mean "guardrails"?",
        "policies/e.yaml:2:14 yaml-syntax policies/e.yaml is not valid YAML: unexpected end of the stream within a flow collection. | Correct the text here. Quote values that hold \`: \`, \` #\` or start with one of [ ] { } * & ! | > % @ \`.",
        "policies/f.yaml:1:1 empty-document policies/f.yaml is empty: it holds no guardrail. | Restore what it held, or remove the file.",
        "policies/g.yaml:12:5 wrong-value guardrails[0].from is not allowed as it stands here. | The file is described in schemas/guardrail.schema.json.",
        "policies/h.yaml:11:26 unknown-field guardrails[0].examples.fail[0].change has no field "knd". | Did you mean "kind"?",
      ]
    `);
  });

  test("a name stands for one rule", async () => {
    const files = { "policies/a.yaml": guardrail("twice"), "policies/b.yaml": guardrail("twice") };
    expect(await wrong(load(files))).toEqual([
      'policies/b.yaml:3:5 duplicate-guardrail "twice" is declared twice: the first time in policies/a.yaml:3. | Rename one of them.',
    ]);
  });
});

describe("the baseline", () => {
  test("is all that is shipped, or what is named, or nothing", async () => {
    const shipped = (await shippedPolicies()).map(({ name }) => name);
    const names = (all: Policies): readonly string[] =>
      Object.values(all).flatMap((some) => some.map(({ name }) => name));
    expect(new Set(names(await load({}, true)))).toEqual(new Set(shipped));
    expect(names(await load({}, ["payment-duties"]))).toEqual(["payment-duties"]);
    expect(names(await load({}, false))).toEqual([]);
    expect(await wrong(load({}, ["no-such-thing"]))).toMatchObject([
      expect.stringMatching(/^accord.yaml:9:3 unknown-guardrail The baseline has no guardrail "no-such-thing"\./),
    ]);
  });
});
