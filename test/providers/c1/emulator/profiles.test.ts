import { describe, expect, it } from "vitest";
import { at, type Client, listOf, MINUTE, sandbox, textAt } from "./tenant.ts";

async function profile(client: Client, fields: object = {}): Promise<string> {
  const created = await client.post("/api/v1/catalogs", { displayName: "On-call", ...fields });
  return textAt(created.body, "requestCatalogView.requestCatalog.id");
}

async function prodAdmin(client: Client): Promise<{ appId: string; id: string }> {
  const [row] = listOf(await client.post("/api/v1/search/entitlements", { query: "prod-admin" }));
  return { appId: textAt(row, "appEntitlement.appId"), id: textAt(row, "appEntitlement.id") };
}

describe("an access profile", () => {
  it("comes with an enrolment entitlement of the same id in the built-in app", async () => {
    const { c1, client } = await sandbox();
    const id = await profile(client);
    const entitlement = await client.get(`/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${id}`);
    expect(at(entitlement.body, "appEntitlementView.appEntitlement")).toMatchObject({
      slug: "enrollment",
      systemBuiltin: true,
    });
    const exclusion = await client.post("/api/v1/search/entitlements", {
      membershipType: ["APP_ENTITLEMENT_MEMBERSHIP_TYPE_EXCLUSION"],
    });
    expect(listOf(exclusion)).toHaveLength(1);
  });

  it("shows neither member count nor visibility in lists", async () => {
    const { client, c1, pass } = await sandbox();
    const id = await profile(client, { published: true });
    const entitlement = await prodAdmin(client);
    await client.post(`/api/v1/catalogs/${id}/visibility_bindings`, { accessEntitlements: [entitlement] });
    const [ada] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    await client.post(`/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${id}/add-manual-user`, {
      userIds: [at(ada, "userId")],
    });
    await pass(3 * MINUTE);
    const [listed] = listOf(await client.get("/api/v1/catalogs"));
    expect(listed).toMatchObject({ memberCount: "0", requestCatalog: { accessEntitlements: [] } });
    const read = await client.get(`/api/v1/catalogs/${id}`);
    expect(at(read.body, "requestCatalogView")).toMatchObject({
      memberCount: "1",
      requestCatalog: { accessEntitlements: [{ id: entitlement.id }] },
    });
  });

  it("has contents: added, removed, replaced whole", async () => {
    const { client } = await sandbox();
    const id = await profile(client);
    const entitlement = await prodAdmin(client);
    const entries = `/api/v1/catalogs/${id}/requestable_entries`;
    const refs = async () => at((await client.get(`/api/v1/catalogs/${id}/requestable_entitlementIDs`)).body, "refs");
    await client.post(entries, { appEntitlements: [entitlement] });
    await client.post(entries, { appEntitlements: [entitlement] });
    expect(await refs()).toEqual([entitlement]);
    await client.delete(entries, { appEntitlements: [entitlement] });
    expect(await refs()).toEqual([]);
    await client.put(`${entries}/${entitlement.appId}/${entitlement.id}`);
    expect((await client.get(`${entries}/${entitlement.appId}/${entitlement.id}`)).status).toBe(200);
    await client.post(`/api/v1/catalogs/${id}/requestable_entitlements/update`, { appEntitlements: [] });
    expect(await refs()).toEqual([]);
    expect((await client.post(entries, { appEntitlements: [{ ...entitlement, id }] })).status).toBe(404);
  });

  it("gives a new entry to members only when createRequests asks for it", async () => {
    const { client, c1 } = await sandbox();
    const id = await profile(client);
    const [ada] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    await client.post(`/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${id}/add-manual-user`, {
      userIds: [at(ada, "userId")],
    });
    const entitlement = await prodAdmin(client);
    const entries = `/api/v1/catalogs/${id}/requestable_entries`;
    await client.post(entries, { appEntitlements: [entitlement] });
    expect(listOf(await client.post("/api/v1/search/tasks"))).toEqual([]);
    await client.post(entries, { appEntitlements: [entitlement], createRequests: true });
    expect(listOf(await client.post("/api/v1/search/tasks")).map((view) => at(view, "task.userId"))).toEqual([
      at(ada, "userId"),
    ]);
  });

  it("takes visibility only while it is published and not visible to everyone", async () => {
    const { client } = await sandbox();
    const id = await profile(client);
    const accessEntitlements = [await prodAdmin(client)];
    const bind = async () =>
      (await client.post(`/api/v1/catalogs/${id}/visibility_bindings`, { accessEntitlements })).body;
    expect(await bind()).toMatchObject({ message: "catalog must be published to add an access entitlement" });
    await client.post(`/api/v1/catalogs/${id}`, {
      catalog: { published: true, visibleToEveryone: true },
      updateMask: "published,visibleToEveryone",
    });
    expect(await bind()).toMatchObject({ message: "catalog is visible to everyone, cannot add access entitlements" });
    await client.post(`/api/v1/catalogs/${id}`, {
      catalog: { visibleToEveryone: false },
      updateMask: "visibleToEveryone",
    });
    expect(await bind()).toEqual({});
  });

  it("has no automation until one is set, and setting replaces everything", async () => {
    const { client } = await sandbox();
    const path = `/api/v1/catalogs/${await profile(client)}/bundle_automation`;
    expect((await client.get(path)).status).toBe(404);
    expect(
      (await client.post(path, { cel: { expression: "true" }, entitlements: { entitlementRefs: [] } })).status,
    ).toBe(400);
    await client.post(path, { cel: { expression: "true" }, disableCircuitBreaker: true, enabled: false });
    await client.post(path, { entitlements: { entitlementRefs: [await prodAdmin(client)] } });
    expect((await client.get(path)).body).toMatchObject({ cel: null, disableCircuitBreaker: false, enabled: false });
    expect((await client.post(`${path}/create`, { enabled: false })).status).toBe(409);
    await client.delete(path);
    expect((await client.get(path)).status).toBe(404);
  });

  it("leaves what members hold when it is deleted, and can still be read by id", async () => {
    const { client } = await sandbox();
    const id = await profile(client);
    await client.delete(`/api/v1/catalogs/${id}`);
    expect(
      at((await client.get(`/api/v1/catalogs/${id}`)).body, "requestCatalogView.requestCatalog.deletedAt"),
    ).toEqual(expect.any(String));
    expect(listOf(await client.get("/api/v1/catalogs"))).toEqual([]);
    expect(
      (await client.post(`/api/v1/catalogs/${id}`, { catalog: { displayName: "Again" }, updateMask: "displayName" }))
        .status,
    ).toBe(404);
  });
});

describe("owners", () => {
  it("are readable only after a while", async () => {
    const { client, pass } = await sandbox();
    const created = await client.post("/api/v1/apps", { displayName: "GitHub" });
    const path = `/api/v1/apps/${textAt(created.body, "app.id")}`;
    const [ada] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    await pass(2 * MINUTE);
    const before = at((await client.get(`${path}/ownerids`)).body, "userIds");
    await client.put(`${path}/owners`, { userIds: [at(ada, "userId")] });
    expect(at((await client.get(`${path}/ownerids`)).body, "userIds")).toEqual(before);
    await pass(2 * MINUTE);
    expect(at((await client.get(`${path}/ownerids`)).body, "userIds")).toEqual([at(ada, "userId")]);
    expect(at((await client.get(path)).body, "app.appOwners")).toEqual([]);
  });

  it("are people and holders of entitlements in the second generation", async () => {
    const { client, pass } = await sandbox();
    const created = await client.post("/api/v1/apps", { displayName: "GitHub" });
    const path = `/api/v2/apps/${textAt(created.body, "app.id")}/owners`;
    const [ada] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    const ref = await prodAdmin(client);
    expect((await client.put(path, { appEntitlementRefs: [ref], roleSlug: "owner", userRefs: [] })).status).toBe(200);
    expect((await client.post(`${path}/users/owner/${textAt(ada, "userId")}`)).status).toBe(200);
    expect((await client.post(`${path}/users/overlord/${textAt(ada, "userId")}`)).status).toBe(400);
    await pass(2 * MINUTE);
    expect(
      listOf(await client.get(`${path}/users`)).map((owner) => [at(owner, "user.email"), at(owner, "roleSlug")]),
    ).toEqual([["ada@acme.example", "owner"]]);
    expect(listOf(await client.get(`${path}/entitlements`)).map((owner) => at(owner, "appEntitlement.id"))).toEqual([
      ref.id,
    ]);
  });

  it("of an unknown app are an empty list", async () => {
    const { client } = await sandbox();
    expect((await client.get("/api/v1/apps/2Un0Cex45kPMo3TJoA92UALLiVM/ownerids")).body).toEqual({ userIds: [] });
  });
});
