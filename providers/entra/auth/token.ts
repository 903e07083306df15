/**
 * The access token: asked for once however many callers wait, renewed five minutes before its end. Its `roles` claim
 * is what consent gave, so that a plan can say what is missing before anything is refused.
 */
import type { Outside } from "../../../engine/outside.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { holdToken, type Lifetime } from "../../shared/held-token.ts";
import { type Answer, createHttp } from "../../shared/http.ts";
import { isFields, optionalText, textsOf } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import { certificateAssertion, type SigningCertificate, signingCertificate } from "./certificate.ts";
import { githubToken, payloadOf } from "./federation.ts";
import type { EntraSettings } from "./settings.ts";
import { tokenProblem } from "./token-problem.ts";

export interface Token extends Lifetime {
  readonly value: string;
  /** Application permissions that an administrator has consented to. */
  readonly roles: readonly string[];
  /** Directory id. */
  readonly tenantId: string | undefined;
  /** Object id of our service principal. */
  readonly principalId: string | undefined;
}

export interface TokenSource {
  get(): Promise<Token>;
  /** The one in use; undefined before the first, and between two. */
  known(): Token | undefined;
  /** After a 401; `claims` is the challenge that came with it. */
  forget(claims?: string): boolean;
  calls(): Readonly<Record<string, number>>;
}

const EARLY = 300_000;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** `resource`: the origin that the token is for; Graph where it is left out. */
export function createTokenSource(
  settings: EntraSettings,
  outside: Outside,
  resource = settings.cloud.graph,
): TokenSource {
  const { clientId, cloud, credential, login, tenant } = settings;
  const address = `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  let signing: SigningCertificate | undefined;
  let challenge: string | undefined;
  let shown: string | undefined;

  const http = createHttp({
    base: login,
    outside,
    // A limiter of its own: calls that wait for the token hold the places of the other one.
    limiter: createLimiter(outside, { fallback: { limit: 20, window: 60_000 }, concurrency: 1 }),
    authorize: async (request) => request,
    problem: (answer) => tokenProblem(answer, settings, shown),
    requestIdHeader: "x-ms-request-id",
  });

  async function credentialFields(): Promise<Readonly<Record<string, string>>> {
    shown = undefined;
    switch (credential.kind) {
      case "secret":
        return { client_secret: credential.clientSecret };
      case "certificate": {
        signing ??= signingCertificate(credential.certificate, credential.privateKey);
        const audience = `${cloud.login}${address}`;
        const assertion = await certificateAssertion(signing, clientId, audience, outside.clock.now());
        return { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
      }
      case "token":
        shown = credential.oidcToken;
        return { client_assertion_type: ASSERTION_TYPE, client_assertion: shown };
      case "github":
        shown = await githubToken(credential, cloud.federationAudience, outside);
        return { client_assertion_type: ASSERTION_TYPE, client_assertion: shown };
    }
  }

  async function request(): Promise<Token> {
    const fields = {
      grant_type: "client_credentials",
      client_id: clientId,
      scope: `${resource}/.default`,
      ...(await credentialFields()),
      ...(challenge === undefined ? {} : { claims: challenge }),
    };
    const answer = await http.send({
      method: "POST",
      path: address,
      bucket: "token",
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      writes: false,
    });
    return tokenOf(answer, login.host, outside.clock.now());
  }

  const held = holdToken(request, outside.clock, EARLY);
  return {
    calls: () => http.calls(),
    known: () => held.known(),
    get: () => held.get(),
    forget(claims) {
      if (claims !== undefined) challenge = claims;
      held.forget(claims !== undefined);
      return true;
    },
  };
}

function tokenOf({ body }: Answer, host: string, now: number): Token {
  if (!isFields(body) || typeof body.access_token !== "string" || body.access_token === "") {
    throw new ProblemError({
      code: "entra-token",
      message: `${host} answered a token request without a token.`,
      hint: "Something between here and Microsoft may answer in its place; check HTTPS_PROXY and baseUrl.",
      fatal: true,
    });
  }
  const lifetime = typeof body.expires_in === "number" ? body.expires_in : 3_600;
  const claims = payloadOf(body.access_token);
  return {
    value: body.access_token,
    roles: textsOf(claims.roles),
    tenantId: optionalText(claims, "tid"),
    principalId: optionalText(claims, "oid"),
    expiresAt: now + lifetime * 1_000,
    obtainedAt: now,
  };
}
