/**
 * What connects to what (c1.md §8.2, §8.3): catalog ids, and our names for the settings of each integration. Settings
 * that are not here go by C1's own key in `extraConfig`; their keys are never guessed but read from its catalog.
 */

export interface Setting {
  /** C1's key. */
  readonly key: string;
  readonly type: "text" | "flag" | "list" | "secret";
}

export interface Integration {
  readonly catalogId: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** `auth` → the name of C1's group of fields, where there are several ways to sign in. */
  readonly groups?: Readonly<Record<string, string>>;
}

/** Chooses between ways to sign in; sent with the settings. */
export const GROUP_KEY = "C1_selected_field_group_name";

const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  okta_v2: {
    catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7",
    settings: {
      domain: text("okta_v2_domain"),
      apiToken: secret("okta_v2_api_token"),
      syncCustomRoles: flag("okta_sync_custom_roles"),
      skipSecondaryEmails: flag("okta_skip_secondary_emails"),
      syncSecrets: flag("okta_sync_secrets"),
    },
  },
  microsoft_entra: {
    catalogId: "2UUdYir252rR6PVSASeUFNaJOIB",
    settings: {
      tenantId: text("entra_tenant_id"),
      clientId: text("entra_client_id"),
      clientSecret: secret("entra_client_secret"),
      skipAdGroups: flag("entra_skip_ad_groups"),
      graphDomain: text("entra_graph_domain"),
      signInActivity: flag("entra_sign_in_activity"),
      scheduleScimProvisioning: flag("entra_schedule_scim_provisioning"),
      disableAuditLogFeed: flag("entra_disable_audit_log_feed"),
    },
    groups: { oauth: "entra_group_oauth", client_secret: "entra_group_client_secret" },
  },
  zendesk_v2: {
    catalogId: "2x6fV9PZuiq568WFpSkBsZ5mDKH",
    settings: {
      subdomain: text("zendesk_v2_subdomain"),
      email: text("zendesk_v2_email"),
      apiToken: secret("zendesk_v2_api_token"),
      orgs: { key: "orgs", type: "list" },
    },
  },
  pagerduty: {
    catalogId: "2TBFfhxkbK8e2jKj3yBDJch8zCS",
    settings: { apiToken: secret("pagerduty_api_token") },
  },
  opsgenie_v2: {
    catalogId: "2eVZNxK6vQWesyIyR6qpAk0txxl",
    settings: { apiKey: secret("opsgenie_apikey") },
  },
  okta: bare("23w9L3qudsiSZQJ8jUP1KYyQqVW"),
  azure_ad: bare("2Azvj7EpYAhJRhK3GELEYYWroWE"),
  zendesk: bare("26RHvI0Kqz00KUFgbuUeOZgnTVj"),
  opsgenie: bare("2Dov523eMhmFexnGgcWJ3PA3il4"),
  slack: bare("2O43lWTqeK6kY25TBMLDyIRU00o"),
  google_workspace_v2: bare("2bmjQ8hTYymTtDCK3xbD2XBrjqg"),
  incident_io: bare("2vpdUxYHGPtUGeAoDlgc7RBRWCc"),
  rootly: bare("2vis4DLr1dQuwVVa1TfMKZDaFkf"),
  github_v2: bare("2gkeVHQ9u8BtFpouw5jRmbnxjkW"),
  baton: bare("2HErg7BRmNdHgX8sTCWVq4E1fyh"),
};

/** One that you host yourself; C1 keeps no settings for it. */
export const SELF_HOSTED = "baton";

export function integrationOf(name: string): Integration | undefined {
  return Object.hasOwn(INTEGRATIONS, name) ? INTEGRATIONS[name] : undefined;
}

export function integrationName(catalogId: string): string | undefined {
  return Object.entries(INTEGRATIONS).find(([, one]) => one.catalogId === catalogId)?.[0];
}

function bare(catalogId: string): Integration {
  return { catalogId, settings: {} };
}

function text(key: string): Setting {
  return { key, type: "text" };
}

function secret(key: string): Setting {
  return { key, type: "secret" };
}

function flag(key: string): Setting {
  return { key, type: "flag" };
}
