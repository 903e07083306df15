/** What is special to C1: half-made profiles, soft deletes, synced entitlements, discovered apps, notes of a plan. */
import { describe, expect, it } from "vitest";
import type { Recorder } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { changes } from "./contract.ts";
import { context, find, readOne, recorder, resolved, type Stage, stage, watched } from "./tenant.ts";

async function role({ connection }: Stage): Promise<string> {
  const app = { id: await find(connection, "app", { name: "AWS" }) };
  return find(connection, "entitlement", { app, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" });
}

async function gone({ connection }: Stage, kind: string, id: string): Promise<boolean> {
  for await (const answer of connection.view().get(kind, [{ id, fields: [] }])) return "gone" in answer;
  return false;
}

describe("an access profile", () => {
  it("that failed half-way is known by its id and finished by the next run", async () => {
    const all = stage();
    const { connection, emulator } = all;
    let writes = 0;
    const failing: Recorder = {
      async intent() {
        writes += 1;
        // The second write is the one that sets the policies; the credential ends before it.
        if (writes === 2) throw new Error("the machine went down");
        return { outcome: () => undefined };
      },
    };
    const spec: Spec = {
      displayName: "On-call",
      entitlements: [{ id: await role(all) }],
      requests: { enabled: true, visibleToEveryone: true },
      joiner: { maxDuration: "8h" },
    };
    const run = context();
    await expect(connection.hands(failing).create("access-profile", spec, run)).rejects.toThrow("went down");
    expect(run.ids).toHaveLength(1);
    const half = await readOne(connection, "access-profile", spec, run.ids[0]);
    expect(half?.spec.requests).toMatchObject({ enabled: false });
    if (half === undefined) throw new Error("lost");
    const rest = changes("access-profile", spec, half);
    const whole = await connection.hands(recorder).update("access-profile", half, spec, rest, context());
    expect(changes("access-profile", spec, whole)).toEqual([]);
    expect(emulator.lastRequests.filter((line) => line === "POST /api/v1/catalogs")).toHaveLength(1);
  });

  it("is made closed, filled, and opened last", async () => {
    const all = stage();
    const { connection, sent } = watched(all);
    const gives = await role(all);
    const people = await resolved(all.connection, "ada@acme.example");
    const spec: Spec = {
      displayName: "On-call",
      owners: ["ada@acme.example"],
      entitlements: [{ id: gives }],
      requests: { enabled: true, visibleTo: [{ id: gives }] },
      joiner: { maxDuration: "8h" },
    };
    const { id } = await connection.hands(recorder).create("access-profile", spec, context(people));
    const writes = sent.filter(({ method, path }) => method !== "GET" && !path.includes("/search/"));
    expect(writes.map(({ path }) => path.replace(id, "…").replace(/[a-zA-Z0-9]{27}/g, "_"))).toEqual([
      "/api/v1/catalogs",
      "/api/v1/apps/_/entitlements/…",
      "/api/v1/catalogs/…/requestable_entries",
      "/api/v1/apps/_/resource_types/_/resource/_/owners",
      "/api/v1/catalogs/…",
      "/api/v1/catalogs/…/visibility_bindings",
    ]);
    expect(writes[0]?.body).not.toHaveProperty("published");
    expect(writes[2]?.body).toMatchObject({ createRequests: false });
    expect(writes[4]?.body).toMatchObject({ catalog: { published: true }, updateMask: "published,visibleToEveryone" });
  });

  it("is not opened by an update whose policies were refused", async () => {
    const all = stage();
    const gives = await role(all);
    const hands = all.connection.hands(recorder);
    const closed: Spec = { displayName: "On-call", entitlements: [{ id: gives }], requests: { enabled: false } };
    const live = await hands.create("access-profile", closed, context());
    const { connection, sent } = watched(all, ({ method, url }) =>
      method === "POST" && url.includes("/entitlements/")
        ? Response.json({ message: "no" }, { status: 400 })
        : undefined,
    );
    const open: Spec = { ...closed, requests: { enabled: true }, joiner: { maxDuration: "8h" } };
    const update = connection
      .hands(recorder)
      .update("access-profile", live, open, changes("access-profile", open, live), context());
    await expect(update).rejects.toMatchObject({ problems: [{ code: "refused" }] });
    expect(sent.filter(({ method, path }) => method === "POST" && path.endsWith(live.id))).toHaveLength(1);
    expect((await readOne(all.connection, "access-profile", closed, live.id))?.spec.requests).toMatchObject({
      enabled: false,
    });
  });

  it("goes from some to everyone, though removals come in a call of their own", async () => {
    const all = stage();
    const gives = await role(all);
    const hands = all.connection.hands(recorder);
    const some: Spec = { displayName: "On-call", requests: { enabled: true, visibleTo: [{ id: gives }] } };
    const live = await hands.create("access-profile", some, context());
    const everyone: Spec = { ...some, requests: { enabled: true, visibleToEveryone: true, visibleTo: [] } };
    const planned = changes("access-profile", everyone, live);
    const removals = planned.filter(({ op }) => op === "remove");
    expect(removals).toHaveLength(1);
    const rest = planned.filter((change) => !removals.includes(change));
    const half = await hands.update("access-profile", live, everyone, rest, context());
    const whole = await hands.update("access-profile", half, everyone, removals, context());
    expect(changes("access-profile", everyone, whole)).toEqual([]);
  });

  it("is told in the plan where visibility found there excludes what is declared", async () => {
    const { connection } = stage();
    const requests = { enabled: true, visibleToEveryone: false, visibleTo: [{ id: "a/b" }] };
    const review = (wanted: Spec, found: Spec) =>
      connection.view().review("access-profile", { requests: wanted }, { id: "p", spec: { requests: found } });
    expect(await review({ enabled: true, visibleToEveryone: true }, requests)).toMatchObject([
      { code: "visibility", hint: "Say visibleTo: []." },
    ]);
    const open = { enabled: true, visibleToEveryone: true, visibleTo: [] };
    expect(await review({ enabled: true, visibleTo: [{ id: "a/b" }] }, open)).toMatchObject([
      { code: "visibility", hint: "Say visibleToEveryone: false." },
    ]);
    expect(await review({ enabled: true, visibleToEveryone: true, visibleTo: [] }, requests)).toEqual([]);
  });

  it("asks for members to be given a new entitlement only where the document says backfill", async () => {
    const all = stage();
    const gives = await role(all);
    const live = await all.connection.hands(recorder).create("access-profile", { displayName: "On-call" }, context());
    const { connection, sent } = watched(all);
    const spec: Spec = { displayName: "On-call", entitlements: [{ id: gives }], backfill: true };
    const add = { op: "add", path: ["entitlements"], element: { id: gives } } as const;
    await connection.hands(recorder).update("access-profile", live, spec, [add], context());
    expect(sent[0]?.body).toMatchObject({ createRequests: true });
  });

  it("takes an automation that nobody declared with it: off, deleted, then the profile", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const made = await hands.create("access-profile", { displayName: "Short-lived" }, context());
    const cel = 'subject.department == "SRE" && subject.status == UserStatus.ENABLED';
    await hands.create("membership-automation", { profile: { id: made.id }, cel, grantAndRevoke: true }, context());
    const { connection, sent } = watched(all);
    await connection.hands(recorder).delete("access-profile", made, context());
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /api/v1/catalogs/${made.id}/bundle_automation`,
      `POST /api/v1/catalogs/${made.id}/bundle_automation`,
      `DELETE /api/v1/catalogs/${made.id}/bundle_automation`,
      `DELETE /api/v1/catalogs/${made.id}`,
    ]);
    expect(sent[1]?.body).toMatchObject({ enabled: false, createTasks: true, cel: { expression: cel } });
  });

  it("loses its mark to whoever edits it in the console, says so, and has it again after the next change", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const spec: Spec = { displayName: "On-call", description: "" };
    const made = await hands.create("access-profile", spec, context());
    expect(made).toMatchObject({ marker: { tool: "accord", stack: "acme-prod", address: "c1/thing/one" } });
    expect(made.unmarked).toBe(undefined);
    all.emulator.saveInConsole(made.id);
    const live = await readOne(all.connection, "access-profile", spec, made.id);
    expect(live?.marker).toBe(undefined);
    expect(live?.unmarked).toContain("C1's console");
    if (live === undefined) throw new Error("lost");
    const next: Spec = { ...spec, description: "Who is on call" };
    const after = await hands.update("access-profile", live, next, changes("access-profile", next, live), context());
    expect(after).toMatchObject({ marker: { address: "c1/thing/one" } });
  });

  it("is gone after a soft delete, and deleting it again is fine", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const made = await hands.create("access-profile", { displayName: "Short-lived" }, context());
    await hands.delete("access-profile", made, context());
    expect(await gone(all, "access-profile", made.id)).toBe(true);
    expect(await readOne(all.connection, "access-profile", { displayName: "Short-lived" })).toBe(undefined);
    await hands.delete("access-profile", made, context());
  });

  it("says what a change of contents does not do for its members", () => {
    const before: Live = { id: "p", spec: { displayName: "On-call" }, computed: { memberCount: 3 } };
    const add = { op: "add", path: ["entitlements"], element: { id: "a/b" } } as const;
    const remove = { ...add, op: "remove" } as const;
    const describeChange = c1.kinds.get("access-profile")?.describe;
    const notes = (action: string, fields: readonly (typeof add | typeof remove)[], after: Spec | undefined) =>
      describeChange?.({ action, before, after, fields })?.notes;
    expect(notes("update", [add, remove], { displayName: "On-call" })).toMatchInlineSnapshot(`
      [
        "3 members of the profile do not receive a newly added entitlement; \`backfill: true\` requests it for them.",
        "Removing an entitlement from the profile does not revoke it from its 3 members.",
      ]
    `);
    expect(notes("update", [add], { displayName: "On-call", backfill: true })).toEqual([
      "3 members of the profile get a request for each newly added entitlement (backfill).",
    ]);
  });

  it("does not know whether its deletion revokes anything, and names everyone concerned", () => {
    const before: Live = { id: "p", spec: { displayName: "On-call" }, computed: { memberCount: 3 } };
    for (const kind of ["access-profile", "group"]) {
      for (const action of ["delete", "replace"]) {
        const told = c1.kinds.get(kind)?.describe?.({ action, before, after: undefined, fields: [] });
        expect(told?.uncertain).toEqual({ effect: expect.stringContaining("C1 does not say"), people: 3 });
      }
    }
    const automation: Live = { id: "p", spec: {}, computed: { matchedUsers: 2 } };
    const describeAutomation = c1.kinds.get("membership-automation")?.describe;
    expect(
      describeAutomation?.({ action: "delete", before: automation, after: undefined, fields: [] })?.uncertain,
    ).toMatchObject({ people: 2 });
    const fields = [{ op: "set", path: ["grantAndRevoke"], before: true, after: false }] as const;
    expect(
      describeAutomation?.({ action: "update", before: automation, after: { grantAndRevoke: false }, fields })
        ?.uncertain,
    ).toMatchObject({ people: 2 });
  });
});

describe("an entitlement", () => {
  it("lists what may have been meant", async () => {
    const { connection } = stage();
    const app = { id: await find(connection, "app", { name: "AWS" }) };
    const near = async (type: string, name: string, slug: string): Promise<string[]> =>
      (await connection.view().find("entitlement", { app, resource: { type, name }, slug })).near.map(
        (one) => one.label,
      );
    expect(await near("Rolle", "prod-admin", "assigned")).toContain('resource type "Role"');
    expect(await near("Role", "PROD-ADMIN", "assigned")).toEqual(['Role "prod-admin"']);
    expect(await near("Role", "prod-admin", "member")).toEqual([expect.stringContaining('slug "assigned"')]);
  });

  it("that a connector found cannot be deleted", async () => {
    const { connection } = stage();
    const app = { id: await find(connection, "app", { name: "PagerDuty" }) };
    const lookup = { app, resource: { type: "Schedule", externalId: "PJ7K2QX" }, slug: "on-call" };
    const live = await readOne(connection, "entitlement", lookup);
    if (live === undefined) throw new Error("not there");
    expect(live.computed).toMatchObject({ synced: true });
    await expect(connection.hands(recorder).delete("entitlement", live, context())).rejects.toMatchObject({
      problems: [{ code: "synced-entitlement" }],
    });
  });

  it("that a connector found keeps the connector's name: declaring another is warned about", async () => {
    const { connection } = stage();
    const live: Live = { id: "a/b", spec: {}, computed: { synced: true } };
    const review = (spec: Spec, found: Live) => connection.view().review("entitlement", spec, found);
    expect(await review({ displayName: "Mine", duration: "8h" }, live)).toMatchObject([
      { code: "overwritten-by-sync", path: ["displayName"], severity: "warning" },
    ]);
    expect(await review({ displayName: "Mine" }, { ...live, computed: { synced: false } })).toEqual([]);
  });

  it("of one's own can, and then it is gone", async () => {
    const all = stage();
    const app = { id: await find(all.connection, "app", { name: "AWS" }) };
    const spec: Spec = { app, resource: { type: "Role", name: "temporary" }, slug: "assigned" };
    const hands = all.connection.hands(recorder);
    const made = await hands.create("entitlement", spec, context());
    await hands.delete("entitlement", made, context());
    expect(await gone(all, "entitlement", made.id)).toBe(true);
  });

  it("is not made twice where only its resource was", async () => {
    const all = stage();
    const app = { id: await find(all.connection, "app", { name: "Okta" }) };
    const spec: Spec = { app, resource: { type: "Group", externalId: "00gnew" }, slug: "member" };
    let writes = 0;
    const failing: Recorder = {
      async intent() {
        writes += 1;
        if (writes === 2) throw new Error("the machine went down");
        return { outcome: () => undefined };
      },
    };
    await expect(all.connection.hands(failing).create("entitlement", spec, context())).rejects.toThrow("went down");
    await all.connection.hands(recorder).create("entitlement", spec, context());
    const resources = all.emulator.lastRequests.filter((line) => /^POST .*\/resources$/.test(line));
    expect(resources).toHaveLength(1);
  });

  it("is read in as many calls for forty lookups as for one", async () => {
    const all = stage();
    const app = { id: await find(all.connection, "app", { name: "AWS" }) };
    const hands = all.connection.hands(recorder);
    const specs = Array.from(
      { length: 40 },
      (_, index): Spec => ({ app, resource: { type: "Role", name: `role-${index}` }, slug: "assigned" }),
    );
    for (const spec of specs) await hands.create("entitlement", spec, context());
    const connection = all.connect(all.emulator.settings);
    const view = connection.view();
    const found = await Promise.all(specs.map((spec) => view.find("entitlement", spec)));
    expect(found.every((one) => one.exact.length === 1)).toBe(true);
    expect(connection.calls().api).toBe(3);
  });
});

describe("a policy", () => {
  it("that C1 ships is left alone", async () => {
    const { connection } = stage();
    const builtin: Live[] = [];
    for await (const live of connection.view().list("policy", { objects: [], everything: true })) {
      if (live.readOnly !== undefined) builtin.push(live);
    }
    expect(builtin.length).toBeGreaterThan(0);
  });

  it("that is still in use says so when it is to be deleted", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const steps = [{ accept: { message: "" } }];
    const policy = await hands.create("policy", { displayName: "P", type: "grant", steps }, context());
    const joiner = { approvalPolicy: { id: policy.id } };
    await hands.create("access-profile", { displayName: "Uses P", joiner }, context());
    await expect(hands.delete("policy", policy, context())).rejects.toMatchObject({ problems: [{ code: "refused" }] });
  });

  it("keeps branches that only C1 can say, word for word, where the document leaves them out", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const steps = [{ accept: { message: "" } }];
    const live = await hands.create("policy", { displayName: "P", type: "grant", steps }, context());
    const row = all.emulator.tenant.policies.get(live.id);
    if (row === undefined) throw new Error("not there");
    const blank = { accept: null, action: null, approval: null, form: null, provision: null, reject: null, wait: null };
    const asking = { steps: [{ ...blank, form: { form: { displayName: "Why?" } } }] };
    all.emulator.tenant.policies.put({ ...row, policySteps: { ...row.policySteps, asking } });
    const spec: Spec = { displayName: "P", type: "grant", steps: [{ reject: { message: "" } }] };
    const found = await readOne(all.connection, "policy", spec, live.id);
    if (found === undefined) throw new Error("not there");
    expect(found.spec.branches).toEqual({ asking: [{ form: {} }] });
    await hands.update("policy", found, spec, changes("policy", spec, found), context());
    expect(all.emulator.tenant.policies.get(live.id)?.policySteps).toMatchObject({
      grant: { steps: [{ reject: { rejectMessage: "" } }] },
      asking,
    });
  });

  it("shows a rule's branch in the older spelling too", async () => {
    const all = stage();
    const steps = [{ accept: { message: "" } }];
    const spec: Spec = {
      displayName: "P",
      type: "grant",
      steps,
      branches: { fast: steps },
      // biome-ignore lint/suspicious/noThenProperty: the schema's word; a text is never mistaken for a promise.
      rules: [{ when: "true", then: "fast" }],
    };
    const { id } = await all.connection.hands(recorder).create("policy", spec, context());
    const row = all.emulator.tenant.policies.get(id);
    if (row === undefined) throw new Error("not there");
    const rules = [{ condition: "true", policyId: null, policyKey: "fast", stepKey: null }];
    all.emulator.tenant.policies.put({ ...row, rules });
    const live = await readOne(all.connection, "policy", spec, id);
    expect(live && changes("policy", spec, live)).toEqual([]);
  });

  it("never confuses a step that approves with one that denies", () => {
    const live: Live = { id: "p", spec: { steps: [{ accept: { message: "" } }] } };
    expect(changes("policy", { steps: [{ reject: {} }] }, live)).toHaveLength(1);
  });
});

describe("a membership automation", () => {
  it("prints how stale its members can be, and comes last", () => {
    const facts = c1.kinds.get("membership-automation");
    expect(facts?.phase).toBe("last");
    const notes = facts?.describe?.({ action: "create", before: undefined, after: {}, fields: [] })?.notes;
    expect(notes?.[0]).toContain("up to about 2 h late");
    expect(notes?.[0]).toContain("up to 1 h early");
  });

  it("that its circuit breaker has stopped is reported, and never resumed by itself", async () => {
    const { connection } = stage();
    const live: Live = { id: "p", spec: {}, computed: { status: "waiting_for_approval", breaker: "triggered" } };
    const findings = await connection.view().review("membership-automation", {}, live);
    expect(findings).toMatchObject([{ code: "automation-paused", severity: "warning" }]);
  });

  it.each([
    ["CIRCUIT_BREAKER_STATE_TRIGGERED", "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS", ["automation-paused"]],
    ["CIRCUIT_BREAKER_STATE_BYPASS", "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL", ["automation-paused"]],
    ["CIRCUIT_BREAKER_STATE_BYPASS", "BUNDLE_AUTOMATION_RUN_STATUS_FAILURE", ["automation-failing"]],
    ["CIRCUIT_BREAKER_STATE_BYPASS", "BUNDLE_AUTOMATION_RUN_STATUS_IN_PROGRESS", []],
  ])("that C1 shows as %s and %s is healthy or not", async (state, status, codes) => {
    const all = stage();
    const profile = await all.connection.hands(recorder).create("access-profile", { displayName: "SRE" }, context());
    const spec: Spec = { profile: { id: profile.id }, holders: [], grantAndRevoke: true, enabled: false };
    await all.connection.hands(recorder).create("membership-automation", spec, context());
    const { connection } = watched(all, ({ method, url }) =>
      method === "GET" && url.endsWith("/bundle_automation")
        ? Response.json({ requestCatalogId: profile.id, circuitBreaker: { state }, state: { status } })
        : undefined,
    );
    const live = await readOne(connection, "membership-automation", spec, profile.id);
    const findings = await connection.view().review("membership-automation", spec, live);
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  it("whose last run failed is reported with C1's words", async () => {
    const { connection } = stage();
    const live: Live = { id: "p", spec: {}, computed: { status: "failure", errorMessage: "no such field" } };
    expect(await connection.view().review("membership-automation", {}, live)).toMatchObject([
      { code: "automation-failing", message: expect.stringContaining("no such field"), severity: "warning" },
    ]);
  });

  it("changes no rule where somebody who was to be excluded could not be", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const people = await resolved(all.connection, "ada@acme.example");
    const profile = await hands.create("access-profile", { displayName: "SRE" }, context());
    const base: Spec = { profile: { id: profile.id }, holders: [], grantAndRevoke: true, enabled: false };
    const live = await hands.create("membership-automation", base, context());
    const { connection, sent } = watched(all, ({ method, url }) =>
      method === "POST" && url.endsWith("/exclusions") ? Response.json({ message: "no" }, { status: 400 }) : undefined,
    );
    const spec: Spec = { ...base, enabled: true, exclude: ["ada@acme.example"] };
    const update = connection
      .hands(recorder)
      .update("membership-automation", live, spec, changes("membership-automation", spec, live), context(people));
    await expect(update).rejects.toMatchObject({ problems: [{ code: "refused" }] });
    expect(sent.filter(({ path }) => path.endsWith("/bundle_automation"))).toEqual([]);
  });

  it("is switched off before it is deleted", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const profile = await hands.create("access-profile", { displayName: "SRE" }, context());
    const cel = 'subject.department == "SRE"';
    const spec: Spec = { profile: { id: profile.id }, cel, grantAndRevoke: true };
    const made = await hands.create("membership-automation", spec, context());
    await hands.delete("membership-automation", made, context());
    expect(all.emulator.lastRequests.slice(-2)).toEqual([
      `POST /api/v1/catalogs/${profile.id}/bundle_automation`,
      `DELETE /api/v1/catalogs/${profile.id}/bundle_automation`,
    ]);
    expect(await gone(all, "membership-automation", made.id)).toBe(true);
  });
});

describe("an access conflict", () => {
  it("admits that it cannot see what others bound", () => {
    const notes = c1.kinds
      .get("access-conflict")
      ?.describe?.({ action: "create", before: undefined, after: {}, fields: [] });
    expect(notes?.notes?.[0]).toContain("invisible");
  });
});

describe("people", () => {
  it("are found by exact primary e-mail, whatever its letter case", async () => {
    const { connection } = stage();
    const [ada, nobody] = await connection.view().people(["ADA@acme.example", "nobody@acme.example"]);
    expect(ada?.candidates).toMatchObject([{ login: "ada@acme.example" }]);
    expect(nobody?.candidates).toEqual([]);
    expect(await resolved(connection, "ada@acme.example")).toEqual({ "ada@acme.example": ada?.candidates[0]?.id });
  });

  it("who changed something are named by the system log", async () => {
    const all = stage();
    const made = await all.connection.hands(recorder).create("access-profile", { displayName: "Logged" }, context());
    const [event] = await all.connection.view().audit([made.id], all.world.now() - 60_000);
    expect(event).toMatchObject({ targets: [made.id], actor: expect.stringMatching(/./) });
  });
});
