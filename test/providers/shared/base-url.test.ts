import { expect, test } from "vitest";
import { problemsOf } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../../providers/shared/base-url.ts";

test.each([
  "https://acme.okta.com",
  "https://proxy.acme.example:8443/pagerduty/",
  "http://127.0.0.1:4010",
  "http://localhost:4010",
  "http://[::1]:4010",
])("%s is taken", (text) => {
  expect(parseBaseUrl(text).href).toBe(new URL(text).href);
});

test.each([
  ["http://acme.okta.com", 'baseUrl "http://acme.okta.com" is neither https nor a loopback address.'],
  // A name that only begins like this machine's.
  ["http://127.0.0.1.evil.example", 'baseUrl "http://127.0.0.1.evil.example" is neither https nor a loopback address.'],
  ["ftp://127.0.0.1", 'baseUrl "ftp://127.0.0.1" is neither https nor a loopback address.'],
  ["acme.okta.com", 'baseUrl "acme.okta.com" is neither https nor a loopback address.'],
  ["https://ada:hunter2@acme.okta.com", "baseUrl holds a user or a password."],
  ["https://acme.okta.com/?tenant=1", "baseUrl must be an address, without a query or a fragment."],
  ["https://acme.okta.com/#admin", "baseUrl must be an address, without a query or a fragment."],
])("%s is refused", (text, message) => {
  expect(refusal(text)).toMatchObject([{ code: "bad-base-url", message, fatal: true }]);
  expect(JSON.stringify(refusal(text))).not.toContain("hunter2");
});

function refusal(text: string) {
  try {
    return parseBaseUrl(text);
  } catch (error) {
    return problemsOf(error);
  }
}
