/** Connectors that you host: which environment variables each takes, and which of them are secrets (c1.md §8.4). */
import type { Finding } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { text } from "../client/wire.ts";

export interface BatonConnector {
  /** Names that belong into the Secret. */
  readonly secrets: readonly string[];
  readonly open: readonly string[];
}

/** Of every connector; the first two come from the action rotate-credential. */
export const CREDENTIAL = ["BATON_CLIENT_ID", "BATON_CLIENT_SECRET"];
const COMMON = ["BATON_LOG_LEVEL"];
/** Written by us: the pod's name, and `hosting.provisioning`. */
const WRITTEN = ["BATON_HOST_ID", "BATON_PROVISIONING"];

const CONNECTORS: Readonly<Record<string, BatonConnector>> = {
  "baton-okta": {
    secrets: ["BATON_API_TOKEN", "BATON_OKTA_PRIVATE_KEY"],
    open: [
      "BATON_DOMAIN",
      "BATON_OKTA_CLIENT_ID",
      "BATON_OKTA_PRIVATE_KEY_ID",
      "BATON_SYNC_INACTIVE_APPS",
      "BATON_SYNC_CUSTOM_ROLES",
      "BATON_SKIP_SECONDARY_EMAILS",
      "BATON_SYNC_SECRETS",
      "BATON_FILTER_EMAIL_DOMAINS",
      "BATON_SKIP_APP_GROUPS",
    ],
  },
  "baton-microsoft-entra": {
    secrets: ["BATON_ENTRA_CLIENT_SECRET"],
    open: [
      "BATON_ENTRA_TENANT_ID",
      "BATON_ENTRA_CLIENT_ID",
      "BATON_SKIP_AD_GROUPS",
      "BATON_INCLUDE_ON_PREM_GROUP_MEMBERS",
      "BATON_GRAPH_DOMAIN",
      "BATON_SIGN_IN_ACTIVITY",
      "BATON_SCHEDULE_SCIM_PROVISIONING",
      "BATON_DISABLE_AUDIT_LOG_FEED",
      "BATON_ON_PREMISES_EXTENSION_ATTRIBUTES",
      "BATON_SKIP_UNASSIGNED_APPS",
    ],
  },
  "baton-zendesk": { secrets: ["BATON_API_TOKEN"], open: ["BATON_SUBDOMAIN", "BATON_EMAIL", "BATON_ORGS"] },
  "baton-pagerduty": { secrets: ["BATON_TOKEN"], open: [] },
  "baton-opsgenie": { secrets: ["BATON_API_KEY"], open: [] },
};

/** By the image's own name, whatever registry and tag; undefined for one that is not known here. */
export function batonConnector(image: string): BatonConnector | undefined {
  const name = image.split("/").at(-1)?.split(/[:@]/)[0] ?? "";
  return Object.hasOwn(CONNECTORS, name) ? CONNECTORS[name] : undefined;
}

/** Secrets in the clear, names that the manifests write themselves, and names that the connector does not read. */
export function* hostingFindings(spec: Spec): Iterable<Finding> {
  const hosting = asSpec(spec.hosting ?? {});
  const known = batonConnector(text(hosting.image));
  const secrets = [...CREDENTIAL, ...(known?.secrets ?? [])];
  for (const name of Object.keys(asSpec(hosting.env ?? {}))) {
    const path = ["hosting", "env", name];
    if (secrets.includes(name)) {
      yield {
        code: "secret-in-env",
        message: `${name} is a credential, and hosting.env is written into the manifests as it stands.`,
        hint: "Put it into the Kubernetes Secret that hosting.secret names.",
        path,
      };
    } else if (WRITTEN.includes(name)) {
      yield {
        code: "written-env",
        message: `${name} is written by \`accord render\` itself.`,
        hint: name === "BATON_PROVISIONING" ? "Say hosting.provisioning: true or false." : "Leave it out.",
        path,
      };
    } else if (known !== undefined && name.startsWith("BATON_") && ![...known.open, ...COMMON].includes(name)) {
      yield {
        code: "unknown-env",
        message: `${text(hosting.image)} is not known to read ${name}.`,
        hint: `It reads: ${[...known.open, ...COMMON].join(", ")}.`,
        path,
        severity: "warning",
      };
    }
  }
}
