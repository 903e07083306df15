/**
 * What connectors can be, and the configuration each takes (c1.md §8.2, §8.3). Keys that the reference names are the
 * vendor's; the few that only a tenant's catalog tells (Okta with a private key) are the emulator's (assumption).
 */
import { ConfigField, ConfigSchema } from "./shapes/connector.ts";

export interface CatalogEntry {
  readonly catalogId: string;
  readonly name: string;
  readonly schema: ConfigSchema;
  readonly required: readonly string[];
}

const text = (name: string, displayName: string) =>
  ConfigField.make({ displayName, name, str: { secret: false, valueValidator: null } });
const secret = (name: string, displayName: string) =>
  ConfigField.make({ displayName, name, str: { secret: true, valueValidator: null } });
const checkbox = (name: string, displayName: string) =>
  ConfigField.make({ checkbox: { checked: false }, displayName, name });
const texts = (name: string, displayName: string) =>
  ConfigField.make({ displayName, name, strList: { valueValidator: null } });
const consent = (name: string, displayName: string) => ConfigField.make({ displayName, name, oauth2: {} });

/** Chooses between field groups (c1.md §8.1). */
export const GROUP_KEY = "C1_selected_field_group_name";

const group = (name: string, displayName: string, fieldNames: readonly string[], isDefault = false) => ({
  default: isDefault,
  displayName,
  fieldNames,
  helpText: "",
  name,
});

const entry = (
  catalogId: string,
  name: string,
  displayName: string,
  required: readonly string[],
  fields: readonly ConfigField[],
  more: Partial<ConfigSchema> = {},
): CatalogEntry => ({ catalogId, name, required, schema: ConfigSchema.make({ displayName, fields, ...more }) });

export const CONNECTOR_CATALOG: readonly CatalogEntry[] = [
  entry(
    "2kG3aTftCcAvWtHZt2Ywry0dPn7",
    "okta_v2",
    "Okta",
    ["okta_v2_domain"],
    [
      text("okta_v2_domain", "Okta domain"),
      secret("okta_v2_api_token", "API token"),
      text("okta_v2_client_id", "OAuth client ID"),
      secret("okta_v2_private_key", "Private key"),
      text("okta_v2_private_key_id", "Private key ID"),
      checkbox("okta_sync_custom_roles", "Sync custom roles"),
      checkbox("okta_skip_secondary_emails", "Skip secondary emails"),
      checkbox("okta_sync_secrets", "Sync secrets"),
      checkbox("okta_sync_inactive_apps", "Sync inactive apps"),
      checkbox("okta_skip_app_groups", "Skip app groups"),
      texts("okta_filter_email_domains", "Filter email domains"),
    ],
    {
      fieldGroups: [
        group("okta_api_token_group", "API token", ["okta_v2_api_token"], true),
        group("okta_private_key_group", "OAuth with private key", [
          "okta_v2_client_id",
          "okta_v2_private_key",
          "okta_v2_private_key_id",
        ]),
      ],
    },
  ),
  entry(
    "2UUdYir252rR6PVSASeUFNaJOIB",
    "microsoft_entra",
    "Microsoft Entra",
    [],
    [
      consent("entra_oauth2", "Sign in with Microsoft"),
      text("entra_tenant_id", "Tenant ID"),
      text("entra_client_id", "Client ID"),
      secret("entra_client_secret", "Client secret"),
      checkbox("entra_skip_ad_groups", "Skip AD groups"),
      text("entra_graph_domain", "Graph domain"),
      checkbox("entra_sign_in_activity", "Sync sign-in activity"),
      checkbox("entra_schedule_scim_provisioning", "Schedule SCIM provisioning"),
      checkbox("entra_disable_audit_log_feed", "Disable audit log feed"),
    ],
    {
      fieldGroups: [
        group("entra_group_oauth", "OAuth", ["entra_oauth2"], true),
        group("entra_group_client_secret", "Client secret", [
          "entra_tenant_id",
          "entra_client_id",
          "entra_client_secret",
        ]),
      ],
      isOauth2: true,
    },
  ),
  entry(
    "2x6fV9PZuiq568WFpSkBsZ5mDKH",
    "zendesk_v2",
    "Zendesk",
    ["zendesk_v2_subdomain", "zendesk_v2_email", "zendesk_v2_api_token"],
    [
      text("zendesk_v2_subdomain", "Subdomain"),
      text("zendesk_v2_email", "Email"),
      secret("zendesk_v2_api_token", "API token"),
      texts("orgs", "Organizations"),
    ],
  ),
  entry(
    "2TBFfhxkbK8e2jKj3yBDJch8zCS",
    "pagerduty",
    "PagerDuty",
    ["pagerduty_api_token"],
    [secret("pagerduty_api_token", "API token")],
  ),
  entry(
    "2eVZNxK6vQWesyIyR6qpAk0txxl",
    "opsgenie_v2",
    "Opsgenie",
    ["opsgenie_apikey"],
    [secret("opsgenie_apikey", "API key")],
  ),
  entry("2HErg7BRmNdHgX8sTCWVq4E1fyh", "baton", "Baton", [], [], { requiresExternalConnector: true }),
];

export function catalogEntry(catalogId: string): CatalogEntry | undefined {
  return CONNECTOR_CATALOG.find((one) => one.catalogId === catalogId);
}

export function isSecret(entry: CatalogEntry | undefined, key: string): boolean {
  const field = entry?.schema.fields.find((one) => one.name === key);
  return field === undefined || field.str?.secret === true || field.secret != null;
}
