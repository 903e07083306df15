/** Each field of each kind, changed alone: it arrives, the plan after it is empty, and what is not named survives. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { APPROVAL_ARMS } from "../../../providers/c1/resources/policy-steps.ts";
import { changes, complaints } from "./contract.ts";
import { context, find, recorder, resolved, type Stage, stage } from "./tenant.ts";

/** `accept`, `wait`, or who approves. */
const armOf = (step: Spec): string =>
  APPROVAL_ARMS.find((arm) => asSpec(step.approval ?? {})[arm] !== undefined) ?? Object.keys(step)[0] ?? "";

const LAG = 180_000;
const PEOPLE = ["ada@acme.example", "grace@acme.example", "victor@acme.example"];

let all: Stage;
let ids: Record<string, string>;
let people: Record<string, string>;
/** What state would remember as last applied. */
let applied: Spec;

beforeEach(async () => {
  all = stage();
  applied = {};
  const { connection } = all;
  people = await resolved(connection, ...PEOPLE);
  const aws = await find(connection, "app", { name: "AWS" });
  const okta = await find(connection, "app", { name: "Okta" });
  const pagerduty = await find(connection, "app", { name: "PagerDuty" });
  const role = { app: { id: aws }, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" };
  const schedule = { app: { id: pagerduty }, resource: { type: "Schedule", externalId: "PJ7K2QX" } };
  const policy = (displayName: string, type: string) =>
    connection.hands(recorder).create("policy", { displayName, type, steps: [{ accept: { message: "" } }] }, context());
  ids = {
    aws,
    okta,
    role: await find(connection, "entitlement", role),
    onCall: await find(connection, "entitlement", { ...schedule, slug: "on-call" }),
    onSchedule: await find(connection, "entitlement", { ...schedule, slug: "member" }),
    grant: (await policy("Grant", "grant")).id,
    revoke: (await policy("Revoke", "revoke")).id,
    certify: (await policy("Certify", "certify")).id,
  };
});

/** Reads as a plan would, after every lag. */
async function read(kind: string, spec: Spec, id: string): Promise<Live> {
  await all.pass(LAG);
  const wanted = [{ id, fields: Object.keys(spec), known: [spec, applied] }];
  for await (const live of all.connection.view().get(kind, wanted)) if (!("gone" in live)) return live;
  throw new Error(`${kind} ${id} is gone`);
}

async function change(kind: string, id: string, spec: Spec): Promise<Live> {
  const live = await read(kind, spec, id);
  expect(complaints(kind, spec), `${kind} as declared`).toEqual([]);
  const planned = changes(kind, spec, live);
  expect(planned.length, "something to change").toBeGreaterThan(0);
  await all.connection.hands(recorder).update(kind, live, spec, planned, context(people));
  applied = { ...applied, ...spec };
  const after = await read(kind, spec, id);
  expect(changes(kind, spec, after), "the second plan").toEqual([]);
  expect(complaints(kind, after.spec), `${kind} as found`).toEqual([]);
  return after;
}

async function eachField(kind: string, base: Spec, variants: readonly Spec[], fixed: readonly string[]): Promise<void> {
  const made = await all.connection.hands(recorder).create(kind, base, context(people));
  applied = base;
  const start = await read(kind, base, made.id);
  expect(changes(kind, base, start), "after create").toEqual([]);
  expect(complaints(kind, start.spec), "as found").toEqual([]);
  const identity = Object.fromEntries(fixed.map((field) => [field, base[field] ?? null]));
  let survived: Spec = {};
  for (const variant of variants) {
    const after = await change(kind, made.id, { ...identity, ...variant });
    const before = Object.fromEntries(Object.entries(survived).filter(([field]) => variant[field] === undefined));
    expect(changes(kind, before, await read(kind, { ...before, ...variant }, made.id)), "what was not named").toEqual(
      [],
    );
    survived = { ...survived, ...variant };
    expect(after.id).toBe(made.id);
  }
}

describe("fields", () => {
  it("of an app", async () => {
    await eachField(
      "app",
      { displayName: "Wiki", owners: ["ada@acme.example"] },
      [
        { description: "Where we write" },
        { grantPolicy: { id: ids.grant ?? "" } },
        { revokePolicy: { id: ids.revoke ?? "" } },
        { certifyPolicy: { id: ids.certify ?? "" } },
        { owners: ["GRACE@acme.example", "ada@acme.example"] },
        { owners: ["grace@acme.example"] },
        { identityMatching: "display_name" },
        { instructions: "Ask nicely" },
        { monthlyCostUsd: 12 },
        { strictAccessProvisioning: true },
        { connectorOwnership: true },
        { revokeGrantSources: true },
        { grantPolicy: null },
      ],
      ["displayName"],
    );
  });

  it("of an entitlement", async () => {
    await eachField(
      "entitlement",
      { app: { id: ids.aws ?? "" }, resource: { type: "Role", name: "billing" }, slug: "assigned" },
      [
        { displayName: "Billing" },
        { description: "Sees invoices" },
        { alias: "billing" },
        { purpose: "permission" },
        { grantPolicy: { id: ids.grant ?? "" } },
        { revokePolicy: { id: ids.revoke ?? "" } },
        { certifyPolicy: { id: ids.certify ?? "" } },
        { emergencyGrant: { enabled: true, policy: { id: ids.grant ?? "" } } },
        { duration: "8h" },
        { duration: "standing" },
        { overrideAppDefaults: true },
        { provision: { by: "manual", instructions: "Do it", assignees: "appOwners" } },
        { provision: { by: "manual", assignees: "users", users: ["ada@acme.example"] } },
        { provision: { by: "manual", assignees: "manager", fallbackUsers: ["grace@acme.example"] } },
        { provision: { by: "manual", allowReassignment: true, assignees: "group", group: { id: ids.role ?? "" } } },
        { provision: { by: "manual", assignees: "expression", cel: ["appOwners"] } },
        { provision: { by: "delegated", to: { id: ids.role ?? "" } } },
        { provision: { by: "action", action: "enable_user", label: "Switch on" } },
        { provision: { by: "externalTicket", ticketConfig: "3AQk5jDz3iJUYc7A3gGW9rbzNRr" } },
        { provision: { by: "deleteAccount" } },
        { deprovision: { by: "manual", assignees: "appOwners" } },
        { deprovision: null },
        { provision: { by: "unconfigured" } },
        { owners: ["ada@acme.example"] },
        { owners: ["grace@acme.example"] },
      ],
      ["app", "resource", "slug"],
    );
  });

  it("of an access profile", async () => {
    await eachField(
      "access-profile",
      { displayName: "Engineers", leaver: { access: "leave" } },
      [
        { description: "Everybody who builds" },
        { entitlements: [{ id: ids.role ?? "" }, { id: ids.onCall ?? "" }] },
        { entitlements: [{ id: ids.onCall ?? "" }] },
        { requests: { enabled: true, visibleTo: [{ id: ids.onSchedule ?? "" }] } },
        { requests: { visibleTo: [{ id: ids.onCall ?? "" }], enabled: true } },
        { requests: { enabled: true, visibleTo: [] } },
        { requests: { enabled: true, visibleToEveryone: true } },
        { joiner: { approvalPolicy: { id: ids.grant ?? "" } } },
        { joiner: { entitlementPolicies: "bypass" } },
        { joiner: { maxDuration: "30d" } },
        {
          leaver: { access: "revoke-all", revocationPolicy: { id: ids.revoke ?? "" }, entitlementPolicies: "enforce" },
        },
        { owners: ["ada@acme.example"] },
        { owners: ["victor@acme.example"] },
        { joiner: { approvalPolicy: null } },
      ],
      ["displayName"],
    );
  });

  it("of a membership automation, written whole each time", async () => {
    const profile = await all.connection.hands(recorder).create("access-profile", { displayName: "SRE" }, context());
    await eachField(
      "membership-automation",
      { profile: { id: profile.id }, holders: [{ id: ids.onCall ?? "" }], grantAndRevoke: true, enabled: false },
      [
        { holders: [{ id: ids.onCall ?? "" }, { id: ids.onSchedule ?? "" }] },
        { exclude: ["grace@acme.example"] },
        { circuitBreaker: { percent: 30 } },
        { circuitBreaker: { enforceOnSmallProfiles: true } },
      ].map((variant) => ({
        ...variant,
        ...("holders" in variant ? {} : { holders: [{ id: ids.onCall ?? "" }, { id: ids.onSchedule ?? "" }] }),
      })),
      ["profile", "grantAndRevoke"],
    );
    const cel = 'subject.department == "SRE" && subject.status == UserStatus.ENABLED';
    await change("membership-automation", profile.id, { profile: { id: profile.id }, cel, grantAndRevoke: true });
  });

  it("of an access conflict, asked for one by one", async () => {
    await eachField(
      "access-conflict",
      { displayName: "Pay and approve", groupA: [{ id: ids.role ?? "" }], groupB: [{ id: ids.onCall ?? "" }] },
      [
        { description: "Never both" },
        { groupA: [{ id: ids.role ?? "" }, { id: ids.onSchedule ?? "" }] },
        { groupA: [{ id: ids.onSchedule ?? "" }] },
        { notifications: { email: { enabled: true, people: ["ada@acme.example"] } } },
        { notifications: { slack: { enabled: true, channelId: "C01", channelName: "sod" } } },
      ],
      ["displayName"],
    );
  });

  it("of a policy, every kind of step", async () => {
    const wait = { name: "", commentOnFirstWait: "", commentOnTimeout: "" };
    const plain = {
      allowReassignment: false,
      allowDelegation: false,
      allowedReassignees: [],
      requireApprovalReason: false,
      requireDenialReason: false,
      requireReassignmentReason: false,
      stepUpProvider: "",
      escalation: null,
    };
    const asked = { allowSelfApproval: false, requireDistinctApprovers: false };
    const alone = { fallbackUsers: [], fallbackGroups: [] };
    const approval = (arm: Spec): Spec => ({ approval: { ...plain, ...arm } });
    const steps: Spec[] = [
      approval({
        manager: { ...asked, fallbackUsers: ["ada@acme.example"], fallbackGroups: [{ id: ids.role ?? "" }] },
      }),
      approval({ users: { ...asked, users: ["ada@acme.example", "grace@acme.example"] }, requireApprovalReason: true }),
      approval({ group: { ...asked, ...alone, group: { id: ids.role ?? "" } } }),
      approval({ appOwners: { ...asked, allowSelfApproval: true } }),
      approval({ entitlementOwners: { ...asked, ...alone } }),
      approval({ resourceOwners: { ...asked, ...alone } }),
      approval({ self: alone, allowedReassignees: ["victor@acme.example"], allowReassignment: true }),
      approval({ expression: { ...asked, ...alone, cel: ["c1.directory.users.v1.GetManagers(subject)"] } }),
      approval({
        appOwners: asked,
        escalation: { after: "1d", comment: "late", do: "reassign", people: ["victor@acme.example"], policy: null },
      }),
      approval({ appOwners: asked, escalation: { after: "2h", comment: "", do: "skip", people: [], policy: null } }),
      approval({ appOwners: asked, escalation: { after: "30m", comment: "", do: "cancel", people: [], policy: null } }),
      approval({
        appOwners: asked,
        escalation: { after: "2h", comment: "", do: "replace", people: [], policy: { id: ids.grant ?? "" } },
      }),
      approval({ webhook: { id: "3AQk5jDz3iJUYc7A3gGW9rbzNRr" } }),
      approval({
        agent: {
          instructions: "Be strict",
          mode: "change_policy_only",
          onFailure: "reassign_to_users",
          reassignTo: ["victor@acme.example"],
          policies: [{ id: ids.grant ?? "" }],
        },
      }),
      { wait: { ...wait, duration: "1h" } },
      { wait: { ...wait, name: "Ticket", condition: "subject.status == UserStatus.ENABLED", timeout: "2d" } },
      { wait: { ...wait, until: { hours: 9, minutes: 30, timezone: "Europe/Paris" } } },
      { accept: { message: "Fine" } },
      { reject: { message: "No" } },
    ];
    expect(new Set(steps.map(armOf))).toEqual(new Set(["accept", "reject", "wait", ...APPROVAL_ARMS]));
    await eachField(
      "policy",
      { displayName: "Production", type: "grant", steps: [{ reject: { message: "" } }] },
      [
        { steps: [{ accept: { message: "" } }] },
        { description: "Who may go to production" },
        { steps },
        {
          steps,
          branches: { fast: [{ accept: { message: "low risk" } }] },
          // biome-ignore lint/suspicious/noThenProperty: the schema's word; a text is never mistaken for a promise.
          rules: [{ when: 'entitlement.id == "x"', then: "fast" }],
        },
      ],
      ["displayName", "type"],
    );
  });
});
