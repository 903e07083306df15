import { describe, expect, it } from "vitest";
import { at, type Client, company, HOUR, listOf, MINUTE, sandbox, textAt } from "./tenant.ts";

const OKTA = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const ENTRA = "2UUdYir252rR6PVSASeUFNaJOIB";
const BATON = "2HErg7BRmNdHgX8sTCWVq4E1fyh";

const envConfig = (values: Readonly<Record<string, string>>) => ({
  "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
  configuration: Object.fromEntries(Object.entries(values).map(([key, stringValue]) => [key, { stringValue }])),
});

async function appOf(client: Client, displayName: string): Promise<string> {
  return textAt(listOf(await client.post("/api/v1/search/apps", { displayName }))[0], "id");
}

async function newApp(client: Client): Promise<string> {
  return textAt((await client.post("/api/v1/apps", { displayName: "Second" })).body, "app.id");
}

describe("a connector", () => {
  it("is made with its configuration, whose secrets are never answered", async () => {
    const { client } = await company();
    const appId = await newApp(client);
    const config = envConfig({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: "00secret" });
    const created = await client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: OKTA, config });
    expect(at(created.body, "connectorView.connector")).toMatchObject({
      config: envConfig({ okta_v2_domain: "acme.okta.com" }),
      displayName: "Okta",
      status: { status: "SYNC_STATUS_RUNNING" },
    });
    expect(JSON.stringify((await client.get(`/api/v1/apps/${appId}/connectors`)).body)).not.toContain("00secret");
  });

  it.each([
    ["a required key is missing", envConfig({ okta_v2_domain: "acme.okta.com" })],
    ["a key is unknown", envConfig({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: "x", nope: "y" })],
    ["the envelope is missing", { okta_v2_domain: "acme.okta.com" }],
  ])("is refused when %s", async (_, config) => {
    const { client } = await sandbox();
    const appId = await newApp(client);
    expect((await client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: OKTA, config })).status).toBe(
      400,
    );
  });

  it("goes on where it was, however often its system tells it to come back later", async () => {
    const { c1, okta, pass } = await company();
    // Two calls below /apps a minute: one application each time, so that beginning anew would never end.
    okta.knobs.rateShare = 0.02;
    const status = () => c1.tenant.connectors.rows()[0]?.status?.status;
    for (let minute = 0; status() !== "SYNC_STATUS_DONE" && minute < 10; minute += 1) await pass(MINUTE);
    expect(status()).toBe("SYNC_STATUS_DONE");
    const asked = okta.lastRequests.filter((one) => one.status === 200).map(({ path }) => path);
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked).size).toBe(asked.length);
    expect(c1.tenant.syncAnswers.size).toBe(0);
  });

  it("syncs for a while and is then connected", async () => {
    const { client, pass } = await company();
    const appId = await appOf(client, "Okta");
    const [seeded] = listOf(await client.get(`/api/v1/apps/${appId}/connectors`));
    const path = `/api/v1/apps/${appId}/connectors/${textAt(seeded, "connector.id")}`;
    const status = async () => at((await client.get(path)).body, "connectorView.connector.status.status");
    await pass(0);
    expect(await status()).toBe("SYNC_STATUS_DONE");
    await client.post(`${path}/force_sync`);
    expect(await status()).toBe("SYNC_STATUS_RUNNING");
    await pass(MINUTE / 2);
    expect(await status()).toBe("SYNC_STATUS_RUNNING");
    await pass(MINUTE);
    expect(await status()).toBe("SYNC_STATUS_DONE");
  });

  it("ends in an error that says why when its credentials are bad", async () => {
    const { client, pass } = await company();
    const appId = await newApp(client);
    const config = envConfig({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: "wrong" });
    const created = await client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: OKTA, config });
    await pass(2 * MINUTE);
    const connector = await client.get(
      `/api/v1/apps/${appId}/connectors/${textAt(created.body, "connectorView.connector.id")}`,
    );
    expect(at(connector.body, "connectorView.connector.status")).toMatchObject({
      lastError: "GET /api/v1/users answered 401",
      status: "SYNC_STATUS_ERROR",
    });
  });

  it("waits for consent where a person has to sign in at the vendor", async () => {
    const { c1, client, pass } = await company();
    const appId = await newApp(client);
    const config = envConfig({ C1_selected_field_group_name: "entra_group_oauth" });
    const created = await client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: ENTRA, config });
    const id = textAt(created.body, "connectorView.connector.id");
    const connector = async () =>
      at((await client.get(`/api/v1/apps/${appId}/connectors/${id}`)).body, "connectorView.connector");
    await pass(HOUR);
    expect(await connector()).toMatchObject({ oauthAuthorizedAs: null, status: null });
    c1.consent(appId, id, "trent@acme.example");
    expect(await connector()).toMatchObject({
      oauthAuthorizedAs: { authEmail: "trent@acme.example" },
      status: { status: "SYNC_STATUS_RUNNING" },
    });
  });

  it("stops while it is paused, provisioning included", async () => {
    const { client, pass } = await company();
    const appId = await appOf(client, "Okta");
    const [seeded] = listOf(await client.get(`/api/v1/apps/${appId}/connectors`));
    const path = `/api/v1/apps/${appId}/connectors/${textAt(seeded, "connector.id")}`;
    await client.post(`${path}/pause`);
    await pass(HOUR);
    expect(at((await client.get(path)).body, "connectorView.connector")).toMatchObject({
      canResumeSync: true,
      status: { status: "SYNC_STATUS_DISABLED" },
      syncDisabledAt: expect.any(String),
    });
    expect((await client.post(`${path}/force_sync`)).status).toBe(400);
    await client.post(`${path}/resume`);
    await pass(2 * MINUTE);
    expect(at((await client.get(path)).body, "connectorView.connector.status.status")).toBe("SYNC_STATUS_DONE");
  });

  it("halts a sync that would lose much until somebody confirms that very sync", async () => {
    const { c1, client, okta, pass } = await company();
    await pass(0);
    const appId = await appOf(client, "Okta");
    const before = listOf(await client.post("/api/v1/search/app_users", { appIds: [appId] })).length;
    for (const user of okta.tenant.users.values())
      if (user.profile.login !== "ada@acme.example") await deactivate(okta, user.id);
    await pass(HOUR);
    const connector = c1.tenant.connectors.by("app", appId)[0];
    expect(connector).toMatchObject({ status: { status: "SYNC_STATUS_DISABLED" }, syncDisabledCategory: "BAD_SYNC" });
    expect(listOf(await client.post("/api/v1/search/app_users", { appIds: [appId] }))).toHaveLength(before);
    const path = `/api/v1/apps/${appId}/connectors/${connector?.id}`;
    expect((await client.post(`${path}/confirm_sync_valid/2Un0Cex45kPMo3TJoA92UALLiVM`)).status).toBe(404);
    await client.post(`${path}/confirm_sync_valid/${connector?.suspect}`);
    await pass(2 * MINUTE);
    expect(listOf(await client.post("/api/v1/search/app_users", { appIds: [appId] })).length).toBeLessThan(before);
  });

  it("of a self-hosted kind never syncs by itself; its rotated secret is shown once", async () => {
    const { client, pass } = await company();
    const appId = await newApp(client);
    const schema = await client.post("/api/v1/connectorcatalog", { catalogId: BATON });
    expect(at(schema.body, "schema.requiresExternalConnector")).toBe(true);
    const created = await client.post(`/api/v1/apps/${appId}/connectors`, {
      catalogId: BATON,
      displayName: "Self-hosted",
    });
    const connectorId = textAt(created.body, "connectorView.connector.id");
    await pass(HOUR);
    expect(
      at((await client.get(`/api/v1/apps/${appId}/connectors/${connectorId}`)).body, "connectorView.connector.status"),
    ).toBeNull();
    const rotated = await client.post("/api/v1/apps/connectors/credentials", { appId, connectorId });
    expect(textAt(rotated.body, "credential.clientSecret")).toMatch(/^secret-token:conductorone\.com:v1:/);
    const path = `/api/v1/apps/${appId}/connectors/${connectorId}/credentials/${textAt(rotated.body, "credential.id")}`;
    expect(at((await client.get(path)).body, "credential.clientSecret")).toBe("");
    await client.post(path);
    expect(at((await client.get(path)).body, "credential.deletedAt")).toEqual(expect.any(String));
  });

  it("tells by its catalog which configuration it takes", async () => {
    const { client } = await sandbox();
    const schema = at((await client.post("/api/v1/connectorcatalog", { catalogId: OKTA })).body, "schema");
    const fields = listOf({ status: 200, headers: new Headers(), body: { list: at(schema, "fields") } });
    const secret = fields.filter((field) => at(field, "str.secret") === true).map((field) => at(field, "name"));
    expect(secret).toEqual(["okta_v2_api_token", "okta_v2_private_key"]);
  });
});

async function deactivate(okta: Awaited<ReturnType<typeof company>>["okta"], id: string): Promise<void> {
  const url = `https://acme.okta.com/api/v1/users/${id}/lifecycle/deactivate`;
  await okta.fetch(new Request(url, { method: "POST", headers: { authorization: okta.asActor("trent") } }));
}

describe("an app that a directory has discovered", () => {
  it("can be promoted once", async () => {
    const { client, pass } = await company();
    await pass(0);
    const appId = await appOf(client, "Okta");
    const [type] = listOf(
      await client.post("/api/v1/search/app_resource_types", { appIds: [appId], displayName: "App" }),
    );
    const base = `/api/v1/apps/${appId}/resource_types/${textAt(type, "id")}/managed_state_bindings`;
    const states = listOf(await client.get(base));
    const github = states.find((one) => at(one, "appManagementStateBinding.displayName") === "GitHub");
    expect(at(github, "appManagementStateBinding.state")).toEqual({ managed: null, unmanaged: {} });
    const path = `${base}/${textAt(github, "appManagementStateBinding.resourceId")}`;
    const promoted = await client.post(`${path}/promote`, { userIds: [] });
    const managedId = textAt(promoted.body, "appManagementState.appManagementStateBinding.state.managed.appId");
    expect(at((await client.get(`/api/v1/apps/${managedId}`)).body, "app")).toMatchObject({
      displayName: "GitHub",
      parentAppId: appId,
    });
    expect((await client.post(`${path}/promote`)).status).toBe(409);
  });
});
