/** `GET /groups`: `search` and `filter` see writes late, `q` is a prefix of the name (okta.md §4.2). */
import type { Call } from "./call.ts";
import { type Comparison, CriteriaError, type Dialect, meets, parseCriteria } from "./criteria.ts";
import { isEveryone } from "./directory.ts";
import { Failure } from "./failure.ts";
import { isGroupAdminOnly } from "./permissions.ts";
import { indexed } from "./search-index.ts";
import type { Group } from "./tenant.ts";

const FILTERED: readonly string[] = ["id", "type", "lastUpdated", "lastMembershipUpdated"];
const SEARCHED: readonly string[] = [...FILTERED, "created", "source.id"];
const CONTAINS: readonly string[] = ["profile.name", "profile.description"];

const SEARCH: Dialect = {
  not: false,
  accepts({ attribute, operator }: Comparison) {
    if (!SEARCHED.includes(attribute) && !attribute.startsWith("profile.")) return false;
    if (operator === "co") return CONTAINS.includes(attribute);
    return operator !== "ne" && operator !== "ew";
  },
};

const FILTER: Dialect = {
  not: false,
  accepts: ({ attribute, operator }) =>
    FILTERED.includes(attribute) &&
    (operator === "eq" || (attribute.startsWith("last") && /^[gl][te]$/.test(operator))),
};

export function foundGroups(call: Call): readonly Group[] {
  const query = call.url.searchParams;
  const [search, filter, q] = [query.get("search"), query.get("filter"), query.get("q")];
  if (search !== null && (filter !== null || q !== null)) {
    throw new Failure(400, "E0000033", "Can't specify a search query and filter in the same request.");
  }
  let groups: readonly Group[] = [...call.tenant.groups.values()];
  if (search !== null) groups = sorted(call, selected(call, search, SEARCH));
  else if (filter !== null) groups = selected(call, filter, FILTER);
  if (q !== null) groups = groups.filter((group) => nameOf(group).toLowerCase().startsWith(q.toLowerCase()));
  return isGroupAdminOnly(call.tenant, call.caller) ? groups.filter((group) => !isEveryone(group)) : groups;
}

function selected({ tenant, now }: Call, expression: string, dialect: Dialect): readonly Group[] {
  const groups = indexed(tenant.groups, tenant.staleGroups, now, tenant.knobs.searchLagMs);
  try {
    const criteria = parseCriteria(expression, dialect);
    return groups.filter((group) => meets(criteria, (attribute) => readGroup(group, attribute)));
  } catch (error) {
    if (error instanceof CriteriaError) throw new Failure(400, "E0000031", `Invalid search criteria. ${error.message}`);
    throw error;
  }
}

function readGroup(group: Group, attribute: string): readonly unknown[] {
  if (attribute.startsWith("profile.")) return [group.profile[attribute.slice("profile.".length)]];
  if (attribute === "id") return [group.id];
  if (attribute === "type") return [group.type];
  if (attribute === "created") return [group.created];
  if (attribute === "lastUpdated") return [group.lastUpdated];
  if (attribute === "lastMembershipUpdated") return [group.lastMembershipUpdated];
  return attribute === "source.id" ? [group.sourceId] : [];
}

function sorted(call: Call, groups: readonly Group[]): readonly Group[] {
  const by = call.url.searchParams.get("sortBy");
  if (by === null) return groups;
  const direction = call.url.searchParams.get("sortOrder")?.toLowerCase() === "desc" ? -1 : 1;
  const key = (group: Group): string => String(readGroup(group, by)[0] ?? "").toLowerCase();
  return groups.toSorted((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
}

function nameOf(group: Group): string {
  return String(group.profile.name);
}
