import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KindRules } from "../../../engine/config/rules.ts";
import { buildGraph } from "../../../engine/graph/build.ts";
import type { Address, Resource, Spec } from "../../../engine/model.ts";
import { type Problem, problemsOf } from "../../../engine/problem.ts";
import { declared } from "../../support/declared.ts";

const RULES: KindRules = {
  spec: {
    properties: new Map([
      ["name", {}],
      ["group", { ref: ["okta/group"] }],
      ["groups", { unordered: true, items: { ref: ["okta/group"] } }],
    ]),
  },
  outputs: ["type"],
  onRemoval: "delete",
};

function resource(name: string, spec: Spec = {}, dependsOn: readonly Address[] = [], kind = "okta/group"): Resource {
  return declared({ address: `okta/${kind.slice(5)}/${name}`, kind, spec, dependsOn });
}

const build = (...resources: readonly Resource[]) => buildGraph(resources, () => RULES, new Map([["okta", "okta"]]));

function problems(...resources: readonly Resource[]): readonly Problem[] {
  try {
    build(...resources);
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

describe("needs", () => {
  test("come from references, from templates in any text, and from dependsOn", () => {
    const graph = build(
      resource("a"),
      resource("b", { group: "okta/group/a" }),
      resource("c", { name: "c of ${okta/group/b.name}" }),
      resource("d", { groups: ["okta/group/a", { id: "00g1" }] }, ["okta/group/c"]),
    );
    expect(Object.fromEntries(graph.needs)).toEqual({
      "okta/group/a": [],
      "okta/group/b": ["okta/group/a"],
      "okta/group/c": ["okta/group/b"],
      "okta/group/d": ["okta/group/a", "okta/group/c"],
    });
  });

  test("all that is wrong is told at once", () => {
    const found = problems(
      resource("prod"),
      resource("a", { group: "okta/group/prdo" }),
      resource("b", { name: "${okta/group/prod.nmae}" }),
      resource("c", { group: "okta/group-rule/r" }, ["okta/group/none"]),
      resource("r", {}, [], "okta/group-rule"),
      resource("d", { group: "prod" }),
    );
    expect(found.map(({ code, message }) => `${code}: ${message}`)).toMatchInlineSnapshot(`
      [
        "unknown-address: spec.group: there is no document okta/group/prdo in this stack.",
        "unknown-field: spec.name: okta/group has no field "nmae".",
        "wrong-kind: spec.group takes okta/group, and okta/group-rule/r is okta/group-rule.",
        "unknown-address: dependsOn: there is no document okta/group/none in this stack.",
        "not-a-reference: spec.group: "prod" names no object.",
      ]
    `);
  });
});

describe("a lookup in a system with several tenants", () => {
  const TWO = new Map([
    ["okta", "okta"],
    ["okta-emea", "okta"],
    ["shop", "shop"],
    ["none", "none"],
  ]);
  const inTenants = (instances: ReadonlyMap<string, string>, ...resources: readonly Resource[]): readonly Problem[] => {
    try {
      buildGraph(resources, () => RULES, instances);
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  };
  const team = (groups: readonly Spec[]): Resource =>
    declared({ address: "shop/team/sre", instance: "shop", kind: "shop/team", spec: { groups } });

  test("is a problem that says how to name it: none of them is chosen", () => {
    const found = inTenants(TWO, team([{ name: "prod" }, { id: "00g1" }]));
    expect(found.map(({ code, message, hint }) => [code, message, hint])).toMatchInlineSnapshot(`
      [
        [
          "lookup-which-tenant",
          "spec.groups[0] looks up an object of okta, and this stack has 2 tenants of it: okta and okta-emea.",
          "Declare the object in a document of its own, with the tenant it is in (provider: okta-emea), and name its address here; or use { id: … }.",
        ],
      ]
    `);
    expect(inTenants(new Map([["shop", "shop"]]), team([{ name: "prod" }])).map(({ message }) => message)).toEqual([
      "spec.groups[0] looks up an object of okta, and this stack has no tenant of it.",
    ]);
  });

  test("searches the only one there is, or the tenant that the document is in", () => {
    const one = new Map([...TWO].filter(([name]) => name !== "okta"));
    expect(inTenants(one, team([{ name: "prod" }]))).toEqual([]);
    const emea = declared({
      address: "okta-emea/group/a",
      instance: "okta-emea",
      kind: "okta/group",
      spec: { group: { name: "prod" } },
    });
    expect(inTenants(TWO, emea)).toEqual([]);
  });
});

/** Any needs among a few resources, by index. */
const graphs = fc
  .integer({ min: 1, max: 8 })
  .chain((size) =>
    fc.array(fc.subarray(Array.from({ length: size }, (_, index) => index)), { minLength: size, maxLength: size }),
  );

describe("cycles", () => {
  const resources = (needs: readonly (readonly number[])[]): Resource[] =>
    needs.map((own, index) =>
      resource(
        `r${index}`,
        {},
        own.map((need): Address => `okta/group/r${need}`),
      ),
    );

  /** Takes away whatever needs nothing that is left; what cannot be taken away is in or behind a cycle. */
  function isCyclic(needs: readonly (readonly number[])[]): boolean {
    const left = new Set(needs.keys());
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const one of left) if (!(needs[one] ?? []).some((need) => left.has(need))) left.delete(one);
    }
    return left.size > 0;
  }

  test("are found if and only if there is one", () => {
    fc.assert(
      fc.property(graphs, (needs) => {
        const found = problems(...resources(needs)).some((problem) => problem.code === "cycle");
        expect(found).toBe(isCyclic(needs));
      }),
    );
  });

  test("are named by steps that each need the next", () => {
    fc.assert(
      fc.property(graphs, (needs) => {
        for (const { message } of problems(...resources(needs))) {
          const round = [...message.matchAll(/okta\/group\/r(\d+)/g)].map((match) => Number(match[1]));
          expect(round.length).toBeGreaterThan(1);
          expect(round[0]).toBe(round.at(-1));
          for (const [index, one] of round.slice(0, -1).entries()) expect(needs[one]).toContain(round[index + 1]);
        }
      }),
    );
  });

  test("a chain of 50,000 does not overflow", () => {
    const chain = Array.from({ length: 50_000 }, (_, index) =>
      resource(`r${index}`, {}, index === 0 ? [] : [`okta/group/r${index - 1}`]),
    );
    expect(build(...chain).needs.size).toBe(50_000);
  });
});
