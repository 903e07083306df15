/** Who a token speaks for, and what it may: a person by their role, an installation by its permissions. */
import { json } from "../../../providers/shared/emulator.ts";
import { type Caller, type Endpoint, type Needs, notFound, Refusal } from "./call.ts";
import type { Hub, Level, Permissions, Role, Token } from "./rows.ts";

const RANK: Readonly<Record<Role, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function atLeast(role: Role | undefined, wanted: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[wanted];
}

export function tokenOf(hub: Hub, request: Request): Token | undefined {
  const given = /^(?:token|bearer) (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === undefined) return undefined;
  const token = hub.tokens.get(given);
  if (token === undefined || token.expiresAt <= hub.clock.now()) throw new Refusal(401, "Bad credentials");
  return token;
}

/** Refuses what the token may not; a repository that is not to be seen does not exist. */
export function callerFor(hub: Hub, token: Token | undefined, endpoint: Pick<Endpoint, "needs" | "path">): Caller {
  if (token === undefined) {
    if (endpoint.path.startsWith("/repos/")) throw notFound();
    throw new Refusal(401, "Requires authentication");
  }
  if (token.kind === "installation") {
    if (!granted(token.permissions, endpoint.needs)) throw notAccessible(endpoint.needs);
    return { login: `${token.app.slug}[bot]`, app: token.app };
  }
  const role = hub.roles.get(token.login.toLowerCase());
  if (endpoint.path.startsWith("/repos/")) {
    if (role === undefined) throw notFound();
    // Everybody who can read may comment, review and open issues; what else they may is asked where it matters.
    const writesCode = Object.entries(endpoint.needs).some(([name, level]) => level === "write" && PUSHERS.has(name));
    if (writesCode && !atLeast(role, "write")) throw new Refusal(403, "Must have push access to repository.");
  }
  return { login: token.login };
}

/** What takes the right to push; the rest is open to whoever can read. */
const PUSHERS: ReadonlySet<string> = new Set(["contents", "checks"]);

function granted(permissions: Permissions, needs: Needs): boolean {
  const wanted = Object.entries(needs);
  return wanted.length === 0 || wanted.some(([name, level]) => covers(permissions[name], level));
}

function covers(held: Level | undefined, wanted: Level): boolean {
  return held === "write" || (held === "read" && wanted === "read");
}

export function notAccessible(needs: Needs): Refusal {
  const accepted = Object.entries(needs).map(([name, level]) => `${name}=${level}`);
  return new Refusal(
    403,
    "Resource not accessible by integration",
    {},
    { "x-accepted-github-permissions": accepted.join("; ") },
  );
}

/** `GET /user`: an installation is no user. */
export function currentUser(token: Token | undefined): string {
  if (token === undefined) throw new Refusal(401, "Requires authentication");
  if (token.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
  return token.login;
}

/** The one question of GraphQL that is asked here: `{ viewer { login } }`. */
export function graphql(token: Token | undefined, query: unknown): Response {
  if (token === undefined) throw new Refusal(401, "This endpoint requires you to be authenticated.");
  if (typeof query !== "string" || !/^\s*(query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/.test(query)) {
    return json(200, {
      errors: [{ type: "UNSUPPORTED", message: "The emulator answers only `{ viewer { login } }`." }],
    });
  }
  const login = token.kind === "user" ? token.login : `${token.app.slug}[bot]`;
  return json(200, { data: { viewer: { login } } });
}
