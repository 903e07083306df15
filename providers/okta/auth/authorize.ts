/** Puts the credential on a request, anew for every try: a proof of possession may be used once (okta.md §1.4). */
import type { Outside } from "../../../engine/outside.ts";
import type { Answer } from "../../shared/http.ts";
import type { OktaSettings } from "./settings.ts";
import { createTokenSource, type Token } from "./token.ts";

export interface Authorizer {
  authorize(request: Request): Promise<Request>;
  /** After a 401: true where another try makes sense. */
  renew(answer: Answer): boolean;
  /** Sees every answer, for the nonces in its headers. */
  note(url: string, headers: Headers): void;
  /** The token as granted; undefined for an API token, which has none. */
  token(): Promise<Token | undefined>;
  calls(): Readonly<Record<string, number>>;
}

/** Needs no credential, and proves the host before one is sent. */
const OPEN = "/.well-known/okta-organization";

export function createAuthorizer(settings: OktaSettings, outside: Outside): Authorizer {
  const { credential } = settings;
  if (credential.kind === "token") {
    return {
      async authorize(request) {
        if (!isOpen(request)) request.headers.set("authorization", `SSWS ${credential.apiToken}`);
        return request;
      },
      renew: () => false,
      note: () => undefined,
      token: async () => undefined,
      calls: () => ({}),
    };
  }

  const source = createTokenSource(credential, settings.base, settings.scopes, outside);
  return {
    async authorize(request) {
      if (isOpen(request)) return request;
      const token = await source.get();
      request.headers.set("authorization", `${token.scheme} ${token.value}`);
      if (token.scheme === "DPoP") request.headers.set("dpop", await source.proofs.proof(request, token.value));
      return request;
    },
    renew(answer) {
      if (answer.headers.get("www-authenticate")?.includes("use_dpop_nonce") === true) return true;
      const code = errorCodeOf(answer.body);
      // Authentication failed for good, or the feature is not licensed: a new token would be refused as well.
      if (code === "E0000004" || code === "E0000005" || code === "E0000015") return false;
      source.forget();
      return true;
    },
    note: (url, headers) => void source.proofs.note(url, headers),
    token: () => source.get(),
    calls: () => source.calls(),
  };
}

function isOpen(request: Request): boolean {
  return new URL(request.url).pathname === OPEN;
}

function errorCodeOf(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "errorCode" in body && typeof body.errorCode === "string"
    ? body.errorCode
    : undefined;
}
