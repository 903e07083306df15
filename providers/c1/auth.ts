/**
 * Access tokens (c1.md §1). A client secret is a private key in disguise: it signs a short assertion and never leaves
 * the process. In CI an OIDC token is exchanged instead, and nothing is stored at all.
 */
import { createPrivateKey, type KeyObject, randomBytes, sign } from "node:crypto";
import type { Spec } from "../../engine/model.ts";
import type { Outside } from "../../engine/outside.ts";
import { type Problem, ProblemError } from "../../engine/problem.ts";
import { parseBaseUrl } from "../shared/base-url.ts";
import { holdToken, type Lifetime } from "../shared/held-token.ts";
import { type Answer, createHttp, type Http } from "../shared/http.ts";
import { createLimiter } from "../shared/rate-limit.ts";
import { UNPUBLISHED } from "./client/limits.ts";
import { fields, text } from "./client/wire.ts";

export type CredentialKind = "personal" | "service principal" | "workload federation" | "access token";

export interface Credentials {
  /** Where requests go. */
  readonly base: URL;
  /** The tenant's own name, which assertions are addressed to, whatever `baseUrl` says. */
  readonly host: string;
  readonly kind: CredentialKind;
  token(): Promise<string>;
  /** After a 401; true where a new token can be had. */
  forget(): boolean;
}

interface Token extends Lifetime {
  readonly value: string;
}

interface ClientId {
  readonly text: string;
  readonly host: string;
  readonly kind: Exclude<CredentialKind, "access token">;
}

const KINDS: Readonly<Record<string, ClientId["kind"]>> = {
  pcc: "personal",
  spc: "service principal",
  wfe: "workload federation",
};

/** Renew this long before a token ends. */
const EARLY = 60_000;
const TOKEN_PATH = "/auth/v1/token";
/** Ed25519 private keys come as JWKs; the server accepts at most five minutes between iat and exp. */
const ASSERTION_LIFE = 120;

export function createCredentials(settings: Spec, outside: Outside): Credentials {
  const given = text(settings.clientId) === "" ? undefined : parseClientId(text(settings.clientId));
  const { base, host } = target(text(settings.baseUrl), given);
  const accessToken = text(settings.accessToken);
  if (accessToken !== "") {
    return { base, host, kind: "access token", token: async () => accessToken, forget: () => false };
  }
  if (given === undefined) throw refuse("no-credential", "clientId is missing.", SETTINGS_HINT);
  const form = formOf(given, text(settings.clientSecret), text(settings.oidcToken), outside);
  const http = tokenHttp(base, form, outside);

  const held = holdToken(() => mint(http, base, outside), outside.clock, EARLY);
  return {
    base,
    host,
    kind: given.kind,
    token: async () => (await held.get()).value,
    forget() {
      held.forget(true);
      return true;
    },
  };
}

const SETTINGS_HINT =
  "Give clientId with clientSecret, or with oidcToken in CI (a client id that ends in /wfe), or accessToken with baseUrl.";

/** `<name>@<tenant host>/<pcc|spc|wfe>`; the host is never guessed, since EU tenants live elsewhere (c1.md §1). */
export function parseClientId(id: string): ClientId {
  const match = /^[^@/\s]+@([A-Za-z0-9.-]+)(?::\d+)?\/([a-z]+)$/.exec(id);
  const kind = match?.[2] === undefined ? undefined : KINDS[match[2]];
  if (match?.[1] === undefined || kind === undefined) {
    throw refuse(
      "bad-client-id",
      "clientId is not a C1 client id.",
      "It reads <name>@<tenant host>/<pcc, spc or wfe>, for example quiet-otter-12345@acme.conductor.one/spc.",
    );
  }
  return { text: id, host: match[1].toLowerCase(), kind };
}

/** The key inside a client secret. Problems never quote it. */
export function secretKey(secret: string): KeyObject {
  const [issuer, vendor, version, payload, more] = secret.split(":");
  const hint = "Copy the whole client secret again: four parts joined by colons, shown once when it is created.";
  if (issuer !== "secret-token" || vendor !== "conductorone.com" || payload === undefined || more !== undefined) {
    throw refuse("bad-client-secret", "clientSecret is not a C1 client secret.", hint);
  }
  if (version !== "v1") throw refuse("bad-client-secret", "clientSecret is of a version that is not known here.", hint);
  try {
    const jwk: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const { kty, crv, x, d } = fields(jwk);
    return createPrivateKey({ key: { kty: text(kty), crv: text(crv), x: text(x), d: text(d) }, format: "jwk" });
  } catch {
    // The original error may quote the key: it is dropped on purpose.
    throw refuse("bad-client-secret", "clientSecret does not hold a usable key.", hint);
  }
}

/** EdDSA assertion; the audience is the tenant host alone, without scheme and port. */
export function assertion(
  client: { readonly text: string; readonly host: string },
  key: KeyObject,
  now: number,
): string {
  const seconds = Math.floor(now / 1_000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "EdDSA", nonce: randomBytes(16).toString("hex") })}.${part({
    iss: client.text,
    sub: client.text,
    aud: [client.host],
    iat: seconds,
    nbf: seconds - ASSERTION_LIFE,
    exp: seconds + ASSERTION_LIFE,
  })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

function target(baseUrl: string, client: ClientId | undefined): { base: URL; host: string } {
  if (baseUrl === "" && client === undefined) {
    throw refuse("no-credential", "Neither clientId nor baseUrl says which tenant is meant.", SETTINGS_HINT);
  }
  const base = baseUrl === "" ? new URL(`https://${client?.host}`) : parseBaseUrl(baseUrl);
  return { base, host: client?.host ?? base.hostname };
}

/** The form of each token request; an assertion is single-use, so every try gets its own. */
function formOf(client: ClientId, secret: string, oidc: string, outside: Outside): () => URLSearchParams {
  if (oidc !== "") {
    if (client.kind !== "workload federation") {
      throw refuse(
        "bad-client-id",
        "oidcToken needs the client id of a workload federation trust.",
        "That id ends in /wfe; create the trust on a service principal in C1.",
      );
    }
    return () =>
      new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: oidc,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        client_id: client.text,
      });
  }
  if (secret === "") throw refuse("no-credential", "clientSecret is missing.", SETTINGS_HINT);
  const key = secretKey(secret);
  return () =>
    new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.text,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion(client, key, outside.clock.now()),
    });
}

/** A limiter of its own: calls that wait for the token hold the places of the other one. */
function tokenHttp(base: URL, form: () => URLSearchParams, outside: Outside): Http {
  return createHttp({
    base,
    outside,
    limiter: createLimiter(outside, {
      fallback: UNPUBLISHED,
      concurrency: 1,
    }),
    authorize: async (request) => new Request(request, { body: form().toString() }),
    problem: (answer) => refusedProblem(answer, base),
    requestIdHeader: "x-request-id",
  });
}

/** The endpoint has limits of its own (c1.md §1); asking for a token twice does no harm. */
async function mint(http: Http, base: URL, outside: Outside): Promise<Token> {
  const answer = await http.send({
    method: "POST",
    path: TOKEN_PATH,
    bucket: TOKEN_PATH,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    writes: false,
  });
  return tokenOf(answer.body, base, outside.clock.now());
}

function tokenOf(body: unknown, base: URL, now: number): Token {
  const { access_token: token, expires_in: life, token_type: type } = fields(body);
  if (text(type).toLowerCase() === "dpop") throw new ProblemError(dpopProblem());
  if (text(token) === "") {
    throw refuse("bad-token-answer", `${base.host} answered the token request without a token.`, "Check baseUrl.");
  }
  const seconds = typeof life === "number" ? life : 600;
  return { value: text(token), obtainedAt: now, expiresAt: now + seconds * 1_000 };
}

function refusedProblem({ status, body, requestId }: Answer, base: URL): Problem {
  const { error, error_description: description, message } = fields(body);
  const code = text(error);
  if (code.includes("dpop")) return dpopProblem();
  const why = text(description) || text(message) || code || `status ${status}`;
  return {
    code: "credential-refused",
    message: `${base.host} refused the credential: ${why}.`,
    hint: "Check that it is not expired or revoked, that it belongs to this tenant, that this address is among its allowed IPs, and that the clock is right.",
    fatal: true,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function dpopProblem(): Problem {
  return {
    code: "dpop-required",
    message: "This credential requires proof of possession (DPoP), which is not supported for C1.",
    hint: "Create a credential without it, or use workload federation (a client id that ends in /wfe).",
    fatal: true,
  };
}

function refuse(code: string, message: string, hint: string): ProblemError {
  return new ProblemError({ code, message, hint, fatal: true });
}
