/** The plans that reviewers meet, from the smallest to the one that no comment can hold. */
import type { Address, Change, FieldChange, Move, Plan, Verdict } from "../../../engine/model.ts";
import type { PlanView } from "../../../engine/report/plan-view.ts";
import { create, EMPTY_PLAN, live, resource } from "./example.ts";

const base = { dependsOn: [], people: {}, notes: [], undo: "exact" } as const;
const person = (index: number): string => `person-${String(index).padStart(3, "0")}@acme.example`;
const members = (address: Address): string => `member of ${address.slice(address.lastIndexOf("/") + 1)}`;

function update(address: Address, fields: readonly FieldChange[], more: Partial<Change> = {}): Change {
  const kind = address.slice(0, address.lastIndexOf("/"));
  const before = live(`id-${address}`, {});
  return { ...base, ...more, action: "update", address, kind, before, after: resource(address, {}), fields } as Change;
}

function membersOf(address: Address, op: "add" | "remove", people: readonly string[]): Change {
  return update(
    address,
    people.map((element) => ({ op, path: ["members"], element })),
  );
}

const moves = (address: Address, people: readonly string[], more: Partial<Move> = {}): readonly Move[] =>
  people.map((one) => ({ person: one, entitlement: members(address), address, ...more }));

const PLATFORM = "okta/group/platform";
const PAYMENTS = "okta/group/payments-release";

const unchanged = (index: number): Change => {
  const address: Address = `okta/group/team-${index}`;
  return {
    ...base,
    action: "none",
    address,
    kind: "okta/group",
    before: live(`id-${index}`, {}),
    after: resource(address, {}),
  };
};

const noChanges: Plan = { ...EMPTY_PLAN, changes: Array.from({ length: 12 }, (_, index) => unchanged(index)) };

const smallGrant: Plan = {
  ...EMPTY_PLAN,
  changes: [membersOf(PLATFORM, "add", ["ada@acme.example"])],
  impact: { gained: moves(PLATFORM, ["ada@acme.example"]), lost: [] },
};

/** One membership, and what it opens: a group in a group, the application that group is given, the role there. */
const privilegedGrant: Plan = {
  ...EMPTY_PLAN,
  changes: [membersOf(PLATFORM, "add", ["ada@acme.example", "grace@acme.example"])],
  impact: {
    gained: [
      ...["ada@acme.example", "grace@acme.example"].flatMap((one): Move[] => [
        {
          person: one,
          entitlement: "AWS prod-admin assigned",
          privileged: true,
          address: PLATFORM,
          paths: [["member of platform", "member of production", "application AWS"]],
        },
        {
          person: one,
          entitlement: "application AWS",
          address: PLATFORM,
          paths: [["member of platform", "member of production"]],
        },
        { person: one, entitlement: "member of production", address: PLATFORM, paths: [["member of platform"]] },
      ]),
      ...moves(PLATFORM, ["ada@acme.example", "grace@acme.example"]),
    ],
    lost: [],
  },
};

const leavers = Array.from({ length: 240 }, (_, index) => person(index));
const massRemoval: Plan = {
  ...EMPTY_PLAN,
  changes: [
    membersOf(PLATFORM, "remove", leavers.slice(0, 180)),
    {
      ...base,
      action: "delete",
      address: PAYMENTS,
      kind: "okta/group",
      before: live("00g7", { name: "payments-release", members: leavers.slice(180) }),
      how: "delete",
      undo: "approximate",
      reason: "delete_because_no_resource_config",
    },
  ],
  impact: {
    gained: [],
    lost: [
      ...moves(PLATFORM, leavers.slice(0, 180)),
      ...moves(PAYMENTS, leavers.slice(180), { privileged: true }),
      ...leavers.slice(0, 180).map(
        (one): Move => ({
          person: one,
          entitlement: "application AWS",
          address: PLATFORM,
          paths: [["member of platform"]],
        }),
      ),
    ],
  },
  verdicts: [
    {
      name: "budget:removals",
      outcome: "deny",
      message:
        "240 of 400 members and objects of okta/group would go (okta/group/platform, okta/group/payments-release): more than 30 %.",
      hint: 'If this is meant: `--allow budget:removals@<plan digest> --reason "…"` lets this one plan pass, and is recorded. The budget itself is `limits:` in accord.yaml.',
    },
    {
      name: "budget:emptying",
      outcome: "deny",
      message: "okta/group/payments-release members would be left with nobody.",
      hint: 'If this is meant: `--allow budget:emptying@<plan digest> --reason "…"` lets this one plan pass, and is recorded. The budget itself is `limits:` in accord.yaml.',
    },
  ],
};

const warned: Plan = {
  ...smallGrant,
  verdicts: [
    {
      name: "owner-in-every-group",
      outcome: "warn",
      message: "okta/group/platform has no owner.",
      hint: "Name one under labels.owner.",
      address: PLATFORM,
    },
  ],
};

const asked: Plan = {
  ...privilegedGrant,
  verdicts: [
    {
      name: "privileged-grants",
      outcome: "approve",
      approvers: { group: "security", count: 2 },
      message: "2 people would gain privileged access: AWS prod-admin assigned.",
      hint: "2 of security have to approve; apply refuses it until then. See policies/privileged.yaml:3.",
    },
  ],
};

/** A rule that changes, who moves by it, and what nobody can tell. */
const rule: Plan = {
  ...EMPTY_PLAN,
  changes: [
    update("okta/group-rule/engineering", [
      {
        op: "set",
        path: ["expression"],
        before: 'user.department == "Engineering"',
        after: 'user.department == "Engineering" AND user.status == "ACTIVE"',
      },
    ]),
  ],
  populations: [
    {
      address: "okta/group-rule/engineering",
      entitlement: "member of engineering",
      enters: [],
      leaves: [
        {
          person: "mallory@acme.example",
          personId: "00u5",
          by: [
            { attribute: "department", value: "Engineering" },
            { attribute: "status", value: "SUSPENDED" },
          ],
        },
      ],
      uncertain: [
        {
          person: "victor@acme.example",
          personId: "00u6",
          by: [{ attribute: "department", value: "Engineering" }],
          held: true,
          why: "the status is not read",
        },
      ],
      held: 40,
      matches: { least: 38, most: 39 },
      remarks: ["Whoever was also added by hand stays; Okta does not show whom a rule alone keeps there."],
    },
  ],
};

const conflict: Verdict = {
  name: "separation:payments",
  outcome: "deny",
  message:
    "Nobody both enters and releases a payment: ada@acme.example would hold release payments (as member of platform → application Payments) and approve payments (as member of payments-release).",
  hint: "Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in policies/payments.yaml:3.",
};

const separation: Plan = {
  ...EMPTY_PLAN,
  changes: [
    membersOf(PLATFORM, "add", ["ada@acme.example"]),
    membersOf(PAYMENTS, "add", ["ada@acme.example", "grace@acme.example"]),
  ],
  impact: {
    gained: [
      ...moves(PAYMENTS, ["ada@acme.example", "grace@acme.example"], { privileged: true }),
      {
        person: "ada@acme.example",
        entitlement: "release payments",
        privileged: true,
        address: PLATFORM,
        paths: [
          ["member of platform", "application Payments"],
          ["member of production", "application Payments"],
        ],
      },
      ...moves(PLATFORM, ["ada@acme.example"]),
    ],
    lost: [],
  },
  verdicts: [conflict],
};

/** 1,800 new groups, 150 that change, 50 that go; 20,000 memberships. */
const thousands: Plan = {
  ...EMPTY_PLAN,
  changes: [
    ...Array.from({ length: 1800 }, (_, index) =>
      create(`okta/group/new-${index}`, {
        name: `new-${index}`,
        description: "One of many.",
        members: [person(index % 200), person((index + 7) % 200)],
      }),
    ),
    ...Array.from({ length: 150 }, (_, index) => membersOf(`okta/group/old-${index}`, "remove", [person(index)])),
    ...Array.from(
      { length: 50 },
      (_, index): Change => ({
        ...base,
        action: "delete",
        address: `okta/app-assignment/gone-${index}`,
        kind: "okta/app-assignment",
        before: live(`0oa${index}`, { app: { id: `0oa${index}` } }),
        how: "delete",
        undo: "approximate",
        reason: "delete_because_no_resource_config",
      }),
    ),
  ],
  impact: {
    gained: Array.from({ length: 1800 }, (_, index) =>
      moves(`okta/group/new-${index}`, [person(index % 200), person((index + 7) % 200)], {
        ...(index === 1234 ? { privileged: true } : {}),
      }),
    ).flat(),
    lost: Array.from({ length: 150 }, (_, index) => moves(`okta/group/old-${index}`, [person(index)])).flat(),
  },
};

export const PLANS = {
  "no-changes": { plan: noChanges },
  "small-grant": { plan: smallGrant, savedAs: "plan.accord" },
  "privileged-grant": { plan: privilegedGrant, savedAs: "plan.accord" },
  "mass-removal": { plan: massRemoval, savedAs: "plan.accord", digest: "5f2a9c017b3e" },
  approval: { plan: asked, savedAs: "plan.accord" },
  warning: { plan: warned, savedAs: "plan.accord" },
  rule: { plan: rule, savedAs: "plan.accord" },
  "separation-of-duties": { plan: separation, savedAs: "plan.accord" },
  thousands: { plan: thousands, savedAs: "plan.accord" },
} satisfies Readonly<Record<string, PlanView>>;
