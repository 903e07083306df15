import { describe, expect, it } from "vitest";
import { Entitlement } from "../../../../providers/c1/emulator/shapes/entitlement.ts";
import { User } from "../../../../providers/c1/emulator/shapes/person.ts";
import { worked } from "../../../support/work.ts";
import { at, type Client, listOf, MINUTE, type Sandbox, sandbox, textAt } from "./tenant.ts";

async function pages(client: Client, path: string, body: object): Promise<number> {
  let count = 0;
  for (let pageToken = ""; ; ) {
    const answer = await client.post(path, { ...body, pageSize: 100, pageToken });
    count += listOf(answer).length;
    pageToken = textAt(answer.body, "nextPageToken");
    if (pageToken === "") return count;
  }
}

function fill({ c1: { tenant } }: Sandbox, appId: string, users: number, entitlements: number): void {
  for (let index = 0; index < users; index += 1) {
    const email = `user${index}@acme.example`;
    tenant.users.put(
      User.make({
        department: index % 2 === 0 ? "SRE" : "Sales",
        email,
        emails: [email],
        id: tenant.newId(),
        origin: "USER_ORIGIN_DIRECTORY",
        status: "ENABLED",
        type: "USER_TYPE_HUMAN",
      }),
    );
  }
  for (let index = 0; index < entitlements; index += 1) {
    tenant.entitlements.put({
      ...Entitlement.make({ appId, displayName: `Entitlement ${index}`, id: tenant.newId() }),
      membership: "MEMBER",
    });
  }
}

describe("a tenant of 5,000 people and 35,000 entitlements", () => {
  it("is read whole, and a rule over everybody is evaluated, without taking long", async () => {
    const world = await sandbox();
    const { client } = world;
    world.c1.budget.perMinute = 10_000;
    const [aws] = listOf(await client.post("/api/v1/search/apps", { displayName: "AWS" }));
    fill(world, textAt(aws, "id"), 5_000, 35_000);
    const before = worked();
    expect(await pages(client, "/api/v1/search/entitlements", { appIds: [at(aws, "id")] })).toBe(35_002);
    expect(await pages(client, "/api/v1/search/users", { departments: ["SRE"] })).toBe(2_503);
    const catalog = await client.post("/api/v1/catalogs", { displayName: "All" });
    const path = `/api/v1/catalogs/${textAt(catalog.body, "requestCatalogView.requestCatalog.id")}/bundle_automation`;
    await client.post(path, { cel: { expression: 'subject.department == "SRE"' }, createTasks: true, enabled: true });
    await world.pass(MINUTE);
    expect(at((await client.get(path)).body, "state.celEvaluation.matchedUsers")).toBe("2503");
    expect(worked() - before).toBeLessThan(15_000);
  });
});
