/** An instance's settings, and which credential they describe (entra.md §1.1-1.4). */
import type { Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../shared/base-url.ts";
import { CLOUDS, type Cloud, isCloud } from "./clouds.ts";

export type Credential =
  | { readonly kind: "secret"; readonly clientSecret: string }
  | { readonly kind: "certificate"; readonly certificate: string; readonly privateKey: string }
  | { readonly kind: "token"; readonly oidcToken: string }
  | { readonly kind: "github"; readonly requestUrl: URL; readonly requestToken: string };

export interface EntraSettings {
  /** Directory id or a verified domain. */
  readonly tenant: string;
  /** Application (client) id. */
  readonly clientId: string;
  readonly credential: Credential;
  readonly cloud: Cloud;
  /** Distribution lists are changed through Exchange. */
  readonly exchange: boolean;
  /** `baseUrl`, where it is set: every host is then there. */
  readonly moved: URL | undefined;
  /** Where Graph's calls go. */
  readonly base: URL;
  /** Where tokens are asked for: the cloud's authority, or `base` where `baseUrl` is set. */
  readonly login: URL;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Settings as their schema passed them. */
export function entraSettings(settings: Spec): EntraSettings {
  const name = text(settings.cloud) ?? "global";
  if (!isCloud(name)) throw bad(`There is no cloud ${name}.`, `It is one of ${Object.keys(CLOUDS).join(", ")}.`);
  const cloud = CLOUDS[name];
  const tenant = text(settings.tenantId) ?? "";
  if (!GUID.test(tenant) && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(tenant)) {
    throw bad(`tenantId "${tenant}" is neither a directory id nor a domain.`, ID_HINT);
  }
  const clientId = text(settings.clientId) ?? "";
  if (!GUID.test(clientId)) throw bad(`clientId "${clientId}" is no application (client) id.`, ID_HINT);
  const given = text(settings.baseUrl);
  const moved = given === undefined ? undefined : parseBaseUrl(given);
  return {
    tenant,
    clientId,
    credential: credentialOf(settings),
    cloud,
    exchange: settings.exchange === true,
    moved,
    base: moved ?? new URL(cloud.graph),
    login: moved ?? new URL(cloud.login),
  };
}

const ID_HINT = "Both ids stand on the app registration's Overview page in the Entra admin center.";

function credentialOf(settings: Spec): Credential {
  const clientSecret = text(settings.clientSecret);
  const certificate = text(settings.certificate);
  const privateKey = text(settings.privateKey);
  const oidcToken = text(settings.oidcToken);
  const requestUrl = text(settings.oidcRequestUrl);
  const requestToken = text(settings.oidcRequestToken);
  const given = Object.entries({
    clientSecret,
    certificate: certificate ?? privateKey,
    oidcToken,
    oidcRequestUrl: requestUrl ?? requestToken,
  }).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
  if (given.length !== 1) {
    throw bad(
      given.length === 0
        ? "Entra needs a credential, and the instance has none."
        : `Entra takes one credential; ${given.join(" and ")} are several.`,
      "Give clientSecret, certificate with privateKey, oidcToken, or oidcRequestUrl with oidcRequestToken (GitHub Actions).",
    );
  }
  if (clientSecret !== undefined) return { kind: "secret", clientSecret };
  if (oidcToken !== undefined) return { kind: "token", oidcToken };
  if (certificate !== undefined || privateKey !== undefined) {
    if (certificate === undefined || privateKey === undefined) {
      throw bad(
        `${certificate === undefined ? "privateKey" : "certificate"} alone cannot sign in.`,
        "The thumbprint is that of the certificate, so both PEM parts are needed.",
      );
    }
    return { kind: "certificate", certificate, privateKey };
  }
  if (requestUrl === undefined || requestToken === undefined) {
    throw bad(
      "oidcRequestUrl and oidcRequestToken belong together.",
      'Write "${env:ACTIONS_ID_TOKEN_REQUEST_URL}" and "${env:ACTIONS_ID_TOKEN_REQUEST_TOKEN}", and give the job `permissions: id-token: write`.',
    );
  }
  return { kind: "github", requestUrl: parseRequestUrl(requestUrl), requestToken };
}

/** The runner's own address: like a base URL, but with a query. */
function parseRequestUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined) {
    throw bad("oidcRequestUrl is no address.", "It is what GitHub Actions sets as ACTIONS_ID_TOKEN_REQUEST_URL.");
  }
  parseBaseUrl(`${url.origin}${url.pathname}`);
  return url;
}

function bad(message: string, hint: string): ProblemError {
  return new ProblemError({ code: "entra-settings", message, hint, fatal: true });
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
