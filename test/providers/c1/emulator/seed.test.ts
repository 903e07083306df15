import { describe, expect, it } from "vitest";
import { createC1Emulator } from "../../../../providers/c1/emulator.ts";
import { worked } from "../../../support/work.ts";
import { at, listOf, START, sandbox, textAt } from "./tenant.ts";

describe("the seeded tenant", () => {
  it("has the people of the company and the identity that Accord uses", async () => {
    const { client } = await sandbox();
    const users = listOf(await client.post("/api/v1/search/users", { origins: ["USER_ORIGIN_DIRECTORY"] }));
    expect(users.map((view) => at(view, "user.email"))).toContain("ada@acme.example");
    const self = await client.get("/api/v1/auth/introspect");
    expect(self.body).toMatchObject({
      roles: ["Super Administrator"],
      principleId: expect.stringMatching(/^[a-zA-Z0-9]{27}$/),
    });
  });

  it("has C1's own app, Okta, PagerDuty and AWS, and what a stack needs to be planned at once", async () => {
    const { client } = await sandbox();
    const apps = listOf(await client.post("/api/v1/search/apps"));
    expect(apps.map((app) => at(app, "displayName"))).toEqual(["ConductorOne", "Okta", "PagerDuty", "AWS"]);
    const ids = new Map(apps.map((app) => [at(app, "displayName"), textAt(app, "id")]));
    const entitlements = listOf(
      await client.post("/api/v1/search/entitlements", { appIds: [ids.get("PagerDuty"), ids.get("AWS")] }),
    );
    expect(
      entitlements.map((view) => [at(view, "appEntitlement.displayName"), at(view, "appEntitlement.slug")]),
    ).toEqual([
      ["Access", "access"],
      ["Schedule-Primary schedule member", "member"],
      ["Schedule-Primary schedule on-call", "on-call"],
      ["Access", "access"],
      ["prod-admin assigned", "assigned"],
    ]);
    const grants = listOf(await client.post("/api/v1/search/grants", { entitlementSlugs: ["on-call"] }));
    expect(grants.map((row) => at(row, "appEntitlementUserBinding.appUser.appUser.email"))).toEqual([
      "ada@acme.example",
    ]);
  });

  it("is the same again after being saved", async () => {
    const { c1, client } = await sandbox();
    await client.post("/api/v1/apps", { displayName: "GitHub" });
    const saved: unknown = JSON.parse(JSON.stringify(c1.save()));
    const again = createC1Emulator(
      { now: () => START, wall: () => START, fetch: () => Promise.reject(new TypeError()) },
      saved,
    );
    expect(again.save()).toEqual(c1.save());
    expect(again.settings).toEqual(c1.settings);
  });

  it("gives the same ids in every sandbox", async () => {
    const [one, other] = [await sandbox(), await sandbox()];
    expect(one.c1.save()).toMatchObject({ rows: { apps: at(other.c1.save(), "rows.apps") } });
  });

  it("is ready well within 100 ms", () => {
    const world = { now: () => START, wall: () => START, fetch: () => Promise.reject(new TypeError()) };
    const times = Array.from({ length: 5 }, () => {
      const before = worked();
      createC1Emulator(world);
      return worked() - before;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
