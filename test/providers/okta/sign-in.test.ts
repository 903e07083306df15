import { generateKeyPairSync } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { oktaSettings } from "../../../providers/okta/auth/settings.ts";
import { DPOP_CLIENT } from "../../../providers/okta/emulator/seed.ts";
import { all, byKey, refusal } from "../../support/asked.ts";
import { connected, context } from "./connected.ts";
import { START } from "./emulator/sandbox.ts";

describe("the domain", () => {
  test.each([
    ["acme", "https://acme.okta.com"],
    ["acme.okta.com", "https://acme.okta.com"],
    ["https://ACME.okta.com/", "https://acme.okta.com"],
    ["id.acme.example", "https://id.acme.example"],
    ["acme-admin.oktapreview.com", "https://acme.oktapreview.com"],
  ])("%s is %s", (domain, origin) => {
    expect(oktaSettings({ domain, apiToken: "x" }).base.origin).toBe(origin);
  });

  test("a path or a query is refused, and so is plain http beyond this machine", async () => {
    for (const domain of ["acme.okta.com/app", "acme.okta.com?x=1", "user@acme.okta.com", ""]) {
      expect(() => oktaSettings({ domain, apiToken: "x" })).toThrow(/is not an Okta domain/);
    }
    const base = { domain: "acme", apiToken: "x" };
    expect(() => oktaSettings({ ...base, baseUrl: "http://evil.example" })).toThrow(/neither https nor a loopback/);
    expect(oktaSettings({ ...base, baseUrl: "http://127.0.0.1:4010" }).base.origin).toBe("http://127.0.0.1:4010");
  });

  test("the console's address is corrected, with a warning", () => {
    expect(oktaSettings({ domain: "acme-admin.okta.com", apiToken: "x" }).warning).toBe(
      "acme-admin.okta.com is the address of the admin console; the organization's is acme.okta.com.",
    );
  });
});

describe("the credential", () => {
  test("is exactly one", () => {
    const of = (given: Record<string, string>): string => oktaSettings({ domain: "acme", ...given }).credential.kind;
    expect(() => of({})).toThrow(/needs a credential/);
    expect(() => of({ apiToken: "x", clientId: "0oa", privateKey: "y" })).toThrow(/takes one credential/);
    expect(() => of({ privateKey: "y" })).toThrow(/needs its clientId/);
    expect(of({ clientId: "0oa", clientSecret: "hunter2" })).toBe("secret");
    expect(of({ clientId: "0oa", clientSecret: '{"kty":"RSA","d":"x"}' })).toBe("key");
    expect(of({ clientId: "0oa", clientSecret: "-----BEGIN PRIVATE KEY-----" })).toBe("key");
  });

  test("scopes are read from commas, spaces or a list", () => {
    const scopes = (value: string | string[]) =>
      oktaSettings({ domain: "acme", clientId: "0oa", clientSecret: "s", scopes: value }).scopes;
    expect(scopes("a, b,a c")).toEqual(["a", "b", "c"]);
    expect(scopes(["a", "b c"])).toEqual(["a", "b", "c"]);
  });

  test("a key that is none is told without showing it", async () => {
    const problems = await refusal(byKey(connected({ privateKey: "sesame" }).view(), "group", "support"));

    expect(problems).toMatchObject([{ code: "okta-private-key", fatal: true }]);
    expect(JSON.stringify(problems)).not.toContain("sesame");
  });

  test("a PEM with its line breaks written out signs as well, in PKCS#1 too", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = pair.privateKey.export({ format: "pem", type: "pkcs1" }).toString().replaceAll("\n", "\\n");
    const tenant = connected({ clientId: "0oapemclient00000000", privateKey: pem, keyId: "pem" });
    const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid: "pem", alg: "RS256" };
    tenant.box.okta.addClient({ id: "0oapemclient00000000", keys: [jwk], scopes: ["okta.groups.manage"] }, [
      "SUPER_ADMIN",
    ]);

    expect((await byKey(tenant.view(), "group", "support")).spec.name).toBe("support");
  });

  test("a PEM that does not say which key it is, is told before anything is sent", async () => {
    const pem = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "sec1" });
    const tenant = connected({ privateKey: pem.toString() });

    expect(await refusal(byKey(tenant.view(), "group", "support"))).toMatchObject([
      { code: "okta-key-id", hint: expect.stringContaining("keyId"), fatal: true },
    ]);
    expect(tenant.box.okta.lastRequests).toEqual([]);
  });

  test("an OIN integration signs in with its secret", async () => {
    const tenant = connected({
      domain: "acme",
      clientId: "0oasecretclient00000",
      clientSecret: "s:/e&cret",
      privateKey: "",
    });
    tenant.box.okta.addClient({ id: "0oasecretclient00000", secret: "s:/e&cret", scopes: ["okta.groups.manage"] }, [
      "SUPER_ADMIN",
    ]);

    expect((await byKey(tenant.view(), "group", "support")).spec.name).toBe("support");
  });

  test("an API token needs no token request", async () => {
    const tenant = connected({ domain: "acme", apiToken: "00sandbox-okta-trent" });

    await byKey(tenant.view(), "group", "support");

    expect(tenant.box.okta.lastRequests.map(({ path }) => path)).toEqual(["/api/v1/groups?limit=200&expand=stats"]);
  });

  test("a dead API token stops the instance", async () => {
    const problems = await refusal(
      byKey(connected({ domain: "acme", apiToken: "expired" }).view(), "group", "support"),
    );

    expect(problems).toMatchObject([{ code: "okta-credential-refused", fatal: true }]);
    expect(JSON.stringify(problems)).not.toContain("expired");
  });
});

describe("the token", () => {
  const tokenRequests = (tenant: ReturnType<typeof connected>): readonly number[] =>
    tenant.box.okta.lastRequests.filter(({ path }) => path === "/oauth2/v1/token").map(({ status }) => status);

  test("is asked for once, however many calls wait for it", async () => {
    const tenant = connected();

    await Promise.all(["support", "engineering"].map((name) => byKey(tenant.view(), "group", name, "members")));
    await tenant.hands().delete("group", { id: "00gx", spec: {} }, context());

    expect(tokenRequests(tenant)).toEqual([200]);
  });

  test("that is revoked is renewed, and the call sent again", async () => {
    const tenant = connected();
    await byKey(tenant.view(), "group", "support");
    await tenant.sleep(10_000);
    tenant.box.okta.tenant.accessTokens.clear();

    expect((await byKey(tenant.view(), "group", "support")).spec.name).toBe("support");
    expect(tokenRequests(tenant)).toEqual([200, 200]);
  });

  test("before its last minute is kept, in it renewed", async () => {
    const tenant = connected();
    await byKey(tenant.view(), "group", "support");
    await tenant.sleep(58 * 60_000);
    await byKey(tenant.view(), "group", "support");
    expect(tokenRequests(tenant)).toEqual([200]);

    await tenant.sleep(70_000);
    await byKey(tenant.view(), "group", "support");
    expect(tokenRequests(tenant)).toEqual([200, 200]);
  });

  test("of an app that wants proofs of possession: asked plainly, then with a proof, then with the nonce", async () => {
    const tenant = connected({ clientId: DPOP_CLIENT });
    const view = tenant.view();

    const members = await all(view.list("group", { objects: [], everything: true }));

    expect(members).toHaveLength(2);
    expect(tokenRequests(tenant)).toEqual([400, 400, 200]);
    expect(tenant.box.okta.lastRequests.filter(({ status }) => status === 401)).toEqual([]);
  });

  test.each([
    ["an unknown client", { clientId: "0oanobody00000000000" }, "okta-invalid-client", /Check clientId/],
    ["scopes that nobody granted", { scopes: "okta.policies.read" }, "okta-invalid-scope", /okta.policies.read/],
  ])("is refused for %s with what to change", async (_why, settings, code, hint) => {
    const [problem] = await refusal(byKey(connected(settings).view(), "group", "support"));

    expect(problem).toMatchObject({ code, hint: expect.stringMatching(hint), fatal: true });
  });

  test.each([
    [90, "This machine's clock is 90 s ahead of Okta's; set it by NTP."],
    [-600, "This machine's clock is 600 s behind Okta's; set it by NTP."],
  ])("is refused where the clock is %s s off, and the clock is named", async (seconds, hint) => {
    const tenant = connected({}, { ahead: seconds * 1_000 });

    expect(await refusal(byKey(tenant.view(), "group", "support"))).toMatchObject([
      { code: "okta-invalid-client", hint, fatal: true },
    ]);
  });

  test("is not refused because of the clock where a secret is wrong", async () => {
    const settings = { clientId: "0oasecretclient00000", clientSecret: "wrong", privateKey: "" };
    const tenant = connected(settings, { ahead: 3_600_000 });
    tenant.box.okta.addClient({ id: "0oasecretclient00000", secret: "right", scopes: ["okta.groups.manage"] });

    const [problem] = await refusal(byKey(tenant.view(), "group", "support"));

    expect(problem).toMatchObject({ code: "okta-invalid-client", hint: expect.stringContaining("Check clientId") });
  });

  test("is refused for a key that was generated and not saved", async () => {
    const tenant = connected({ clientId: "0oaunsavedkey0000000" });
    tenant.box.okta.addClient({ id: "0oaunsavedkey0000000", keys: [], scopes: ["okta.groups.read"] });

    const [problem] = await refusal(byKey(tenant.view(), "group", "support"));

    expect(problem).toMatchObject({ code: "okta-key-not-saved", hint: expect.stringContaining("not saved") });
  });
});

describe("proofs of possession", () => {
  /** Claims of each proof that went to the API, and `answer` in place of the tenant's for as long as it gives one. */
  function proving(answer: (request: Request, sent: number) => Response | undefined = () => undefined) {
    const proofs: ReturnType<typeof decodeJwt>[] = [];
    const tenant = connected(
      { clientId: DPOP_CLIENT },
      {
        through: (fetch) => (request) => {
          if (!request.url.includes("/api/v1/")) return fetch(request);
          proofs.push(decodeJwt(request.headers.get("dpop") ?? ""));
          const given = answer(request, proofs.length);
          return given === undefined ? fetch(request) : Promise.resolve(given);
        },
      },
    );
    return { tenant, proofs };
  }

  test("are made anew for every try, and name the address without its query", async () => {
    const { tenant, proofs } = proving((_request, sent) => (sent <= 2 ? new Response("", { status: 503 }) : undefined));

    await byKey(tenant.view(), "group", "support", "members");

    expect(proofs).toHaveLength(4);
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(4);
    expect(proofs.map(({ htu }) => htu)).toEqual([
      ...Array.from({ length: 3 }, () => "https://acme.okta.com/api/v1/groups"),
      `https://acme.okta.com/api/v1/groups/${await tenant.idOf("support")}/users`,
    ]);
  });

  test("carry the nonce that the API asks for, which is not the token endpoint's", async () => {
    const challenge = { "www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": "of-the-api" };
    const { tenant, proofs } = proving((_request, sent) =>
      sent === 1 ? new Response("", { status: 401, headers: challenge }) : undefined,
    );

    await byKey(tenant.view(), "group", "support");

    expect(proofs.map(({ nonce }) => nonce)).toEqual([undefined, "of-the-api"]);
  });

  test("follow the token endpoint's nonce when it changes", async () => {
    const { tenant } = proving();
    await byKey(tenant.view(), "group", "support");
    await tenant.sleep(5 * 86_400_000);

    await byKey(tenant.view(), "group", "support");

    const tokens = tenant.box.okta.lastRequests.filter(({ path }) => path === "/oauth2/v1/token");
    expect(tokens.map(({ status }) => status)).toEqual([400, 400, 200, 400, 200]);
  });

  test("that the API refuses are blamed on the clock where it is wrong", async () => {
    const body = { error: "invalid_dpop_proof", error_description: "The DPoP proof JWT is too old." };
    const headers = { date: new Date(START + 600_000).toUTCString() };
    const { tenant } = proving(() => Response.json(body, { status: 400, headers }));

    expect(await refusal(byKey(tenant.view(), "group", "support"))).toMatchObject([
      {
        code: "okta-invalid-dpop-proof",
        message: "Okta refused GET /api/v1/groups: The DPoP proof JWT is too old.",
        hint: "This machine's clock is 600 s behind Okta's; set it by NTP.",
        fatal: true,
      },
    ]);
  });
});

test("an invalid session stops the instance", async () => {
  const body = { errorCode: "E0000005", errorSummary: "Invalid session" };
  const tenant = connected(
    { domain: "acme", apiToken: "00sandbox-okta-trent" },
    { through: () => async () => Response.json(body, { status: 403 }) },
  );

  expect(await refusal(byKey(tenant.view(), "group", "support"))).toMatchObject([
    { code: "okta-credential-refused", fatal: true },
  ]);
});
