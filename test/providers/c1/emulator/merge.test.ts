import { describe, expect, it } from "vitest";
import { at, type Company, company, HOUR, listOf, MINUTE, textAt } from "./tenant.ts";

async function oktaGroup({ okta }: Company, name: string): Promise<string> {
  const request = new Request("https://acme.okta.com/api/v1/groups", {
    method: "POST",
    headers: { authorization: okta.asActor("trent"), "content-type": "application/json" },
    body: JSON.stringify({ profile: { name, description: "" } }),
  });
  return textAt(await (await okta.fetch(request)).json(), "id");
}

/** A resource and its `member` entitlement, made before the connector has seen the group. */
async function madeAhead({ client }: Company, name: string, matchBatonId: string) {
  const [app] = listOf(await client.post("/api/v1/search/apps", { displayName: "Okta" }));
  const appId = textAt(app, "id");
  const [type] = listOf(
    await client.post("/api/v1/search/app_resource_types", { appIds: [appId], displayName: "Group" }),
  );
  const appResourceTypeId = textAt(type, "id");
  const resource = await client.post(`/api/v1/apps/${appId}/resource_types/${appResourceTypeId}/resources`, {
    displayName: name,
    matchBatonId,
  });
  const entitlement = await client.post(`/api/v1/apps/${appId}/entitlements`, {
    appResourceId: at(resource.body, "appResource.id"),
    appResourceTypeId,
    displayName: name,
    matchBatonId,
    slug: "member",
  });
  return { appId, id: textAt(entitlement.body, "appEntitlementView.appEntitlement.id") };
}

const entitlementsOf = async ({ client }: Company, appId: string, query: string) =>
  listOf(await client.post("/api/v1/search/entitlements", { appIds: [appId], query })).map((row) =>
    at(row, "appEntitlement"),
  );

describe("an entitlement made ahead of its connector", () => {
  it("is merged with the synced one by the raw external id, and is then provisioned by the connector", async () => {
    const world = await company();
    await world.pass(0);
    const groupId = await oktaGroup(world, "prod-breakglass");
    const { appId, id } = await madeAhead(world, "prod-breakglass", groupId);
    await world.pass(HOUR);
    const [connector] = world.c1.tenant.connectors.by("app", appId);
    expect(await entitlementsOf(world, appId, "prod-breakglass")).toMatchObject([
      {
        displayName: "prod-breakglass Group Member",
        externalId: `group:${groupId}:member`,
        id,
        isManuallyManaged: false,
        provisionerPolicy: { connector: { defaultBehavior: { connectorId: connector?.id } } },
      },
    ]);
  });

  it.each([
    ["the connector's own entitlement id", (id: string) => `group:${id}:member`],
    ["another letter case", (id: string) => id.toUpperCase()],
  ])("becomes a duplicate when matched by %s", async (_, wrong) => {
    const world = await company();
    await world.pass(0);
    const groupId = await oktaGroup(world, "prod-breakglass");
    const { appId } = await madeAhead(world, "prod-breakglass", wrong(groupId));
    await world.pass(HOUR);
    expect(await entitlementsOf(world, appId, "prod-breakglass")).toHaveLength(2);
  });

  it("lets requests wait for the merge, and after a day hands them to a person", async () => {
    const world = await company();
    await world.pass(0);
    const { client, c1 } = world;
    const ref = await madeAhead(world, "prod-breakglass", "00gnever");
    const catalog = await client.post("/api/v1/catalogs", {
      displayName: "P",
      enrollmentBehavior: "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY",
    });
    const catalogId = textAt(catalog.body, "requestCatalogView.requestCatalog.id");
    await client.post(`/api/v1/catalogs/${catalogId}/requestable_entries`, { appEntitlements: [ref] });
    const [ada] = listOf(await client.post("/api/v1/search/users", { email: "ada@acme.example" }));
    await client.post(`/api/v1/apps/${c1.tenant.systemAppId}/entitlements/${catalogId}/add-manual-user`, {
      userIds: [at(ada, "userId")],
    });
    const current = async () =>
      at(listOf(await client.post("/api/v1/search/tasks"))[0], "task.policy.current.provision");
    await world.pass(HOUR);
    expect(await current()).toMatchObject({ state: "PROVISION_INSTANCE_STATE_INIT" });
    await world.pass(24 * HOUR);
    expect(await current()).toMatchObject({ state: "PROVISION_INSTANCE_STATE_WAITING" });
  });
});

describe("a sync", () => {
  it("takes members over, and takes them away again when they are gone", async () => {
    const world = await company();
    const groupId = await oktaGroup(world, "prod-breakglass");
    const member = async (method: string) => {
      const [ada] = [...world.okta.tenant.users.values()].filter((user) => user.profile.login === "ada@acme.example");
      const url = `https://acme.okta.com/api/v1/groups/${groupId}/users/${ada?.id}`;
      await world.okta.fetch(new Request(url, { method, headers: { authorization: world.okta.asActor("trent") } }));
    };
    const holders = async () => {
      const [app] = listOf(await world.client.post("/api/v1/search/apps", { displayName: "Okta" }));
      const [row] = await entitlementsOf(world, textAt(app, "id"), "prod-breakglass");
      const refs = [{ appId: textAt(app, "id"), id: textAt(row, "id") }];
      const grants = listOf(await world.client.post("/api/v1/search/grants", { entitlementRefs: refs }));
      return grants.map((one) => at(one, "appEntitlementUserBinding.appUser.appUser.email"));
    };
    await member("PUT");
    await world.pass(HOUR);
    await world.pass(3 * MINUTE);
    expect(await holders()).toEqual(["ada@acme.example"]);
    await member("DELETE");
    await world.pass(HOUR);
    expect(await holders()).toEqual(["ada@acme.example"]);
    await world.pass(3 * MINUTE);
    expect(await holders()).toEqual([]);
  });

  it("soft-deletes what is gone, entitlements included", async () => {
    const world = await company();
    const groupId = await oktaGroup(world, "short-lived");
    await world.pass(0);
    const [app] = listOf(await world.client.post("/api/v1/search/apps", { displayName: "Okta" }));
    const [row] = await entitlementsOf(world, textAt(app, "id"), "short-lived");
    const url = `https://acme.okta.com/api/v1/groups/${groupId}`;
    await world.okta.fetch(
      new Request(url, { method: "DELETE", headers: { authorization: world.okta.asActor("trent") } }),
    );
    await world.pass(HOUR);
    expect(await entitlementsOf(world, textAt(app, "id"), "short-lived")).toEqual([]);
    const read = await world.client.get(`/api/v1/apps/${textAt(app, "id")}/entitlements/${textAt(row, "id")}`);
    expect(at(read.body, "appEntitlementView.appEntitlement.deletedAt")).toEqual(expect.any(String));
  });

  it("shows whoever comes on call up to an hour ahead", async () => {
    const world = await company();
    const [app] = listOf(await world.client.post("/api/v1/search/apps", { displayName: "PagerDuty" }));
    const onCall = async () => {
      const grants = listOf(
        await world.client.post("/api/v1/search/grants", { appIds: [at(app, "id")], entitlementSlugs: ["on-call"] }),
      );
      return new Set(grants.map((one) => at(one, "appEntitlementUserBinding.appUser.appUser.email")));
    };
    world.time.now = Date.UTC(2026, 10, 30, 8, 30);
    await world.pass(0);
    await world.pass(3 * MINUTE);
    expect(await onCall()).toEqual(new Set(["ada@acme.example", "grace@acme.example"]));
    await world.pass(HOUR);
    await world.pass(3 * MINUTE);
    expect(await onCall()).toEqual(new Set(["grace@acme.example"]));
  });
});
