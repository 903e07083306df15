import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { DPOP_CLIENT } from "../../../../providers/okta/emulator/seed.ts";
import { type Answer, at, ORIGIN, requestToken, type Sandbox, START, sandbox, signedForm, textAt } from "./sandbox.ts";

const TOKEN_URL = `${ORIGIN}/oauth2/v1/token`;

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  pair = await generateKeyPair("RS256", { modulusLength: 2048 });
});

async function proof(claims: Readonly<Record<string, unknown>>): Promise<string> {
  const jwk = await exportJWK(pair.publicKey);
  const all = { htm: "POST", htu: TOKEN_URL, iat: Math.floor(START / 1000), jti: randomUUID(), ...claims };
  return new SignJWT(all).setProtectedHeader({ typ: "dpop+jwt", alg: "RS256", jwk }).sign(pair.privateKey);
}

async function ask(box: Sandbox, claims?: Readonly<Record<string, unknown>>): Promise<Answer> {
  const headers: Record<string, string> = claims === undefined ? {} : { dpop: await proof(claims) };
  return requestToken(box, await signedForm(box.okta, "okta.groups.read", {}, DPOP_CLIENT), headers);
}

async function boundToken(box: Sandbox): Promise<string> {
  const nonce = (await ask(box, {})).headers.get("dpop-nonce");
  return textAt((await ask(box, { nonce })).body, "access_token");
}

describe("a client that must prove possession", () => {
  test("is asked for a proof, then for a nonce, then gets a bound token", async () => {
    const box = sandbox();
    expect(at((await ask(box)).body, "error")).toBe("invalid_dpop_proof");
    const challenge = await ask(box, {});
    expect([challenge.status, at(challenge.body, "error")]).toEqual([400, "use_dpop_nonce"]);
    const granted = await ask(box, { nonce: challenge.headers.get("dpop-nonce") });
    expect([granted.status, at(granted.body, "token_type")]).toEqual([200, "DPoP"]);
  });

  test("sends a fresh proof with every call", async () => {
    const box = sandbox();
    const token = await boundToken(box);
    const ath = createHash("sha256").update(token).digest("base64url");
    const path = "/api/v1/groups";
    const call = async (claims: Readonly<Record<string, unknown>>): Promise<Answer> => {
      const dpop = await proof({ htm: "GET", htu: `${ORIGIN}${path}`, ath, ...claims });
      return box.call("GET", `${path}?limit=1`, undefined, { authorization: `DPoP ${token}`, dpop });
    };
    expect((await call({})).status).toBe(200);
    for (const [claims, reason] of [
      [{ htm: "POST" }, "'htm'"],
      [{ htu: `${ORIGIN}${path}?limit=1` }, "'htu'"],
      [{ ath: "other" }, "'ath'"],
      [{ iat: Math.floor(START / 1000) - 600 }, "'iat'"],
    ] as const) {
      const answer = await call(claims);
      expect([answer.status, at(answer.body, "error")]).toEqual([400, "invalid_dpop_proof"]);
      expect(at(answer.body, "error_description")).toContain(reason);
    }
  });

  test("cannot use a proof twice", async () => {
    const box = sandbox();
    const token = await boundToken(box);
    const ath = createHash("sha256").update(token).digest("base64url");
    const dpop = await proof({ htm: "GET", htu: `${ORIGIN}/api/v1/groups`, ath });
    const headers = { authorization: `DPoP ${token}`, dpop };
    expect((await box.call("GET", "/api/v1/groups", undefined, headers)).status).toBe(200);
    const again = await box.call("GET", "/api/v1/groups", undefined, headers);
    expect(at(again.body, "error_description")).toBe("The DPoP proof JWT has already been used.");
  });

  test("gets nowhere with the bound token as a bearer token", async () => {
    const box = sandbox();
    const headers = { authorization: `Bearer ${await boundToken(box)}` };
    expect((await box.call("GET", "/api/v1/groups", undefined, headers)).status).toBe(401);
  });

  test("must prove with an RSA key", async () => {
    const box = sandbox();
    const elliptic = await generateKeyPair("ES256");
    const jwk = await exportJWK(elliptic.publicKey);
    const signed = await new SignJWT({ htm: "POST", htu: TOKEN_URL, iat: START / 1000, jti: "1" })
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk })
      .sign(elliptic.privateKey);
    const form = await signedForm(box.okta, "okta.groups.read", {}, DPOP_CLIENT);
    const answer = await requestToken(box, form, { dpop: signed });
    expect(at(answer.body, "error_description")).toContain("RSA");
  });
});

test("a proof that nobody asked for does no harm", async () => {
  const box = sandbox();
  const form = await signedForm(box.okta, "okta.groups.read");
  const answer = await requestToken(box, form, { dpop: await proof({}) });
  expect(at(answer.body, "token_type")).toBe("Bearer");
});
