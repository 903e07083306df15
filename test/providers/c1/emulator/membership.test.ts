import { describe, expect, it } from "vitest";
import { at, type Client, type Company, company, DAY, HOUR, listOf, MINUTE, textAt } from "./tenant.ts";

/** Ids that a stack finds by name. */
async function found(client: Client) {
  const apps = listOf(await client.post("/api/v1/search/apps"));
  const app = (name: string): string =>
    textAt(
      apps.find((one) => at(one, "displayName") === name),
      "id",
    );
  const rows = listOf(await client.post("/api/v1/search/entitlements", { pageSize: 100 }));
  const entitlement = (name: string) => {
    const row = rows.find((one) => at(one, "appEntitlement.displayName") === name);
    return { appId: textAt(row, "appEntitlement.appId"), id: textAt(row, "appEntitlement.id") };
  };
  return { app, entitlement };
}

async function policy(client: Client, steps: unknown): Promise<string> {
  const asked = { displayName: "Joiner", policySteps: { grant: { steps } }, policyType: "POLICY_TYPE_GRANT" };
  return textAt((await client.post("/api/v1/policies", asked)).body, "policy.id");
}

const ACCEPT = [{ accept: { acceptMessage: "on call" } }];

/** A profile that gives membership of an Okta group to whoever is on call, as the on-call example declares it. */
async function onCallProfile(
  world: Company,
  options: { joiner?: unknown; automation?: object; catalog?: object } = {},
) {
  const { client, okta, c1 } = world;
  const group = await okta.fetch(
    new Request("https://acme.okta.com/api/v1/groups", {
      method: "POST",
      headers: { authorization: okta.asActor("trent"), "content-type": "application/json" },
      body: JSON.stringify({ profile: { name: "prod-breakglass", description: "" } }),
    }),
  );
  const groupId = textAt(await group.json(), "id");
  await world.pass(HOUR);
  const { entitlement } = await found(client);
  const created = await client.post("/api/v1/catalogs", {
    displayName: "On-call",
    enrollmentBehavior: "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY",
    unenrollmentBehavior: "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_UNJUSTIFIED",
    unenrollmentEntitlementBehavior: "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_BYPASS",
    ...options.catalog,
  });
  const catalogId = textAt(created.body, "requestCatalogView.requestCatalog.id");
  const enrollment = `/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${catalogId}`;
  const grantPolicyId = await policy(client, options.joiner ?? ACCEPT);
  await client.post(enrollment, { entitlement: { grantPolicyId }, updateMask: "grantPolicyId" });
  await client.post(`/api/v1/catalogs/${catalogId}/requestable_entries`, {
    appEntitlements: [entitlement("prod-breakglass Group Member")],
  });
  const automation = {
    createTasks: true,
    enabled: true,
    entitlements: { entitlementRefs: [entitlement("Schedule-Primary schedule on-call")] },
    ...options.automation,
  };
  const set = await client.post(`/api/v1/catalogs/${catalogId}/bundle_automation`, automation);
  expect(set.status).toBe(200);
  const members = async (): Promise<unknown[]> => {
    const response = await okta.fetch(
      new Request(`https://acme.okta.com/api/v1/groups/${groupId}/users`, {
        headers: { authorization: okta.asActor("trent") },
      }),
    );
    const users: unknown = await response.json();
    return Array.isArray(users) ? users.map((user) => at(user, "profile.login")) : [];
  };
  const enrolled = async (): Promise<unknown[]> => {
    const grants = await client.post("/api/v1/search/grants", {
      entitlementRefs: [{ appId: c1.tenant.systemAppId, id: catalogId }],
    });
    return listOf(grants).map((row) => at(row, "appEntitlementUserBinding.appUser.appUser.email"));
  };
  return { catalogId, enrolled, entitlement, groupId, members };
}

describe("a profile whose automation enrols whoever is on call", () => {
  it("lets the person on call into the Okta group, as ConductorOne", async () => {
    const world = await company();
    const profile = await onCallProfile(world);
    expect(await profile.members()).toEqual([]);
    await world.pass(MINUTE);
    expect(await profile.members()).toEqual(["ada@acme.example"]);
    const log = await world.okta.fetch(
      new Request(
        `https://acme.okta.com/api/v1/logs?filter=${encodeURIComponent('eventType eq "group.user_membership.add"')}&sortOrder=DESCENDING`,
        {
          headers: { authorization: world.okta.asActor("trent") },
        },
      ),
    );
    expect(at(await log.json(), "0.actor.displayName")).toContain("ConductorOne");
  });

  it("shows enrolment and grants in searches only after their lag", async () => {
    const world = await company();
    const profile = await onCallProfile(world);
    await world.pass(MINUTE);
    expect(await profile.enrolled()).toEqual([]);
    await world.pass(2 * MINUTE);
    expect(await profile.enrolled()).toEqual(["ada@acme.example"]);
    const ref = profile.entitlement("prod-breakglass Group Member");
    const [grant] = listOf(await world.client.post("/api/v1/search/grants", { entitlementRefs: [ref] }));
    expect(at(grant, "appEntitlementUserBinding.grantSources")).toEqual([
      { appId: world.c1.tenant.systemAppId, id: profile.catalogId },
    ]);
    const task = await world.client.get(
      `/api/v1/tasks/${textAt(grant, "appEntitlementUserBinding.originatingTicketId")}`,
    );
    expect(at(task.body, "taskView.task.origin")).toBe("TASK_ORIGIN_PROFILE_MEMBERSHIP");
  });

  it("hands over on Monday: sync and automation are hourly", async () => {
    const world = await company();
    const profile = await onCallProfile(world);
    await world.pass(MINUTE);
    await world.pass(5 * DAY - HOUR);
    expect(await profile.members()).toEqual(["grace@acme.example"]);
    await world.pass(3 * MINUTE);
    expect(await profile.enrolled()).toEqual(["grace@acme.example"]);
  });

  it("never enrols who is excluded", async () => {
    const world = await company();
    const profile = await onCallProfile(world, { automation: { enabled: false } });
    const [ada] = listOf(await world.client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    const path = `/api/v1/apps/${world.c1.tenant.systemAppId}/entitlements/${profile.catalogId}/automation/exclusions`;
    await world.client.post(path, { userIds: [at(ada, "userId")] });
    expect(listOf(await world.client.get(path)).map((row) => at(row, "user.email"))).toEqual(["ada@acme.example"]);
    const automation = {
      createTasks: true,
      enabled: true,
      entitlements: { entitlementRefs: [profile.entitlement("Schedule-Primary schedule on-call")] },
    };
    await world.client.post(`/api/v1/catalogs/${profile.catalogId}/bundle_automation`, automation);
    await world.pass(MINUTE);
    expect(await profile.members()).toEqual([]);
  });

  it("leaves joiners pending while an approver has not spoken", async () => {
    const world = await company();
    const manager = [{ approval: { manager: { fallback: false } } }];
    const profile = await onCallProfile(world, { joiner: manager });
    await world.pass(MINUTE);
    expect(await profile.members()).toEqual([]);
    const [task] = listOf(await world.client.post("/api/v1/search/tasks", { taskStates: ["TASK_STATE_OPEN"] }));
    expect(at(task, "task.origin")).toBe("TASK_ORIGIN_PROFILE_MEMBERSHIP_AUTOMATION");
    const taskId = textAt(task, "task.id");
    const approved = await world.client.post(`/api/v1/tasks/${taskId}/action/approve`, {
      policyStepId: textAt(task, "task.policy.current.id"),
    });
    expect(at(approved.body, "taskView.task.policy.current.state")).toBe("POLICY_STEP_STATE_ACTIVE");
    await world.pass(MINUTE);
    expect(await profile.members()).toEqual(["ada@acme.example"]);
  });

  it("changes the list and nobody's access without createTasks", async () => {
    const world = await company();
    const profile = await onCallProfile(world, { automation: { createTasks: false } });
    await world.pass(3 * MINUTE);
    await world.pass(3 * MINUTE);
    expect(await profile.enrolled()).toEqual(["ada@acme.example"]);
    expect(await profile.members()).toEqual([]);
  });

  it("keeps members whom somebody added by hand", async () => {
    const world = await company();
    const profile = await onCallProfile(world);
    const [alan] = listOf(await world.client.post("/api/v1/search/users", { email: "alan@acme.example" }));
    const path = `/api/v1/apps/${world.c1.tenant.systemAppId}/entitlements/${profile.catalogId}/add-manual-user`;
    await world.client.post(path, { userIds: [at(alan, "userId")] });
    await world.pass(2 * HOUR);
    await world.pass(3 * MINUTE);
    expect(new Set(await profile.enrolled())).toEqual(new Set(["ada@acme.example", "alan@acme.example"]));
  });

  it("stops at the circuit breaker where it is enforced, until somebody resumes it", async () => {
    const world = await company();
    const profile = await onCallProfile(world, {
      automation: { enforceOnSmallProfiles: true, removedMembersThresholdPercent: "20" },
    });
    await world.pass(MINUTE);
    await world.pass(5 * DAY);
    expect(await profile.members()).toEqual(["ada@acme.example"]);
    const path = `/api/v1/catalogs/${profile.catalogId}/bundle_automation`;
    expect((await world.client.get(path)).body).toMatchObject({
      circuitBreaker: { removedMembersThresholdPercentage: "20", state: "CIRCUIT_BREAKER_STATE_TRIGGERED" },
      state: { status: "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL" },
    });
    await world.client.post(`${path}/resume`);
    await world.pass(MINUTE);
    expect(await profile.members()).toEqual(["grace@acme.example"]);
  });

  it("evaluates CEL over the people and tells how many matched", async () => {
    const world = await company();
    const profile = await onCallProfile(world, {
      automation: {
        cel: { expression: 'subject.department == "SRE" && subject.status == UserStatus.ENABLED' },
        entitlements: null,
      },
    });
    await world.pass(MINUTE);
    expect(new Set(await profile.members())).toEqual(
      new Set(["ada@acme.example", "grace@acme.example", "linus@acme.example"]),
    );
    const automation = await world.client.get(`/api/v1/catalogs/${profile.catalogId}/bundle_automation`);
    expect(at(automation.body, "state.celEvaluation.matchedUsers")).toBe("3");
  });

  it("refuses CEL that does not compile for a membership rule", async () => {
    const world = await company();
    const profile = await onCallProfile(world, { automation: { enabled: false } });
    const path = `/api/v1/catalogs/${profile.catalogId}/bundle_automation`;
    for (const expression of ["user.email != ''", "subject.emial == ''", "subject.email"]) {
      expect((await world.client.post(path, { cel: { expression }, enabled: true })).status).toBe(400);
    }
  });

  it("keeps what another profile justifies when somebody leaves, and what a direct grant does not", async () => {
    const world = await company();
    const profile = await onCallProfile(world);
    await world.pass(MINUTE);
    const ref = profile.entitlement("prod-breakglass Group Member");
    const other = await world.client.post("/api/v1/catalogs", { displayName: "Other" });
    const otherId = textAt(other.body, "requestCatalogView.requestCatalog.id");
    await world.client.post(`/api/v1/catalogs/${otherId}/requestable_entries`, { appEntitlements: [ref] });
    const [ada] = listOf(await world.client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    const enrol = `/api/v1/apps/${world.c1.tenant.systemAppId}/entitlements/${otherId}/add-manual-user`;
    await world.client.post(enrol, { userIds: [at(ada, "userId")] });
    await world.pass(5 * DAY);
    expect(new Set(await profile.members())).toEqual(new Set(["ada@acme.example", "grace@acme.example"]));
  });
});

describe("an entry that a person provisions", () => {
  it("stays open until the provisioner is done", async () => {
    const world = await company();
    const profile = await onCallProfile(world, { automation: { enabled: false } });
    const admin = profile.entitlement("prod-admin assigned");
    await world.client.post(`/api/v1/catalogs/${profile.catalogId}/requestable_entries`, { appEntitlements: [admin] });
    await world.client.post(`/api/v1/catalogs/${profile.catalogId}/bundle_automation`, {
      createTasks: true,
      enabled: true,
      entitlements: { entitlementRefs: [profile.entitlement("Schedule-Primary schedule on-call")] },
    });
    await world.pass(MINUTE);
    const [open] = listOf(
      await world.client.post("/api/v1/search/tasks", {
        appEntitlementIds: [admin.id],
        taskStates: ["TASK_STATE_OPEN"],
      }),
    );
    expect(at(open, "task.processing")).toBe("TASK_PROCESSING_TYPE_WAITING");
    world.c1.completeTask(textAt(open, "task.id"));
    await world.pass(3 * MINUTE);
    const grants = listOf(await world.client.post("/api/v1/search/grants", { entitlementRefs: [admin] }));
    expect(grants.map((row) => at(row, "appEntitlementUserBinding.appUser.appUser.email"))).toEqual([
      "ada@acme.example",
    ]);
  });
});
