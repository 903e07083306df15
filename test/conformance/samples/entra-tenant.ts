/** ACME's directory, and what the samples of its kinds refer to, made by hand. */

import { addEnterpriseApp } from "../../../providers/entra/emulator/applications.ts";
import { nextId } from "../../../providers/entra/emulator/tenant.ts";
import { createEntraEmulator, type EntraEmulator } from "../../../providers/entra/emulator.ts";
import { ACME_PEOPLE } from "../../../providers/shared/acme.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import { textOf } from "../../../providers/shared/request-text.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { System, Tenant } from "../subject.ts";

/** Long enough that whoever reads to confirm a write sees the past. */
const LAG = 60_000;

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /^GET \/roleManagement\/directory\/roleDefinitions request query \$top/,
    reason: "the health check asks for one (entra.md §1.6); the description forgot the parameter",
  },
  {
    mismatch:
      /^GET \/(?:roleManagement\/directory\/role\w+Schedules|identityGovernance\/entitlementManagement\/\w+) request query \$skiptoken/,
    reason: "the token of Graph's own next page (entra.md §3.1); the description names it for other lists only",
  },
];

export const system: System = {
  create(world, saved) {
    const emulator = createEntraEmulator(world, saved);
    emulator.knobs.lagMs = LAG;
    return { ...emulator, fetch: guarded(emulator) };
  },
  settings: ({ settings }) => ({ ...settings, exchange: true }),
  administrator: async ({ actors }) => ({ authorization: `Bearer ${actors?.trent}` }),
  reads: [/\/oauth2\/v2\.0\/token$/, /^POST \/v1\.0\/directoryObjects\/getByIds$/],
  isRead: (request) => isReadingPost(request) || /^Get-/.test(request.headers.get("x-cmdletname") ?? ""),
  tooMany: (_now, wait) =>
    new Response(JSON.stringify({ error: { code: "TooManyRequests", message: "Too many requests." } }), {
      status: 429,
      headers: { "content-type": "application/json", "retry-after": String(Math.ceil(wait / 1000)) },
    }),
  blind(emulator) {
    const { clientId: _, clientSecret, ...settings } = emulator.settings;
    const app = entraOf(emulator).addApp({
      secrets: [{ name: "blind", value: clientSecret ?? "", endsAt: Number.MAX_SAFE_INTEGER }],
    });
    return { ...settings, clientId: app.appId, clientSecret: clientSecret ?? "" };
  },
  description: { file: "graph.openapi.yaml", tolerances: TOLERATED },
};

/** Reads are sent with low priority (entra.md §17); `guarded` makes sure that who says so keeps their word. */
function isReadingPost(request: Request): boolean {
  const { pathname } = new URL(request.url);
  const mayRead = pathname === "/v1.0/$batch" || /\/role(?:Assignment|Eligibility)ScheduleRequests$/.test(pathname);
  return mayRead && request.method === "POST" && request.headers.get("x-ms-throttle-priority") === "low";
}

/** What no run may ever send: a batch that writes although it says that it reads, and the removal that deletes a person. */
function guarded(emulator: EntraEmulator): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1.0/$batch") {
      for (const { method, url } of partsOf(JSON.parse(await textOf(request)))) {
        if (isReadingPost(request) && method !== "GET") throw new Error(`${method} ${url} in a batch of reads`);
        refuseDangerous(method, `/v1.0${url}`);
      }
    }
    if (/ScheduleRequests$/.test(pathname) && isReadingPost(request)) {
      const body: unknown = JSON.parse(await textOf(request));
      const dry = typeof body === "object" && body !== null && "isValidationOnly" in body && body.isValidationOnly;
      if (dry !== true) throw new Error(`POST ${pathname} says that it reads, and changes something`);
    }
    refuseDangerous(request.method, pathname);
    return emulator.fetch(request);
  };
}

function refuseDangerous(method: string, path: string): void {
  if (method === "DELETE" && /\/(?:manager|(?:members|owners)(?:\/(?!\$ref$)[^/]+)?)$/.test(path.split("?")[0] ?? "")) {
    throw new Error(`${method} ${path} deletes the object itself`);
  }
}

function partsOf(body: unknown): readonly { readonly method: string; readonly url: string }[] {
  const requests = typeof body === "object" && body !== null && "requests" in body ? body.requests : [];
  return Array.isArray(requests)
    ? requests.map((one: { method: unknown; url: unknown }) => ({ method: String(one.method), url: String(one.url) }))
    : [];
}

export function entraOf(emulator: Emulator): EntraEmulator {
  if (isEntra(emulator)) return emulator;
  throw new Error("This is not Entra's emulator");
}

function isEntra(emulator: Emulator): emulator is EntraEmulator {
  return "addApp" in emulator;
}

/** A group that is there from the start. */
export async function seeded(tenant: Tenant, displayName: string): Promise<{ readonly id: string }> {
  for (const [id, group] of entraOf(tenant.emulator).tenant.groups.all())
    if (group.displayName === displayName) return { id };
  throw new Error(`No group is called ${displayName}`);
}

/** An enterprise application that is there from the start. */
export async function seededApp(tenant: Tenant, displayName: string): Promise<{ readonly id: string }> {
  for (const [id, app] of entraOf(tenant.emulator).tenant.principals.all())
    if (app.displayName === displayName) return { id };
  throw new Error(`No application is called ${displayName}`);
}

/** One more from the gallery, long enough ago for every read to show it. */
export function addEnterprise(tenant: Tenant, name: string): void {
  addEnterpriseApp(entraOf(tenant.emulator).tenant, 0, { name });
}

/** A group made by hand, long enough ago for every reference to know it. */
export function madeGroup(tenant: Tenant, displayName: string): Promise<{ readonly id: string }> {
  return tenant.once(`group ${displayName}`, async () => {
    const directory = entraOf(tenant.emulator).tenant;
    const id = nextId(directory);
    directory.groups.put(
      id,
      { id, displayName, securityEnabled: true, mailEnabled: false, groupTypes: [], isAssignableToRole: true },
      0,
    );
    return { id };
  });
}

/** Somebody of ACME's, another one for each number. */
export function personNamed(n: number): string {
  const person = ACME_PEOPLE[n % ACME_PEOPLE.length];
  if (person === undefined) throw new Error("Nobody works at ACME");
  return person.login;
}
