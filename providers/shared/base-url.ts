import { ProblemError } from "../../engine/problem.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** The setting `baseUrl`: https, or http on this machine, for nothing else may see a credential. */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // First, so that no message quotes a password.
  if (url !== undefined && (url.username !== "" || url.password !== "")) {
    throw refused(
      "baseUrl holds a user or a password.",
      "Credentials are settings of their own; leave only the address.",
    );
  }
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (url === undefined || !safe) {
    throw refused(
      `baseUrl "${text}" is neither https nor a loopback address.`,
      "Credentials are only sent over https, or to this machine.",
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw refused("baseUrl must be an address, without a query or a fragment.", `Write ${url.origin}${url.pathname}.`);
  }
  return url;
}

function refused(message: string, hint: string): ProblemError {
  return new ProblemError({ code: "bad-base-url", message, hint, fatal: true });
}
