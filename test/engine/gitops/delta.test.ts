/** What of a plan an approval is about: everything that somebody could mind, and nothing that moves by itself. */
import { describe, expect, test } from "vitest";
import { beyond, deltaOf, isActing } from "../../../engine/gitops/delta.ts";
import { byWeight, describeElement } from "../../../engine/gitops/describe.ts";
import type { Owned, Plan, Spec } from "../../../engine/model.ts";
import { create, EMPTY_PLAN, live, PLAN, resource } from "../report/example.ts";

const RULES = { spec: { properties: new Map([["members", { unordered: true }]]) } };
const delta = (plan: Plan, owned: readonly Owned[] = []) =>
  deltaOf(plan, { owned, rulesOf: () => ({ ...RULES, outputs: [] }) as never });

describe("an example", () => {
  test("in words, what matters first", () => {
    expect(byWeight(delta(PLAN).elements).map(describeElement).join("\n")).toMatchInlineSnapshot(`
      "gives ada@acme.example "AWS prod-admin" in c1, which is privileged
      gives alan@acme.example "member of engineering" in okta
      gives ada@acme.example "member of prod-breakglass" in okta, which is privileged
      takes "member of old-breakglass" in okta from mallory@acme.example
      takes "member of old-breakglass" in okta from victor@acme.example
      takes "member of prod-breakglass" in okta from linus@acme.example
      deletes okta/group/old-breakglass
      makes c1/connector/okta anew
      adds \${okta/group/engineering.id} to /groups of okta/group-rule/engineering
      adds alan@acme.example to /members of okta/group/engineering
      adds ada@acme.example to /members of okta/group/prod-breakglass
      adopts pagerduty/schedule/primary
      creates c1/access-profile/on-call
      stops managing okta/app/aws
      removes 00g9 from /groups of okta/group-rule/engineering
      removes linus@acme.example from /members of okta/group/prod-breakglass
      sets /displayName of c1/access-profile/on-call to On-call
      sets /entitlements of c1/access-profile/on-call to ["\${c1/entitlement/prod-breakglass.id}","app9/ent7",{"$unknown":{"instance":"c1"…
      sets /owners of c1/access-profile/on-call to ["ada@acme.example"]
      sets /requests/enabled of c1/access-profile/on-call to true
      sets /config/apiToken of c1/connector/okta to a secret
      sets /integration of c1/connector/okta to okta_ciam
      sets /expression of okta/group-rule/engineering to user.department == "Engineering"
      OR user.department == "Platform"
      OR user.title …
      sets /description of okta/group/prod-breakglass to Production shell. Members come from the on-call profile only.
      is about acme-prod default normal
      is about the tenant 00o1acme of okta"
    `);
  });
});

const move = (person: string) => ({
  ...{ person, entitlement: "member of prod", address: "okta/group/prod" as const },
});
const moving = (...people: readonly string[]): Plan => ({
  ...EMPTY_PLAN,
  impact: { gained: people.map(move), lost: [] },
});

test("the same plan, made later and explained otherwise, is the same delta", () => {
  const later: Plan = { ...moving("ada", "ben"), createdAt: "2031-01-01T00:00:00Z", notes: ["late"], serial: 99 };
  expect(delta(later).digest).toBe(delta(moving("ben", "ada")).digest);
});

test.each<readonly [string, Plan]>([
  ["one more who gains", moving("ada", "mallory")],
  [
    "what is gained is privileged by now",
    { ...EMPTY_PLAN, impact: { gained: [{ ...move("ada"), privileged: true }], lost: [] } },
  ],
  ["one who loses", { ...moving("ada"), impact: { gained: [move("ada")], lost: [move("ben")] } }],
  ["another tenant", { ...moving("ada"), tenants: { okta: { id: "00oother", host: "evil.okta.com" } } }],
  ["another environment", { ...moving("ada"), environment: "prod" }],
])("beyond it is: %s", (_, plan) => {
  expect(beyond(delta(plan), delta(moving("ada")))).not.toEqual([]);
});

test("less of the same is within it", () => {
  expect(beyond(delta(moving("ada")), delta(moving("ada", "ben")))).toEqual([]);
});

test("a document that stops protecting its object is something to approve, although nothing is written", () => {
  const after = resource("okta/group/prod", { name: "prod" });
  const before = live("00g1prod", { name: "prod" });
  const plan: Plan = {
    ...EMPTY_PLAN,
    changes: [{ ...create("okta/group/prod", { name: "prod" }), action: "none", before, after }],
  };
  const owned = { address: "okta/group/prod", id: "00g1prod", protect: true } as unknown as Owned;
  expect(isActing(delta(plan))).toBe(false);
  expect(isActing(delta(plan, [owned]))).toBe(true);
  expect(beyond(delta(plan, [owned]), delta(plan))).toEqual(['["unprotect","okta/group/prod"]']);
});

describe("a run that got half-way leaves a plan within the one that was approved", () => {
  const spec: Spec = {
    name: "prod",
    members: ["ada@acme.example", "ben@acme.example"],
    profile: { kind: "x", deeper: { on: true } },
    owner: { $unknown: { text: "${okta/group/owners.id}" } },
  };
  const whole: Plan = { ...EMPTY_PLAN, changes: [create("okta/group/prod", spec)] };

  test("what was made meanwhile has an id in place of a reference", () => {
    const owned = { address: "okta/group/owners", id: "00g1owners", computed: {} } as unknown as Owned;
    const now: Plan = { ...EMPTY_PLAN, changes: [create("okta/group/prod", { ...spec, owner: { id: "00g1owners" } })] };
    expect(beyond(delta(now, [owned]), delta(whole))).toEqual([]);
    expect(beyond(delta(now), delta(whole))).not.toEqual([]);
  });

  test("a reference reads the same before there is an id and after", () => {
    const owned = { address: "okta/group/owners", id: "00g1owners", computed: {} } as unknown as Owned;
    const coming: Spec = { ...spec, owner: { id: { $unknown: { text: "${okta/group/owners.id}" } } } };
    const now: Plan = { ...EMPTY_PLAN, changes: [create("okta/group/prod", { ...spec, owner: { id: "00g1owners" } })] };
    const then: Plan = { ...EMPTY_PLAN, changes: [create("okta/group/prod", coming)] };
    expect(delta(now, [owned])).toEqual(delta(then));
  });

  test("what was made and is not in state yet is the make that was approved; what somebody else made is not", () => {
    const found = live("00g1prod", { name: "prod" });
    const after = resource("okta/group/prod", spec);
    const adopting = { ...create("okta/group/prod", spec), action: "adopt", before: found, after, fields: [] } as const;
    const ours: Plan = { ...EMPTY_PLAN, changes: [{ ...adopting, reason: "made_by_this_stack" }] };
    expect(beyond(delta(ours), delta(whole))).toEqual([]);
    expect(beyond(delta({ ...EMPTY_PLAN, changes: [adopting] }), delta(whole))).not.toEqual([]);
  });

  test("what was made and left unfinished is updated in place of made", () => {
    const found = live("00g1prod", { name: "prod", members: ["ada@acme.example"], profile: { kind: "x" } });
    const now: Plan = {
      ...EMPTY_PLAN,
      changes: [
        {
          ...create("okta/group/prod", spec),
          action: "update",
          before: found,
          after: resource("okta/group/prod", spec),
          fields: [
            { op: "add", path: ["members"], element: "ben@acme.example" },
            { op: "set", path: ["profile", "deeper"], before: undefined, after: { on: true } },
          ],
        },
      ],
    };
    expect(beyond(delta(now), delta(whole))).toEqual([]);
  });
});
