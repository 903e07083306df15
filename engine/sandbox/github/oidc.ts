/**
 * The tokens by which a job proves which repository, branch or environment it runs for, signed with a real key
 * (docs.github.com, OpenID Connect reference, 2026-11). A tenant that trusts the issuer takes them instead of a secret.
 */
import { createHash, generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { exportJWK, type JSONWebKeySet, SignJWT } from "jose";
import { json } from "../../../providers/shared/emulator.ts";
import type { Occasion, Started } from "./occasion.ts";
import type { Hub } from "./rows.ts";
import { userOf } from "./shapes/account.ts";
import { repositoryId } from "./shapes/repository.ts";

export const ISSUER = "https://token.actions.githubusercontent.com";
/** Where a job asks: another host than the issuer's. */
const ASKED = "https://run-actions-1-azure-eastus.actions.githubusercontent.com";
const PATH = /^\/idtoken\/(\d+)$/;
/** Seconds. */
const LIFE = 300;
const EARLY = 600;

export interface Claims {
  readonly sub: string;
  readonly [claim: string]: string;
}

export interface Issuer {
  /** True for the addresses that it answers at. */
  owns(url: URL): boolean;
  fetch(request: Request): Promise<Response>;
  jwks(): Promise<JSONWebKeySet>;
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN` of a job. */
  admit(run: number, claims: Claims, expiresAt: number): Readonly<Record<string, string>>;
}

type Keys = Awaited<ReturnType<typeof newKeys>>;

export function oidcIssuer(hub: Pick<Hub, "clock" | "apiUrl" | "webUrl" | "owner">): Issuer {
  const jobs = new Map<string, { readonly bearer: string; readonly claims: Claims; readonly expiresAt: number }>();
  let keys: Promise<Keys> | undefined;
  const keysOnce = (): Promise<Keys> => {
    keys ??= newKeys();
    return keys;
  };
  const jwks = async (): Promise<JSONWebKeySet> => ({ keys: [(await keysOnce()).jwk] });
  // Over HTTP everything has one host.
  const isServed = new URL(hub.apiUrl).protocol === "http:";
  const asked = isServed ? new URL(hub.apiUrl).origin : ASKED;

  async function tokenFor(request: Request, run: string): Promise<Response> {
    const job = jobs.get(run);
    const given = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (job === undefined || given !== job.bearer || job.expiresAt <= hub.clock.now()) {
      return json(401, { message: "The request token is not valid for this job." });
    }
    const audience = new URL(request.url).searchParams.get("audience") ?? `${hub.webUrl}/${hub.owner}`;
    const { privateKey, jwk } = await keysOnce();
    const now = Math.floor(hub.clock.now() / 1_000);
    const value = await new SignJWT({ ...job.claims, jti: randomUUID() })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(jwk.kid), x5t: String(jwk.kid) })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now - EARLY)
      .setExpirationTime(now + LIFE)
      .sign(privateKey);
    return json(200, { count: value.length, value });
  }

  return {
    owns: ({ origin, pathname }) =>
      origin === ISSUER ||
      origin === ASKED ||
      (isServed && (PATH.test(pathname) || pathname.startsWith("/.well-known/"))),
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const run = PATH.exec(pathname)?.[1];
      if (run !== undefined) return tokenFor(request, run);
      if (pathname === "/.well-known/jwks") return json(200, await jwks());
      if (pathname === "/.well-known/openid-configuration") return json(200, configuration());
      return new Response(null, { status: 404 });
    },
    jwks,
    admit(run, claims, expiresAt) {
      const bearer = randomUUID();
      jobs.set(String(run), { bearer, claims, expiresAt });
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${asked}/idtoken/${run}?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      };
    },
  };
}

function configuration(): object {
  return {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/.well-known/jwks`,
    subject_types_supported: ["public", "pairwise"],
    response_types_supported: ["id_token"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid"],
  };
}

async function newKeys() {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = createHash("sha1").update(JSON.stringify(jwk)).digest("hex").toUpperCase();
  return { privateKey, jwk: { ...jwk, kid, alg: "RS256", use: "sig" } };
}

/**
 * Whom the job runs as: its environment if it names one, else that it is for a pull request, else its ref. Repositories
 * made or renamed since 15 July 2026 have the ids of owner and repository in it.
 */
export function subjectOf(
  hub: Hub,
  { ref }: Pick<Started, "ref">,
  { environment, immutable = false }: { readonly environment?: string | undefined; readonly immutable?: boolean },
): string {
  const owner = userOf(hub, hub.owner).id;
  const names = immutable
    ? `${hub.owner}@${owner}/${hub.name}@${repositoryId(hub, hub.owner)}`
    : `${hub.owner}/${hub.name}`;
  if (environment !== undefined) return `repo:${names}:environment:${environment}`;
  return ref.startsWith("refs/pull/") ? `repo:${names}:pull_request` : `repo:${names}:ref:${ref}`;
}

/** What else a token says, for trusts that look at more than the subject. */
export function claimsOf(
  hub: Hub,
  occasion: Occasion,
  started: Started,
  about: {
    readonly run: number;
    readonly workflow: string;
    readonly environment?: string;
    readonly immutable?: boolean;
  },
): Claims {
  const fullName = `${hub.owner}/${hub.name}`;
  const { ref, sha, actor, pull } = started;
  const file = `${fullName}/.github/workflows/${about.workflow}.yml@${ref}`;
  const id = (login: string): string => String(userOf(hub, login).id);
  return {
    sub: subjectOf(hub, started, about),
    ...{ ref, sha, actor, actor_id: id(actor), event_name: occasion.event, ref_type: "branch", ref_protected: "true" },
    ...{ repository: fullName, repository_id: String(repositoryId(hub, hub.owner)), repository_visibility: "private" },
    ...{ repository_owner: hub.owner, repository_owner_id: id(hub.owner), runner_environment: "github-hosted" },
    ...{ run_id: String(about.run), run_number: "1", run_attempt: "1", workflow: about.workflow },
    ...{ head_ref: pull?.head ?? "", base_ref: pull?.base ?? "", workflow_ref: file, workflow_sha: sha },
    ...{ job_workflow_ref: file, job_workflow_sha: sha },
    ...(about.environment === undefined ? {} : { environment: about.environment }),
  };
}
