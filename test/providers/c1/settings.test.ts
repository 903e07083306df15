/** Every setting that C1's integrations are known to take, under C1's own key (c1.md §8.3), there and back. */
import { describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { configToApi, configToSpec } from "../../../providers/c1/resources/connector-config.ts";
import { integrationOf } from "../../../providers/c1/resources/integrations.ts";
import { complaints } from "./contract.ts";

const SECRETS = ["apiToken", "apiKey", "clientSecret"];

const CASES: readonly (readonly [
  integration: string,
  catalogId: string,
  config: Spec,
  sent: Record<string, string>,
])[] = [
  [
    "okta_v2",
    "2kG3aTftCcAvWtHZt2Ywry0dPn7",
    { domain: "acme.okta.com", apiToken: "t", syncCustomRoles: true, skipSecondaryEmails: false, syncSecrets: true },
    {
      okta_v2_domain: "acme.okta.com",
      okta_v2_api_token: "t",
      okta_sync_custom_roles: "true",
      okta_skip_secondary_emails: "false",
      okta_sync_secrets: "true",
    },
  ],
  [
    "microsoft_entra",
    "2UUdYir252rR6PVSASeUFNaJOIB",
    {
      auth: "client_secret",
      tenantId: "tenant",
      clientId: "client",
      clientSecret: "t",
      skipAdGroups: true,
      graphDomain: "graph.microsoft.us",
      signInActivity: true,
      scheduleScimProvisioning: true,
      disableAuditLogFeed: true,
    },
    {
      C1_selected_field_group_name: "entra_group_client_secret",
      entra_tenant_id: "tenant",
      entra_client_id: "client",
      entra_client_secret: "t",
      entra_skip_ad_groups: "true",
      entra_graph_domain: "graph.microsoft.us",
      entra_sign_in_activity: "true",
      entra_schedule_scim_provisioning: "true",
      entra_disable_audit_log_feed: "true",
    },
  ],
  [
    "microsoft_entra",
    "2UUdYir252rR6PVSASeUFNaJOIB",
    { auth: "oauth", tenantId: "tenant" },
    { C1_selected_field_group_name: "entra_group_oauth", entra_tenant_id: "tenant" },
  ],
  [
    "zendesk_v2",
    "2x6fV9PZuiq568WFpSkBsZ5mDKH",
    { subdomain: "acme", email: "ada@acme.example", apiToken: "t", orgs: ["One", "Two"] },
    { zendesk_v2_subdomain: "acme", zendesk_v2_email: "ada@acme.example", zendesk_v2_api_token: "t", orgs: "One,Two" },
  ],
  ["pagerduty", "2TBFfhxkbK8e2jKj3yBDJch8zCS", { apiToken: "t" }, { pagerduty_api_token: "t" }],
  ["opsgenie_v2", "2eVZNxK6vQWesyIyR6qpAk0txxl", { apiKey: "t" }, { opsgenie_apikey: "t" }],
];

describe("settings", () => {
  it.each(CASES)("of %s", (name, catalogId, config, sent) => {
    const integration = integrationOf(name);
    if (integration === undefined) throw new Error(`no integration ${name}`);
    expect(integration.catalogId).toBe(catalogId);
    const spec = { app: { id: "a" }, integration: name, config };
    expect(complaints("connector", spec)).toEqual([]);
    const api = configToApi(spec, integration);
    expect(api).toEqual({
      "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
      configuration: Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, { stringValue: value }])),
    });
    const open = Object.fromEntries(Object.entries(config).filter(([field]) => !SECRETS.includes(field)));
    const found = configToSpec({ config: api }, integration);
    expect(found.config).toMatchObject(open);
    expect(found.extraConfig).toEqual({});
    expect(JSON.stringify(found)).not.toContain('"t"');
  });

  it("have a case for each that is named", () => {
    for (const [name] of CASES) {
      const cased = CASES.filter(([other]) => other === name).flatMap(([, , config]) => Object.keys(config));
      const named = Object.keys(integrationOf(name)?.settings ?? {});
      expect(named.filter((setting) => !cased.includes(setting))).toEqual([]);
    }
  });

  it.each([
    ["okta", "23w9L3qudsiSZQJ8jUP1KYyQqVW"],
    ["azure_ad", "2Azvj7EpYAhJRhK3GELEYYWroWE"],
    ["zendesk", "26RHvI0Kqz00KUFgbuUeOZgnTVj"],
    ["opsgenie", "2Dov523eMhmFexnGgcWJ3PA3il4"],
    ["slack", "2O43lWTqeK6kY25TBMLDyIRU00o"],
    ["google_workspace_v2", "2bmjQ8hTYymTtDCK3xbD2XBrjqg"],
    ["incident_io", "2vpdUxYHGPtUGeAoDlgc7RBRWCc"],
    ["rootly", "2vis4DLr1dQuwVVa1TfMKZDaFkf"],
    ["github_v2", "2gkeVHQ9u8BtFpouw5jRmbnxjkW"],
    ["baton", "2HErg7BRmNdHgX8sTCWVq4E1fyh"],
  ])("of %s have no names of ours", (name, catalogId) => {
    expect(integrationOf(name)).toEqual({ catalogId, settings: {} });
  });
});
