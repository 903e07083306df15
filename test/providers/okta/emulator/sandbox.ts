/** A seeded tenant with hands: a clock that tests move, tokens made as a client makes them, and short calls. */
import { importJWK, SignJWT } from "jose";
import { createOktaEmulator, type OktaEmulator } from "../../../../providers/okta/emulator.ts";

export const ORIGIN = "https://acme.okta.com";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Sandbox {
  readonly okta: OktaEmulator;
  /** Moves tenant time and runs what became due. */
  pass(ms: number): Promise<void>;
  /** Moves wall time. */
  wait(ms: number): void;
  /** Calls the API as trent, a super administrator, unless `authorization` says otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export const START = Date.parse("2026-11-22T09:00:00Z");

type Fetch = (request: Request) => Promise<Response>;

/** `through` sees every call and its answer. */
export function sandbox(saved?: unknown, through: (fetch: Fetch) => Fetch = (fetch) => fetch): Sandbox {
  let tenantTime = START;
  let wallTime = START;
  const world = {
    now: () => tenantTime,
    wall: () => wallTime,
    fetch: () => Promise.reject(new Error("Okta calls nobody")),
  };
  const emulator = createOktaEmulator(world, saved);
  const okta = { ...emulator, fetch: through(emulator.fetch) };
  return {
    okta,
    async pass(ms) {
      tenantTime += ms;
      await okta.tick();
    },
    wait(ms) {
      wallTime += ms;
    },
    async call(method, path, body, headers = {}) {
      const init = { method, headers: { authorization: okta.asActor("trent"), ...headers } };
      const url = path.startsWith("http") ? path : `${ORIGIN}${path}`;
      const request = new Request(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
      if (body !== undefined && !request.headers.get("content-type")?.includes("json")) {
        request.headers.set("content-type", "application/json");
      }
      return answerOf(await okta.fetch(request));
    },
  };
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** Reads `body.a.b[0]` of an answer without a cast at every step. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== "string") throw new Error(`No text at ${path.join(".")} of ${JSON.stringify(value)}`);
  return found;
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`Not a list: ${JSON.stringify(value)}`);
  return value;
}

export function nextLink(headers: Headers): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
}

/** A client assertion as `private_key_jwt` wants it; `claims` overrides, undefined removes. */
export async function assertion(
  okta: OktaEmulator,
  claims: Readonly<Record<string, unknown>> = {},
  clientId = okta.settings.clientId ?? "",
  header?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const jwk = JSON.parse(okta.settings.privateKey ?? "{}") as Record<string, unknown>;
  const now = Math.floor(START / 1000);
  const all = { iss: clientId, sub: clientId, aud: `${ORIGIN}/oauth2/v1/token`, exp: now + 300, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const named = { alg: "ES256", ...(header ?? { kid: String(jwk.kid) }) };
  return new SignJWT(payload).setProtectedHeader(named).sign(await importJWK(jwk, "ES256"));
}

export async function requestToken(
  { okta }: Sandbox,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...form });
  return answerOf(await okta.fetch(new Request(`${ORIGIN}/oauth2/v1/token`, { method: "POST", body, headers })));
}

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The form of a token request with a signed assertion. */
export async function signedForm(
  okta: OktaEmulator,
  scope: string,
  claims: Readonly<Record<string, unknown>> = {},
  clientId?: string,
  header?: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const client_assertion = await assertion(okta, claims, clientId, header);
  return { scope, client_assertion_type: ASSERTION_TYPE, client_assertion };
}

/** A Bearer header for a client that holds the seeded key. */
export async function bearer(
  box: Sandbox,
  scope: string,
  clientId?: string,
): Promise<Readonly<Record<string, string>>> {
  const { body } = await requestToken(box, await signedForm(box.okta, scope, {}, clientId));
  return { authorization: `Bearer ${textAt(body, "access_token")}` };
}
