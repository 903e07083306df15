/**
 * A directory behind a function from Request to Response: paths, tokens, permissions, costs, lag and traps as Microsoft
 * Graph has them (entra.md). Left out: signing in as a person, devices and contacts, licences' assignment, and
 * administrative units.
 */
import { ACME_HOSTS, ACME_TOKENS } from "../shared/acme.ts";
import type { CreateEmulator, Emulator, TenantWorld } from "../shared/emulator.ts";
import { CLOUDS } from "./auth/clouds.ts";
import { ACCESS_PACKAGE_ENDPOINTS } from "./emulator/access-packages.ts";
import { APPLICATION_ENDPOINTS } from "./emulator/applications.ts";
import { AUDIT_ENDPOINTS } from "./emulator/audits.ts";
import type { Endpoint } from "./emulator/call.ts";
import { DELTA_ENDPOINTS } from "./emulator/delta.ts";
import { DIRECTORY_ENDPOINTS } from "./emulator/directory.ts";
import { GROUP_ENDPOINTS } from "./emulator/groups.ts";
import { MEMBER_ENDPOINTS } from "./emulator/members.ts";
import { METHOD_ENDPOINTS } from "./emulator/methods.ts";
import { ORGANIZATION_ENDPOINTS } from "./emulator/organization.ts";
import { ROLE_ENDPOINTS } from "./emulator/roles.ts";
import { loadTenant, saveTenant } from "./emulator/saved-tenant.ts";
import { ACCORD_APP, ACCORD_SECRET, ACTORS, addApp, seedTenant } from "./emulator/seed.ts";
import { type SeenRequest, serverOf } from "./emulator/server.ts";
import type { App, Knobs, Tenant } from "./emulator/tenant.ts";
import { USER_ENDPOINTS } from "./emulator/users.ts";

/** What tests may look at and turn, beside the API. */
export interface EntraEmulator extends Emulator {
  readonly tenant: Tenant;
  readonly knobs: Knobs;
  /** Newest last; not saved. Requests inside a batch come before it. */
  readonly lastRequests: readonly SeenRequest[];
  readonly actors: Readonly<Record<string, string>>;
  /** Adds an application with exactly these rights. */
  addApp(app: Partial<App>): App;
  /** The `Authorization` header of a seeded actor. */
  asActor(name: string): string;
}

const ENDPOINTS: readonly Endpoint[] = [
  ...ORGANIZATION_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...MEMBER_ENDPOINTS,
  ...DELTA_ENDPOINTS,
  ...DIRECTORY_ENDPOINTS,
  ...APPLICATION_ENDPOINTS,
  ...ROLE_ENDPOINTS,
  ...METHOD_ENDPOINTS,
  ...ACCESS_PACKAGE_ENDPOINTS,
  ...AUDIT_ENDPOINTS,
];

export const createEntraEmulator = ((world: TenantWorld, saved?: unknown): EntraEmulator => {
  const tenant = saved === undefined ? seedTenant(world.now(), world.wall()) : loadTenant(saved);
  const seen: SeenRequest[] = [];
  return {
    host: ACME_HOSTS.entra,
    // The authorities of all clouds answer; all but the directory's own refuse.
    alsoHosts: [...new Set(Object.values(CLOUDS).map(({ login }) => new URL(login).host)), ACME_HOSTS.entraExchange],
    settings: { tenantId: tenant.id, clientId: ACCORD_APP, clientSecret: ACCORD_SECRET },
    env: { ENTRA_SECRET_FOR_C1: ACME_TOKENS.entraForC1 },
    actors: ACTORS,
    tenant,
    knobs: tenant.knobs,
    lastRequests: seen,
    fetch: serverOf(tenant, world, ENDPOINTS, seen),
    save: () => saveTenant(tenant),
    addApp: (app) => addApp(tenant, world.now() - 3_600_000, app),
    asActor(name) {
      const token = ACTORS[name];
      if (token === undefined) throw new Error(`No actor is called ${name}`);
      return `Bearer ${token}`;
    },
  };
}) satisfies CreateEmulator;
