import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { ROLES } from "../../../../providers/c1/emulator/rights.ts";
import { at, clientOf, type Sandbox, sandbox, tokenRequest } from "./tenant.ts";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function keyIn(clientSecret: string): { x: string; d: string } {
  const jwk: unknown = JSON.parse(Buffer.from(clientSecret.split(":")[3] ?? "", "base64url").toString());
  return { x: String(at(jwk, "x")), d: String(at(jwk, "d")) };
}

interface Changes {
  readonly claims?: JWTPayload;
  readonly nonce?: string | undefined;
  readonly seconds?: number;
}

/** What the official clients send, with one thing changed. */
async function assertion({ c1, time }: Sandbox, changes: Changes = {}): Promise<Response> {
  const { clientId = "", clientSecret = "" } = c1.settings;
  const now = Math.floor(time.wall / 1000);
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", ...keyIn(clientSecret) }, "EdDSA");
  const nonce = "nonce" in changes ? changes.nonce : "0123456789abcdef0123456789abcdef";
  const jwt = await new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: ["acme.conductor.one"],
    iat: now,
    nbf: now - 120,
    exp: now + (changes.seconds ?? 120),
    ...changes.claims,
  })
    .setProtectedHeader({ alg: "EdDSA", ...(nonce === undefined ? {} : { nonce }) })
    .sign(key);
  return c1.fetch(
    tokenRequest({
      grant_type: "client_credentials",
      client_id: clientId,
      client_assertion_type: ASSERTION,
      client_assertion: jwt,
    }),
  );
}

describe("signing in", () => {
  it("takes the client secret in the body and answers a bearer token for an hour", async () => {
    const { c1 } = await sandbox();
    const { clientId = "", clientSecret = "" } = c1.settings;
    const response = await c1.fetch(
      tokenRequest({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
    );
    expect(await response.json()).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: "Bearer" });
    const wrong = tokenRequest({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: `${clientSecret}x`,
    });
    expect((await c1.fetch(wrong)).status).toBe(401);
  });

  it("takes a signed assertion", async () => {
    expect((await assertion(await sandbox())).status).toBe(200);
  });

  it.each<[string, Changes]>([
    ["is meant for another host", { claims: { aud: "https://acme.conductor.one" } }],
    ["is somebody else's", { claims: { sub: "other@acme.conductor.one/spc" } }],
    ["is valid for more than five minutes", { seconds: 301 }],
    ["has expired", { claims: { exp: 1_700_000_000 } }],
    ["has no nonce", { nonce: undefined }],
  ])("refuses an assertion that %s", async (_, changes) => {
    expect((await assertion(await sandbox(), changes)).status).toBe(401);
  });

  it("refuses a token that has expired on the wall clock, whatever tenant time says", async () => {
    const world = await sandbox();
    await world.pass(10 * 3_600_000);
    expect((await world.client.get("/api/v1/apps")).status).toBe(200);
    world.time.wall += 3601_000;
    const late = await world.client.get("/api/v1/apps");
    expect(late.status).toBe(401);
    expect(late.body).toMatchObject({ code: 16 });
  });

  it("lets a revoked credential bite only after a while", async () => {
    const { c1, login, time } = await sandbox();
    const { clientId, clientSecret } = c1.addPrincipal({ roles: [ROLES.superAdmin] });
    const client = await login(clientId, clientSecret);
    c1.revokeCredential(clientId);
    time.wall += 60_000;
    expect((await client.get("/api/v1/apps")).status).toBe(200);
    time.wall += 60_000;
    expect((await client.get("/api/v1/apps")).status).toBe(401);
  });

  it("exchanges an OIDC token of a trusted issuer whose audience is the tenant", async () => {
    const { c1, time } = await sandbox();
    const issuer = "https://token.actions.githubusercontent.com";
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), alg: "RS256", kid: "k1" };
    const trust = { issuer, jwks: { keys: [jwk] }, subject: "repo:acme/access:ref:refs/heads/main" };
    const { clientId } = c1.addPrincipal({ roles: [ROLES.superAdmin], trust });
    expect(clientId).toMatch(/\/wfe$/);
    const exchange = async (audience: string, subject = trust.subject): Promise<Response> => {
      const subjectToken = await new SignJWT({ iss: issuer, sub: subject, aud: audience, exp: time.wall / 1000 + 300 })
        .setProtectedHeader({ alg: "RS256", kid: "k1" })
        .sign(privateKey);
      return c1.fetch(
        tokenRequest({
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: subjectToken,
          subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
          client_id: clientId,
        }),
      );
    };
    const response = await exchange("acme.conductor.one");
    const client = clientOf(c1, String(at(await response.json(), "access_token")));
    expect((await client.get("/api/v1/auth/introspect")).status).toBe(200);
    expect((await exchange("sts.amazonaws.com")).status).toBe(401);
    expect((await exchange("acme.conductor.one", "repo:mallory/access:ref:refs/heads/main")).status).toBe(401);
  });
});

describe("rights", () => {
  it("shows blank fields with 200 to a caller without them", async () => {
    const { c1, client, login } = await sandbox();
    await client.post("/api/v1/catalogs", { displayName: "On-call" });
    const { clientId, clientSecret } = c1.addPrincipal({ roles: [ROLES.basicUser] });
    const basic = await login(clientId, clientSecret);
    const list = await basic.get("/api/v1/catalogs");
    expect(list.status).toBe(200);
    expect(at(list.body, "list.0.requestCatalog")).toMatchObject({
      displayName: "",
      id: expect.stringMatching(/.{27}/),
      published: false,
    });
    expect((await basic.post("/api/v1/catalogs", { displayName: "Mine" })).status).toBe(403);
  });

  it("shows everything but automations to a read-only super administrator", async () => {
    const { c1, client, login } = await sandbox();
    const created = await client.post("/api/v1/catalogs", { displayName: "On-call" });
    const catalogId = String(at(created.body, "requestCatalogView.requestCatalog.id"));
    const path = `/api/v1/catalogs/${catalogId}/bundle_automation`;
    await client.post(path, { cel: { expression: "true" }, createTasks: true, enabled: true });
    const { clientId, clientSecret } = c1.addPrincipal({ roles: [ROLES.readOnlySuperAdmin] });
    const reader = await login(clientId, clientSecret);
    expect(
      at((await reader.get(`/api/v1/catalogs/${catalogId}`)).body, "requestCatalogView.requestCatalog.displayName"),
    ).toBe("On-call");
    expect((await reader.get(path)).body).toMatchObject({ createTasks: false, enabled: false });
    expect((await reader.delete(`/api/v1/catalogs/${catalogId}`)).status).toBe(403);
  });

  it("narrows a super administrator's credential to its scope", async () => {
    const { c1, login } = await sandbox();
    const { clientId, clientSecret } = c1.addPrincipal({
      roles: [ROLES.superAdmin],
      scope: [ROLES.readOnlySuperAdmin],
    });
    const client = await login(clientId, clientSecret);
    expect(at((await client.get("/api/v1/auth/introspect")).body, "roles")).toEqual([ROLES.readOnlySuperAdmin]);
    expect((await client.post("/api/v1/apps", { displayName: "X" })).status).toBe(403);
  });

  it("lets an application's owner write there and nowhere else", async () => {
    const { c1, client, login } = await sandbox();
    const { clientId, clientSecret, userId } = c1.addPrincipal({ roles: [ROLES.applicationAdmin] });
    const owner = await login(clientId, clientSecret);
    const [mine, other] = [
      await client.post("/api/v1/apps", { displayName: "Mine", owners: [userId] }),
      await client.post("/api/v1/apps", { displayName: "Other" }),
    ];
    const rename = { app: { description: "x" }, updateMask: "description" };
    expect((await owner.post(`/api/v1/apps/${at(mine.body, "app.id")}`, rename)).status).toBe(200);
    expect((await owner.post(`/api/v1/apps/${at(other.body, "app.id")}`, rename)).status).toBe(403);
  });
});
