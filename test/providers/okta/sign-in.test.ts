import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { oktaSettings } from "../../../providers/okta/auth/settings.ts";
import { DPOP_CLIENT } from "../../../providers/okta/emulator/seed.ts";
import { all, byKey, connected, context, refusal } from "./connected.ts";

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

  test("is refused for a key that was generated and not saved", async () => {
    const tenant = connected({ clientId: "0oaunsavedkey0000000" });
    tenant.box.okta.addClient({ id: "0oaunsavedkey0000000", keys: [], scopes: ["okta.groups.read"] });

    const [problem] = await refusal(byKey(tenant.view(), "group", "support"));

    expect(problem).toMatchObject({ code: "okta-key-not-saved", hint: expect.stringContaining("not saved") });
  });
});
