/** The example stack of the specification: an on-call profile, from nothing to a second plan that is empty. */
import { describe, expect, it } from "vitest";
import type { Live, Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { changes, complaints } from "./contract.ts";
import { context, find, readOne, recorder, resolved, type Stage, stage } from "./tenant.ts";

const GROUP = "00gprodbreakglass0001";

async function build({ connection }: Stage) {
  const hands = connection.hands(recorder);
  const okta = await find(connection, "app", { name: "Okta" });
  const pagerduty = await find(connection, "app", { name: "PagerDuty" });
  const aws = await find(connection, "app", { name: "AWS" });
  const onCall = await find(connection, "entitlement", {
    app: { id: pagerduty },
    resource: { type: "Schedule", externalId: "PJ7K2QX" },
    slug: "on-call",
  });
  const role = await find(connection, "entitlement", {
    app: { id: aws },
    resource: { type: "Role", name: "prod-admin" },
    slug: "assigned",
  });
  const people = await resolved(connection, "ada@acme.example");

  const entitlement: Spec = { app: { id: okta }, resource: { type: "Group", externalId: GROUP }, slug: "member" };
  const made = await hands.create("entitlement", entitlement, context());
  const policy: Spec = { displayName: "Auto approve", type: "grant", steps: [{ accept: { message: "On call" } }] };
  const approve = await hands.create("policy", policy, context());
  const profile: Spec = {
    displayName: "On-call",
    owners: ["ada@acme.example"],
    entitlements: [{ id: made.id }, { id: role }],
    requests: { enabled: true, visibleTo: [{ id: onCall }] },
    joiner: { approvalPolicy: { id: approve.id }, entitlementPolicies: "bypass" },
    leaver: { access: "revoke-unjustified", entitlementPolicies: "bypass" },
  };
  const members = await hands.create("access-profile", profile, context(people));
  const automation: Spec = { profile: { id: members.id }, holders: [{ id: onCall }], grantAndRevoke: true };
  const run = await hands.create("membership-automation", automation, context());
  const made4: readonly (readonly [string, Spec, Live])[] = [
    ["entitlement", entitlement, made],
    ["policy", policy, approve],
    ["access-profile", profile, members],
    ["membership-automation", automation, run],
  ];
  return { made: made4, profile: members, people };
}

describe("the example stack", () => {
  it("is declared as the specification writes it", () => {
    const onCall = {
      app: { name: "PagerDuty" },
      resource: { type: "Schedule", externalId: "${pagerduty/schedule/primary.id}" },
      slug: "on-call",
    };
    expect(
      complaints("entitlement", {
        app: { name: "Okta" },
        resource: { type: "Group", externalId: "${okta/group/prod-breakglass.id}" },
        slug: "member",
      }),
    ).toEqual([]);
    expect(
      complaints("policy", { displayName: "Auto approve", type: "grant", steps: [{ accept: { message: "On call" } }] }),
    ).toEqual([]);
    expect(
      complaints("access-profile", {
        displayName: "On-call",
        owners: ["ada@acme.example"],
        entitlements: [
          "c1/entitlement/prod-breakglass",
          { app: { name: "AWS" }, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" },
        ],
        requests: { enabled: true, visibleTo: [onCall] },
        joiner: { approvalPolicy: "c1/policy/auto-approve", entitlementPolicies: "bypass" },
        leaver: { access: "revoke-unjustified", entitlementPolicies: "bypass" },
      }),
    ).toEqual([]);
    const automation = { profile: "c1/access-profile/on-call", grantAndRevoke: true };
    expect(complaints("membership-automation", { ...automation, holders: [onCall] })).toEqual([]);
    expect(complaints("membership-automation", { ...automation, cel: 'subject.department == "SRE"' })).toEqual([]);
    expect(complaints("membership-automation", automation)).not.toEqual([]);
  });

  it("applies, and then plans to nothing", async () => {
    const all = stage();
    const { made } = await build(all);
    // Owners show only after the lag.
    await all.pass(180_000);
    for (const [kind, spec, live] of made) {
      const again = await readOne(all.connection, kind, spec, live.id);
      expect(again?.id, kind).toBe(live.id);
      expect(again && changes(kind, spec, again), kind).toEqual([]);
      expect(again && complaints(kind, again.spec), kind).toEqual([]);
      expect(again && c1.kinds.get(kind)?.key(again.spec), kind).not.toBe(undefined);
    }
  });

  it("is found by its natural keys where state is lost", async () => {
    const all = stage();
    const { made } = await build(all);
    for (const [kind, spec, live] of made) {
      const again = await readOne(all.connection, kind, spec);
      expect(again?.id, kind).toBe(live.id);
      expect(again && c1.kinds.get(kind)?.key(again.spec), kind).toBe(c1.kinds.get(kind)?.key(spec));
    }
  });

  it("leaves a marker where C1 has a place for it", async () => {
    const all = stage();
    const { made } = await build(all);
    const marked = made.filter(([kind]) => kind !== "membership-automation");
    for (const [kind, spec, live] of marked) {
      const again = await readOne(all.connection, kind, spec, live.id);
      expect(again?.marker, kind).toEqual({ tool: "accord", stack: "acme-prod", address: "c1/thing/one" });
    }
  });

  it("makes whoever is on call a member, and nobody else", async () => {
    const all = stage();
    const { profile } = await build(all);
    await all.pass(60_000);
    await all.pass(180_000);
    const again = await readOne(all.connection, "access-profile", profile.spec, profile.id);
    expect(again?.computed).toMatchObject({ memberCount: 1 });
  });

  it("reads in few calls: three or four a profile", async () => {
    const all = stage();
    const { made } = await build(all);
    const connection = all.connect(all.emulator.settings);
    const [, , [, spec, live] = ["", {}, { id: "", spec: {} }]] = made;
    await readOne(connection, "access-profile", spec, live.id);
    // The list, the profile, its contents; owners: apps, the enrolment, its owners and their names.
    expect(connection.calls().api).toBeLessThanOrEqual(7);
  });
});
