import { describe, expect, test } from "vitest";
import { AGENT_CLIENT, API_TOKEN } from "../../../providers/zendesk/emulator/seed.ts";
import { all, refusal } from "../../support/asked.ts";
import { checks, connected } from "./connected.ts";

const LEGACY = { subdomain: "acme", email: "trent@acme.example", apiToken: API_TOKEN };

describe("an OAuth client", () => {
  test("asks for its token once, as JSON, at the root of the site", async () => {
    const asked: Request[] = [];
    const tenant = connected({
      through: (pass) => async (request) => {
        if (request.url.endsWith("/oauth/tokens")) asked.push(request.clone());
        return pass(request);
      },
    });
    await Promise.all([tenant.view().tenant(), tenant.view().people(["ada@acme.example"])]);

    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST https://acme.zendesk.com/oauth/tokens"]);
    expect(asked[0]?.headers.get("content-type")).toBe("application/json");
    expect(await asked[0]?.json()).toEqual({
      grant_type: "client_credentials",
      client_id: "accord",
      client_secret: expect.any(String),
      scope: "read write",
      expires_in: 7200,
    });
  });

  test("asks again once after a 401, and once only", async () => {
    const tenant = connected();
    await tenant.view().tenant();
    tenant.pass(60_000);
    tenant.memory.tokens = [];

    expect(await tenant.view().tenant()).toEqual({ id: "acme.zendesk.com", host: "acme.zendesk.com" });
    tenant.requests();

    tenant.pass(60_000);
    tenant.memory.tokens = [];
    const dead = tenant.memory.clients.splice(0, 1);
    expect(await refusal(tenant.view().tenant())).toMatchObject([{ code: "zendesk-credential-refused", fatal: true }]);
    tenant.memory.clients.unshift(...dead);
  });

  test("gets a new token before the old one ends", async () => {
    const tenant = connected();
    await tenant.view().tenant();
    tenant.pass(7_190_000);
    await tenant.view().tenant();
    expect(tenant.requests()).toEqual(["GET /users/me", "GET /users/me"]);
    expect(tenant.memory.tokens.length).toBeGreaterThan(1);
  });

  test("of somebody who is no administrator stops the plan before anything counts as a fact", async () => {
    const settings = { subdomain: "acme", clientId: AGENT_CLIENT.identifier, clientSecret: AGENT_CLIENT.secret };
    const tenant = connected({ settings });
    expect(await tenant.view().preflight(["group"])).toMatchObject([{ code: "zendesk-not-admin", fatal: true }]);
    expect((await checks(tenant.view(), "group")).role).toMatchObject({ status: "fail" });
  });

  test("with an unknown secret says what to check, and never says the secret", async () => {
    const tenant = connected({ settings: { subdomain: "acme", clientId: "accord", clientSecret: "s3cr3t-of-mine" } });
    const problems = await refusal(tenant.view().tenant());
    expect(problems).toMatchObject([{ code: "zendesk-credential-refused", fatal: true }]);
    expect(JSON.stringify(problems)).not.toContain("s3cr3t");
  });
});

describe("an API token", () => {
  test("works as the administrator it is used as", async () => {
    const tenant = connected({ settings: LEGACY });
    expect(await tenant.view().preflight(["group"])).toMatchObject([
      { code: "zendesk-api-tokens-end", severity: "warning", message: expect.stringContaining("30 April 2027") },
    ]);
    expect(await all(tenant.view().list("group", { objects: [], everything: true }))).toHaveLength(2);
  });

  test("that is dead reads as an anonymous visitor with status 200, which is no success", async () => {
    const tenant = connected({ settings: { ...LEGACY, apiToken: "switched-off" } });
    expect(await tenant.view().preflight(["group"])).toMatchObject([
      { code: "zendesk-credential-refused", message: expect.stringContaining("anonymous"), fatal: true },
    ]);
    expect(await refusal(tenant.view().tenant())).toMatchObject([{ code: "zendesk-credential-refused" }]);
    expect((await checks(tenant.view())).credential).toMatchObject({ status: "fail" });
  });

  test.each([
    [Date.UTC(2026, 2, 3), "warn", "in 423 days. No new one can be made after 27 October 2026"],
    [Date.UTC(2026, 10, 26), "warn", "in 155 days. No new one can be made since 27 October 2026"],
    [Date.UTC(2027, 3, 29, 12), "warn", "in 1 days"],
    [Date.UTC(2027, 3, 30), "fail", "stopped working on 30 April 2027"],
  ])("has an end that doctor counts down to (%i)", async (start, status, detail) => {
    const found = (await checks(connected({ settings: LEGACY, start }).view()))["end of API tokens"];
    expect(found).toMatchObject({
      status,
      detail: expect.stringContaining(detail),
      hint: expect.stringContaining("OAuth"),
    });
  });
});

test.each([
  [{ subdomain: "acme" }, "zendesk-credential"],
  [{ ...LEGACY, clientId: "a", clientSecret: "b" }, "zendesk-credential"],
  [{ subdomain: "acme", email: "trent@acme.example" }, "zendesk-credential"],
  [{ ...LEGACY, subdomain: "help.acme.example" }, "zendesk-subdomain"],
])("settings that reach nobody are refused before any call: %o", async (settings, code) => {
  expect(await refusal(Promise.resolve().then(() => connected({ settings })))).toMatchObject([{ code, fatal: true }]);
});

test("the account may be written as somebody copied it", async () => {
  const tenant = connected({ settings: { ...LEGACY, subdomain: "https://ACME.zendesk.com/agent" } });
  expect(await tenant.view().tenant()).toEqual({ id: "acme.zendesk.com", host: "acme.zendesk.com" });
});

test("doctor says what the plan of the account has not", async () => {
  const tenant = connected();
  expect(await checks(tenant.view(), "custom-role", "organization")).toMatchObject({
    role: { status: "ok" },
    "custom roles": { status: "ok" },
    "audit log": { status: "ok" },
    "multiple organizations": { status: "unknown" },
    "rate budget": { status: "ok", detail: expect.stringContaining("of 700") },
  });
  tenant.memory.plan = "growth";
  expect(await checks(tenant.view(), "custom-role")).toMatchObject({
    "custom roles": { status: "fail", detail: expect.stringContaining("Enterprise") },
    "audit log": { status: "unknown" },
  });
  expect(await tenant.view().preflight(["custom-role"])).toMatchObject([
    { code: "zendesk-not-enterprise", fatal: true },
  ]);
  expect(await tenant.view().preflight(["group", "agent"])).toEqual([]);
});
