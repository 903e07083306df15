/** An instance's settings, and which of Zendesk's two credentials they describe (zendesk.md §1.1). */
import type { Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../shared/base-url.ts";

export type Credential =
  | { readonly kind: "client"; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: "token"; readonly email: string; readonly apiToken: string };

export interface ZendeskSettings {
  readonly base: URL;
  readonly credential: Credential;
}

/** Settings as schemas/zendesk/settings.schema.json passed them. */
export function zendeskSettings(settings: Spec): ZendeskSettings {
  const baseUrl = text(settings.baseUrl);
  return {
    base: baseUrl === undefined ? accountOf(text(settings.subdomain) ?? "") : parseBaseUrl(baseUrl),
    credential: credentialOf(settings),
  };
}

/** `acme`, `acme.zendesk.com`, or the address as somebody copied it. */
function accountOf(given: string): URL {
  const name = given
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/\.zendesk\.com$/, "");
  if (/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)) return new URL(`https://${name}.zendesk.com`);
  throw new ProblemError({
    code: "zendesk-subdomain",
    message: `subdomain "${given}" is not a Zendesk subdomain.`,
    hint: "Write the first part of the account's own address: acme for acme.zendesk.com, whatever its help center is called.",
    fatal: true,
  });
}

function credentialOf(settings: Spec): Credential {
  const [clientId, clientSecret] = [text(settings.clientId), text(settings.clientSecret)];
  const [email, apiToken] = [text(settings.email), text(settings.apiToken)];
  const client = clientId !== undefined || clientSecret !== undefined;
  const token = email !== undefined || apiToken !== undefined;
  if (client !== token) {
    if (clientId !== undefined && clientSecret !== undefined) return { kind: "client", clientId, clientSecret };
    if (email !== undefined && apiToken !== undefined) return { kind: "token", email, apiToken };
  }
  throw new ProblemError({
    code: "zendesk-credential",
    message:
      client && token
        ? "Zendesk takes one credential; an OAuth client and an API token are two."
        : "Zendesk needs a credential, and the instance has none that is whole.",
    hint: "Give clientId with clientSecret (an OAuth client, recommended), or email with apiToken (which stops working on 30 April 2027).",
    fatal: true,
  });
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
