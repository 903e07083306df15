/** `provider "accord" { … }`: the settings of every managed system, as their schemas describe them. */
import { type Schemas, settingsPath } from "../config/schemas.ts";
import { snakeCase } from "../config/terraform/names.ts";
import { type Attribute, attributesAt } from "../config/terraform/shape.ts";
import { specOf } from "../config/terraform/values.ts";
import type { Spec, Value } from "../model.ts";
import { asSpec, hasUnknown } from "../value.ts";
import { hideSecrets } from "./document.ts";
import { type DynamicValue, decodeValue } from "./dynamic-value.ts";
import { DEFAULT_STACK } from "./session.ts";
import { wireAttributes } from "./wire-schema.ts";

/** Provider → attributes of its settings. */
export type SettingsAttributes = ReadonlyMap<string, readonly Attribute[]>;

export function settingsAttributes(schemas: Schemas, providers: readonly string[]): SettingsAttributes {
  const read = (path: string) => schemas.find(path) ?? {};
  const described = providers.filter((name) => schemas.settingsSchemaOf(name) !== undefined);
  return new Map(described.map((name) => [name, attributesAt(settingsPath(name), read)]));
}

export function providerBlock(settings: SettingsAttributes, schemas: Schemas) {
  const attributes = [...settings].map(([name, own]) => ({
    name: snakeCase(name),
    description: String(schemas.settingsSchemaOf(name)?.description ?? ""),
    optional: true,
    nested_type: { nesting: "SINGLE", attributes: wireAttributes(own, { kept: false, writeOnly: false }) },
  }));
  const stack = {
    name: "stack",
    description: "Name of the stack: it stands in the ownership markers of objects. Default: terraform.",
    optional: true,
    type: Buffer.from('"string"'),
  };
  return { description: "Access as code: Accord's kinds under Terraform.", attributes: [stack, ...attributes] };
}

export interface Settings {
  readonly stack: string;
  /** Of each provider that the block configures. */
  readonly known: Spec;
  /** Providers whose settings are not known yet. */
  readonly open: readonly string[];
  readonly secrets: ReadonlyMap<string, string>;
}

export function settingsIn(config: DynamicValue, settings: SettingsAttributes): Settings {
  const secrets = new Map<string, string>();
  const values = asSpec(decodeValue(config));
  const known: Record<string, Value> = {};
  const open: string[] = [];
  for (const [name, attributes] of settings) {
    const value = values[snakeCase(name)];
    // What has no settings (null) need not be said.
    if (attributes.length === 0) known[name] = {};
    if (value === undefined || value === null || attributes.length === 0) continue;
    if (hasUnknown(value)) open.push(name);
    else known[name] = hideSecrets(specOf(asSpec(value), attributes), attributes, secrets);
  }
  return { stack: typeof values.stack === "string" ? values.stack : DEFAULT_STACK, known, open, secrets };
}
