/** Okta's tenant, and what the samples of its kinds refer to, made by hand. */
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { System, Tenant } from "../subject.ts";

const SCOPES =
  "okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read okta.apiTokens.read";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /\/apps.* \/(\*\/)?(accessibility\/(error|login)RedirectUrl|universalLogout): must be/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch:
      /\/apps.* \/(\*\/)?settings\/(notes\/\w+|notifications\/vpn\/\w+|oauthClient\/(client|logo)_uri): must be string/,
    reason: "recorded: null, where the description forgot `nullable`",
  },
  {
    mismatch: /\/groups response 200 \/\*\/profile\/description: must be string/,
    reason: "null where a group has none (okta.md §4.2); the description forgot `nullable`",
  },
  {
    mismatch: /users request query expand|users response 200 \/\*\/_embedded\/group-rules: must be object/,
    reason: "rules of a member are newer than the description (okta.md §4.4)",
  },
  { mismatch: /owners response .*lastUpdated: must match format/, reason: "recorded: two odd formats (okta.md §2)" },
  { mismatch: /owners response .*originId: must be string/, reason: "recorded: null for Okta's own owners" },
  { mismatch: / response 401: status not in/, reason: "any call may be refused; the description rarely says so" },
  { mismatch: /\/roles response 409: status not in/, reason: "E0000090, given already (okta.md §2)" },
  {
    mismatch: /^POST .*(groups|clients)\/\{\w+\}\/roles response 201: (a body|status)/,
    reason: "the description has the body under 200; users' roles were recorded as 201 with a body (okta.md §4.8)",
  },
];

export const system: System = {
  create(world, saved) {
    const emulator = createOktaEmulator(world, saved);
    const text = { type: "string", title: "Text" };
    for (const name of ["costCenter", "region"]) emulator.tenant.groupAttributes.set(name, text);
    return emulator;
  },
  settings: (emulator) => ({ ...emulator.settings, scopes: SCOPES }),
  administrator: async (emulator) => ({ authorization: `SSWS ${emulator.actors?.trent}` }),
  reads: [/^POST \/oauth2\/v1\/token$/],
  tooMany: (now, wait) =>
    new Response(JSON.stringify({ errorCode: "E0000047", errorSummary: "API call exceeded rate limit" }), {
      status: 429,
      headers: {
        "content-type": "application/json",
        date: new Date(now).toUTCString(),
        "x-rate-limit-limit": "250",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": String(Math.ceil((now + wait) / 1000)),
      },
    }),
  blind(emulator) {
    const { clientId, ...settings } = emulator.settings;
    return { ...settings, clientId: blindClient(emulator, clientId ?? ""), scopes: SCOPES };
  },
  description: { file: "okta.openapi.yaml", tolerances: TOLERATED },
};

/** A service app with every scope and no admin role: Okta answers its lists `200 []` (okta.md §0). */
function blindClient(emulator: Emulator, like: string): string {
  const okta = oktaOf(emulator);
  const known = okta.tenant.clients.get(like);
  if (known === undefined) throw new Error(`There is no client ${like}`);
  return okta.addClient({ keys: known.keys, scopes: known.scopes });
}

export function oktaOf(emulator: Emulator): OktaEmulator {
  if (isOkta(emulator)) return emulator;
  throw new Error("This is not Okta's emulator");
}

function isOkta(emulator: Emulator): emulator is OktaEmulator {
  return "addClient" in emulator;
}

export function groupNamed(tenant: Tenant, name: string): Promise<{ readonly id: string }> {
  return tenant.once(`group ${name}`, async () => ({
    id: idIn(await tenant.call("POST", "/api/v1/groups", { profile: { name } })),
  }));
}

export function appNamed(tenant: Tenant, label: string): Promise<{ readonly id: string }> {
  return tenant.once(`app ${label}`, async () => ({ id: idIn(await bookmark(tenant, label)) }));
}

export function bookmark(tenant: Tenant, label: string): Promise<unknown> {
  const settings = { app: { requestIntegration: false, url: "https://wiki.acme.example" } };
  return tenant.call("POST", "/api/v1/apps", { name: "bookmark", label, signOnMode: "BOOKMARK", settings });
}

function idIn(body: unknown): string {
  if (typeof body === "object" && body !== null && "id" in body && typeof body.id === "string") return body.id;
  throw new Error("An answer without an id");
}

/** A custom role with the resource set that it goes with. */
export async function customRoleIn(tenant: Tenant): Promise<{ readonly id: string }> {
  const role = { label: "Readers", description: "Read", permissions: ["okta.users.read"] };
  const resources = [`https://${tenant.emulator.host}/api/v1/users`];
  const roleId = idIn(await tenant.call("POST", "/api/v1/iam/roles", role));
  const set = { label: "Everybody", description: "All people", resources };
  return { id: `${roleId}/${idIn(await tenant.call("POST", "/api/v1/iam/resource-sets", set))}` };
}
