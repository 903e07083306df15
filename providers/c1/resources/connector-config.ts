/** A connector's settings, to and from C1's envelope (c1.md §8.1): flags and lists travel as text there. */

import type { Finding } from "../../../engine/kind.ts";
import type { Spec, Value } from "../../../engine/model.ts";
import { asSpec, isList } from "../../../engine/value.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { fields, objects, text } from "../client/wire.ts";
import { GROUP_KEY, type Integration, integrationOf, SELF_HOSTED } from "./integrations.ts";

const ENVELOPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

/** Never holds a secret: C1 returns none, only their names are known. Keys that have no name of ours are `extraConfig`. */
export function configToSpec(
  connector: Fields,
  integration: Integration,
): { readonly config: Spec; readonly extraConfig: Spec; readonly secrets: readonly string[] } {
  const values = new Map(
    Object.entries(fields(fields(connector.config).configuration)).map(([key, value]) => [
      key,
      isFields(value) ? text(value.stringValue) : text(value),
    ]),
  );
  const config: Record<string, Value> = {};
  for (const [name, { key, type }] of Object.entries(integration.settings)) {
    const raw = values.get(key) ?? "";
    values.delete(key);
    if (type === "secret") continue;
    if (type === "flag") config[name] = raw === "true";
    else if (type === "list") config[name] = raw === "" ? [] : raw.split(",").map((part) => part.trim());
    else config[name] = raw;
  }
  const group = values.get(GROUP_KEY);
  values.delete(GROUP_KEY);
  const auth = Object.entries(integration.groups ?? {}).find(([, name]) => name === group)?.[0];
  if (auth !== undefined) config.auth = auth;
  // Consent in a browser leaves none to be sent again.
  const secrets = Object.entries(integration.settings).flatMap(([name, { type }]) =>
    type === "secret" && auth !== "oauth" ? [`config.${name}`] : [],
  );
  return { config, extraConfig: Object.fromEntries([...values].filter(([, value]) => value !== "")), secrets };
}

/** The whole envelope: an update of `config` replaces it. Secrets are there where the document declares them. */
export function configToApi(spec: Spec, integration: Integration): Fields {
  const config = asSpec(spec.config ?? {});
  const configuration: Record<string, unknown> = {};
  for (const [name, { key }] of Object.entries(integration.settings)) {
    const value = config[name];
    if (value !== undefined) configuration[key] = { stringValue: isList(value) ? value.join(",") : String(value) };
  }
  const group = integration.groups?.[text(config.auth)];
  if (group !== undefined) configuration[GROUP_KEY] = { stringValue: group };
  for (const field of ["extraConfig", "extraSecrets"]) {
    for (const [key, value] of Object.entries(asSpec(spec[field] ?? {})))
      configuration[key] = { stringValue: text(value) };
  }
  return { "@type": ENVELOPE, configuration };
}

/** Settings of another integration; offline. */
export function* configFindings(spec: Spec): Iterable<Finding> {
  const name = text(spec.integration);
  const integration = integrationOf(name);
  if (integration === undefined) return;
  const config = asSpec(spec.config ?? {});
  if (name === SELF_HOSTED && (Object.keys(config).length > 0 || spec.extraConfig !== undefined)) {
    yield {
      code: "self-hosted-config",
      message: "C1 keeps no settings for a connector that you host yourself.",
      hint: "Set its environment variables where it runs; `hosting` and `accord render` write the manifests.",
      path: ["config"],
    };
    return;
  }
  const known = [...Object.keys(integration.settings), ...(integration.groups === undefined ? [] : ["auth"])];
  for (const field of Object.keys(config).filter((one) => !known.includes(one))) {
    yield {
      code: "other-integration",
      message: `${name} has no setting "${field}".`,
      hint: known.length === 0 ? "Use extraConfig with C1's own keys." : `It has: ${known.join(", ")}.`,
      path: ["config", field],
    };
  }
  if (config.clientSecret !== undefined && integration.groups !== undefined && config.auth !== "client_secret") {
    yield {
      code: "other-way-in",
      message:
        "clientSecret is used where auth is client_secret only; an administrator would be asked to consent instead.",
      hint: "Say auth: client_secret.",
      path: ["config", "clientSecret"],
      // A connector that exists may have been set up that way, and keeps it.
      ...(config.auth === undefined ? { severity: "warning" } : {}),
    };
  }
  for (const [field, { key }] of Object.entries(integration.settings)) {
    for (const extra of ["extraConfig", "extraSecrets"]) {
      if (asSpec(spec[extra] ?? {})[key] === undefined) continue;
      yield {
        code: "named-setting",
        message: `${key} goes under config, as "${field}".`,
        hint: `Move it to config.${field}.`,
        path: [extra, key],
      };
    }
  }
  if (spec.hosting !== undefined && name !== SELF_HOSTED) {
    yield {
      code: "not-self-hosted",
      message: `hosting is for integration: ${SELF_HOSTED}; C1 runs ${name} itself.`,
      hint: "Leave hosting out.",
      path: ["hosting"],
    };
  }
}

/** Keys that C1's own catalog does not know, or knows as secret (c1.md §8.3). */
export function* catalogFindings(spec: Spec, schema: Fields): Iterable<Finding> {
  const known = new Map(objects(schema.fields).map((field) => [text(field.name), isSecret(field)]));
  const asked = ["extraConfig", "extraSecrets"].filter((field) => Object.keys(asSpec(spec[field] ?? {})).length > 0);
  if (known.size === 0) {
    for (const field of asked) {
      yield {
        code: "silent-catalog",
        message: `C1's catalog lists no settings for ${text(spec.integration)}, so no key can be checked.`,
        hint: "Set the connector up in C1, and leave its settings out here.",
        path: [field],
      };
    }
    return;
  }
  for (const key of Object.keys(asSpec(spec.extraConfig ?? {}))) {
    const secret = known.get(key);
    if (secret === undefined) yield unknownKey("extraConfig", key, [...known.keys()]);
    if (secret === true) {
      yield {
        code: "secret-setting",
        message: `${key} is a secret.`,
        hint: `Move it to extraSecrets: { ${key}: "\${env:NAME}" }.`,
        path: ["extraConfig", key],
      };
    }
  }
  for (const key of Object.keys(asSpec(spec.extraSecrets ?? {}))) {
    if (!known.has(key)) yield unknownKey("extraSecrets", key, [...known.keys()]);
  }
}

/** Does the way of signing in that was chosen end in a browser? */
export function needsConsent(schema: Fields, group: string | undefined): boolean {
  const oauth = objects(schema.fields).filter((field) => isFields(field.oauth2));
  if (oauth.length === 0) return false;
  const groups = objects(schema.fieldGroups);
  const chosen = groups.find((one) => (group === undefined ? one.default === true : text(one.name) === group));
  return chosen === undefined || oauth.some((field) => textsOf(chosen.fieldNames).includes(text(field.name)));
}

function isSecret(field: Fields): boolean {
  return isFields(field.secret) || fields(field.str).secret === true;
}

function unknownKey(field: string, key: string, known: readonly string[]): Finding {
  return {
    code: "unknown-setting",
    message: `C1's catalog knows no setting "${key}" for this integration.`,
    hint: `It knows: ${known.filter((name) => name !== GROUP_KEY).join(", ")}.`,
    path: [field, key],
  };
}
