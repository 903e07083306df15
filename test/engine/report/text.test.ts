import { describe, expect, test } from "vitest";
import type { Plan } from "../../../engine/model.ts";
import { planLine, planText } from "../../../engine/report/text.ts";
import { worked } from "../../support/work.ts";
import { ALLOWED_PLAN, CHANGES, create, EMPTY_PLAN, live, PLAN, resource } from "./example.ts";

const PLAIN = { color: false };
const ESCAPE = "\u001b";

test("a plan that is denied", () => {
  expect(planText({ plan: PLAN, savedAs: "plan.accord" }, PLAIN)).toMatchInlineSnapshot(`
    "Plan: 1 to create, 3 to change, 1 to delete, 1 to replace, 1 to adopt, 1 to forget. DENIED by no-direct-breakglass.
    2 people gain access, 1 of them privileged access; 3 people lose access, 1 of them privileged access.

    2 people gain access
      + AWS prod-admin  (privileged)
          ada@acme.example
          through c1/access-profile/on-call
      + member of prod-breakglass  (privileged)
          ada@acme.example
          through okta/group/prod-breakglass
      + member of engineering
          alan@acme.example
          through okta/group/engineering

    3 people lose access
      - member of prod-breakglass  (privileged)
          linus@acme.example
          through okta/group/prod-breakglass
      - member of old-breakglass
          mallory@acme.example, victor@acme.example
          through okta/group/old-breakglass

    Denied
      ✗ no-direct-breakglass  okta/group/prod-breakglass
          ada@acme.example would be a direct member of prod-breakglass.
          → Leave members empty; the on-call profile fills the group.

    Warnings
      ! budget:removals
          3 of 9 members leave: 33 % of the 30 % allowed without a reason.

    Let pass by an exception
      ! owner-in-every-profile  c1/access-profile/on-call
          c1/access-profile/on-call has one owner. Let pass by grace@acme.example until 2026-12-31 (OPS-7): two to come.

    Changed outside Accord since the last apply
      okta/group/lost  gone: somebody deleted it
      okta/group/prod-breakglass
          members + linus@acme.example
          by trent@acme.example, 2026-11-21 18:04 UTC (group.user_membership.add)

    c1/connector
      -/+ c1/connector/okta  it cannot be changed in place
          integration       okta_v2 → okta_ciam
          config.apiToken + •••• from \${env:OKTA_TOKEN}

    okta/group
      - okta/group/old-breakglass  its document is gone
          members - mallory@acme.example
          members - victor@acme.example
          name      old-breakglass
      ~ okta/group/prod-breakglass  (privileged)
          members     - linus@acme.example
          members     + ada@acme.example
          description   "Production shell." → "Production shell. Members come from the on-call profile only."
          · 1 member that a rule feeds is left alone.
      ~ okta/group/engineering  members + alan@acme.example

    c1/access-profile
      + c1/access-profile/on-call  (privileged)
          owners           + ada@acme.example
          entitlements     + (known after apply: made by c1/entitlement/prod-breakglass)
          entitlements     + id app9/ent7
          entitlements     + (known after apply: looked up as c1/entitlement { app: { name: AWS }, slug: assigned })
          displayName        On-call
          requests.enabled   true
          · Access follows a handover within 2 h: a sync, then an hourly automation.

    okta/app
      ○ okta/app/aws  no longer managed; stays live as it is

    okta/group-rule
      ~ okta/group-rule/engineering
          groups     - "Everyone else" (00g9)
          groups     + okta/group/engineering
          expression   user.department == "Engineering"
          expression - OR user.department == "SRE"
          expression + OR user.department == "Platform"
          expression   OR user.title == "CTO"

    pagerduty/schedule
      = pagerduty/schedule/primary  bound to the existing object PJ7K2QX

    What undo cannot restore exactly
      okta/group/old-breakglass: would come back with a new id
      c1/connector/okta: cannot be undone

    Notes
      · Opsgenie ends its API in April 2027; pagerduty/schedule can take its place.

    Calls made: c1 12; okta 4 (groups 3, users 1)
    Next: change the stack as the denials say, then plan again; apply refuses this plan.
    "
  `);
});

test("a plan that is allowed says what to do next", () => {
  const text = planText({ plan: ALLOWED_PLAN, savedAs: "plan.accord" }, PLAIN);
  expect(text.split("\n")[0]).toMatchInlineSnapshot(
    `"Plan: 1 to create, 3 to change, 1 to delete, 1 to replace, 1 to adopt, 1 to forget. Allowed, with 1 exception and 1 warning."`,
  );
  expect(text.split("\n").at(-2)).toMatchInlineSnapshot(`"Next: accord apply plan.accord"`);
});

test("a plan without changes says so in a line, and what it cost", () => {
  const plan: Plan = { ...EMPTY_PLAN, changes: CHANGES.filter((change) => change.action === "none") };
  expect(planText({ plan }, PLAIN)).toMatchInlineSnapshot(`
    "No changes: 1 resource, live as declared.

    Calls made: c1 12; okta 4 (groups 3, users 1)
    "
  `);
});

test("--quiet prints the verdict alone", () => {
  expect(planLine({ ...PLAN, complete: false }, PLAIN)).toMatchInlineSnapshot(`
    "Plan: 1 to create, 3 to change, 1 to delete, 1 to replace, 1 to adopt, 1 to forget. DENIED by no-direct-breakglass. Partial: --target or --exclude left resources out.
    "
  `);
  expect(planLine({ ...EMPTY_PLAN, mode: "destroy", changes: [...CHANGES.slice(2, 3)] }, PLAIN)).toMatchInlineSnapshot(`
    "Destroy plan: 0 to create, 0 to change, 1 to delete. Allowed.
    "
  `);
});

test("a denial that somebody let pass is named, with who and why", () => {
  const [denial] = PLAN.verdicts.filter((verdict) => verdict.outcome === "deny");
  if (denial === undefined) throw new Error("the example plan has a denial");
  const plan = { ...PLAN, verdicts: [{ ...denial, overridden: "katherine@acme.example: drill, INC-7" }] };
  const text = planText({ plan }, PLAIN);
  expect(text).toContain("Allowed, with 1 overridden denial.");
  expect(text).toContain("      let pass: katherine@acme.example: drill, INC-7");
});

test("an id is an address where we own the object, a quoted name with its id where the vendor named it", () => {
  const plan: Plan = {
    ...EMPTY_PLAN,
    changes: [
      {
        action: "update",
        address: "okta/group-rule/all",
        kind: "okta/group-rule",
        dependsOn: [],
        people: {},
        notes: [],
        undo: "exact",
        before: live("0pr1", {}, { names: { "00g8": "okta/group/engineering" } }),
        after: resource("okta/group-rule/all", {}),
        fields: [{ op: "set", path: ["groups"], before: [], after: [{ id: "00g7" }, { id: "00g8" }, { id: "00g9" }] }],
      },
    ],
  };
  const addressOf = (_: string, id: string) => (id === "00g7" ? ("okta/group/sre" as const) : undefined);
  expect(planText({ plan, addressOf }, PLAIN).split("\n").slice(2, 8).join("\n")).toMatchInlineSnapshot(`
    "okta/group-rule
      ~ okta/group-rule/all
          groups + okta/group/sre
          groups + "okta/group/engineering" (00g8)
          groups + id 00g9
    "
  `);
});

test("long lists are cut, with a count", () => {
  const members = Array.from({ length: 100 }, (_, index) => `p${index}@acme.example`);
  const plan: Plan = {
    ...EMPTY_PLAN,
    changes: [create("okta/group/all", { members })],
    impact: {
      gained: members.map((person) => ({ person, entitlement: "member of all", address: "okta/group/all" as const })),
      lost: [],
    },
  };
  expect(planText({ plan, limit: 2 }, PLAIN)).toMatchInlineSnapshot(`
    "Plan: 1 to create, 0 to change, 0 to delete. Allowed.

    100 people gain access
      + member of all
          p0@acme.example, p10@acme.example and 98 more
          through okta/group/all

    okta/group
      + okta/group/all
          members + p0@acme.example
          members + p1@acme.example
          members + 98 more

    Calls made: c1 12; okta 4 (groups 3, users 1)
    Next: accord apply
    "
  `);
});

describe("words from vendors", () => {
  const hostile = `evil${ESCAPE}[2K\r\nPlan: 0 to delete. Allowed.\u202Egpj\u200B`;
  const plan: Plan = {
    ...EMPTY_PLAN,
    changes: [create("okta/group/x", { name: hostile, [hostile]: hostile }, { notes: [hostile] })],
    impact: { gained: [{ person: hostile, entitlement: hostile, address: "okta/group/x" }], lost: [] },
    verdicts: [{ name: hostile, outcome: "deny", message: hostile, hint: hostile }],
    notes: [hostile],
  };

  test("show their control characters and stay on their line", () => {
    const text = planText({ plan }, PLAIN);
    expect(text).not.toMatch(/[^\n\P{C}]/u);
    expect(text).toContain("evil\\u001b[2K\\r\\nPlan: 0 to delete. Allowed.\\u202egpj\\u200b");
    expect(text.split("\n").filter((line) => line.startsWith("Plan:"))).toHaveLength(1);
  });

  test("cannot colour anything", () => {
    const [, ...coloured] = planText({ plan }, { color: true }).split(ESCAPE);
    expect(coloured.filter((piece) => !/^\[\d\d?m/.test(piece))).toEqual([]);
  });
});

test("10,000 changes take time in proportion", () => {
  const plan = (size: number): Plan => ({
    ...EMPTY_PLAN,
    changes: Array.from({ length: size }, (_, index) =>
      create(`okta/group/g${index}`, { name: `g${index}`, members: ["ada@acme.example"] }),
    ),
  });
  const timed = (size: number): number => {
    const input = { plan: plan(size) };
    const started = worked();
    planText(input, PLAIN);
    return worked() - started;
  };
  timed(1000);
  expect(timed(10_000)).toBeLessThan(40 * Math.max(5, timed(1000)));
});
