import { describe, expect, it } from "vitest";
import { at, listOf, sandbox, textAt } from "./tenant.ts";

describe("an access conflict monitor", () => {
  it("is made, read and changed by id; what an update leaves out is reset", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/accessconflict", {
      description: "d",
      displayName: "Four eyes",
      notificationConfig: { emailNotifications: { enabled: true, identityUserIds: [] } },
    });
    const path = `/api/v1/accessconflict/${textAt(created.body, "id")}`;
    const updated = await client.post(path, { displayName: "Four eyes", negateGroupB: true });
    expect(updated.body).toMatchObject({ description: "", negateGroupB: true, notificationConfig: null });
    expect((await client.get("/api/v1/accessconflict")).status).toBe(501);
    await client.delete(path);
    expect(at((await client.get(path)).body, "deletedAt")).toEqual(expect.any(String));
  });

  it("holds entitlements in two groups that can only be asked one by one", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/accessconflict", { displayName: "Four eyes" });
    const [row] = listOf(await client.post("/api/v1/search/entitlements", { query: "prod-admin" }));
    const binding = {
      appEntitlementId: at(row, "appEntitlement.id"),
      appId: at(row, "appEntitlement.appId"),
      entitlementGroup: "ENTITLEMENT_GROUP_A",
      monitorId: at(created.body, "id"),
    };
    const path = "/api/v1/appentitlementmonitorbinding";
    expect((await client.post(`${path}/get`, binding)).status).toBe(404);
    expect((await client.post(path, binding)).body).toMatchObject(binding);
    expect((await client.post(path, binding)).status).toBe(409);
    expect((await client.post(`${path}/get`, { ...binding, entitlementGroup: "ENTITLEMENT_GROUP_B" })).status).toBe(
      404,
    );
    expect((await client.delete(path, binding)).status).toBe(200);
    expect((await client.post(`${path}/get`, binding)).status).toBe(404);
  });
});
