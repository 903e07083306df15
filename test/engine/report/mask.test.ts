import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMask, maskData } from "../../../engine/report/mask.ts";
import { worked } from "../../support/work.ts";

const nothingKnown = createMask([]);

describe("a known secret", () => {
  const mask = createMask(["s3cr3t-value", "abc"]);

  test("is hidden wherever it stands", () => {
    expect(mask("sent s3cr3t-value to okta")).toBe("sent •••• to okta");
  });

  test("is hidden as base64, in a URL and in JSON", () => {
    const odd = createMask(['pa"ss&wörd']);
    const basic = Buffer.from('pa"ss&wörd').toString("base64");
    expect(odd(`${basic} ${encodeURIComponent('pa"ss&wörd')} ${JSON.stringify({ note: 'pa"ss&wörd' })}`)).toBe(
      '•••• •••• {"note":"••••"}',
    );
  });

  test("hides only itself when it is too short to be told from a word", () => {
    expect(mask("abc")).toBe("••••");
    expect(mask("the abc of it")).toBe("the abc of it");
  });

  test("is hidden line by line when it is a key file", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----";
    expect(createMask([key])("line 2 was kqhkiG9w0BAQEF")).toBe("line 2 was ••••");
  });

  test("is hidden by the private members of a JWK", () => {
    const jwk = JSON.stringify({ kty: "EC", crv: "P-256", x: "public-part", d: "private-part" });
    expect(createMask([jwk])("public-part private-part")).toBe("public-part ••••");
  });

  test("never survives, whatever surrounds it", () => {
    const secret = fc.string({ minLength: 6 }).filter((text) => text.trim().length >= 6 && !text.includes("•"));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
        const text = createMask([hidden])(before + hidden + after);
        return !text.includes(hidden);
      }),
    );
  });
});

describe("what looks like a credential", () => {
  test.each([
    ["Authorization: Bearer 00abcDEF", "Authorization: Bearer ••••"],
    ["SSWS 00sandbox-okta-for-c1", "SSWS ••••"],
    ["Token token=y_NbAkKc66ryYTWUXYEu", "Token token=••••"],
    ["GET /oauth2?access_token=abc&state=1", "GET /oauth2?access_token=••••&state=1"],
    ['{"client_secret":"abc def","ok":true}', '{"client_secret":"••••","ok":true}'],
    ['{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}', '{"kty":"EC","d":"••••"}'],
    ["https://ada:hunter2@proxy.acme.example:8080/x", "https://••••@proxy.acme.example:8080/x"],
    ["jwt eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "jwt •••• end"],
    ["-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----", "••••"],
  ])("%s", (text, shown) => {
    expect(nothingKnown(text)).toBe(shown);
    expect(nothingKnown(shown)).toBe(shown);
  });

  test.each([
    "Bearer token missing",
    "Basic authentication is off",
    "a@b.example owns https://acme.example/a@b",
    "12 tokens",
  ])("but not a sentence: %s", (text) => {
    expect(nothingKnown(text)).toBe(text);
  });

  test("is told from the place where it comes from, which is shown", () => {
    const mask = createMask([]);
    for (const place of ["${env:OKTA_KEY}", "$${file:keys/okta.pem}", "${var.okta_key}"]) {
      expect(mask(`"private_key": "${place}"`)).toBe(`"private_key": "${place}"`);
    }
    expect(mask('"token": "${env:TOKEN}x"')).not.toContain("TOKEN");
    expect(mask('"token": "${other}"')).not.toContain("other");
  });

  test("costs linear time in a hostile text", () => {
    const started = worked();
    for (const piece of ["a-", '"a', "eyJ", "://", "token", "-----BEGIN ", "Bearer "])
      nothingKnown(piece.repeat(100_000));
    expect(worked() - started).toBeLessThan(2000);
  });
});

test("plain data is masked in values and keys, and keeps its shape", () => {
  const mask = createMask(["s3cr3t-value"]);
  expect(maskData({ list: ["s3cr3t-value", 1, null], "s3cr3t-value": true }, mask)).toEqual({
    list: ["••••", 1, null],
    "••••": true,
  });
});
