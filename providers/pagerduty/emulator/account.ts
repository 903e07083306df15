/** What the plan includes: abilities and licences; and the policies that say whom to wake, read only. */
import { type Exchange, json, type Route } from "../../shared/emulator.ts";
import { mustHave } from "./keys.ts";
import { page } from "./paging.ts";
import { fullPolicy, userReference } from "./shapes.ts";
import { existing, type Tenant, userById } from "./tenant.ts";

const FULL = {
  id: "PFULLUS",
  name: "Business (Full User)",
  description: "",
  valid_roles: ["owner", "admin", "user", "limited_user", "observer", "restricted_access"],
  role_group: "FullUser",
  summary: "Business (Full User)",
  type: "license",
  self: null,
  html_url: null,
};

const STAKEHOLDER = {
  ...FULL,
  id: "PSTAKEH",
  name: "Business (Stakeholder)",
  summary: "Business (Stakeholder)",
  role_group: "Stakeholder",
  valid_roles: ["read_only_user", "read_only_limited_user"],
};

const SEATS = 500;

/** Roles that the account's licences allow. */
export const ROLES: readonly string[] = [...FULL.valid_roles, ...STAKEHOLDER.valid_roles];
export const STAKEHOLDERS: readonly string[] = STAKEHOLDER.valid_roles;

export function accountRoutes(tenant: Tenant): readonly Route[] {
  const { memory } = tenant;
  const licenceOf = (role: string): typeof FULL => (STAKEHOLDERS.includes(role) ? STAKEHOLDER : FULL);
  const counted = (licence: typeof FULL): unknown => {
    const used = memory.users.filter((user) => licenceOf(user.role) === licence).length;
    return { ...licence, current_value: used, allocations_available: SEATS - used };
  };

  return [
    { method: "GET", path: "/abilities", handle: () => json(200, { abilities: memory.abilities }) },
    {
      method: "GET",
      path: "/abilities/{id}",
      handle: ({ params }) => {
        mustHave(memory, params.id ?? "");
        return new Response(null, { status: 204 });
      },
    },
    { method: "GET", path: "/licenses", handle: () => json(200, { licenses: [FULL, STAKEHOLDER].map(counted) }) },
    {
      method: "GET",
      path: "/license_allocations",
      handle: (exchange) =>
        page(exchange, "license_allocations", memory.users, (user) => ({
          license: licenceOf(user.role),
          user: userReference(user),
          allocated_at: "2024-01-08T09:00:00Z",
        })),
    },
    {
      method: "GET",
      path: "/users/{id}/license",
      handle: ({ params }) => json(200, { license: licenceOf(userById(tenant, params.id).role) }),
    },
    { method: "GET", path: "/escalation_policies", handle: (exchange) => listPolicies(tenant, exchange) },
    {
      method: "GET",
      path: "/escalation_policies/{id}",
      handle: ({ params }) =>
        json(200, { escalation_policy: fullPolicy(tenant, existing(memory.policies, params.id)) }),
    },
  ];
}

function listPolicies(tenant: Tenant, exchange: Exchange): Response {
  const query = exchange.url.searchParams;
  const words = query.get("query")?.toLowerCase();
  const [users, teams] = [query.getAll("user_ids[]"), query.getAll("team_ids[]")];
  if (teams.length > 0) mustHave(tenant.memory, "teams");
  const rows = tenant.memory.policies.filter(
    (policy) =>
      (words === undefined || policy.name.toLowerCase().includes(words)) &&
      (users.length === 0 || policy.rules.some((rule) => rule.targets.some((target) => users.includes(target.id)))) &&
      (teams.length === 0 || policy.teams.some((team) => teams.includes(team))),
  );
  return page(exchange, "escalation_policies", rows, (policy) => fullPolicy(tenant, policy));
}
