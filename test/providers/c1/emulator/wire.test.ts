import { describe, expect, it } from "vitest";
import { at, listOf, sandbox, textAt } from "./tenant.ts";

const SOME_ID = "2Un0Cex45kPMo3TJoA92UALLiVM";

describe("wire conventions", () => {
  it("emits unpopulated scalars, null for unset messages, 64-bit integers as strings", async () => {
    const { client } = await sandbox();
    const { body } = await client.post("/api/v1/apps", { displayName: "GitHub" });
    expect(at(body, "app")).toMatchObject({
      annotations: {},
      appOwners: [],
      deletedAt: null,
      description: "",
      matchBatonRef: null,
      monthlyCostUsd: 0,
      userCount: "0",
    });
  });

  it("refuses unknown fields, wrong types and a second arm of a oneof", async () => {
    const { client } = await sandbox();
    expect((await client.post("/api/v1/apps", { displayName: "X", nickname: "Y" })).body).toMatchObject({
      code: 3,
      message: expect.stringContaining('unknown field "nickname"'),
    });
    expect((await client.post("/api/v1/apps", { displayName: 7 })).status).toBe(400);
    const [aws] = listOf(await client.post("/api/v1/search/apps", { displayName: "aws" }));
    const path = `/api/v1/apps/${textAt(aws, "id")}/entitlements/287oY0rG4UirjDNFEYguMBvxyim`;
    expect(
      (
        await client.post(path, {
          entitlement: { durationGrant: "60s", durationUnset: {} },
          updateMask: "durationGrant",
        })
      ).status,
    ).toBe(400);
    expect(
      (await client.post(path, { entitlement: { durationGrant: "1h" }, updateMask: "durationGrant" })).status,
    ).toBe(400);
    const set = await client.post(path, { entitlement: { durationGrant: "3600s" }, updateMask: "durationGrant" });
    expect(at(set.body, "appEntitlementView.appEntitlement")).toMatchObject({
      durationGrant: "3600s",
      durationUnset: null,
    });
  });

  it("updates by POST with wrapper and mask: a flat body is refused, what the mask leaves out stays", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/apps", {
      annotations: { managed_by: "accord", team: "sre" },
      description: "d",
      displayName: "GitHub",
    });
    const path = `/api/v1/apps/${textAt(created.body, "app.id")}`;
    expect((await client.post(path, { displayName: "Flat" })).status).toBe(400);
    const masked = await client.post(path, {
      app: { description: "ignored", displayName: "New" },
      updateMask: "displayName",
    });
    expect(at(masked.body, "app")).toMatchObject({ description: "d", displayName: "New" });
    const annotated = await client.post(path, {
      app: { annotations: { team: "", tier: "1" } },
      updateMask: "annotations",
    });
    expect(at(annotated.body, "app.annotations")).toEqual({ managed_by: "accord", tier: "1" });
  });

  it("checks the form of ids before looking anything up", async () => {
    const { client } = await sandbox();
    expect((await client.get("/api/v1/apps/nope")).body).toMatchObject({ code: 3 });
    expect((await client.get(`/api/v1/apps/${SOME_ID}`)).body).toMatchObject({ code: 5 });
  });

  it("redirects an empty id to the collection", async () => {
    const { client } = await sandbox();
    const answer = await client.get("/api/v1/apps/");
    expect(answer.status).toBe(301);
    expect(answer.headers.get("location")).toBe("/api/v1/apps");
  });

  it("pages by 25, at most 100, and a small request may get more", async () => {
    const { client } = await sandbox();
    for (let index = 0; index < 120; index += 1)
      await client.post("/api/v1/catalogs", { displayName: `Profile ${index}` });
    const sizes = async (query: string) => listOf(await client.get(`/api/v1/catalogs${query}`)).length;
    expect([
      await sizes(""),
      await sizes("?page_size=100"),
      await sizes("?page_size=500"),
      await sizes("?page_size=1"),
    ]).toEqual([25, 100, 100, 10]);
    const seen: unknown[] = [];
    for (let token = ""; ; ) {
      const answer = await client.get(`/api/v1/catalogs?page_size=50&page_token=${token}`);
      seen.push(...listOf(answer).map((view) => at(view, "requestCatalog.id")));
      token = textAt(answer.body, "nextPageToken");
      if (token === "") break;
    }
    expect(new Set(seen).size).toBe(120);
  });

  it("pages searches by fields of the body", async () => {
    const { client } = await sandbox();
    for (let index = 0; index < 30; index += 1) await client.post("/api/v1/apps", { displayName: `App ${index}` });
    const first = await client.post("/api/v1/search/apps", { pageSize: 20 });
    const second = await client.post("/api/v1/search/apps", {
      pageSize: 20,
      pageToken: at(first.body, "nextPageToken"),
    });
    expect([listOf(first).length, listOf(second).length, at(second.body, "nextPageToken")]).toEqual([20, 14, ""]);
  });

  it("deletes softly: read by id shows it with deletedAt, lists leave it out", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/apps", { displayName: "GitHub" });
    const path = `/api/v1/apps/${textAt(created.body, "app.id")}`;
    expect((await client.delete(path)).status).toBe(200);
    expect(at((await client.get(path)).body, "app.deletedAt")).toEqual(expect.any(String));
    expect(listOf(await client.post("/api/v1/search/apps", { displayName: "GitHub" }))).toEqual([]);
  });

  it("refuses requests beyond the budget of a minute and says how long to wait", async () => {
    const { c1, client, pass } = await sandbox();
    c1.budget.perMinute = 5;
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await client.get("/api/v1/apps")).status);
    expect(statuses).toContain(429);
    const limited = await client.get("/api/v1/apps");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    await pass(60_000);
    expect((await client.get("/api/v1/apps")).status).toBe(200);
  });

  it("keeps a log of every write, with its actor", async () => {
    const { client } = await sandbox();
    const created = await client.post("/api/v1/apps", { displayName: "GitHub" });
    const first = await client.post("/api/v1/systemlog/events", {});
    const event = listOf(first).at(-1);
    expect(event).toMatchObject({
      activity_name: "app.create",
      actor: { user: { name: "accord-sandbox" } },
      resources: [{ uid: at(created.body, "app.id") }],
    });
    await client.delete(`/api/v1/apps/${textAt(created.body, "app.id")}`);
    const later = await client.post("/api/v1/systemlog/events", { sinceEventUid: textAt(event, "uid") });
    expect(listOf(later).map((one) => at(one, "activity_name"))).toEqual(["app.delete"]);
  });
});
