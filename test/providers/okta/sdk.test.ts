/** Okta's own client library, over real HTTP, against the emulator. */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { Client } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";

const world = { now: Date.now, wall: Date.now, fetch: () => Promise.reject(new Error("Okta calls nobody")) };

let okta: OktaEmulator;
let server: Server;
let client: Client;

beforeAll(async () => {
  // The library sends even loopback calls through a proxy that the environment names.
  for (const name of ["HTTPS_PROXY", "https_proxy"]) delete process.env[name];
  okta = createOktaEmulator(world);
  okta.knobs.ruleLagMs = 0;
  server = createServer((message, response) => {
    void requestOf(message)
      .then((request) => okta.fetch(request))
      .then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  client = clientOf(`http://127.0.0.1:${port}`);
});

afterAll(() => new Promise((closed) => server.close(closed)));

describe("the official client library", () => {
  test("signs in with a private key and pages through groups", async () => {
    const names = ["alpha", "beta", "gamma", "delta", "epsilon"];
    for (const name of names) await client.groupApi.createGroup({ group: { profile: { name } } });

    const seen: string[] = [];
    const groups = await client.groupApi.listGroups({ limit: 3 });
    await groups.each((group) => void seen.push(group?.profile?.name ?? ""));

    expect(seen).toEqual(["Everyone", "Okta Administrators", "engineering", "support", ...names]);
    const pages = okta.lastRequests.filter(
      ({ method, path }) => method === "GET" && path.startsWith("/api/v1/groups?"),
    );
    expect(pages).toHaveLength(3);
    expect(okta.lastRequests.find(({ path }) => path === "/oauth2/v1/token")?.status).toBe(200);
  });

  test("puts people into a group and takes them out", async () => {
    const groupId = await created("members");
    const user = await client.userApi.getUser({ userId: "ada@acme.example" });
    const userId = user.id ?? "";
    await client.groupApi.assignUserToGroup({ groupId, userId });
    expect(await logins(groupId)).toEqual(["ada@acme.example"]);
    await client.groupApi.unassignUserFromGroup({ groupId, userId });
    expect(await logins(groupId)).toEqual([]);
  });

  test("creates people, who start as provisioned", async () => {
    const profile = { login: "b@acme.example", email: "b@acme.example", firstName: "Barbara", lastName: "Liskov" };
    const user = await client.userApi.createUser({ body: { profile } });
    expect(user.status).toBe("PROVISIONED");
    await client.userApi.deactivateUser({ userId: user.id ?? "" });
    expect((await client.userApi.getUser({ userId: user.id ?? "" })).status).toBe("DEPROVISIONED");
  });

  test("takes a rule through its life, and the rule feeds its group", async () => {
    const groupId = await created("sales");
    const rule = await client.groupApi.createGroupRule({
      groupRule: {
        type: "group_rule",
        name: "sales",
        conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.department=="Sales"' } },
        actions: { assignUserToGroups: { groupIds: [groupId] } },
      },
    });
    const ruleId = rule.id ?? "";
    expect(rule.status).toBe("INACTIVE");
    await client.groupApi.activateGroupRule({ ruleId });
    expect(await logins(groupId)).toEqual(["mallory@acme.example", "victor@acme.example"]);
    await client.groupApi.deactivateGroupRule({ ruleId });
    await client.groupApi.deleteGroupRule({ ruleId, removeUsers: true });
    expect(await logins(groupId)).toEqual([]);
  });

  test("gives an app to a group", async () => {
    const groupId = await created("aws-users");
    const apps = await client.applicationApi.listApplications({ q: "AWS" });
    const { value: app } = await apps.next();
    const appId = app?.id ?? "";
    await client.applicationApi.assignGroupToApplication({
      appId,
      groupId,
      applicationGroupAssignment: { priority: 0, profile: { role: "dev" } },
    });
    const assignment = await client.applicationApi.getApplicationGroupAssignment({ appId, groupId });
    expect(assignment.priority).toBe(0);
    expect(assignment.profile).toMatchObject({ role: "dev" });
  });

  test("reads who did it from the System Log", async () => {
    const events = await client.systemLogApi.listLogEvents({
      filter: 'eventType eq "group.lifecycle.create"',
      limit: 1,
    });
    const { value: event } = await events.next();
    expect(event?.actor?.displayName).toBe("Library");
  });

  test("is told what went wrong in the vendor's words", async () => {
    await expect(client.groupApi.getGroup({ groupId: "00gnobody" })).rejects.toMatchObject({
      status: 404,
      errorCode: "E0000007",
    });
  });
});

async function created(name: string): Promise<string> {
  const group = await client.groupApi.createGroup({ group: { profile: { name } } });
  return group.id ?? "";
}

async function logins(groupId: string): Promise<readonly string[]> {
  const seen: string[] = [];
  const users = await client.groupApi.listGroupUsers({ groupId, limit: 200 });
  await users.each((user) => void seen.push(user?.profile?.login ?? ""));
  return seen;
}

/** The library signs a DPoP proof with the client's key on every token request, as RS256: the key has to be RSA. */
function clientOf(orgUrl: string): Client {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = "library";
  const clientId = okta.addClient(
    {
      label: "Library",
      keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid, alg: "RS256" }],
      scopes: ["okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.logs.read"],
    },
    ["SUPER_ADMIN"],
  );
  return new Client({
    orgUrl,
    authorizationMode: "PrivateKey",
    clientId,
    scopes: ["okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.logs.read"],
    privateKey: JSON.stringify({ ...pair.privateKey.export({ format: "jwk" }), kid, alg: "RS256" }),
    // Its cache would answer reads that follow a write.
    cacheMiddleware: null,
  });
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const method = message.method ?? "GET";
  const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const init = { method, headers };
  const url = `http://${message.headers.host ?? ""}${message.url ?? ""}`;
  return new Request(url, chunks.length === 0 ? init : { ...init, body: Buffer.concat(chunks) });
}
