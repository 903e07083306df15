/**
 * Puts the credential on each request. The token of an OAuth client is asked for once however many callers wait, kept in
 * memory, and asked for again, once, after a 401 (zendesk.md §1.1).
 */
import type { Outside } from "../../../engine/outside.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { holdToken, type Lifetime } from "../../shared/held-token.ts";
import { type Answer, createHttp } from "../../shared/http.ts";
import { isFields, optionalNumber, optionalText } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import type { Credential, ZendeskSettings } from "./settings.ts";

export interface Token extends Lifetime {
  readonly value: string;
  readonly scopes: readonly string[];
}

export interface Authorizer {
  authorize(request: Request): Promise<Request>;
  /** After a 401: true where another try makes sense. */
  renew(): boolean;
  /** Undefined for an API token, which has neither scopes nor an end of its own. */
  token(): Promise<Token | undefined>;
  calls(): Readonly<Record<string, number>>;
}

/** Groups have no scope of their own (zendesk.md §1.1). */
const SCOPE = "read write";
const LIFETIME = 7_200;
const EARLY = 60_000;

export function createAuthorizer({ base, credential }: ZendeskSettings, outside: Outside): Authorizer {
  if (credential.kind === "token") {
    const pair = Buffer.from(`${credential.email}/token:${credential.apiToken}`).toString("base64");
    return {
      async authorize(request) {
        request.headers.set("authorization", `Basic ${pair}`);
        return request;
      },
      renew: () => false,
      token: async () => undefined,
      calls: () => ({}),
    };
  }
  const source = tokenSource(credential, base, outside);
  return {
    async authorize(request) {
      request.headers.set("authorization", `Bearer ${(await source.get()).value}`);
      return request;
    },
    renew: () => source.forget(),
    token: () => source.get(),
    calls: () => source.calls(),
  };
}

interface TokenSource {
  get(): Promise<Token>;
  forget(): boolean;
  calls(): Readonly<Record<string, number>>;
}

function tokenSource(
  credential: Extract<Credential, { readonly kind: "client" }>,
  base: URL,
  outside: Outside,
): TokenSource {
  // A limiter of its own: calls that wait for the token hold the places of the other one.
  const http = createHttp({
    base,
    outside,
    limiter: createLimiter(outside, { fallback: { limit: 20, window: 60_000 }, concurrency: 1 }),
    authorize: async (request) => request,
    problem: (answer) => refused(answer, base.host),
    requestIdHeader: "x-request-id",
  });

  async function request(): Promise<Token> {
    const answer = await http.send({
      method: "POST",
      path: "/oauth/tokens",
      bucket: "/oauth/tokens",
      body: {
        grant_type: "client_credentials",
        client_id: credential.clientId,
        client_secret: credential.clientSecret,
        scope: SCOPE,
        expires_in: LIFETIME,
      },
      writes: false,
    });
    return tokenOf(answer, base.host, outside.clock.now());
  }

  const held = holdToken(request, outside.clock, EARLY);
  return {
    calls: () => http.calls(),
    get: () => held.get(),
    forget() {
      held.forget();
      return true;
    },
  };
}

function tokenOf({ body }: Answer, host: string, now: number): Token {
  const value = isFields(body) ? optionalText(body, "access_token") : undefined;
  if (!isFields(body) || value === undefined) {
    throw new ProblemError({
      code: "zendesk-token",
      message: `${host} answered a token request without a token.`,
      hint: "Check `subdomain`; something between here and Zendesk may answer in its place.",
      fatal: true,
    });
  }
  return {
    value,
    scopes: (optionalText(body, "scope") ?? "").split(/\s+/).filter((scope) => scope !== ""),
    obtainedAt: now,
    expiresAt: now + (optionalNumber(body, "expires_in") ?? LIFETIME) * 1_000,
  };
}

function refused(answer: Answer, host: string): Problem {
  const error = isFields(answer.body) ? optionalText(answer.body, "error") : undefined;
  const said = isFields(answer.body) ? optionalText(answer.body, "error_description") : undefined;
  if (answer.status === 404) {
    return {
      code: "zendesk-no-account",
      message: `${host} has no token endpoint: there is no Zendesk account of this name.`,
      hint: "Check `subdomain` in accord.yaml.",
      fatal: true,
    };
  }
  if (answer.status >= 500 || answer.status === 429) {
    return {
      code: "zendesk-unavailable",
      message: `${host} gave no token: status ${answer.status}.`,
      hint: "Try again later.",
    };
  }
  return {
    code: "zendesk-credential-refused",
    message: `${host} refused the OAuth client: ${error ?? `status ${answer.status}`}${said === undefined ? "" : ` (${said})`}.`,
    hint: "Check clientId (the client's unique identifier) and clientSecret; the client must be confidential, which the client credentials grant needs.",
    fatal: true,
  };
}
