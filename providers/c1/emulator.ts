/**
 * ConductorOne, emulated: a tenant behind `fetch`, with real credentials, rights, lags and traps, whose connectors and
 * automations act in the other emulated systems. Behaviour follows the reference (c1.md); what the reference leaves
 * open is marked "(assumption)" where it is decided.
 */

import { ACME_DOMAIN } from "../shared/acme.ts";
import type { Emulator, TenantWorld } from "../shared/emulator.ts";
import { isFields } from "../shared/narrow.ts";
import { secretDigest } from "./emulator/auth.ts";
import { running } from "./emulator/connector-status.ts";
import { newCredential } from "./emulator/credential.ts";
import { settle, tick } from "./emulator/machinery.ts";
import { complete } from "./emulator/provisioning.ts";
import { type Caller, roleId } from "./emulator/rights.ts";
import { type Budget, router } from "./emulator/router.ts";
import { seed } from "./emulator/seed.ts";
import { User } from "./emulator/shapes/person.ts";
import { record } from "./emulator/system-log.ts";
import { inApp, NO_ROWS, openTenant, type Tenant, type TenantData } from "./emulator/tenant.ts";

/** More than tests and honest clients need; lower it to meet 429. */
const DEFAULT_BUDGET = 3000;
const REMEMBERED_REQUESTS = 1000;

const IAC_KEYS = ["managed_by", "iac_workspace", "iac_resource_address", "iac_tool_version"];

export interface NewPrincipal {
  readonly roles: readonly string[];
  /** What the credential may, of what its holder may; absent: full permissions. */
  readonly scope?: readonly string[];
  readonly name?: string;
  /** Workload federation instead of a secret: whose OIDC tokens are taken. */
  readonly trust?: { readonly issuer: string; readonly jwks: unknown; readonly subject?: string };
}

export interface Principal {
  readonly userId: string;
  readonly clientId: string;
  /** Empty for a workload-federation trust. */
  readonly clientSecret: string;
}

/** Beside the interface of every emulator: the tenant's memory and the knobs of tests. */
export interface C1Emulator extends Emulator {
  tick(): Promise<void>;
  /** Tables, lags and ids; what is put here is there. */
  readonly tenant: Tenant;
  readonly budget: Budget;
  /** Method and path of the latest requests, oldest first. */
  readonly lastRequests: readonly string[];
  addPrincipal(principal: NewPrincipal): Principal;
  /** Takes effect after up to 90 s of wall time, as the vendor says. */
  revokeCredential(clientId: string): void;
  /** A provisioner says a manual task is done. */
  completeTask(taskId: string): void;
  /** A person saves an access profile in the console, which strips the marks of tools from it (c1.md §4). */
  saveInConsole(profileId: string): void;
  /** A person signs in at the vendor for a connector that waits for it. */
  consent(appId: string, connectorId: string, email: string): void;
}

/** A CreateEmulator with more to hold on to. */
export function createC1Emulator(world: TenantWorld, saved?: unknown): C1Emulator {
  const tenant = saved === undefined ? seed(world) : openTenant(world, savedTenant(saved));
  const budget: Budget = { perMinute: DEFAULT_BUDGET };
  const lastRequests: string[] = [];
  const answer = router(tenant, budget);
  /** One tick after the other; who waits behind a failed one is not told of its failure, its own caller is. */
  let ticking: Promise<void> = Promise.resolve();
  return {
    host: tenant.host,
    settings: tenant.settings,
    tenant,
    budget,
    lastRequests,
    fetch(request) {
      lastRequests.push(`${request.method} ${new URL(request.url).pathname}`);
      if (lastRequests.length > REMEMBERED_REQUESTS) lastRequests.shift();
      return answer(request);
    },
    tick() {
      ticking = ticking.catch(() => undefined).then(() => tick(tenant));
      return ticking;
    },
    save: () => tenant.save(),
    addPrincipal: (principal) => addPrincipal(tenant, principal),
    revokeCredential(clientId) {
      const credential = tenant.credentials.get(clientId);
      if (credential === undefined) throw new Error(`no credential ${clientId}`);
      tenant.credentials.put({ ...credential, revokedAt: tenant.world.wall() });
    },
    completeTask(taskId) {
      const task = tenant.tasks.get(taskId);
      if (task?.policy?.current?.provision == null) throw new Error(`task ${taskId} waits for no provisioner`);
      complete(tenant, task);
      record(tenant, provisioner(tenant), "task.provisionComplete", [taskId]);
      settle(tenant);
    },
    saveInConsole(profileId) {
      const profile = tenant.catalogs.get(profileId);
      if (profile === undefined) throw new Error(`no access profile ${profileId}`);
      const kept = Object.entries(profile.annotations).filter(([key]) => !IAC_KEYS.includes(key));
      tenant.catalogs.put({ ...profile, annotations: Object.fromEntries(kept), updatedAt: tenant.stamp() });
      record(tenant, provisioner(tenant), "requestCatalog.update", [profileId]);
    },
    consent(appId, connectorId, email) {
      const connector = tenant.connectors.get(inApp(appId, connectorId));
      if (connector === undefined) throw new Error(`no connector ${connectorId}`);
      const oauthAuthorizedAs = { authEmail: email, authorizedAt: tenant.stamp() };
      tenant.connectors.put(running(tenant, { ...connector, oauthAuthorizedAs }));
    },
  };
}

function addPrincipal(tenant: Tenant, principal: NewPrincipal): Principal {
  const userId = tenant.newId();
  const displayName = principal.name ?? `principal-${userId.slice(-6)}`;
  const kind = principal.trust === undefined ? "spc" : "wfe";
  const clientId = `${displayName}@${tenant.host}/${kind}`;
  tenant.principals.put({ userId, displayName, roles: principal.roles });
  tenant.users.put(
    User.make({
      createdAt: tenant.stamp(),
      displayName,
      id: userId,
      origin: "USER_ORIGIN_LOCAL",
      roleIds: principal.roles.map(roleId),
      status: "ENABLED",
      type: "USER_TYPE_SERVICE",
    }),
  );
  const made =
    principal.trust === undefined
      ? newCredential()
      : { clientSecret: "", publicKey: "", secretDigest: secretDigest("") };
  const { clientSecret, ...keys } = made;
  const { scope, trust } = principal;
  tenant.credentials.put({ clientId, kind, userId, ...keys, ...(scope && { scope }), ...(trust && { trust }) });
  return { clientId, clientSecret, userId };
}

function provisioner(tenant: Tenant): Caller {
  const person = tenant.users.by("email", `trent@${ACME_DOMAIN}`)[0];
  return { userId: person?.id ?? "", label: person?.displayName ?? "", roles: new Set() };
}

/** `saved` is what `save()` of this version gave; anything else is refused rather than half understood. */
function savedTenant(saved: unknown): TenantData {
  if (!isTenantData(saved)) throw new Error("the saved ConductorOne tenant is not one that this version wrote");
  return saved;
}

/** Version 1 is written by `save()` alone, so its shape stands for that of its rows. */
function isTenantData(saved: unknown): saved is TenantData {
  if (!isFields(saved) || saved.version !== 1 || !isFields(saved.rows) || !isFields(saved.settings)) return false;
  return Object.keys(NO_ROWS).every((name) => isFields(saved.rows) && Array.isArray(saved.rows[name]));
}
