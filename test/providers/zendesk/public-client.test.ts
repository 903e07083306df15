/** node-zendesk, which nobody here wrote, over real HTTP, against the emulated account. */
import { createServer, type Server } from "node:http";
import { createClient } from "node-zendesk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressOf, answer, requestOf } from "../../../engine/sandbox/node-request.ts";
import { API_TOKEN } from "../../../providers/zendesk/emulator/seed.ts";
import { createZendeskEmulator, type ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";

let now = Date.UTC(2026, 2, 3);
const world = { now: () => now, wall: () => now, fetch: () => Promise.reject(new Error("Zendesk calls nobody")) };

let zendesk: ZendeskEmulator;
let server: Server;
let endpointUri: string;
const asked: string[] = [];

beforeAll(async () => {
  zendesk = createZendeskEmulator(world);
  server = createServer((incoming, outgoing) => {
    const url = addressOf(incoming);
    if (url === undefined) return void outgoing.destroy();
    void requestOf(incoming, url)
      .then((request) => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`);
        return zendesk.fetch(request);
      })
      .then((response) => answer(outgoing, response))
      .catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  endpointUri = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api/v2`;
});

afterAll(() => new Promise((closed) => server.close(closed)));

const byToken = () => createClient({ username: "trent@acme.example", token: API_TOKEN, endpointUri });

describe("the public client library", () => {
  test("signs in by API token, and by OAuth token", async () => {
    expect((await byToken().users.me()).result).toMatchObject({ email: "trent@acme.example", role: "admin" });
    const oauth = createClient({ token: zendesk.actors?.trent ?? "", useOAuth: true, endpointUri });
    expect((await oauth.users.me()).result).toMatchObject({ email: "trent@acme.example" });
    expect(asked).toEqual(Array(2).fill("GET /api/v2/users/me.json"));
  });

  test("pages through users, whichever way it pages", async () => {
    const client = byToken();
    for (let n = 1; n <= 150; n += 1) {
      await client.users.create({ user: { name: `Customer ${n}`, email: `customer-${n}@example.com` } });
    }
    const users = await client.users.list();
    expect(new Set(users.map(({ id }) => id)).size).toBe(160);
    expect(users).toHaveLength(160);
  });

  test("takes a group through its life", async () => {
    const client = byToken();
    const { result } = await client.groups.create({ group: { name: "Tier 2", description: "Escalations" } });
    const { id } = Object(result) as { id: number };
    await client.groups.update(id, { group: { name: "Tier two", is_public: false } });
    expect((await client.groups.list()).find((group) => group.id === id)).toMatchObject({
      name: "Tier two",
      is_public: false,
      deleted: false,
    });
    await client.groups.delete(id);
    expect((await client.groups.list()).find((group) => group.id === id)).toMatchObject({ deleted: true });
  });

  test("adds members in bulk and watches the job to its end", async () => {
    const client = byToken();
    const escalations = zendesk.memory.groups.find(({ name }) => name === "Escalations")?.id;
    const members = zendesk.memory.users.filter(({ role }) => role === "agent").map(({ id }) => Number(id));
    const { result } = await client.groupmemberships.bulkCreate(
      members.map((user) => ({ user_id: user, group_id: Number(escalations) })),
    );
    const { job_status: job } = Object(result) as { job_status: { id: string } };
    now += 60_000;
    const ended = await client.jobstatuses.watch(job.id, 1, 3);
    expect(JSON.parse(JSON.stringify(ended))).toMatchObject({ status: "completed", progress: 3 });
    const held = await client.groupmemberships.listByGroup(Number(escalations));
    expect(held.map((row) => Number(Reflect.get(row, "user_id"))).sort()).toEqual([...members].sort());
  });

  test("upserts an organization by its external id, and is refused a name that is taken", async () => {
    const client = byToken();
    await client.organizations.create({ organization: { name: "One", external_id: "crm-1" } });
    await client.organizations.createOrUpdate({ organization: { name: "Uno", external_id: "CRM-1" } });
    expect(zendesk.memory.organizations.map(({ name }) => name)).toEqual(["Acme", "Uno"]);
    await expect(client.organizations.create({ organization: { name: "acme" } })).rejects.toThrow();
  });

  test("makes a custom role", async () => {
    const client = byToken();
    await client.customagentroles.create({ name: "Readers", configuration: { ticket_access: "all" } });
    expect(zendesk.memory.roles.at(-1)).toMatchObject({ name: "Readers", configuration: { ticket_access: "all" } });
  });

  test("without a credential is somebody anonymous", async () => {
    const client = createClient({ username: "nobody@acme.example", token: "none", endpointUri });
    expect((await client.users.me()).result).toMatchObject({ id: null });
    await expect(client.groups.list()).rejects.toThrow();
  });
});
