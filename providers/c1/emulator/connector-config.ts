/** The configuration envelope of connectors (c1.md §8.1): read once, kept whole, answered without secrets. */
import { isFields } from "../../shared/narrow.ts";
import { type CatalogEntry, catalogEntry, GROUP_KEY, isSecret } from "./connector-catalog.ts";
import type { JsonObject } from "./message.ts";
import { invalid } from "./status.ts";

const ENVELOPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

export type Configuration = Readonly<Record<string, string>>;

/** Values as strings: booleans are "true" and "false", lists joined by commas. */
export function readConfiguration(entry: CatalogEntry, config: JsonObject): Configuration {
  if (config["@type"] !== ENVELOPE) throw invalid(`invalid config: unable to resolve "${String(config["@type"])}"`);
  const values = config.configuration;
  if (!isFields(values)) throw invalid("invalid config.configuration: value is required");
  const known = new Set([GROUP_KEY, ...entry.schema.fields.map((field) => field.name)]);
  const read = Object.entries(values).map(([key, value]) => {
    if (!known.has(key)) throw invalid(`invalid config: unknown field "${key}" for ${entry.name}`);
    if (!isFields(value) || typeof value.stringValue !== "string") {
      throw invalid(`invalid config.configuration["${key}"]: value must be {"stringValue": …}`);
    }
    return [key, value.stringValue] as const;
  });
  const configuration = Object.fromEntries(read);
  for (const name of requiredOf(entry, configuration)) {
    if (!configuration[name]) throw invalid(`invalid config: "${name}" is required`);
  }
  return configuration;
}

/** Of alternative field groups the chosen one counts, else the default. */
function requiredOf(entry: CatalogEntry, configuration: Configuration): readonly string[] {
  const chosen = configuration[GROUP_KEY];
  const groups = entry.schema.fieldGroups;
  const group = groups.find((one) => (chosen === undefined ? one.default : one.name === chosen));
  if (chosen !== undefined && group === undefined) throw invalid(`invalid config: unknown field group "${chosen}"`);
  const consent = new Set(entry.schema.fields.filter((field) => field.oauth2 !== null).map((field) => field.name));
  return [...entry.required, ...(group?.fieldNames.filter((name) => !consent.has(name)) ?? [])];
}

/** A person has to sign in at the vendor before the connector can sync. */
export function needsConsent(entry: CatalogEntry, configuration: Configuration): boolean {
  const chosen = configuration[GROUP_KEY];
  const group = entry.schema.fieldGroups.find((one) => (chosen === undefined ? one.default : one.name === chosen));
  return entry.schema.fields.some((field) => field.oauth2 !== null && group?.fieldNames.includes(field.name));
}

export function shownConfig(catalogId: string, configuration: Configuration): JsonObject | null {
  const entries = Object.entries(configuration).filter(
    ([key]) => key === GROUP_KEY || !isSecret(catalogEntry(catalogId), key),
  );
  if (Object.keys(configuration).length === 0) return null;
  return {
    "@type": ENVELOPE,
    configuration: Object.fromEntries(entries.map(([key, stringValue]) => [key, { stringValue }])),
  };
}
