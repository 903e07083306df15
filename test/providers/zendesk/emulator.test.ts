/** The traps of zendesk.md, as the emulated account has them. */
import { describe, expect, test } from "vitest";
import { createZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import { START } from "../../support/clock.ts";
import { connected } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;

async function secondOrganization(tenant: Tenant, name: string): Promise<number> {
  await tenant.call("POST", "/organizations", { organization: { name: "Second" } });
  const organization = Number(tenant.memory.organizations.at(-1)?.id);
  const user = Number(tenant.person(name).id);
  await tenant.call("POST", "/organization_memberships", {
    organization_membership: { user_id: user, organization_id: organization },
  });
  return organization;
}

const organizationsOf = (tenant: Tenant, name: string): number =>
  tenant.memory.organizationMemberships.filter(({ userId }) => userId === tenant.person(name).id).length;

describe("updates that do more than they say", () => {
  test("organization_id ends every other membership of the user", async () => {
    const tenant = connected();
    const second = await secondOrganization(tenant, "ada");
    expect(organizationsOf(tenant, "ada")).toBe(2);
    await tenant.call("PUT", `/users/${tenant.person("ada").id}`, { user: { organization_id: second } });
    expect(organizationsOf(tenant, "ada")).toBe(1);
    expect(tenant.person("ada").organizationId).toBe(String(second));
  });

  test("email only adds an address", async () => {
    const tenant = connected();
    const id = tenant.person("grace").id;
    const { body } = await tenant.call("PUT", `/users/${id}`, { user: { email: "other@acme.example" } });
    expect(body).toMatchObject({ user: { email: "grace@acme.example" } });
    expect(tenant.person("grace").identities).toHaveLength(2);
    const taken = await tenant.call("POST", "/users", { user: { name: "B", email: "other@acme.example" } });
    expect(taken).toMatchObject({ status: 422, body: { details: { email: [{ error: "DuplicateValue" }] } } });
  });

  test("domain_names replaces the list", async () => {
    const tenant = connected();
    const { id } = tenant.memory.organizations[0] ?? { id: "" };
    await tenant.call("PUT", `/organizations/${id}`, { organization: { domain_names: ["a.example", "b.example"] } });
    await tenant.call("PUT", `/organizations/${id}`, { organization: { domain_names: ["c.example"] } });
    expect(tenant.memory.organizations[0]?.domainNames).toEqual(["c.example"]);
  });

  test("a custom role makes an agent of an end user; a demotion ends every group", async () => {
    const tenant = connected();
    const staff = tenant.memory.roles.find(({ name }) => name === "Staff");
    const { id } = tenant.person("ada");
    await tenant.call("PUT", `/users/${id}`, { user: { custom_role_id: Number(staff?.id), role: "end-user" } });
    expect(tenant.person("ada")).toMatchObject({ role: "agent", customRoleId: staff?.id });
    await tenant.call("POST", "/group_memberships", {
      group_membership: { user_id: Number(id), group_id: Number(tenant.groupId("Support")) },
    });
    tenant.pass(60_000);
    await tenant.call("PUT", `/users/${id}`, { user: { role: "end-user" } });
    expect(tenant.memory.groupMemberships.some(({ userId }) => userId === id)).toBe(false);
    expect(tenant.person("ada").customRoleId).toBeNull();
  });

  test("whoever verifies an address of its domain joins an organization", async () => {
    const tenant = connected();
    const { id } = tenant.memory.organizations[0] ?? { id: "" };
    await tenant.call("PUT", `/organizations/${id}`, { organization: { domain_names: ["customer.example"] } });
    await tenant.call("POST", "/users", { user: { name: "C", email: "c@customer.example" } });
    expect(tenant.memory.organizationMemberships.at(-1)?.userId).not.toBe(tenant.memory.users.at(-1)?.id);
    const user = tenant.memory.users.at(-1);
    await tenant.call("PUT", `/users/${user?.id}/identities/${user?.identities[0]?.id}/verify`);
    expect(tenant.memory.organizationMemberships.at(-1)).toMatchObject({ userId: user?.id, ofId: id });
  });
});

describe("what answers hide", () => {
  test("nobody in particular may ask who they are; nothing else", async () => {
    const { emulator } = connected();
    const ask = (path: string) => emulator.fetch(new Request(`https://acme.zendesk.com/api/v2${path}`));
    expect(await (await ask("/users/me.json")).json()).toMatchObject({ user: { id: null } });
    expect((await ask("/users/me")).status).toBe(200);
    expect((await ask("/groups")).status).toBe(401);
  });

  test("an empty query switches a list from cursors to numbers", async () => {
    const tenant = connected();
    expect((await tenant.call("GET", "/users?page[size]=2")).body).toHaveProperty("meta");
    const { body } = await tenant.call("GET", "/users?page[size]=2&query=");
    expect(body).not.toHaveProperty("meta");
    expect(body).toHaveProperty("next_page");
  });

  test("numbered pages end at 10,000 records", async () => {
    const tenant = connected();
    expect((await tenant.call("GET", "/users?page=101&per_page=100")).status).toBe(400);
    expect((await tenant.call("GET", "/users?page=100&per_page=100")).status).toBe(200);
  });

  test("searches lag; lists and reads by id do not", async () => {
    const tenant = connected();
    await tenant.call("POST", "/users", { user: { name: "N", email: "n@acme.example", external_id: "X1" } });
    const search = async () => (await tenant.call("GET", "/users/search?query=email:n@acme.example")).body;
    expect(await search()).toMatchObject({ count: 0 });
    expect((await tenant.call("GET", "/users?external_id=x1")).body).toMatchObject({ count: 1 });
    tenant.pass(120_000);
    expect(await search()).toMatchObject({ count: 1 });
  });

  test("a deleted user still reads by id, and says so", async () => {
    const tenant = connected();
    const { id } = tenant.person("grace");
    expect(await tenant.call("DELETE", `/users/${id}`)).toMatchObject({
      status: 200,
      body: { user: { active: false } },
    });
    expect((await tenant.call("GET", `/users/${id}`)).body).toMatchObject({ user: { active: false } });
    expect((await tenant.call("GET", "/deleted_users")).body).toMatchObject({ count: 1 });
    const again = await tenant.call("POST", "/users", { user: { name: "Grace", email: "grace@acme.example" } });
    expect(again.status).toBe(201);
    expect(tenant.memory.users.at(-1)?.id).not.toBe(id);
  });
});

describe("jobs", () => {
  test("have done nothing yet when they answer, go item by item, and complete with failures inside", async () => {
    const tenant = connected();
    const group = Number(tenant.groupId("Escalations"));
    const users = ["linus", "ada", "trent"].map((name) => Number(tenant.person(name).id));
    const { body } = await tenant.call("POST", "/group_memberships/create_many", {
      group_memberships: users.map((user) => ({ user_id: user, group_id: group })),
    });
    expect(body).toMatchObject({ job_status: { status: "queued", progress: 0, results: null, total: 3 } });
    const job = async () => (await tenant.call("GET", `/job_statuses/${tenant.memory.jobs[0]?.id}`)).body;
    tenant.pass(520);
    expect(await job()).toMatchObject({ job_status: { status: "working", progress: 1, results: null } });
    tenant.pass(1_000);
    expect(await job()).toMatchObject({
      job_status: {
        status: "completed",
        results: [
          { index: 0, id: expect.anything() },
          { index: 1, error: "RecordInvalid", details: "User is not an agent" },
          { index: 2, id: expect.anything() },
        ],
      },
    });
  });

  test("are thirty at most, kept for a day, and a hundred items each", async () => {
    const tenant = connected();
    tenant.memory.jobsStall = true;
    for (let n = 0; n < 30; n += 1) await tenant.call("DELETE", "/users/destroy_many?ids=1");
    expect((await tenant.call("DELETE", "/users/destroy_many?ids=1")).body).toMatchObject({ error: "TooManyJobs" });
    tenant.memory.jobsStall = false;
    tenant.pass(10_000);
    expect((await tenant.call("GET", "/job_statuses?page[size]=100")).body).toMatchObject({
      job_statuses: Array(30).fill({ status: "completed" }),
    });
    tenant.pass(25 * 3_600_000);
    expect((await tenant.call("GET", "/job_statuses?page[size]=100")).body).toMatchObject({ job_statuses: [] });
    const ids = Array.from({ length: 101 }, (_, index) => index + 1).join(",");
    expect((await tenant.call("DELETE", `/group_memberships/destroy_many?ids=${ids}`)).status).toBe(400);
  });

  test("bulk import of users is off", async () => {
    expect((await connected().call("POST", "/users/create_many", { users: [] })).status).toBe(403);
  });
});

describe("limits", () => {
  test("one update of any user a second, five a minute of one", async () => {
    const tenant = connected();
    const update = (name: string) => tenant.call("PUT", `/users/${tenant.person(name).id}`, { user: { alias: "x" } });
    expect((await update("grace")).status).toBe(200);
    expect((await update("linus")).status).toBe(429);
    for (let n = 0; n < 4; n += 1) {
      tenant.pass(1_000);
      expect((await update("grace")).status).toBe(200);
    }
    tenant.pass(1_000);
    expect((await update("grace")).status).toBe(429);
    expect((await update("linus")).status).toBe(200);
  });

  test("the account's minute depends on its plan", async () => {
    const tenant = connected();
    tenant.memory.plan = "growth";
    let last = 200;
    for (let n = 0; n < 401; n += 1) last = (await tenant.call("GET", "/users/me")).status;
    expect(last).toBe(429);
    tenant.pass(60_000);
    expect((await tenant.call("GET", "/users/me")).status).toBe(200);
  });
});

describe("refusals", () => {
  test("each in the vendor's shape", async () => {
    const tenant = connected();
    expect(await tenant.call("GET", "/groups/1")).toEqual({
      status: 404,
      body: { error: "RecordNotFound", description: "Not found" },
    });
    expect((await tenant.call("GET", "/no_such_thing")).body).toMatchObject({ error: "InvalidEndpoint" });
    expect((await tenant.call("POST", "/groups", { group: { name: " " } })).body).toMatchObject({
      error: "RecordInvalid",
      details: { name: [{ error: "BlankValue" }] },
    });
  });

  test("without the content type, no body is read", async () => {
    const { emulator } = connected();
    const response = await emulator.fetch(
      new Request("https://acme.zendesk.com/api/v2/groups", {
        method: "POST",
        headers: { authorization: `Bearer ${emulator.actors?.trent}`, "content-type": "text/plain" },
        body: '{"group":{"name":"x"}}',
      }),
    );
    expect(response.status).toBe(400);
  });

  test("the owner stays an administrator, is not suspended and not deleted", async () => {
    const tenant = connected();
    const { id } = tenant.person("trent");
    expect((await tenant.call("PUT", `/users/${id}`, { user: { role: "agent" } })).status).toBe(422);
    tenant.pass(1_000);
    expect((await tenant.call("PUT", `/users/${id}`, { user: { suspended: true } })).status).toBe(422);
    expect((await tenant.call("DELETE", `/users/${id}`)).status).toBe(422);
  });

  test("no seat left, no agent more", async () => {
    const tenant = connected();
    tenant.memory.seats = 4;
    const user = { name: "N", email: "n@acme.example", role: "agent" };
    expect((await tenant.call("POST", "/users", { user })).status).toBe(422);
    expect((await tenant.call("POST", "/users", { user: { ...user, role: "end-user" } })).status).toBe(201);
  });

  test("a token with a scope that there is not is given, and its calls are refused", async () => {
    const { emulator } = connected();
    const { clientId, clientSecret } = emulator.settings;
    const answer = await emulator.fetch(
      new Request("https://acme.zendesk.com/oauth/tokens", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: clientSecret,
          scope: "groups:read",
        }),
      }),
    );
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const call = await emulator.fetch(
      new Request("https://acme.zendesk.com/api/v2/groups", { headers: { authorization: `Bearer ${token}` } }),
    );
    expect(call.status).toBe(403);
  });
});

test("what it remembers is JSON, and an account made of it goes on where the first stopped", async () => {
  const tenant = connected();
  await tenant.call("POST", "/groups", { group: { name: "kept" } });
  const saved: unknown = JSON.parse(JSON.stringify(tenant.emulator.save()));
  const world = { now: () => START, wall: () => START, fetch: () => Promise.reject(new Error()) };
  const again = createZendeskEmulator(world, saved);
  const answer = await again.fetch(
    new Request("https://acme.zendesk.com/api/v2/groups", {
      headers: { authorization: `Bearer ${again.actors?.trent}` },
    }),
  );
  expect(await answer.json()).toMatchObject({ groups: [{}, {}, { name: "kept" }] });
  expect(again.memory.nextId).toBe(tenant.memory.nextId);
});
