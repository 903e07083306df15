/**
 * An Okta tenant behind a function from Request to Response: paths, auth, limits, lags and traps as the vendor has
 * them (okta.md). Left out: role targets, governance bundles, group push, directory-sourced writes, linked objects,
 * changing schemas, app features, the resource scope of custom roles (their permissions hold for the whole tenant),
 * and everything about signing in as a person.
 */

import { ACME_HOSTS } from "../shared/acme.ts";
import type { CreateEmulator, Emulator, TenantWorld } from "../shared/emulator.ts";
import { APP_GROUP_ENDPOINTS } from "./emulator/app-groups.ts";
import { APP_USER_ENDPOINTS } from "./emulator/app-users.ts";
import { APP_ENDPOINTS } from "./emulator/apps.ts";
import type { Endpoint } from "./emulator/call.ts";
import { CUSTOM_ROLE_ENDPOINTS } from "./emulator/custom-roles.ts";
import { GROUP_ENDPOINTS } from "./emulator/groups.ts";
import { LOG_ENDPOINTS } from "./emulator/logs.ts";
import { MEMBER_ENDPOINTS } from "./emulator/members.ts";
import { ORG_ENDPOINTS } from "./emulator/org.ts";
import { OWNER_ENDPOINTS } from "./emulator/owners.ts";
import { RESOURCE_SET_ENDPOINTS } from "./emulator/resource-sets.ts";
import { BINDING_ENDPOINTS } from "./emulator/role-bindings.ts";
import { ROLE_ENDPOINTS } from "./emulator/roles.ts";
import { settleRules } from "./emulator/rule-evaluation.ts";
import { RULE_ENDPOINTS } from "./emulator/rules.ts";
import { loadTenant, saveTenant } from "./emulator/saved-tenant.ts";
import { SCHEMA_ENDPOINTS } from "./emulator/schemas.ts";
import { ACCORD_CLIENT, ACTOR_TOKENS, addClient, seedTenant } from "./emulator/seed.ts";
import { type SeenRequest, serverOf } from "./emulator/server.ts";
import { type Client, type Knobs, nextId, type Tenant } from "./emulator/tenant.ts";
import { LIFECYCLE_ENDPOINTS, settleTransitions } from "./emulator/user-lifecycle.ts";
import { USER_ENDPOINTS } from "./emulator/users.ts";

/** What tests may look at and turn, beside the API. */
export interface OktaEmulator extends Emulator {
  readonly tenant: Tenant;
  readonly knobs: Knobs;
  /** Newest last; not saved. */
  readonly lastRequests: readonly SeenRequest[];
  readonly actors: Readonly<Record<string, string>>;
  tick(): Promise<void>;
  /** Adds a service app with exactly these rights; `roles` are standard admin roles. Gives the client id. */
  addClient(client: Partial<Client>, roles?: readonly string[]): string;
  /** The SSWS `Authorization` header of a seeded actor: `trent`, `conductorone`. */
  asActor(name: string): string;
}

const ENDPOINTS: readonly Endpoint[] = [
  ...ORG_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...LIFECYCLE_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...MEMBER_ENDPOINTS,
  ...RULE_ENDPOINTS,
  ...OWNER_ENDPOINTS,
  ...APP_ENDPOINTS,
  ...APP_GROUP_ENDPOINTS,
  ...APP_USER_ENDPOINTS,
  ...ROLE_ENDPOINTS,
  ...CUSTOM_ROLE_ENDPOINTS,
  ...RESOURCE_SET_ENDPOINTS,
  ...BINDING_ENDPOINTS,
  ...LOG_ENDPOINTS,
  ...SCHEMA_ENDPOINTS,
];

export const createOktaEmulator = ((world: TenantWorld, saved?: unknown): OktaEmulator => {
  const { tenant, privateKey } = saved === undefined ? seedTenant(world.now()) : restored(saved);
  const seen: SeenRequest[] = [];
  const settle = (): void => {
    const moment = { tenant, now: world.now(), cause: null };
    settleTransitions(moment);
    settleRules(moment);
  };

  return {
    host: ACME_HOSTS.okta,
    settings: { domain: ACME_HOSTS.okta, clientId: ACCORD_CLIENT, privateKey },
    actors: ACTOR_TOKENS,
    tenant,
    knobs: tenant.knobs,
    lastRequests: seen,
    fetch: serverOf(tenant, world, ENDPOINTS, settle, seen),
    async tick() {
      settle();
    },
    save: () => ({ tenant: saveTenant(tenant), privateKey }),
    addClient(client, roles = []) {
      const id = client.id ?? nextId(tenant, "0oa");
      addClient(tenant, world.now(), { keys: [], scopes: [], dpop: false, label: id, ...client, id }, roles);
      return id;
    },
    asActor(name) {
      const token = ACTOR_TOKENS[name];
      if (token === undefined) throw new Error(`No actor is called ${name}`);
      return `SSWS ${token}`;
    },
  };
}) satisfies CreateEmulator;

function restored(saved: unknown): { readonly tenant: Tenant; readonly privateKey: string } {
  if (typeof saved !== "object" || saved === null || !("tenant" in saved) || !("privateKey" in saved)) {
    throw new Error("the saved Okta tenant is not one that this version wrote");
  }
  return { tenant: loadTenant(saved.tenant), privateKey: String(saved.privateKey) };
}
