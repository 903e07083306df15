/**
 * The access token: asked for once however many callers wait, kept until a minute before its end. Whether proofs of
 * possession are needed is the server's word alone: the first request goes without one, and a refusal or `token_type`
 * says that the app wants them (okta.md §1.4, lazy variant).
 */
import type { Outside } from "../../../engine/outside.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { holdToken, type Lifetime } from "../../shared/held-token.ts";
import { type Answer, createHttp, type Http } from "../../shared/http.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import { createProofs, type Proofs } from "./dpop.ts";
import { clientAssertion, type SigningKey, signingKey } from "./key.ts";
import { type Asked, oauthProblem, oauthRefusal } from "./oauth-problem.ts";
import type { Credential } from "./settings.ts";

export interface Token extends Lifetime {
  readonly value: string;
  readonly scheme: "Bearer" | "DPoP";
  /** What was granted; what is missing here was asked for in vain. */
  readonly scopes: readonly string[];
}

export interface TokenSource {
  get(): Promise<Token>;
  /** After a 401. */
  forget(): void;
  readonly proofs: Proofs;
  calls(): Readonly<Record<string, number>>;
}

type ClientCredential = Exclude<Credential, { readonly kind: "token" }>;

export const TOKEN_BUCKET = "/oauth2/v1/token";
const EARLY = 60_000;

export function createTokenSource(
  credential: ClientCredential,
  base: URL,
  scopes: readonly string[],
  outside: Outside,
): TokenSource {
  const proofs = createProofs(() => outside.clock.now());
  let proving = false;

  const asked = (): Asked => ({
    host: base.host,
    scopes,
    signed: credential.kind === "key",
    now: outside.clock.now(),
  });

  const http = tokenHttp(credential, base, outside, asked, async (request) => {
    if (proving) request.headers.set("dpop", await proofs.proof(request));
    return request;
  });
  let key: Promise<SigningKey> | undefined;

  async function request(): Promise<Token> {
    let challenged = false;
    for (;;) {
      const answer = await http.send({
        method: "POST",
        path: "/oauth2/v1/token",
        bucket: TOKEN_BUCKET,
        body: await form(),
        headers: { "content-type": "application/x-www-form-urlencoded" },
        writes: false,
        accept: [400, 401, 403],
      });
      const fresh = proofs.note(new URL("/oauth2/v1/token", base).href, answer.headers);
      if (answer.status === 200) return tokenOf(answer, base.host, outside.clock.now());
      const { error } = oauthRefusal(answer.body);
      if (error === "invalid_dpop_proof" && !proving) proving = true;
      else if (error === "use_dpop_nonce" && fresh && !challenged) challenged = proving = true;
      else throw new ProblemError(oauthProblem(answer, asked()));
    }
  }

  async function form(): Promise<string> {
    const fields: Record<string, string> = { grant_type: "client_credentials", scope: scopes.join(" ") };
    if (credential.kind === "key") {
      key ??= signingKey(credential.privateKey, credential.keyId);
      fields.client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      fields.client_assertion = await clientAssertion(
        await key,
        credential.clientId,
        new URL("/oauth2/v1/token", base).href,
        outside.clock.now(),
      );
    }
    return new URLSearchParams(fields).toString();
  }

  const held = holdToken(request, outside.clock, EARLY);
  return {
    proofs,
    calls: () => http.calls(),
    get: () => held.get(),
    forget: () => held.forget(),
  };
}

/** A limiter of its own: calls that wait for the token hold the places of the other one. */
function tokenHttp(
  credential: ClientCredential,
  base: URL,
  outside: Outside,
  asked: () => Asked,
  prove: (request: Request) => Promise<Request>,
): Http {
  return createHttp({
    base,
    outside,
    limiter: createLimiter(outside, {
      fallback: { limit: 20, window: 60_000 },
      concurrency: 1,
    }),
    authorize: (request) => {
      if (credential.kind === "secret") {
        const pair = `${encodeURIComponent(credential.clientId)}:${encodeURIComponent(credential.clientSecret)}`;
        request.headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
      }
      return prove(request);
    },
    problem: (answer) => oauthProblem(answer, asked()),
    requestIdHeader: "x-okta-request-id",
  });
}

function tokenOf(answer: Answer, host: string, now: number): Token {
  const body = answer.body;
  if (
    typeof body !== "object" ||
    body === null ||
    !("access_token" in body && typeof body.access_token === "string") ||
    !("token_type" in body && typeof body.token_type === "string")
  ) {
    throw new ProblemError({
      code: "okta-token",
      message: `${host} answered a token request without a token.`,
      hint: "Check `domain`; something between here and Okta may answer in its place.",
      fatal: true,
    });
  }
  const lifetime = "expires_in" in body && typeof body.expires_in === "number" ? body.expires_in : 3_600;
  const scope = "scope" in body && typeof body.scope === "string" ? body.scope : "";
  return {
    value: body.access_token,
    scheme: body.token_type.toLowerCase() === "dpop" ? "DPoP" : "Bearer",
    scopes: scope.split(/\s+/).filter((entry) => entry !== ""),
    expiresAt: now + lifetime * 1_000,
    obtainedAt: now,
  };
}
