/** A tour through every endpoint, each exchange held against the vendor's own OpenAPI description. */
import { expect, test } from "vitest";
import { readContract, type Tolerance } from "../../../contract/openapi.ts";
import { at, clientOf, company, HOUR, listOf, MINUTE, textAt, tokenBySecret } from "./tenant.ts";

const TOLERATED: readonly Tolerance[] = [];

const contract = readContract("c1.openapi.yaml", TOLERATED);

test("every answer fits the official description", async ({ skip }) => {
  if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
  const world = await company();
  const { c1, pass } = world;
  await pass(0);
  const { clientId = "", clientSecret = "" } = c1.settings;
  const fetch = contract.watch((request) => c1.fetch(request));
  const client = clientOf({ fetch }, await tokenBySecret(c1, clientId, clientSecret));
  const { get, post, put } = client;
  const remove = client.delete;

  await get("/api/v1/auth/introspect");
  for (const path of ["apps", "catalogs", "policies", "users", "iam/roles"]) {
    expect((await get(`/api/v1/${path}`)).status).toBe(200);
  }
  const search = async (what: string, body: object = {}) => listOf(await post(`/api/v1/search/${what}`, body));
  for (const what of [
    "apps",
    "app_resource_types",
    "app_resources",
    "app_users",
    "entitlements",
    "grants",
    "users",
    "tasks",
  ]) {
    await search(what);
  }
  await search("policies", { scopeView: "POLICY_SCOPE_VIEW_ALL" });
  const [ada] = await search("users", { email: "ada@acme.example" });
  const userId = textAt(ada, "userId");
  await get(`/api/v1/users/${userId}`);

  const created = await post("/api/v1/apps", {
    annotations: { managed_by: "accord" },
    displayName: "GitHub",
    owners: [userId],
  });
  const appId = textAt(created.body, "app.id");
  const app = `/api/v1/apps/${appId}`;
  await post(app, { app: { description: "Code" }, updateMask: "description" });
  await get(app);
  const type = await post(`${app}/resource_types`, { displayName: "Team", resourceType: "GROUP" });
  const typeId = textAt(type.body, "appResourceType.id");
  await get(`${app}/resource_types`);
  await get(`${app}/resource_types/${typeId}`);
  await post(`${app}/resource_types/${typeId}`, {
    appResourceType: { displayName: "Teams" },
    updateMask: "displayName",
  });
  const resources = `${app}/resource_types/${typeId}/resources`;
  const resource = await post(resources, { displayName: "sre", resourceOwnerUserIds: [userId] });
  const resourceId = textAt(resource.body, "appResource.id");
  await get(resources);
  await get(`${resources}/${resourceId}`);
  await post(`${resources}/${resourceId}`, { appResource: { description: "d" }, updateMask: "description" });
  const entitlement = await post(`${app}/entitlements`, {
    appResourceId: resourceId,
    appResourceTypeId: typeId,
    displayName: "sre member",
    durationGrant: "3600s",
    provisionPolicy: { manual: { instructions: "Ask", userIds: [userId] } },
    slug: "member",
  });
  const entitlementId = textAt(entitlement.body, "appEntitlementView.appEntitlement.id");
  const one = `${app}/entitlements/${entitlementId}`;
  await get(`${app}/entitlements`);
  await get(`${app}/entitlements/resource_types/${typeId}/resources/${resourceId}`);
  await get(one);
  await post(one, { entitlement: { alias: "sre", durationUnset: {} }, updateMask: "alias,durationUnset" });
  await post(`${one}/add-manual-user`, { userIds: [userId] });
  await pass(3 * MINUTE);
  await get(`${one}/users`);
  await get(`${app}/app_users`);
  await get(`${app}/users/${userId}/app_users`);
  await search("grants", { entitlementRefs: [{ appId, id: entitlementId }] });

  await owners(`${app}/owners`);
  await owners(`${one}/owners`);
  await owners(`${app}/resource_types/${typeId}/resource/${resourceId}/owners`);
  await put(`/api/v2/apps/${appId}/owners`, {
    appEntitlementRefs: [{ appId, id: entitlementId }],
    roleSlug: "owner",
    userRefs: [{ id: userId }],
  });
  await pass(2 * MINUTE);
  await get(`/api/v2/apps/${appId}/owners/users`);
  await get(`/api/v2/apps/${appId}/owners/entitlements`);
  await get(`/api/v2/apps/${appId}/owners/users/owner/${userId}`);
  await remove(`/api/v2/apps/${appId}/owners/users/owner/${userId}`);

  const policySteps = {
    grant: {
      steps: [{ approval: { users: { userIds: [userId] } } }, { wait: { duration: { duration: "60s" }, name: "w" } }],
    },
  };
  const policy = await post("/api/v1/policies", {
    displayName: "Ask Ada",
    policySteps,
    policyType: "POLICY_TYPE_GRANT",
  });
  const policyId = textAt(policy.body, "policy.id");
  await get(`/api/v1/policies/${policyId}`);
  await post(`/api/v1/policies/${policyId}`, { policy: { description: "d" }, updateMask: "description" });
  await post("/api/v1/policies/validate/cel", { text: "subject.nope" });

  const catalog = await post("/api/v1/catalogs", { displayName: "On-call", published: true });
  const catalogId = textAt(catalog.body, "requestCatalogView.requestCatalog.id");
  const profile = `/api/v1/catalogs/${catalogId}`;
  const ref = { appId, id: entitlementId };
  await post(profile, { catalog: { description: "d" }, updateMask: "description" });
  await post(`${profile}/requestable_entries`, { appEntitlements: [ref], createRequests: false });
  await get(`${profile}/requestable_entitlementIDs`);
  await get(`${profile}/requestable_entitlements`);
  await put(`${profile}/requestable_entries/${appId}/${entitlementId}`, { createRequests: false });
  await get(`${profile}/requestable_entries/${appId}/${entitlementId}`);
  await post(`${profile}/visibility_bindings`, { accessEntitlements: [ref] });
  await get(`${profile}/visibility_entitlements`);
  await get(profile);
  await post(`${profile}/bundle_automation`, {
    cel: { expression: 'subject.department == "SRE"' },
    createTasks: true,
    enabled: true,
  });
  await post(`${profile}/bundle_automation/run`, { refs: [] });
  const enrollment = `/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${catalogId}`;
  await post(enrollment, { entitlement: { grantPolicyId: policyId }, updateMask: "grantPolicyId" });
  await post(`${enrollment}/automation/exclusions`, { userIds: [userId] });
  await get(`${enrollment}/automation/exclusions`);
  await get(`${enrollment}/automation`);
  await pass(HOUR);
  await get(`${profile}/bundle_automation`);
  const [task] = await search("tasks", { taskStates: ["TASK_STATE_OPEN"] });
  const taskPath = `/api/v1/tasks/${textAt(task, "task.id")}`;
  await get(taskPath);
  await post(`${taskPath}/action/approve`, { policyStepId: at(task, "task.policy.current.id") });
  await get(taskPath);
  await post("/api/v1/task/revoke", { appEntitlementId: entitlementId, appId, identityUserId: userId });
  await remove(`${enrollment}/automation/exclusions`, { userIds: [userId] });
  await remove(`${profile}/bundle_automation`);

  const automation = { automation: { cel: { expression: "true" }, displayName: "All" } };
  await post(`${one}/automation/create`, automation);
  await post(`${one}/automation/update`, { cel: { expression: "false" }, updateMask: "cel" });
  await get(`${one}/automation`);
  await remove(`${one}/automation`);

  const monitor = await post("/api/v1/accessconflict", { displayName: "Four eyes" });
  const monitorId = textAt(monitor.body, "id");
  const binding = { appEntitlementId: entitlementId, appId, entitlementGroup: "ENTITLEMENT_GROUP_A", monitorId };
  await post("/api/v1/appentitlementmonitorbinding", binding);
  await post("/api/v1/appentitlementmonitorbinding/get", binding);
  await remove("/api/v1/appentitlementmonitorbinding", binding);
  await post(`/api/v1/accessconflict/${monitorId}`, { displayName: "Two eyes" });
  await get(`/api/v1/accessconflict/${monitorId}`);
  await remove(`/api/v1/accessconflict/${monitorId}`);

  for (const { catalogId: known } of c1.tenant.connectors.rows())
    await post("/api/v1/connectorcatalog", { catalogId: known });
  const [okta] = await search("apps", { displayName: "Okta" });
  await get(`/api/v1/apps/${textAt(okta, "id")}/connectors`);
  const connector = await post(`${app}/connectors`, {
    catalogId: "2HErg7BRmNdHgX8sTCWVq4E1fyh",
    displayName: "Hosted",
  });
  const connectorId = textAt(connector.body, "connectorView.connector.id");
  await post(`${app}/connectors/${connectorId}/delegated`, {
    connector: { displayName: "H" },
    updateMask: "displayName",
  });
  await get(`${app}/connectors/${connectorId}`);
  const rotated = await post("/api/v1/apps/connectors/credentials", { appId, connectorId });
  await get(`${app}/connectors/${connectorId}/credentials/${textAt(rotated.body, "credential.id")}`);
  for (const action of ["force_sync", "pause", "resume"]) await post(`${app}/connectors/${connectorId}/${action}`);
  await get(`/api/v2/apps/${appId}/connectors/${connectorId}/owners/users`);
  await remove(`${app}/connectors/${connectorId}`);
  const [appType] = await search("app_resource_types", { appIds: [at(okta, "id")], displayName: "App" });
  const discovered = `/api/v1/apps/${textAt(okta, "id")}/resource_types/${textAt(appType, "id")}/managed_state_bindings`;
  const [state] = listOf(await get(discovered));
  await post(`${discovered}/${textAt(state, "appManagementStateBinding.resourceId")}/promote`);

  await post("/api/v1/systemlog/events", { pageSize: 10 });
  await remove(one);
  await remove(`${resources}/${resourceId}`);
  await remove(`${app}/resource_types/${typeId}`);
  await remove(profile);
  await remove(app);

  expect(contract.mismatches()).toEqual([]);
  expect(contract.unusedTolerances()).toEqual([]);
  expect(contract.covered().length).toBeGreaterThan(95);

  async function owners(path: string): Promise<void> {
    await put(path, { userIds: [userId] });
    await get(path);
    await get(path.replace(/owners$/, "ownerids"));
  }
});
