/** Every way of signing in, against an endpoint that verifies secrets, signatures, audiences and times. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../../engine/model.ts";
import { entra } from "../../../providers/entra/provider.ts";
import { refusal } from "../../support/asked.ts";
import { connected, SECRET } from "./connected.ts";

const ROLES = ["Organization.Read.All", "User.Read.All", "GroupMember.Read.All"];
const ISSUER = "https://token.actions.githubusercontent.com";
const SUBJECT = "repo:acme/access:environment:production";
const AUDIENCE = "api://AzureADTokenExchange";

let folder: string;
let certificate: string;
let privateKey: string;
let otherKey: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "accord-entra-"));
  const make = (name: string): void => {
    const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.pem`)];
    const subject = ["-subj", `/CN=${name}`, "-days", "30", "-nodes"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...files, ...subject], { stdio: "ignore" });
  };
  make("app");
  make("other");
  certificate = readFileSync(join(folder, "app.pem"), "utf8");
  privateKey = readFileSync(join(folder, "app.key"), "utf8");
  otherKey = readFileSync(join(folder, "other.key"), "utf8");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Settings with the seeded app's ids and another credential. */
function signed(
  settings: Readonly<Record<string, Value>>,
  prepare: (tenant: ReturnType<typeof connected>, appId: string) => void = () => {},
) {
  const tenant = connected();
  const { appId } = tenant.emulator.addApp({
    roles: ROLES,
    certificates: [certificate],
    trusts: [{ name: "ci", issuer: ISSUER, subject: SUBJECT, audience: AUDIENCE }],
  });
  prepare(tenant, appId);
  const outside = {
    fetch: (request: Request) => tenant.emulator.fetch(request),
    clock: tenant.clock,
    signal: new AbortController().signal,
  };
  return {
    tenant,
    appId,
    connect: (more: Readonly<Record<string, Value>> = {}, fetch = outside.fetch) =>
      entra.connect(
        { tenantId: tenant.emulator.tenant.id, clientId: appId, ...settings, ...more },
        { ...outside, fetch },
      ),
  };
}

describe("a client secret", () => {
  test("gives a token that says what was consented to, and that is renewed five minutes before its end", async () => {
    const tenant = connected({ app: { roles: ROLES } });
    await tenant.view().tenant();
    await tenant.view().tenant();
    const tokens = () => tenant.emulator.lastRequests.filter(({ path }) => path.includes("/oauth2/")).length;
    expect(tokens()).toBe(1);
    tenant.clock.pass(55 * 60_000);
    await tenant.view().tenant();
    expect(tokens()).toBe(2);
  });

  test("a wrong one, an expired one, an unknown client, an unknown tenant: each says what to do", async () => {
    const code = async (settings: Readonly<Record<string, Value>>, endsAt = Number.MAX_SAFE_INTEGER) => {
      const tenant = connected({ app: { roles: ROLES, secrets: [{ name: "s", value: SECRET, endsAt }] }, settings });
      const [problem] = await refusal(tenant.view().tenant());
      expect(problem?.fatal).toBe(true);
      expect(JSON.stringify(problem)).not.toContain(SECRET);
      return problem?.code;
    };
    expect(await code({ clientSecret: "wrong" })).toBe("entra-bad-secret");
    expect(await code({}, 0)).toBe("entra-expired-secret");
    expect(await code({ clientId: "00000000-0000-4000-8000-000000000000" })).toBe("entra-unknown-client");
    expect(await code({ tenantId: "elsewhere.example" })).toBe("entra-unknown-tenant");
  });

  test("another cloud is named as the likely mistake", async () => {
    const tenant = connected({ settings: { cloud: "us-gov-l4" } });
    const [elsewhere] = await refusal(tenant.view().tenant());
    expect(elsewhere).toMatchObject({ code: "entra-unknown-tenant", hint: expect.stringContaining("needs `cloud`") });
    const unmoved = connected();
    unmoved.emulator.tenant.graph = "https://graph.microsoft.us";
    const [problem] = await refusal(unmoved.view().tenant());
    expect(problem).toMatchObject({ code: "entra-wrong-cloud", hint: expect.stringContaining("Set `cloud`") });
  });
});

describe("a certificate", () => {
  test("signs an assertion that the endpoint verifies", async () => {
    const { connect, tenant } = signed({ certificate, privateKey });
    expect((await connect().view().tenant()).id).toBe(tenant.emulator.tenant.id);
  });

  test("line breaks may be written as \\n, as environment variables have them", async () => {
    const flat = (pem: string): string => pem.replaceAll("\n", "\\n");
    const { connect } = signed({ certificate: flat(certificate), privateKey: flat(privateKey) });
    await expect(connect().view().tenant()).resolves.toBeDefined();
  });

  test("that is not registered, or is not the key's, is refused; the key is never quoted", async () => {
    const unregistered = signed({ certificate, privateKey }, ({ emulator }, appId) => {
      const app = emulator.tenant.apps.get(appId);
      if (app !== undefined) emulator.tenant.apps.set(appId, { ...app, certificates: [] });
    });
    const [refused] = await refusal(unregistered.connect().view().tenant());
    expect(refused?.code).toBe("entra-certificate-refused");
    const { connect } = signed({ certificate, privateKey: otherKey });
    const [mixed] = await refusal(connect().view().tenant());
    expect(mixed?.message).toBe("certificate and privateKey do not belong together.");
    const [unreadable] = await refusal(connect({ privateKey: "-----BEGIN nothing" }).view().tenant());
    expect(JSON.stringify(unreadable)).not.toContain("BEGIN nothing");
  });

  test("a clock that is wrong by more than five minutes is said to be", async () => {
    const { connect, tenant } = signed({ certificate, privateKey });
    const ahead = { ...tenant.clock, now: () => tenant.clock.now() + 3_600_000 };
    const connection = entra.connect(
      {
        tenantId: tenant.emulator.tenant.id,
        clientId: [...tenant.emulator.tenant.apps.keys()].at(-1) ?? "",
        certificate,
        privateKey,
      },
      { fetch: (request) => tenant.emulator.fetch(request), clock: ahead, signal: new AbortController().signal },
    );
    expect((await refusal(connection.view().tenant()))[0]?.code).toBe("entra-clock");
    void connect;
  });
});

describe("workload identity federation", () => {
  async function issuer(
    tenant: ReturnType<typeof connected>,
    claims: { readonly sub?: string; readonly aud?: string } = {},
  ) {
    const keys = await generateKeyPair("RS256", { extractable: true });
    tenant.emulator.tenant.issuers.set(ISSUER, { ...(await exportJWK(keys.publicKey)) });
    const seconds = Math.floor(tenant.clock.now() / 1_000);
    return new SignJWT({})
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(ISSUER)
      .setSubject(claims.sub ?? SUBJECT)
      .setAudience(claims.aud ?? AUDIENCE)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 300)
      .sign(keys.privateKey);
  }

  test("takes the token of another issuer as it is", async () => {
    const { connect, tenant } = signed({});
    const oidcToken = await issuer(tenant);
    await expect(connect({ oidcToken }).view().tenant()).resolves.toBeDefined();
  });

  test("a subject in another letter case is refused, and both sides are printed", async () => {
    const { connect, tenant } = signed({});
    const oidcToken = await issuer(tenant, { sub: SUBJECT.toUpperCase() });
    const [problem] = await refusal(connect({ oidcToken }).view().tenant());
    expect(problem?.code).toBe("entra-no-trust");
    expect(problem?.hint).toContain(`iss ${ISSUER}, sub ${SUBJECT.toUpperCase()}, aud ${AUDIENCE}`);
    expect(JSON.stringify(problem)).not.toContain(oidcToken);
  });

  test("GitHub Actions is asked anew for each token, with the audience of the cloud", async () => {
    const { connect, tenant } = signed({});
    const oidcToken = await issuer(tenant);
    const asked: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      if (!request.url.startsWith("https://pipelines.example/")) return tenant.emulator.fetch(request);
      asked.push(`${request.headers.get("authorization")} ${new URL(request.url).search}`);
      return new Response(JSON.stringify({ value: oidcToken }), { headers: { "content-type": "application/json" } });
    };
    const settings = { oidcRequestUrl: "https://pipelines.example/token?api-version=2.0", oidcRequestToken: "runner" };
    await expect(connect(settings, fetch).view().tenant()).resolves.toBeDefined();
    expect(asked).toEqual(["bearer runner ?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange"]);
    const [problem] = await refusal(
      connect(settings, async () => new Response("", { status: 403 }))
        .view()
        .tenant(),
    );
    expect(problem).toMatchObject({ code: "entra-oidc-request", hint: expect.stringContaining("id-token: write") });
  });
});

describe("settings", () => {
  const ids = { tenantId: "acc0fd00-0000-4000-8000-00000000acce", clientId: "acc0fd00-0000-4000-8000-00000000acc0" };
  test.each([
    [{ ...ids }, "has none"],
    [{ ...ids, clientSecret: "a", oidcToken: "b" }, "clientSecret and oidcToken are several"],
    [{ ...ids, privateKey: "a" }, "privateKey alone cannot sign in"],
    [{ ...ids, oidcRequestUrl: "https://x.example" }, "belong together"],
    [{ ...ids, clientId: "Accord", clientSecret: "a" }, "no application (client) id"],
    [{ ...ids, tenantId: "acme", clientSecret: "a" }, "neither a directory id nor a domain"],
    [{ ...ids, clientSecret: "a", baseUrl: "http://graph.example" }, "neither https nor a loopback address"],
  ])("%j: %s", async (settings, said) => {
    const outside = {
      fetch: () => Promise.reject(new Error("nobody")),
      clock: connected().clock,
      signal: new AbortController().signal,
    };
    const [problem] = await refusal(
      Promise.resolve().then(() => entra.connect(settings as Readonly<Record<string, string>>, outside)),
    );
    expect(problem?.message).toContain(said);
    expect(problem?.hint).toBeTruthy();
  });
});
