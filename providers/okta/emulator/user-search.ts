/** `GET /users`: `search`, `filter` and `q` exclude each other (okta.md §4.1). */
import type { Call } from "./call.ts";
import { type Comparison, CriteriaError, type Dialect, meets, parseCriteria } from "./criteria.ts";
import { Failure } from "./failure.ts";
import { indexed } from "./search-index.ts";
import type { User } from "./tenant.ts";

const TOP: readonly string[] = ["id", "status", "created", "activated", "statusChanged", "lastUpdated", "type.id"];
const CONTAINS: readonly string[] = ["firstName", "lastName", "email", "login"].map((name) => `profile.${name}`);
const FILTERED: readonly string[] = [
  "status",
  "lastUpdated",
  "id",
  "profile.login",
  "profile.email",
  "profile.firstName",
  "profile.lastName",
];

const SEARCH: Dialect = {
  not: false,
  accepts({ attribute, operator, value }: Comparison) {
    if (!TOP.includes(attribute) && !attribute.startsWith("profile.")) return false;
    if (operator === "ne" || operator === "ew") return false;
    return operator !== "co" || (CONTAINS.includes(attribute) && typeof value === "string" && value.length >= 3);
  },
};

const FILTER: Dialect = {
  not: false,
  accepts: ({ attribute, operator }) =>
    FILTERED.includes(attribute) && (operator === "eq" || (attribute === "lastUpdated" && /^[gl][te]$/.test(operator))),
};

/** Users that the query asks for, in order. Only `search` and `filter` see deactivated users, and both see them late. */
export function foundUsers(call: Call): readonly User[] {
  const query = call.url.searchParams;
  const [search, filter, q] = [query.get("search"), query.get("filter"), query.get("q")];
  if ([search, filter, q].filter((given) => given !== null).length > 1) {
    throw new Failure(400, "E0000033", "Can't specify a search query and filter in the same request.");
  }
  if (search !== null) return sorted(call, selected(call, search, SEARCH));
  if (filter !== null) return selected(call, filter, FILTER);
  const users = [...call.tenant.users.values()].filter((user) => user.status !== "DEPROVISIONED");
  return q === null ? users : users.filter((user) => startsWith(user, q.toLowerCase()));
}

export function readUser(user: User, attribute: string): readonly unknown[] {
  if (attribute.startsWith("profile.")) {
    const value = user.profile[attribute.slice("profile.".length)];
    return Array.isArray(value) ? value : [value];
  }
  if (attribute === "type.id") return [user.typeId];
  if (attribute === "id") return [user.id];
  if (attribute === "status") return [user.status];
  if (attribute === "created") return [user.created];
  if (attribute === "activated") return [user.activated];
  if (attribute === "statusChanged") return [user.statusChanged];
  return attribute === "lastUpdated" ? [user.lastUpdated] : [];
}

/** An expression that makes the `Link` header too long is refused (okta.md §2, E0000256). */
const LONGEST = 4000;

function selected({ tenant, now }: Call, expression: string, dialect: Dialect): readonly User[] {
  if (expression.length > LONGEST) {
    throw new Failure(414, "E0000256", "The search expression is too long to be returned in the Link header.");
  }
  const users = indexed(tenant.users, tenant.staleUsers, now, tenant.knobs.searchLagMs);
  try {
    const criteria = parseCriteria(expression, dialect);
    return users.filter((user) => meets(criteria, (attribute) => readUser(user, attribute)));
  } catch (error) {
    if (error instanceof CriteriaError) throw new Failure(400, "E0000031", `Invalid search criteria. ${error.message}`);
    throw error;
  }
}

function sorted(call: Call, users: readonly User[]): readonly User[] {
  const by = call.url.searchParams.get("sortBy");
  if (by === null) return users;
  const direction = call.url.searchParams.get("sortOrder")?.toLowerCase() === "desc" ? -1 : 1;
  const key = (user: User): string => String(readUser(user, by)[0] ?? "").toLowerCase();
  return users.toSorted((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
}

function startsWith(user: User, q: string): boolean {
  const { firstName, lastName, email } = user.profile;
  return [firstName, lastName, email].some((value) =>
    String(value ?? "")
      .toLowerCase()
      .startsWith(q),
  );
}
