/** One plan that shows everything a report can say; each test takes what it needs of it. */
import { parseAddress } from "../../../engine/address.ts";
import type { Address, Change, Live, Plan, Resource, Spec } from "../../../engine/model.ts";
import { declared } from "../../support/declared.ts";

export function resource(address: Address, spec: Spec): Resource {
  const parts = parseAddress(address);
  if (parts === undefined) throw new Error(`${address} is no address`);
  const kind = `${parts.instance.split("-")[0]}/${parts.kind}`;
  return declared({ address, kind, spec, source: { file: "on-call.yaml", line: 1, column: 1 } });
}

export function live(id: string, spec: Spec, more: Partial<Live> = {}): Live {
  return { id, spec, ...more };
}

const base = { dependsOn: [], people: {}, notes: [], undo: "exact" } as const;

export function create(address: Address, spec: Spec, more: Partial<Change> = {}): Change {
  const after = resource(address, spec);
  return { ...base, undo: "approximate", ...more, action: "create", address, kind: after.kind, after } as Change;
}

export const EMPTY_PLAN: Plan = {
  stack: "acme-prod",
  environment: "default",
  createdAt: "2026-11-22T09:30:00.000Z",
  mode: "normal",
  changes: [],
  drift: [],
  impact: { gained: [], lost: [] },
  verdicts: [],
  preconditions: [],
  tenants: { okta: { id: "00o1acme", host: "acme.okta.com" } },
  documents: "sha256:documents",
  lineage: "lineage-1",
  serial: 7,
  calls: { okta: { groups: 3, users: 1 }, c1: { api: 12 } },
  held: { "okta/group": 40 },
  names: {},
  notes: [],
  complete: true,
};

const BREAKGLASS = "okta/group/prod-breakglass";
const PROFILE = "c1/access-profile/on-call";

export const CHANGES: readonly Change[] = [
  {
    ...base,
    action: "update",
    address: BREAKGLASS,
    kind: "okta/group",
    before: live("00g1breakglass", {
      name: "prod-breakglass",
      description: "Production shell.",
      members: ["linus@acme.example", "trent@acme.example"],
    }),
    after: resource(BREAKGLASS, {
      name: "prod-breakglass",
      description: "Production shell. Members come from the on-call profile only.",
      members: ["ada@acme.example", "trent@acme.example"],
    }),
    fields: [
      {
        op: "set",
        path: ["description"],
        before: "Production shell.",
        after: "Production shell. Members come from the on-call profile only.",
      },
      { op: "add", path: ["members"], element: "ada@acme.example" },
      { op: "remove", path: ["members"], element: "linus@acme.example" },
    ],
    notes: ["1 member that a rule feeds is left alone."],
  },
  {
    ...base,
    action: "update",
    address: "okta/group/engineering",
    kind: "okta/group",
    before: live("00g2engineering", { name: "engineering", members: [] }),
    after: resource("okta/group/engineering", { name: "engineering", members: ["alan@acme.example"] }),
    fields: [{ op: "add", path: ["members"], element: "alan@acme.example" }],
  },
  {
    ...base,
    action: "delete",
    address: "okta/group/old-breakglass",
    kind: "okta/group",
    before: live("00g3old", { name: "old-breakglass", members: ["mallory@acme.example", "victor@acme.example"] }),
    how: "delete",
    undo: "approximate",
    reason: "delete_because_no_resource_config",
  },
  {
    ...base,
    action: "update",
    address: "okta/group-rule/engineering",
    kind: "okta/group-rule",
    before: live(
      "0pr1",
      {
        expression: 'user.department == "Engineering"\nOR user.department == "SRE"\nOR user.title == "CTO"',
        groups: [{ id: "00g9" }],
      },
      { names: { "00g9": "Everyone else" } },
    ),
    after: resource("okta/group-rule/engineering", {}),
    fields: [
      {
        op: "set",
        path: ["expression"],
        before: 'user.department == "Engineering"\nOR user.department == "SRE"\nOR user.title == "CTO"',
        after: 'user.department == "Engineering"\nOR user.department == "Platform"\nOR user.title == "CTO"',
      },
      { op: "add", path: ["groups"], element: { id: "00g2engineering" } },
      { op: "remove", path: ["groups"], element: { id: "00g9" } },
    ],
  },
  {
    ...base,
    action: "create",
    address: PROFILE,
    kind: "c1/access-profile",
    after: resource(PROFILE, {
      displayName: "On-call",
      owners: ["ada@acme.example"],
      entitlements: [
        { $unknown: { text: "${c1/entitlement/prod-breakglass.id}" } },
        { id: "app9/ent7" },
        { $unknown: { lookup: { app: { name: "AWS" }, slug: "assigned" }, kind: "c1/entitlement", instance: "c1" } },
      ],
      requests: { enabled: true },
    }),
    dependsOn: [BREAKGLASS],
    notes: ["Access follows a handover within 2 h: a sync, then an hourly automation."],
  },
  {
    ...base,
    action: "replace",
    address: "c1/connector/okta",
    kind: "c1/connector",
    before: live("app1/con1", { app: { id: "app1" }, integration: "okta_v2" }),
    after: resource("c1/connector/okta", { app: { id: "app1" }, integration: "okta_ciam" }),
    fields: [
      { op: "set", path: ["integration"], before: "okta_v2", after: "okta_ciam" },
      { op: "set", path: ["config", "apiToken"], before: undefined, after: { $secret: "${env:OKTA_TOKEN}" } },
    ],
    undo: "none",
    reason: "replace_because_cannot_update",
  },
  {
    ...base,
    action: "adopt",
    address: "pagerduty/schedule/primary",
    kind: "pagerduty/schedule",
    before: live("PJ7K2QX", { name: "Primary" }),
    after: resource("pagerduty/schedule/primary", { name: "Primary" }),
    fields: [],
  },
  {
    ...base,
    action: "forget",
    address: "okta/app/aws",
    kind: "okta/app",
    before: live("0oa1aws", { label: "AWS" }),
  },
  {
    ...base,
    action: "none",
    address: "okta/group/support",
    kind: "okta/group",
    before: live("00g4support", { name: "support" }),
    after: resource("okta/group/support", { name: "support" }),
  },
];

export const PLAN: Plan = {
  ...EMPTY_PLAN,
  changes: CHANGES,
  drift: [
    {
      address: BREAKGLASS,
      kind: "okta/group",
      id: "00g1breakglass",
      fields: [{ op: "add", path: ["members"], element: "linus@acme.example" }],
      gone: false,
      by: [
        {
          time: "2026-11-21T18:04:11.000Z",
          actor: "trent@acme.example",
          action: "group.user_membership.add",
          targets: ["00g1breakglass"],
        },
      ],
    },
    { address: "okta/group/lost", kind: "okta/group", id: "00g5lost", fields: [], gone: true },
  ],
  impact: {
    gained: [
      { person: "alan@acme.example", entitlement: "member of engineering", address: "okta/group/engineering" },
      {
        person: "ada@acme.example",
        entitlement: "member of prod-breakglass",
        privileged: true,
        address: BREAKGLASS,
      },
      { person: "ada@acme.example", entitlement: "AWS prod-admin", privileged: true, address: PROFILE },
    ],
    lost: [
      {
        person: "linus@acme.example",
        entitlement: "member of prod-breakglass",
        privileged: true,
        address: BREAKGLASS,
      },
      { person: "mallory@acme.example", entitlement: "member of old-breakglass", address: "okta/group/old-breakglass" },
      { person: "victor@acme.example", entitlement: "member of old-breakglass", address: "okta/group/old-breakglass" },
    ],
  },
  verdicts: [
    {
      name: "owner-in-every-profile",
      outcome: "allow",
      message:
        "c1/access-profile/on-call has one owner. Let pass by grace@acme.example until 2026-12-31 (OPS-7): two to come.",
      address: PROFILE,
    },
    {
      name: "no-direct-breakglass",
      outcome: "deny",
      message: "ada@acme.example would be a direct member of prod-breakglass.",
      hint: "Leave members empty; the on-call profile fills the group.",
      address: BREAKGLASS,
    },
    {
      name: "budget:removals",
      outcome: "warn",
      message: "3 of 9 members leave: 33 % of the 30 % allowed without a reason.",
    },
  ],
  notes: ["Opsgenie ends its API in April 2027; pagerduty/schedule can take its place."],
};

export const ALLOWED_PLAN: Plan = { ...PLAN, verdicts: PLAN.verdicts.filter((verdict) => verdict.outcome !== "deny") };
