/**
 * Who may do what. Missing rights show as blank fields with HTTP 200, not as 403 (c1.md §1): the danger that a planner
 * has to notice by itself. Only writes are refused.
 */
import { isFields } from "../../shared/narrow.ts";
import { ksuid } from "./ksuid.ts";
import type { Tenant } from "./tenant.ts";

export const ROLES = {
  superAdmin: "Super Administrator",
  readOnlySuperAdmin: "Read-Only Super Administrator",
  accessRequestAdmin: "Access Request Administrator",
  connectorAdmin: "Connector Administrator",
  applicationAdmin: "Application Administrator",
  basicUser: "Basic User",
} as const;

/** Roles are builtin: the same ids in every sandbox. */
export const roleId = (displayName: string): string => ksuid(Date.UTC(2024, 0), `role:${displayName}`);

export type Area =
  | "apps"
  | "entitlements"
  | "profiles"
  | "policies"
  | "connectors"
  | "conflicts"
  | "webhooks"
  | "vaults"
  | "reviews"
  | "people"
  | "grants"
  | "tasks"
  | "automations"
  | "systemlog"
  | "self";

export interface Caller {
  readonly userId: string;
  readonly label: string;
  readonly roles: ReadonlySet<string>;
}

/** Beside the super administrator, who may everything. */
const WRITERS: Readonly<Record<Area, readonly string[]>> = {
  apps: [],
  entitlements: [],
  profiles: [ROLES.accessRequestAdmin],
  policies: [],
  connectors: [ROLES.connectorAdmin],
  conflicts: [],
  webhooks: [],
  vaults: [],
  reviews: [],
  people: [],
  grants: [],
  tasks: Object.values(ROLES).filter((role) => role !== ROLES.readOnlySuperAdmin),
  automations: [ROLES.accessRequestAdmin],
  systemlog: [],
  self: [],
};

/** Read-only super administrators see everything but automations (c1.md §1). */
const HIDDEN_FROM_READ_ONLY: readonly Area[] = ["automations"];

/** What an application's owner may touch, in that application. */
const OWNED_AREAS: readonly Area[] = ["apps", "entitlements", "connectors"];

export function mayWrite(tenant: Tenant, caller: Caller, area: Area, appId: string | undefined): boolean {
  if (caller.roles.has(ROLES.superAdmin)) return true;
  if (WRITERS[area].some((role) => caller.roles.has(role))) return true;
  return OWNED_AREAS.includes(area) && appId !== undefined && ownsApp(tenant, caller, appId);
}

export function mayRead(tenant: Tenant, caller: Caller, area: Area, appId: string | undefined): boolean {
  if (area === "self" || mayWrite(tenant, caller, area, appId)) return true;
  return caller.roles.has(ROLES.readOnlySuperAdmin) && !HIDDEN_FROM_READ_ONLY.includes(area);
}

/** What a caller without rights gets: the same rows, ids only; of what it may not know of, none. */
export function blank(answer: unknown, area: Area): unknown {
  if (!isFields(answer)) return answer;
  const hidden = HIDDEN_FROM_READ_ONLY.includes(area);
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => {
      if (key === "nextPageToken") return [key, hidden ? "" : value];
      if (key === "list" && Array.isArray(value)) return [key, hidden ? [] : value.map(blankValue)];
      return [key, blankValue(value)];
    }),
  );
}

function ownsApp(tenant: Tenant, caller: Caller, appId: string): boolean {
  const versions = tenant.owners.get(`app/${appId}`)?.versions ?? [];
  return versions.at(-1)?.users.some((owner) => owner.id === caller.userId) ?? false;
}

const KEPT = new Set(["id", "appId", "userId", "requestCatalogId", "appResourceTypeId"]);

function blankValue(value: unknown): unknown {
  if (typeof value === "string") return "";
  if (typeof value === "number") return 0;
  if (typeof value === "boolean") return false;
  if (Array.isArray(value)) return [];
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, KEPT.has(key) ? entry : blankValue(entry)]),
  );
}
