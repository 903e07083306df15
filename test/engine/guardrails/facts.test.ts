import { describe, expect, test } from "vitest";
import type { FieldRule, KindRules } from "../../../engine/config/rules.ts";
import { type FactsInput, factsOf } from "../../../engine/guardrails/facts.ts";
import type { Change, Impact, Live, Spec } from "../../../engine/model.ts";
import { changeOf, factsOf as kindFacts, liveOf, RULES, resourceOf } from "../plan/samples.ts";

const BUNDLE: KindRules = {
  ...RULES,
  spec: {
    properties: new Map<string, FieldRule>([
      ["name", {}],
      ["key", { secret: true }],
      ["level", { ref: ["okta/level"], privileged: ["High"] }],
      ["contents", { unordered: true, items: { ref: ["okta/bundle", "okta/group"] } }],
    ]),
  },
};

function facts(changes: readonly Change[], more: Partial<FactsInput> = {}) {
  return factsOf({
    ...{ stack: "acme", environment: "default", mode: "normal", complete: true, changes },
    ...{ impact: { gained: [], lost: [] }, names: {}, breakGlass: [], administrators: [] },
    rulesOf: (kind) => (kind === "okta/bundle" ? BUNDLE : RULES),
    factsOf: (kind) => kindFacts(kind),
    instanceFor: (_, { instance }) => instance,
    ...more,
  });
}

const bundle = (spec: Spec, labels: Readonly<Record<string, string>> = {}): Change =>
  changeOf("create", {
    ...{ address: "okta/bundle/b", kind: "okta/bundle" },
    after: { ...resourceOf("okta/bundle/b", "okta/bundle", spec), labels, dependsOn: ["okta/group/g"] },
  });

describe("a change", () => {
  test("is what it does to a document; what stands still is none", () => {
    const live: Live = {
      ...liveOf("00g1", { name: "g", members: ["ada", "grace"] }),
      explained: { members: { ada: "rule eng" } },
    };
    const { plan } = facts([
      changeOf("update", {
        address: "okta/group/g",
        before: live,
        after: {
          ...resourceOf("okta/group/g", "okta/group", { members: ["linus"] }),
          labels: { team: "sre" },
          protect: true,
        },
        fields: [
          { op: "add", path: ["members"], element: "linus" },
          { op: "remove", path: ["members"], element: "grace" },
        ],
      }),
      changeOf("none", { address: "okta/group/still" }),
    ]);
    expect(plan.changes).toEqual([
      {
        ...{ address: "okta/group/g", instance: "okta", kind: "okta/group", name: "g" },
        ...{ labels: { team: "sre" }, protect: true, privileged: false, action: "update" },
        declared: { members: ["linus"] },
        before: { name: "g", members: ["ada", "grace"] },
        after: { name: "g", members: ["ada", "linus"] },
        explained: { members: { ada: "rule eng" } },
        fields: [
          { op: "add", path: "members", before: null, after: null, element: "linus" },
          { op: "remove", path: "members", before: null, after: null, element: "grace" },
        ],
        ...{ uses: [], usedBy: [] },
      },
    ]);
  });

  test("of a document that goes leaves nothing", () => {
    const [change] = facts([changeOf("delete", { address: "okta/group/g" })]).plan.changes;
    expect(change).toMatchObject({ action: "delete", before: { members: ["linus", "alan"] }, after: {}, declared: {} });
  });

  test("shows no secret, and what a reference refers to", () => {
    const group = changeOf("none", {
      address: "okta/group/g",
      before: liveOf("00g1"),
      after: { ...resourceOf("okta/group/g", "okta/group", { name: "G" }), labels: { privileged: "true" } },
    });
    const { plan } = facts(
      [
        group,
        bundle({
          key: { $secret: "${env:KEY}" },
          contents: [
            { id: "00g1" },
            { id: "00g2" },
            { id: { $unknown: { text: "${okta/group/g.id}" } } },
            { id: { $unknown: { kind: "okta/group", instance: "okta", lookup: { name: "Later" } } } },
          ],
        }),
      ],
      { names: { "okta 00g2": "Elsewhere" } },
    );
    const [change] = plan.changes;
    expect(change?.declared).toEqual({
      key: "••••",
      contents: [
        { id: "00g1", address: "okta/group/g", name: "G", privileged: true },
        { id: "00g2", address: "", name: "Elsewhere", privileged: false },
        { id: "", address: "okta/group/g", name: "G", privileged: true },
        { id: "", address: "", name: "Later", privileged: false },
      ],
    });
    expect(change?.uses).toMatchObject([{ address: "okta/group/g", privileged: true, declared: { name: "G" } }]);
  });

  test("knows who refers to it", () => {
    const { plan } = facts([changeOf("create", { address: "okta/group/g" }), bundle({ name: "B" })]);
    expect(plan.changes[0]?.usedBy).toMatchObject([{ address: "okta/bundle/b", declared: { name: "B" } }]);
  });

  test.each<[string, Change, Partial<FactsInput>]>([
    ["its label says so", bundle({}, { privileged: "true" }), {}],
    ["a name that its schema knows says so", bundle({ level: { id: "l1" } }), { names: { "okta l1": "high" } }],
    [
      "its kind's edges say so",
      bundle({}),
      {
        factsOf: (kind) => ({
          ...kindFacts(kind),
          edges: () => [{ person: "ada", entitlement: "x", administers: true }],
        }),
      },
    ],
  ])("is privileged where %s", (_, change, more) => {
    expect(facts([change], more).plan.changes[0]?.privileged).toBe(true);
    expect(facts([bundle({ level: { id: "l1" } })], { names: { "okta l1": "Low" } }).plan.changes[0]?.privileged).toBe(
      false,
    );
  });
});

test("moves are those of changes and those of rules, sure or not", () => {
  const address = "okta/group/g" as const;
  const impact: Impact = {
    gained: [{ person: "Ada@acme.example", entitlement: "member of g", address, paths: [["member of h"]] }],
    lost: [{ person: "grace@acme.example", entitlement: "member of g", address, administers: true }],
  };
  const mover = (person: string) => ({ person, personId: person, by: [] });
  const { impact: moves } = facts([changeOf("create", { address })], {
    impact,
    breakGlass: ["ada@acme.example"],
    populations: [
      {
        ...{
          address: "okta/rule/r" as const,
          entitlement: "member of g",
          held: 1,
          matches: { least: 1, most: 3 },
          remarks: [],
        },
        ...{ enters: [mover("linus")], leaves: [mover("alan")] },
        uncertain: [
          { ...mover("edsger"), held: false, why: "?" },
          { ...mover("victor"), held: true, why: "?" },
        ],
      },
    ],
  });
  const short = (all: typeof moves.gained) =>
    all.map(({ person, certain, rule, breakGlass, privileged }) => ({ person, certain, rule, breakGlass, privileged }));
  expect(short(moves.gained)).toEqual([
    { person: "Ada@acme.example", certain: true, rule: false, breakGlass: true, privileged: false },
    { person: "linus", certain: true, rule: true, breakGlass: false, privileged: false },
    { person: "edsger", certain: false, rule: true, breakGlass: false, privileged: false },
  ]);
  expect(short(moves.lost)).toEqual([
    { person: "grace@acme.example", certain: true, rule: false, breakGlass: false, privileged: true },
    { person: "alan", certain: true, rule: true, breakGlass: false, privileged: false },
    { person: "victor", certain: false, rule: true, breakGlass: false, privileged: false },
  ]);
  expect(moves.gained[0]).toMatchObject({ gained: true, address, kind: "okta/group", paths: [["member of h"]] });
});

test("whom the access graph has already by a rule is told once", () => {
  const address = "okta/rule/r" as const;
  const mover = (person: string) => ({ person: `${person}@acme.example`, personId: person, by: [] });
  const { impact } = facts([changeOf("create", { address, kind: "okta/rule" })], {
    impact: {
      gained: [
        { ...mover("ada"), entitlement: "member of g", address, rule: true },
        { ...mover("ada"), entitlement: "uses app", address, paths: [["member of g"]], uncertain: true },
      ],
      lost: [],
    },
    populations: [
      {
        ...{ address, entitlement: "member of g", held: 0, matches: { least: 2, most: 2 }, remarks: [] },
        ...{ enters: [mover("ada"), mover("grace")], leaves: [], uncertain: [] },
      },
    ],
  });
  expect(impact.gained.map(({ person, entitlement, rule, certain }) => [person, entitlement, rule, certain])).toEqual([
    ["ada@acme.example", "member of g", true, true],
    ["ada@acme.example", "uses app", true, false],
    ["grace@acme.example", "member of g", true, true],
  ]);
});
