/** An instance's settings, and which of Okta's three kinds of credential they describe (okta.md §1.1). */
import type { Spec, Value } from "../../../engine/model.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { type OrgHost, orgHost } from "./domain.ts";
import { isPrivateKey } from "./key.ts";

export type Credential =
  | { readonly kind: "token"; readonly apiToken: string }
  | { readonly kind: "key"; readonly clientId: string; readonly privateKey: string; readonly keyId?: string }
  | { readonly kind: "secret"; readonly clientId: string; readonly clientSecret: string };

export interface OktaSettings extends OrgHost {
  readonly credential: Credential;
  /** What the token is asked for; an API token has none. */
  readonly scopes: readonly string[];
}

/** What governing groups, apps and users takes (okta.md §1.6), and who administers, so that nobody is locked out. */
export const DEFAULT_SCOPES: readonly string[] = [
  "okta.apps.read",
  "okta.apps.manage",
  "okta.users.read",
  "okta.users.manage",
  "okta.groups.read",
  "okta.groups.manage",
  "okta.logs.read",
  "okta.roles.read",
];

/** Settings as their schema passed them. */
export function oktaSettings(settings: Spec): OktaSettings {
  const credential = credentialOf(settings);
  return {
    ...orgHost(text(settings.domain) ?? "", text(settings.baseUrl)),
    credential,
    scopes: credential.kind === "token" ? [] : scopesOf(settings.scopes),
  };
}

function credentialOf(settings: Spec): Credential {
  const apiToken = text(settings.apiToken);
  const clientId = text(settings.clientId);
  const privateKey = text(settings.privateKey);
  const clientSecret = text(settings.clientSecret);
  const keyId = text(settings.keyId);

  const given = { apiToken, privateKey, clientSecret };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length !== 1) throw new ProblemError(severalCredentials(names));
  if (apiToken !== undefined) return { kind: "token", apiToken };
  if (clientId === undefined) {
    throw new ProblemError({
      code: "okta-credential",
      message: `Okta's ${names[0]} needs its clientId.`,
      hint: "The client id stands on the service app's General tab and starts with 0oa.",
    });
  }
  // The console calls the field "Client secret" and people paste the private key there.
  const key = privateKey ?? (clientSecret !== undefined && isPrivateKey(clientSecret) ? clientSecret : undefined);
  if (key !== undefined) {
    return { kind: "key", clientId, privateKey: key, ...(keyId === undefined ? {} : { keyId }) };
  }
  return { kind: "secret", clientId, clientSecret: clientSecret ?? "" };
}

function severalCredentials(names: readonly string[]): Problem {
  return {
    code: "okta-credential",
    message:
      names.length === 0
        ? "Okta needs a credential, and the instance has none."
        : `Okta takes one credential; ${names.join(" and ")} are several.`,
    hint: "Give clientId with privateKey (a service app, recommended), clientId with clientSecret, or apiToken.",
  };
}

function scopesOf(value: Value | undefined): readonly string[] {
  const listed = typeof value === "string" ? [value] : Array.isArray(value) ? value.filter(isText) : [];
  const scopes = new Set(listed.flatMap((entry) => entry.split(/[\s,]+/)).filter((scope) => scope !== ""));
  return scopes.size === 0 ? DEFAULT_SCOPES : [...scopes];
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
