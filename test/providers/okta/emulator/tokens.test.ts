import { describe, expect, test } from "vitest";
import { ASSERTION_TYPE, at, bearer, requestToken, START, sandbox, signedForm } from "./sandbox.ts";

const HOUR = 3_600_000;

describe("POST /oauth2/v1/token", () => {
  test("grants what the console granted, and silently drops the rest", async () => {
    const box = sandbox();
    const { status, body } = await requestToken(box, await signedForm(box.okta, "okta.groups.read okta.nothing.read"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "okta.groups.read" });
  });

  test("refuses when nothing is left", async () => {
    const box = sandbox();
    const { status, body } = await requestToken(box, await signedForm(box.okta, "okta.nothing.read"));
    expect([status, at(body, "error")]).toEqual([400, "invalid_scope"]);
  });

  const second = Math.floor(START / 1000);
  test.each([
    ["another audience", { aud: "https://acme.okta.com/oauth2/default/v1/token" }, /audience/],
    ["an old assertion", { exp: second - 1 }, /expired/],
    ["an assertion from the future", { iat: second + 30 }, /future/],
    ["one that lives too long", { exp: second + 7200 }, /too far/],
    ["an unknown client", { iss: "0oanobody00000000000" }, /client_id/],
    ["another subject", { sub: "somebody" }, /subject/],
  ])("refuses %s", async (_, claims, reason) => {
    const box = sandbox();
    const { status, body } = await requestToken(box, await signedForm(box.okta, "okta.groups.read", claims));
    expect([status, at(body, "error")]).toEqual([401, "invalid_client"]);
    expect(at(body, "error_description")).toMatch(reason);
  });

  test("takes an assertion with a jti only once", async () => {
    const box = sandbox();
    const form = await signedForm(box.okta, "okta.groups.read", { jti: "one" });
    expect((await requestToken(box, form)).status).toBe(200);
    const again = await requestToken(box, form);
    expect([again.status, at(again.body, "error_description")]).toEqual([
      401,
      "The client_assertion token has already been used.",
    ]);
  });

  test("refuses a signature by another key", async () => {
    const [box, other] = [sandbox(), sandbox()];
    const { body } = await requestToken(box, await signedForm(other.okta, "okta.groups.read"));
    expect(at(body, "error_description")).toBe("The client_assertion signature is invalid.");
  });

  test("refuses an assertion that does not say which key signed it", async () => {
    const box = sandbox();
    const { body } = await requestToken(box, await signedForm(box.okta, "okta.groups.read", {}, undefined, {}));
    expect(at(body, "error_description")).toBe("The client_assertion JWT kid is invalid.");
  });

  test("names a key that was generated and never saved", async () => {
    const box = sandbox();
    const id = box.okta.addClient({ label: "Unsaved", scopes: ["okta.groups.read"] });
    const { body } = await requestToken(box, await signedForm(box.okta, "okta.groups.read", {}, id));
    expect(at(body, "error_description")).toBe("The client does not have a JWKSet configured");
  });

  test("takes a client secret from integrations that have one", async () => {
    const box = sandbox();
    const id = box.okta.addClient({ label: "Integration", scopes: ["okta.groups.read"], secret: "s3cret" });
    const basic = (secret: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
    });
    expect((await requestToken(box, { scope: "okta.groups.read" }, basic("s3cret"))).status).toBe(200);
    expect((await requestToken(box, { scope: "okta.groups.read" }, basic("wrong"))).status).toBe(401);
  });

  test("does not read what is no token", async () => {
    const form = { scope: "okta.groups.read", client_assertion_type: ASSERTION_TYPE, client_assertion: "nonsense" };
    expect((await requestToken(sandbox(), form)).status).toBe(401);
  });
});

describe("a caller", () => {
  test("without a scope is refused, by name of neither", async () => {
    const box = sandbox();
    const headers = await bearer(box, "okta.users.read");
    const answer = await box.call("GET", "/api/v1/groups", undefined, headers);
    expect([answer.status, at(answer.body, "errorCode")]).toEqual([403, "E0000006"]);
    expect((await box.call("POST", "/api/v1/users", { profile: {} }, headers)).status).toBe(403);
  });

  test("with scopes and no admin role is told that everything is empty", async () => {
    const box = sandbox();
    const keys = box.okta.tenant.clients.get(box.okta.settings.clientId ?? "")?.keys ?? [];
    const id = box.okta.addClient({ label: "Roleless", keys, scopes: ["okta.users.read", "okta.groups.manage"] });
    const headers = await bearer(box, "okta.users.read okta.groups.manage", id);
    for (const path of ["users", "groups", "groups/rules"]) {
      const answer = await box.call("GET", `/api/v1/${path}`, undefined, headers);
      expect([answer.status, answer.body]).toEqual([200, []]);
    }
    expect((await box.call("POST", "/api/v1/groups", { profile: { name: "x" } }, headers)).status).toBe(403);
  });

  test("with Group Admin alone sees rules, cannot write them, and never sees Everyone", async () => {
    const box = sandbox();
    const keys = box.okta.tenant.clients.get(box.okta.settings.clientId ?? "")?.keys ?? [];
    const id = box.okta.addClient({ keys, scopes: ["okta.groups.manage", "okta.logs.read"] }, ["USER_ADMIN"]);
    const headers = await bearer(box, "okta.groups.manage okta.logs.read", id);
    const names = await box.call("GET", "/api/v1/groups", undefined, headers);
    expect(JSON.stringify(names.body)).not.toContain("Everyone");
    expect((await box.call("GET", "/api/v1/groups/rules", undefined, headers)).status).toBe(200);
    expect((await box.call("POST", "/api/v1/groups/rules", {}, headers)).status).toBe(403);
    expect((await box.call("GET", "/api/v1/logs", undefined, headers)).status).toBe(403);
  });

  test("is turned away when the token is an hour old, on the wall's clock", async () => {
    const box = sandbox();
    const headers = await bearer(box, "okta.groups.read");
    await box.pass(2 * HOUR);
    expect((await box.call("GET", "/api/v1/groups", undefined, headers)).status).toBe(200);
    box.wait(HOUR);
    const answer = await box.call("GET", "/api/v1/groups", undefined, headers);
    expect([answer.status, at(answer.body, "errorCode")]).toEqual([401, "E0000011"]);
  });

  test("with an API token is its owner, as long as the owner may", async () => {
    const box = sandbox();
    expect(at((await box.call("GET", "/api/v1/users/me")).body, "profile", "login")).toBe("trent@acme.example");
    const trent = at((await box.call("GET", "/api/v1/users/me")).body, "id");
    const service = { authorization: box.okta.asActor("conductorone") };
    await box.call("POST", `/api/v1/users/${trent}/lifecycle/suspend`, undefined, service);
    expect((await box.call("GET", "/api/v1/users/me")).status).toBe(401);
  });

  test("on the console's host finds no API", async () => {
    const answer = await sandbox().call("GET", "https://acme-admin.okta.com/.well-known/okta-organization");
    expect(answer.status).toBe(404);
  });
});
