/** An application as the API shows it: what was sent, over the defaults of its sign-on mode. */

import { isFields } from "../../shared/narrow.ts";
import type { Call } from "./call.ts";
import type { App, Profile, Tenant } from "./tenant.ts";

export function appView(call: Call, app: App): Record<string, unknown> {
  const self = `${call.origin}/api/v1/apps/${app.id}`;
  const turn = app.status === "ACTIVE" ? "deactivate" : "activate";
  return {
    id: app.id,
    orn: ornOf(call.tenant, app),
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: app.lastUpdated,
    created: app.created,
    ...merged(defaultsOf(app), app.document),
    signOnMode: app.signOnMode,
    _links: {
      uploadLogo: { href: `${self}/logo`, hints: { allow: ["POST"] } },
      appLinks: [{ name: `${app.name}_link`, href: `${call.origin}/home/${app.name}/${app.id}`, type: "text/html" }],
      policies: { href: `${self}/policies`, hints: { allow: ["PUT"] } },
      groups: { href: `${self}/groups` },
      logo: [{ name: "medium", href: `${call.origin}/assets/img/logos/default.png`, type: "image/png" }],
      users: { href: `${self}/users` },
      [turn]: { href: `${self}/lifecycle/${turn}` },
    },
  };
}

export function ornOf(tenant: Tenant, app: App): string {
  return `orn:okta:idp:${tenant.id}:apps:${app.name}:${app.id}`;
}

/** Objects merge key by key, everything else replaces. */
export function merged(base: Profile, over: Profile): Profile {
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = out[key];
    out[key] = isFields(below) && isFields(value) ? merged(below, value) : value;
  }
  return out;
}

function defaultsOf(app: App): Profile {
  const base = {
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: {
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: false, web: false },
      appLinks: { [`${app.name}_link`]: true },
    },
    features: [],
    credentials: {
      userNameTemplate: { template: "${source.login}", type: "BUILT_IN" },
      signing: { kid: `kid${app.id.slice(3)}` },
    },
    universalLogout: null,
    settings: {
      app: {},
      notifications: { vpn: { network: { connection: "DISABLED" }, message: null, helpUrl: null } },
      manualProvisioning: false,
      implicitAssignment: false,
      emOptInStatus: "NONE",
      notes: { admin: null, enduser: null },
    },
  };
  return app.signOnMode === "OPENID_CONNECT" ? merged(base, openIdDefaults(app)) : base;
}

function openIdDefaults(app: App): Profile {
  return {
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        client_id: app.id,
        token_endpoint_auth_method: "private_key_jwt",
        pkce_required: false,
      },
    },
    settings: {
      oauthClient: {
        client_uri: null,
        logo_uri: null,
        redirect_uris: [],
        response_types: ["token"],
        grant_types: ["client_credentials"],
        application_type: "service",
        consent_method: "TRUSTED",
        issuer_mode: "ORG_URL",
        idp_initiated_login: { mode: "DISABLED", default_scope: [] },
        wildcard_redirect: "DISABLED",
        dpop_bound_access_tokens: true,
        participate_slo: false,
      },
    },
  };
}
