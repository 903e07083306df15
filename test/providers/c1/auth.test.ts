import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { Outside } from "../../../engine/outside.ts";
import { parseClientId, secretKey } from "../../../providers/c1/auth.ts";
import type { C1Emulator } from "../../../providers/c1/emulator.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { testClock } from "../../support/clock.ts";
import { find, readOne, START, stage, watched } from "./tenant.ts";

type Answers = (request: Request) => Promise<Response>;

/** The emulated tenant, whose token endpoint, and whose others, answer as a test says. */
function through(
  emulator: C1Emulator,
  token: Answers,
  others: Answers = (request) => emulator.fetch(request),
): Outside {
  const fetch = (request: Request): Promise<Response> =>
    request.url.endsWith("/auth/v1/token") ? token(request) : others(request);
  return { fetch, clock: testClock(START), signal: new AbortController().signal };
}

describe("a client id names the tenant", () => {
  it("takes the host between @ and /", () => {
    expect(parseClientId("quiet-otter@Acme.C1EU.ai/spc")).toMatchObject({
      host: "acme.c1eu.ai",
      kind: "service principal",
    });
  });
  it.each(["acme", "a@b", "a@b.c/zzz", "@b.c/spc"])("refuses %s", (id) => {
    expect(() => parseClientId(id)).toThrow("not a C1 client id");
  });
});

describe("a client secret", () => {
  it.each(["x", "secret-token:conductorone.com:v2:abc", "secret-token:conductorone.com:v1:AAAA"])(
    "is refused without being quoted: %s",
    (secret) => {
      expect(() => secretKey(secret)).toThrow(/clientSecret/);
      expect(() => secretKey(secret)).not.toThrow(new RegExp(secret.split(":").at(-1) ?? ""));
    },
  );
});

describe("signing in", () => {
  it("signs an assertion that the tenant verifies, once for many requests", async () => {
    const { connection, emulator } = stage();
    const view = connection.view();
    expect(await view.tenant()).toMatchObject({ host: "acme.conductor.one" });
    await view.people(["ada@acme.example", "grace@acme.example"]);
    expect(emulator.lastRequests.filter((line) => line.includes("/auth/v1/token"))).toHaveLength(1);
  });

  it("renews a token that has run out", async () => {
    const { connection, emulator, pass } = stage();
    await connection.view().tenant();
    await pass(2 * 3_600_000);
    await connection.view().tenant();
    expect(emulator.lastRequests.filter((line) => line.includes("/auth/v1/token"))).toHaveLength(2);
  });

  it("says that the instance is unusable where the secret is of another credential", async () => {
    const { connect, emulator } = stage();
    const other = emulator.addPrincipal({ roles: ["Super Administrator"] });
    const connection = connect({ ...emulator.settings, clientSecret: other.clientSecret });
    await expect(connection.view().tenant()).rejects.toMatchObject({
      problems: [{ code: "credential-refused", fatal: true }],
    });
  });

  it("signs each try anew, for a tenant takes an assertion once", async () => {
    const { emulator } = stage();
    const assertions: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      if (!request.url.endsWith("/auth/v1/token")) return emulator.fetch(request);
      assertions.push(new URLSearchParams(await request.clone().text()).get("client_assertion") ?? "");
      return assertions.length < 3 ? new Response(null, { status: 503 }) : emulator.fetch(request);
    };
    const outside = { fetch, clock: testClock(START), signal: new AbortController().signal };

    expect(await c1.connect(emulator.settings, outside).view().tenant()).toMatchObject({ host: "acme.conductor.one" });
    expect(new Set(assertions).size).toBe(3);
  });

  it("puts who it is, for whom and for how long into the assertion, and nothing else into the form", async () => {
    const { emulator } = stage();
    const forms: URLSearchParams[] = [];
    const outside = through(emulator, async (request) => {
      forms.push(new URLSearchParams(await request.clone().text()));
      return emulator.fetch(request);
    });
    await c1.connect(emulator.settings, outside).view().tenant();
    const [form] = forms;
    expect([...(form?.keys() ?? [])].sort()).toEqual(
      ["client_assertion", "client_assertion_type", "client_id", "grant_type"].sort(),
    );
    const [header, claims] = (form?.get("client_assertion") ?? "")
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
    const now = START / 1_000;
    const { clientId } = emulator.settings;
    expect(header).toEqual({ alg: "EdDSA", nonce: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(claims).toEqual({
      iss: clientId,
      sub: clientId,
      aud: ["acme.conductor.one"],
      iat: now,
      nbf: now - 120,
      exp: now + 120,
    });
  });

  it("waits out a rate limit of the token endpoint, which has one of its own", async () => {
    const { emulator } = stage();
    let tries = 0;
    const outside = through(emulator, async (request) => {
      tries += 1;
      return tries === 1
        ? new Response(null, { status: 429, headers: { "retry-after": "7" } })
        : emulator.fetch(request);
    });
    await c1.connect(emulator.settings, outside).view().tenant();
    expect(tries).toBe(2);
    expect(outside.clock.monotonic()).toBeGreaterThanOrEqual(7_000);
  });

  it("mints one new token after a 401, and gives up at the second", async () => {
    const { emulator } = stage();
    let tokens = 0;
    let refusals = 1;
    const outside = through(
      emulator,
      async (request) => {
        tokens += 1;
        return emulator.fetch(request);
      },
      async (request) => {
        refusals -= 1;
        return refusals >= 0 ? new Response(null, { status: 401 }) : emulator.fetch(request);
      },
    );
    const connection = c1.connect(emulator.settings, outside);
    expect(await connection.view().tenant()).toMatchObject({ host: "acme.conductor.one" });
    expect(tokens).toBe(2);
    refusals = Number.POSITIVE_INFINITY;
    await expect(connection.view().tenant()).rejects.toMatchObject({
      problems: [{ code: "credential-refused", fatal: true }],
    });
    expect(tokens).toBe(3);
  });

  it("exchanges an OIDC token for access, with a client id that ends in /wfe and no secret", async () => {
    const { connect, emulator } = stage();
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256", kid: "1" }] };
    const issuer = "https://token.actions.githubusercontent.com";
    const { clientId } = emulator.addPrincipal({ roles: ["Super Administrator"], trust: { issuer, jwks } });
    const oidc = (audience: string): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: "ES256", kid: "1" })
        .setIssuer(issuer)
        .setSubject("repo:acme/access")
        .setAudience(audience)
        .setExpirationTime(START / 1_000 + 600)
        .sign(privateKey);
    const oidcToken = await oidc("acme.conductor.one");
    expect(await connect({ clientId, oidcToken }).view().tenant()).toMatchObject({ host: "acme.conductor.one" });
    await expect(
      connect({ clientId, oidcToken: await oidc("elsewhere") })
        .view()
        .tenant(),
    ).rejects.toMatchObject({
      problems: [{ code: "credential-refused", fatal: true }],
    });
    expect(() => connect({ clientId: emulator.settings.clientId ?? "", oidcToken })).toThrow("workload federation");
  });

  it.each([
    ["answers with a DPoP token", () => Response.json({ access_token: "t", token_type: "DPoP", expires_in: 600 })],
    ["asks for a proof", () => Response.json({ error: "invalid_dpop_proof" }, { status: 400 })],
  ])("says that DPoP is not supported where the tenant %s", async (_how, answer) => {
    const { emulator } = stage();
    const connection = c1.connect(
      emulator.settings,
      through(emulator, async () => answer()),
    );
    await expect(connection.view().tenant()).rejects.toMatchObject({
      problems: [{ code: "dpop-required", fatal: true }],
    });
  });

  it("goes to the tenant's own host, wherever that is", async () => {
    const { emulator } = stage();
    const asked: string[] = [];
    const outside = through(emulator, async (request) => {
      asked.push(request.url);
      return new Response(null, { status: 400 });
    });
    const clientId = "quiet-otter@acme.c1eu.ai/spc";
    const connection = c1.connect({ ...emulator.settings, clientId }, outside);
    await expect(connection.view().tenant()).rejects.toThrow("acme.c1eu.ai refused the credential");
    expect(asked).toEqual(["https://acme.c1eu.ai/auth/v1/token"]);
  });

  it("says at once that nobody is there, without naming anything secret", async () => {
    const { emulator } = stage();
    const clock = testClock(START);
    const fetch = (): Promise<Response> => {
      const cause = Object.assign(new Error("getaddrinfo ENOTFOUND acme.conductor.one"), { code: "ENOTFOUND" });
      return Promise.reject(new TypeError("fetch failed", { cause }));
    };
    const connection = c1.connect(emulator.settings, { fetch, clock, signal: new AbortController().signal });

    await expect(connection.view().tenant()).rejects.toMatchObject({ problems: [{ code: "unreachable" }] });
    expect(clock.monotonic()).toBe(0);
  });

  it("refuses an unencrypted base and a missing secret before any call", () => {
    const { connect, emulator } = stage();
    expect(() => connect({ ...emulator.settings, baseUrl: "http://example.com" })).toThrow("baseUrl");
    expect(() => connect({ clientId: emulator.settings.clientId ?? "" })).toThrow("clientSecret is missing");
  });
});

describe("a credential that sees only blanks", () => {
  it("stops the plan and names the role", async () => {
    const { connect, emulator } = stage();
    const weak = emulator.addPrincipal({ roles: ["Basic User"] });
    const view = connect({ clientId: weak.clientId, clientSecret: weak.clientSecret }).view();
    const [problem] = await view.preflight(["access-profile"]);
    expect(problem).toMatchObject({ code: "missing-role" });
    expect(problem?.hint).toContain("Read-Only Super Administrator");
  });

  it("lets a read-only administrator plan profiles, but no automations", async () => {
    const { connect, emulator } = stage();
    const reader = emulator.addPrincipal({ roles: ["Read-Only Super Administrator"] });
    const view = connect({ clientId: reader.clientId, clientSecret: reader.clientSecret }).view();
    const problems = await view.preflight(["access-profile", "policy", "membership-automation"]);
    expect(problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining("cannot read c1/membership-automation"),
    ]);
    const lines = [];
    for await (const line of view.doctor(["access-profile", "membership-automation"])) lines.push(line);
    expect(lines.filter((line) => line.status !== "ok").map((line) => line.name)).toEqual([
      "c1/membership-automation",
      "automations",
    ]);
  });

  it("is believed by no read of an entitlement, in a list or by id", async () => {
    const all = stage();
    const app = { id: await find(all.connection, "app", { name: "PagerDuty" }) };
    const resource = { type: "Schedule", externalId: "PJ7K2QX" };
    const spec = { app, resource, slug: "on-call" };
    const id = await find(all.connection, "entitlement", spec);
    const weak = all.emulator.addPrincipal({ roles: ["Access Request Administrator"] });
    const connection = all.connect({ clientId: weak.clientId, clientSecret: weak.clientSecret });
    const blank = { problems: [{ code: "blank-answer", fatal: true }] };
    await expect(readOne(connection, "entitlement", spec, id)).rejects.toMatchObject(blank);
    const byId = connection.view().get("entitlement", [{ id, fields: [] }]);
    await expect(byId[Symbol.asyncIterator]().next()).rejects.toMatchObject(blank);
  });

  it("has nothing to say to a super administrator", async () => {
    const view = stage().connection.view();
    expect(await view.preflight(["app", "connector", "membership-automation"])).toEqual([]);
    expect(await view.standing()).toMatchObject({ self: { id: expect.stringMatching(/^[a-zA-Z0-9]{27}$/) } });
  });
});

describe("what a tenant has switched off", () => {
  const introspected = {
    principleId: "p",
    userId: "u",
    tenantId: "t",
    roles: ["Super Administrator"],
    permissions: [],
  };
  const showing = (more: { features: readonly string[]; disabledModules: readonly string[] }) =>
    watched(stage(), ({ url }) =>
      url.endsWith("/auth/introspect") ? Response.json({ ...introspected, ...more }) : undefined,
    ).connection.view();

  it("stops the plan of what needs it", async () => {
    const view = showing({ features: [], disabledModules: ["access-conflicts"] });
    expect(await view.preflight(["access-conflict", "policy"])).toMatchObject([{ code: "module-off" }]);
  });

  it("is warned about where only a part of a profile needs it", async () => {
    const spec = { displayName: "P", requests: { bundle: true } };
    const without = showing({ features: ["webhooks"], disabledModules: [] });
    expect(await without.review("access-profile", spec, undefined)).toMatchObject([{ code: "feature-off" }]);
    const having = showing({ features: ["bundles"], disabledModules: [] });
    expect(await having.review("access-profile", spec, undefined)).toEqual([]);
  });
});

describe("a rate limit", () => {
  it("is waited out as the tenant says, and nothing is lost", async () => {
    const { connection, emulator } = stage();
    emulator.budget.perMinute = 2;
    const found = await connection.view().people(["ada@acme.example", "grace@acme.example", "linus@acme.example"]);
    expect(found.map((one) => one.candidates.length)).toEqual([1, 1, 1]);
  });
});
