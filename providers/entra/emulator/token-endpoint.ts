/** `/oauth2/v2.0/token`: verifies secrets, signatures, audiences and times, and says in `roles` what was consented to. */
import { createHash, createHmac, createPublicKey, timingSafeEqual, X509Certificate } from "node:crypto";
import { compactVerify, importJWK } from "jose";
import { type Exchange, json, type TenantWorld } from "../../shared/emulator.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { CLOUDS } from "../auth/clouds.ts";
import type { App, Tenant } from "./tenant.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Exchange Online, as a resource of tokens. */
export const EXCHANGE = "https://outlook.office365.com";
const FEDERATION_AUDIENCE = "api://AzureADTokenExchange";
/** Milliseconds that clocks may differ. */
const SKEW = 300_000;

export class TokenError extends Error {
  readonly code: number;
  readonly error: string;

  constructor(code: number, error: string, message: string) {
    super(message);
    this.code = code;
    this.error = error;
  }
}

export async function issueToken(
  tenant: Tenant,
  world: TenantWorld,
  exchange: Exchange,
  requestId: string,
): Promise<Response> {
  try {
    const form = isFields(exchange.body) ? exchange.body : {};
    const asked = exchange.params.tenant ?? "";
    const known = [tenant.id, ...tenant.domains.map(({ name }) => name)];
    if (!known.includes(asked.toLowerCase()))
      throw new TokenError(90002, "invalid_request", `Tenant '${asked}' not found.`);
    refuseOtherCloud(tenant, exchange.url, asked);
    if (form.grant_type !== "client_credentials") {
      throw new TokenError(70003, "unsupported_grant_type", "The app requested an unsupported grant type.");
    }
    const app = tenant.apps.get(String(form.client_id ?? "").toLowerCase());
    if (app === undefined || app.disabled === true) {
      throw new TokenError(
        700016,
        "unauthorized_client",
        `Application with identifier '${String(form.client_id)}' was not found in the directory '${tenant.name}'.`,
      );
    }
    await authenticate(tenant, app, form, world.wall());
    const resource = String(form.scope).replace(/\/\.default$/, "");
    if (![tenant.graph, EXCHANGE].some((one) => form.scope === `${one}/.default`)) {
      throw new TokenError(
        500011,
        "invalid_resource",
        `The resource principal named ${resource} was not found in the tenant named ${tenant.name}.`,
      );
    }
    const expires = Math.floor(tenant.knobs.tokenMs / 1_000);
    return json(200, {
      token_type: "Bearer",
      expires_in: expires,
      ext_expires_in: expires,
      access_token: signed(tenant, app, resource, world.wall(), requestId),
    });
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return json(error.error === "invalid_client" ? 401 : 400, {
      error: error.error,
      error_description: `AADSTS${error.code}: ${error.message} Trace ID: ${requestId} Correlation ID: ${requestId}`,
      error_codes: [error.code],
      timestamp: new Date(world.wall()).toISOString(),
      trace_id: requestId,
      correlation_id: requestId,
    });
  }
}

/** The other clouds' authorities know no directory of this one; the global one knows that it is elsewhere. */
function refuseOtherCloud({ login }: Tenant, { origin }: URL, asked: string): void {
  const isAuthority = Object.values(CLOUDS).some((cloud) => cloud.login === origin);
  if (!isAuthority || origin === login) return;
  if (origin === CLOUDS.global.login) {
    throw new TokenError(900382, "invalid_request", "Confidential Client is not supported in Cross Cloud request.");
  }
  throw new TokenError(
    90002,
    "invalid_request",
    `Tenant '${asked}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}

async function authenticate(tenant: Tenant, app: App, form: Fields, wall: number): Promise<void> {
  if (typeof form.client_secret === "string") return checkSecret(app, form.client_secret, wall);
  const assertion = form.client_assertion;
  if (form.client_assertion_type !== ASSERTION_TYPE || typeof assertion !== "string") {
    throw new TokenError(
      7000216,
      "invalid_client",
      "'client_assertion' or 'client_secret' is required for the 'client_credentials' grant type.",
    );
  }
  const header = partOf(assertion, 0);
  const claims = partOf(assertion, 1);
  checkTimes(claims, wall);
  if (claims.iss === app.appId) await checkCertificate(tenant, app, assertion, header, claims);
  else await checkFederation(tenant, app, assertion, header, claims);
}

function checkSecret(app: App, given: string, wall: number): void {
  const secret = app.secrets.find(({ value }) => equal(value, given));
  if (secret === undefined) throw new TokenError(7000215, "invalid_client", "Invalid client secret provided.");
  if (secret.endsAt <= wall) {
    throw new TokenError(
      7000222,
      "invalid_client",
      `The provided client secret keys for app '${app.appId}' are expired.`,
    );
  }
}

async function checkCertificate(
  tenant: Tenant,
  app: App,
  assertion: string,
  header: Fields,
  claims: Fields,
): Promise<void> {
  const refused = (why: string): TokenError =>
    new TokenError(
      700027,
      "invalid_client",
      `The certificate with identifier used to sign the client assertion is not registered on application. ${why}`,
    );
  const pem = app.certificates.find((one) => thumbprint(one) === header["x5t#S256"]);
  if (pem === undefined) throw refused("Unknown thumbprint.");
  if (header.alg !== "PS256" || claims.sub !== app.appId || typeof claims.jti !== "string")
    throw refused("Malformed assertion.");
  if (!tenantUrls(tenant).includes(String(claims.aud))) throw refused("The audience is not the token endpoint.");
  await verified(
    assertion,
    createPublicKey(new X509Certificate(pem).publicKey.export({ type: "spki", format: "pem" }).toString()),
    () => refused("Bad signature."),
  );
}

async function checkFederation(
  tenant: Tenant,
  app: App,
  assertion: string,
  header: Fields,
  claims: Fields,
): Promise<void> {
  const { iss, sub, aud } = claims;
  const trust = app.trusts.find(
    ({ issuer, subject, audience }) => issuer === iss && subject === sub && audience === aud,
  );
  const jwk = tenant.issuers.get(String(iss));
  const refused = (): TokenError =>
    new TokenError(
      700213,
      "invalid_client",
      `No matching federated identity record found for presented assertion subject '${String(sub)}'.`,
    );
  if (trust === undefined || jwk === undefined || aud !== FEDERATION_AUDIENCE) throw refused();
  const key = await importJWK({ ...jwk, kty: String(jwk.kty) }, String(header.alg ?? "RS256"));
  await verified(assertion, key, refused);
}

async function verified(
  assertion: string,
  key: Parameters<typeof compactVerify>[1],
  refused: () => TokenError,
): Promise<void> {
  try {
    await compactVerify(assertion, key);
  } catch {
    throw refused();
  }
}

function checkTimes({ exp, nbf }: Fields, wall: number): void {
  const ends = typeof exp === "number" ? exp * 1_000 : 0;
  const begins = typeof nbf === "number" ? nbf * 1_000 : 0;
  if (ends <= wall - SKEW || begins > wall + SKEW) {
    throw new TokenError(700024, "invalid_client", "Client assertion is not within its valid time range.");
  }
}

function tenantUrls({ id, login, domains }: Tenant): readonly string[] {
  return [id, ...domains.map(({ name }) => name)].map((name) => `${login}/${name}/oauth2/v2.0/token`);
}

/** A token is for one resource, and says what was consented to there. */
function signed(tenant: Tenant, app: App, resource: string, wall: number, requestId: string): string {
  const now = Math.floor(wall / 1_000);
  const claims = {
    aud: resource,
    iss: `https://sts.windows.net/${tenant.id}/`,
    iat: now,
    nbf: now,
    exp: now + Math.floor(tenant.knobs.tokenMs / 1_000),
    appid: app.appId,
    oid: app.principalId,
    roles: app.roles.filter((role) => role.startsWith("Exchange.") === (resource === EXCHANGE)),
    tid: tenant.id,
    uti: requestId,
  };
  const coded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${coded({ typ: "JWT", alg: "HS256" })}.${coded(claims)}`;
  return `${text}.${signature(tenant, text)}`;
}

/** Claims of a token that this tenant gave; undefined for any other. */
export function verifiedClaims(tenant: Tenant, token: string): Fields | undefined {
  const at = token.lastIndexOf(".");
  if (at < 0 || !equal(signature(tenant, token.slice(0, at)), token.slice(at + 1))) return undefined;
  return partOf(token, 1);
}

function signature(tenant: Tenant, text: string): string {
  return createHmac("sha256", tenant.signingKey).update(text).digest("base64url");
}

function thumbprint(pem: string): string {
  return createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url");
}

function partOf(token: string, index: number): Fields {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString("utf8"));
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
