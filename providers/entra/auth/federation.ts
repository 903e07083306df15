/** The token of another issuer that stands for a secret: given, or asked of GitHub Actions each time (entra.md §1.3). */
import type { Outside } from "../../../engine/outside.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { createHttp } from "../../shared/http.ts";
import { isFields } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import type { Credential } from "./settings.ts";

type Github = Extract<Credential, { readonly kind: "github" }>;

/** It lives for minutes, so a new one is fetched for every token. */
export async function githubToken(credential: Github, audience: string, outside: Outside): Promise<string> {
  const { requestUrl, requestToken } = credential;
  const query = new URLSearchParams(requestUrl.searchParams);
  query.set("audience", audience);
  const http = createHttp({
    base: new URL(requestUrl.origin),
    outside,
    limiter: createLimiter(outside, { fallback: { limit: 20, window: 60_000 }, concurrency: 1 }),
    authorize: async (request) => {
      request.headers.set("authorization", `bearer ${requestToken}`);
      return request;
    },
    problem: (answer) => ({
      code: "entra-oidc-request",
      message: `GitHub Actions gave no OIDC token: status ${answer.status}.`,
      hint: "The job needs `permissions: id-token: write`; a pull request from a fork gets none.",
      fatal: true,
    }),
    requestIdHeader: "x-github-request-id",
  });
  const { body } = await http.send({ method: "GET", path: `${requestUrl.pathname}?${query}`, bucket: "oidc" });
  if (isFields(body) && typeof body.value === "string" && body.value !== "") return body.value;
  throw new ProblemError({
    code: "entra-oidc-request",
    message: "GitHub Actions answered without an OIDC token.",
    hint: "Run the job again; the address is that of ACTIONS_ID_TOKEN_REQUEST_URL.",
    fatal: true,
  });
}

/** `iss`, `sub` and `aud` of a token, for a refusal that must be compared with a trust record. Nothing else of it. */
export function claimsForComparison(token: string): string {
  const claims = payloadOf(token);
  const said = ["iss", "sub", "aud"].map((name) => `${name} ${String(claims[name] ?? "(none)")}`);
  return said.join(", ");
}

/** The payload of a JWT, not verified; empty for what is none. */
export function payloadOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return isFields(claims) ? claims : {};
  } catch {
    return {};
  }
}
