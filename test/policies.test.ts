/** The guardrails that we ship: each is checked by type, tried on its own examples, and described. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { openSchemas } from "../engine/config/schemas.ts";
import { checkGuardrail, runExamples } from "../engine/guardrails/check.ts";
import { guardrailOf } from "../engine/guardrails/guardrail.ts";
import { loadPolicies, shippedPolicies } from "../engine/guardrails/load.ts";
import { inMemory } from "./engine/config/small-world.ts";

const shipped = await shippedPolicies(openSchemas());
const guardrails = shipped.filter(({ section }) => section === "guardrails");
const root = new URL("../policies/", import.meta.url);

test("there are some, with a name each", () => {
  const names = shipped.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(7);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(guardrails.map((one) => [one.name, one] as const))("%s", (_, written) => {
  test("compiles", () => {
    expect(checkGuardrail(written)).toEqual([]);
  });

  test("is hit by what it should be, and by nothing else", () => {
    expect(runExamples(written)).toEqual([]);
  });

  test("has examples that tell: turned round, it fails all of them", () => {
    const { examples, when } = guardrailOf(written);
    const turned = { ...written, value: { ...written.value, when: `!(${when})` } };
    expect(runExamples(turned)).toHaveLength(examples.pass.length + examples.fail.length);
  });

  test("is told about in the README, and says what to do instead", async () => {
    expect(await readFile(new URL("README.md", root), "utf8")).toContain(`\`${written.name}\``);
    expect(guardrailOf(written).hint).toMatch(/\.$/);
  });
});

test("what the README shows is valid, its examples too", async () => {
  const text = await readFile(new URL("README.md", root), "utf8");
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml);
  const [stack = "", rules = "", exceptions = ""] = blocks;
  expect(stack).toContain("baseline: true");
  const files = inMemory({ "policies/own.yaml": rules, "policies/exceptions.yaml": exceptions });
  const options = { files, schemas: openSchemas(), baseline: true, asked: undefined } as const;
  const own = (await loadPolicies(options)).guardrails.filter((one) => !one.shipped);
  expect(own.map(({ name }) => name)).toEqual(["production-by-two"]);
  expect(own.flatMap((one) => [...checkGuardrail(one), ...runExamples(one)])).toEqual([]);
});
