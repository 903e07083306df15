/** The guardrails that we ship: each is checked by type, tried on its own examples, and described. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { filesBelow } from "../engine/config/files.ts";
import { openSchemas } from "../engine/config/schemas.ts";
import { checkGuardrail, runExamples } from "../engine/guardrails/check.ts";
import { guardrailOf } from "../engine/guardrails/guardrail.ts";
import { loadPolicies, shippedPolicies } from "../engine/guardrails/load.ts";
import { type Known, separationOf, separationProblems } from "../engine/guardrails/separation.ts";
import { asSpec, isList } from "../engine/value.ts";
import { inMemory } from "./engine/config/small-world.ts";

const shipped = await shippedPolicies();
const guardrails = shipped.filter(({ section }) => section === "guardrails");
const separations = shipped.filter(({ section }) => section === "separations");
/** Pairs that we ship name nothing by its address, which is a stack's own. */
const anyStack: Known = { addresses: new Set(), isInstance: () => false, gives: () => true };
const root = new URL("../policies/", import.meta.url);

test("there are some, with a name each", () => {
  const names = shipped.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(7);
  expect(new Set(names).size).toBe(names.length);
});

test("all are as their schema says, which no plan asks", async () => {
  const files = filesBelow(new URL("..", import.meta.url).pathname);
  const own = await loadPolicies({ files, schemas: openSchemas(), baseline: false, asked: undefined });
  expect(Object.values(own).flat()).toHaveLength(shipped.length);
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

describe.each(separations.map((one) => [one.name, one] as const))("%s", (_, written) => {
  test("is hit by who holds one of each, and by nobody else", () => {
    expect(separationProblems(written, anyStack)).toEqual([]);
  });

  test("has examples that tell: turned round, it fails all of them", () => {
    const { pass = [], fail = [] } = asSpec(written.value.examples ?? {});
    const turned = { ...written, value: { ...written.value, examples: { pass: fail, fail: pass } } };
    const all = [pass, fail].flatMap((list) => (isList(list) ? list : []));
    expect(separationProblems(turned, anyStack)).toHaveLength(all.length);
  });

  test("is told about in the README, and says what to do instead", async () => {
    expect(await readFile(new URL("README.md", root), "utf8")).toContain(`\`${written.name}\``);
    expect(separationOf(written).hint).toMatch(/\.$/);
  });
});

test("what the README shows is valid, its examples too", async () => {
  const text = await readFile(new URL("README.md", root), "utf8");
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml);
  const [stack = "", limits = "", rules = "", exceptions = "", pairs = ""] = blocks;
  expect(stack).toContain("baseline: true");
  expect(limits).toContain("limits:");
  const files = inMemory({
    "policies/own.yaml": rules,
    "policies/exceptions.yaml": exceptions,
    "policies/pairs.yaml": pairs,
  });
  const options = { files, schemas: openSchemas(), baseline: true, asked: undefined } as const;
  const loaded = await loadPolicies(options);
  const own = loaded.guardrails.filter((one) => !one.shipped);
  expect(own.map(({ name }) => name)).toEqual(["production-by-two"]);
  expect(own.flatMap((one) => [...checkGuardrail(one), ...runExamples(one)])).toEqual([]);
  const known: Known = { ...anyStack, addresses: new Set(["okta/group/payments-entry"]) };
  const pairsOfOwn = loaded.separations.filter((one) => !one.shipped);
  expect(pairsOfOwn.map(({ name }) => name)).toEqual(["payments"]);
  expect(pairsOfOwn.flatMap((one) => separationProblems(one, known))).toEqual([]);
});
