/** ConductorOne's tenant, and what the samples of its kinds refer to, made by hand. */
import { type C1Emulator, createC1Emulator } from "../../../providers/c1/emulator.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { System, Tenant } from "../subject.ts";

const TOLERATED: readonly Tolerance[] = [
  { mismatch: /^POST \/auth\/v1\/token: not in/, reason: "the description leaves signing in out (c1.md §1)" },
  { mismatch: / response 40[14]: status not in/, reason: "the description has answers of status 200 only (c1.md §2)" },
  {
    mismatch: /(automation\/exclusions|entitlement_configuration_rules) request query page_size: not in/,
    reason: "lists page without saying so in the description (c1.md §2)",
  },
];

export const system: System = {
  create: createC1Emulator,
  neighbours: [createOktaEmulator, createPagerdutyEmulator],
  settings: ({ settings }) => settings,
  administrator: async (emulator) => ({ authorization: `Bearer ${await tokenOf(emulator)}` }),
  reads: [
    /^POST \/auth\/v1\/token$/,
    /^POST \/api\/v1\/search\//,
    /^POST \/api\/v1\/(systemlog\/events|connectorcatalog|appentitlementmonitorbinding\/get)$/,
  ],
  tooMany: (_now, wait) =>
    new Response(JSON.stringify({ code: 8, message: "too many requests", details: [] }), {
      status: 429,
      headers: { "content-type": "application/json", "retry-after": String(Math.ceil(wait / 1000)) },
    }),
  blind(emulator) {
    const { clientId, clientSecret } = c1Of(emulator).addPrincipal({ roles: ["Basic User"] });
    return { clientId, clientSecret };
  },
  description: { file: "c1.openapi.yaml", tolerances: TOLERATED },
};

function c1Of(emulator: Emulator): C1Emulator {
  if (isC1(emulator)) return emulator;
  throw new Error("This is not C1's emulator");
}

function isC1(emulator: Emulator): emulator is C1Emulator {
  return "addPrincipal" in emulator;
}

async function tokenOf({ fetch, host, settings }: Emulator): Promise<string> {
  const { clientId = "", clientSecret = "" } = settings;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const request = new Request(`https://${host}/auth/v1/token`, { method: "POST", body: new URLSearchParams(form) });
  return textAt(await (await fetch(request)).json(), "access_token");
}

type Ref = { readonly id: string };

/** An app by hand. */
export function appNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`app ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/apps", { displayName });
    return { id: textAt(body, "app", "id") };
  });
}

/** An entitlement of that app, with the resource that it is of. */
export function entitlementNamed(tenant: Tenant, name: string): Promise<Ref> {
  return tenant.once(`entitlement ${name}`, async () => {
    const { id: appId } = await appNamed(tenant, "Vault");
    const typeId = await tenant.once("type", async () => {
      const type = { displayName: "Safe", resourceType: "CUSTOM" };
      const body = await tenant.call("POST", `/api/v1/apps/${appId}/resource_types`, type);
      return textAt(body, "appResourceType", "id");
    });
    const resources = `/api/v1/apps/${appId}/resource_types/${typeId}/resources`;
    const resource = await tenant.call("POST", resources, { displayName: name });
    const body = await tenant.call("POST", `/api/v1/apps/${appId}/entitlements`, {
      displayName: name,
      slug: "opener",
      appResourceTypeId: typeId,
      appResourceId: textAt(resource, "appResource", "id"),
    });
    return { id: `${appId}/${textAt(body, "appEntitlementView", "appEntitlement", "id")}` };
  });
}

export function policyNamed(tenant: Tenant, displayName: string, type: "grant" | "revoke" | "certify"): Promise<Ref> {
  return tenant.once(`policy ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/policies", {
      displayName,
      policyType: `POLICY_TYPE_${type.toUpperCase()}`,
      policySteps: { [type]: { steps: [{ accept: { acceptMessage: "" } }] } },
    });
    return { id: textAt(body, "policy", "id") };
  });
}

export function profileNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`profile ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/catalogs", { displayName });
    return { id: textAt(body, "requestCatalogView", "requestCatalog", "id") };
  });
}

function textAt(value: unknown, ...path: readonly string[]): string {
  let found = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  if (typeof found !== "string") throw new Error(`No text at ${path.join(".")} of ${JSON.stringify(value)}`);
  return found;
}

export const riskLevel = (tenant: Tenant, value: string) => attribute(tenant, "risk_levels", value);
export const framework = (tenant: Tenant, value: string) => attribute(tenant, "compliance_frameworks", value);

function attribute(tenant: Tenant, of: string, value: string): Promise<Ref> {
  return tenant.once(`${of} ${value}`, async () => {
    const body = await tenant.call("POST", `/api/v1/attributes/${of}`, { value });
    return { id: textAt(body, "value", "id") };
  });
}

export function webhookNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`webhook ${displayName}`, async () => {
    const body = await tenant.call("POST", "/api/v1/webhooks", { displayName, url: "https://hooks.acme.example/c1" });
    return { id: textAt(body, "webhook", "id") };
  });
}

/** A template of access reviews, owned by one of the people. */
export function templateNamed(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`template ${displayName}`, async () => {
    const ownerIds = await tenant.once("ada", async () => {
      const body = await tenant.call("POST", "/api/v1/search/users", { email: "ada@acme.example" });
      return [textAt(body, "list", "0", "user", "id")];
    });
    const body = await tenant.call("POST", "/api/v1/access_review_template", { displayName, ownerIds });
    return { id: textAt(body, "accessReviewTemplate", "id") };
  });
}

/** A resource type of an app, by its name. */
export function typeIn(tenant: Tenant, app: Ref, displayName: string): Promise<string> {
  return tenant.once(`type ${app.id} ${displayName}`, async () => {
    await tenant.call("POST", `/api/v1/apps/${app.id}/resource_types`, { displayName, resourceType: "CUSTOM" });
    return displayName;
  });
}

/** A connector of that app, which somebody hosts. */
export function connectorIn(tenant: Tenant, displayName: string): Promise<Ref> {
  return tenant.once(`connector ${displayName}`, async () => {
    const { id: appId } = await appNamed(tenant, "Vault");
    const catalogId = "2HErg7BRmNdHgX8sTCWVq4E1fyh";
    const body = await tenant.call("POST", `/api/v1/apps/${appId}/connectors`, { catalogId, displayName });
    return { id: `${appId}/${textAt(body, "connectorView", "connector", "id")}` };
  });
}

/** A skip of every kind that C1 knows by name only. */
export const SEVERAL = {
  "is not made twice": "uniqueness is nowhere promised (c1.md §3); planning finds the first one and refuses",
};
