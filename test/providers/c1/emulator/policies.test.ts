import { describe, expect, it } from "vitest";
import { at, listOf, sandbox, textAt } from "./tenant.ts";

const accept = { steps: [{ accept: { acceptMessage: "" } }] };
const grant = (policySteps: unknown, more: object = {}) => ({
  displayName: "P",
  policySteps,
  policyType: "POLICY_TYPE_GRANT",
  ...more,
});

describe("a policy", () => {
  it("without its baseline key silently denies everything", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/policies", grant({ auto: accept }));
    expect(created.status).toBe(200);
    expect(at(created.body, "policy.policySteps.grant.steps.0.reject")).toEqual({ rejectMessage: "" });
  });

  it.each<[string, unknown, number]>([
    ["no steps", grant({ grant: { steps: [] } }), 400],
    ["a step without an arm", grant({ grant: { steps: [{}] } }), 500],
    ["an action step", grant({ grant: { steps: [{ action: {} }] } }), 500],
    ["a provision step", grant({ grant: { steps: [{ provision: {} }] } }), 400],
    ["nobody among its users", grant({ grant: { steps: [{ approval: { users: { userIds: [] } } }] } }), 400],
    ["a fallback to nobody", grant({ grant: { steps: [{ approval: { manager: { fallback: true } } }] } }), 500],
    ["two approvers in one step", grant({ grant: { steps: [{ approval: { manager: {}, self: {} } }] } }), 400],
    ["a rule without a condition", grant({ grant: accept }, { rules: [{ condition: "", stepKey: "grant" }] }), 400],
    [
      "a rule with both spellings",
      grant({ grant: accept }, { rules: [{ condition: "true", policyKey: "grant", stepKey: "grant" }] }),
      400,
    ],
    [
      "a rule to steps that do not exist",
      grant({ grant: accept }, { rules: [{ condition: "true", stepKey: "nowhere" }] }),
      500,
    ],
    [
      "a rule to another policy, without the feature",
      grant({ grant: accept }, { rules: [{ condition: "true", policyId: "2Un0Cex45kPMo3TJoA92UALLiVM" }] }),
      403,
    ],
    [
      "a condition that does not compile",
      grant({ grant: accept }, { rules: [{ condition: "subject.nope", stepKey: "grant" }] }),
      400,
    ],
    ["a deprecated type", grant({ grant: accept }, { policyType: "POLICY_TYPE_ACCESS_REQUEST" }), 400],
  ])("with %s is refused", async (_, body, status) => {
    const { client } = await sandbox();
    expect((await client.post("/api/v1/policies", body)).status).toBe(status);
  });

  it("forgets an escalation that is not enabled, and answers a rule's key in both spellings", async () => {
    const { client } = await sandbox();
    const approval = { appOwners: {}, escalation: { expiration: "3600", skipStep: {} } };
    const created = await client.post(
      "/api/v1/policies",
      grant({ grant: { steps: [{ approval }] }, auto: accept }, { rules: [{ condition: "true", stepKey: "auto" }] }),
    );
    expect(at(created.body, "policy.policySteps.grant.steps.0.approval.escalation")).toBeNull();
    expect(at(created.body, "policy.rules")).toEqual([
      { condition: "true", policyId: null, policyKey: "auto", stepKey: "auto" },
    ]);
  });

  it("cannot be deleted while something names it, nor changed when it is built in", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/policies", grant({ grant: accept }));
    const id = textAt(created.body, "policy.id");
    const [aws] = listOf(await client.post("/api/v1/search/apps", { displayName: "AWS" }));
    const app = `/api/v1/apps/${textAt(aws, "id")}`;
    await client.post(app, { app: { grantPolicyId: id }, updateMask: "grantPolicyId" });
    expect((await client.delete(`/api/v1/policies/${id}`)).body).toMatchObject({
      code: 9,
      message: "policy is in use by app AWS",
    });
    await client.post(app, { app: { grantPolicyId: "" }, updateMask: "grantPolicyId" });
    expect((await client.delete(`/api/v1/policies/${id}`)).status).toBe(200);
    const [builtin] = listOf(await client.post("/api/v1/search/policies", { query: "default" }));
    const path = `/api/v1/policies/${textAt(builtin, "id")}`;
    expect((await client.post(path, { policy: { description: "x" }, updateMask: "description" })).status).toBe(403);
  });

  it("keeps its type, and its steps are replaced whole", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/policies", grant({ grant: accept, auto: accept }));
    const path = `/api/v1/policies/${textAt(created.body, "policy.id")}`;
    expect(
      (await client.post(path, { policy: { policyType: "POLICY_TYPE_REVOKE" }, updateMask: "policyType" })).status,
    ).toBe(400);
    const next = await client.post(path, {
      policy: { policySteps: { grant: { steps: [{ approval: { self: {} } }] } } },
      updateMask: "policySteps",
    });
    expect(Object.keys(Object(at(next.body, "policy.policySteps")))).toEqual(["grant"]);
  });

  it("condition can be checked without saving it", async () => {
    const { client } = await sandbox();
    const check = async (text: string) =>
      at((await client.post("/api/v1/policies/validate/cel", { text })).body, "markers");
    expect(await check('subject.department == "SRE" && task.origin == TaskOrigin.API')).toEqual([]);
    expect(await check("subject.departmnt == 1")).toMatchObject([{ severity: "ERROR" }]);
  });
});

describe("a request", () => {
  it.each([
    'subject.department == "SRE"',
    'task.isGrantPermanent && task.is_grant_permanent && subject.department.startsWith("SR")',
    'task.grantDuration == duration("0s") && task.subjectUserId == subject.id && subject.department.contains("RE")',
    'subject.department.matches("(?i)^sre$")',
  ])("goes the way that its policy's first matching rule says: %s", async (condition) => {
    const { client } = await sandbox();
    const rules = [{ condition, stepKey: "auto" }];
    const policy = await client.post(
      "/api/v1/policies",
      grant({ grant: { steps: [{ approval: { self: {} } }] }, auto: accept }, { rules }),
    );
    const [row] = listOf(await client.post("/api/v1/search/entitlements", { query: "prod-admin" }));
    const ref = { appId: textAt(row, "appEntitlement.appId"), id: textAt(row, "appEntitlement.id") };
    await client.post(`/api/v1/apps/${ref.appId}/entitlements/${ref.id}`, {
      entitlement: { grantPolicyId: at(policy.body, "policy.id") },
      updateMask: "grantPolicyId",
    });
    const catalog = await client.post("/api/v1/catalogs", {
      displayName: "All",
      published: true,
      visibleToEveryone: true,
    });
    const request = async (email: string) => {
      const [user] = listOf(await client.post("/api/v1/search/users", { email }));
      return client.post("/api/v1/task/grant", {
        appEntitlementId: ref.id,
        appId: ref.appId,
        identityUserId: at(user, "userId"),
      });
    };
    expect((await request("ada@acme.example")).status).toBe(403);
    await client.post(
      `/api/v1/catalogs/${textAt(catalog.body, "requestCatalogView.requestCatalog.id")}/requestable_entries`,
      { appEntitlements: [ref] },
    );
    const stepOf = async (email: string) => {
      const opened = await request(email);
      const task = await client.get(`/api/v1/tasks/${textAt(opened.body, "taskView.task.id")}`);
      return at(task.body, "taskView.task.policy.current");
    };
    expect(at(await stepOf("ada@acme.example"), "provision")).not.toBeNull();
    expect(at(await stepOf("victor@acme.example"), "approval")).not.toBeNull();

    const standingAt = async (step: string) => {
      const currentStep = `TASK_SEARCH_CURRENT_STEP_${step}`;
      const found = listOf(await client.post("/api/v1/search/tasks", { appEntitlementIds: [ref.id], currentStep }));
      return found.map((task) => textAt(task, "task.displayName"));
    };
    expect(await standingAt("PROVISION")).toEqual([expect.stringMatching(/ to Ada/)]);
    expect(await standingAt("APPROVAL")).toEqual([expect.stringMatching(/ to Victor/)]);
  });

  it("is refused while the same one is open, and names it", async () => {
    const { client } = await sandbox();
    const [row] = listOf(await client.post("/api/v1/search/entitlements", { query: "prod-admin" }));
    const ref = { appId: textAt(row, "appEntitlement.appId"), id: textAt(row, "appEntitlement.id") };
    const catalog = await client.post("/api/v1/catalogs", {
      displayName: "All",
      published: true,
      visibleToEveryone: true,
    });
    await client.post(
      `/api/v1/catalogs/${textAt(catalog.body, "requestCatalogView.requestCatalog.id")}/requestable_entries`,
      { appEntitlements: [ref] },
    );
    const [user] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    const body = { appEntitlementId: ref.id, appId: ref.appId, identityUserId: at(user, "userId") };
    const first = await client.post("/api/v1/task/grant", body);
    const second = await client.post("/api/v1/task/grant", body);
    expect(second.status).toBe(409);
    expect(at(second.body, "details.0.id")).toBe(at(first.body, "taskView.task.id"));
    expect((await client.post("/api/v1/task/grant", { ...body, identityUserId: "" })).status).toBe(500);
  });
});
