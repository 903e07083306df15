/** Texts of documents as Terraform writes them: what names another object is an expression, and what is text stays text. */
import type { Address, Spec, Value } from "../../model.ts";
import { asSpec, isList, isObject, isSecret } from "../../value.ts";
import { scanTemplate } from "../template.ts";
import { snakeCase } from "./names.ts";

/** What Terraform calls the object of an address: `accord_okta_group.x`, `accord_okta_group.y["eu"]`. */
export type BlockOf = (address: Address) => string | undefined;

/** Every text of the value, wherever it stands. */
export function asExpressions(value: Value, blockOf: BlockOf): Value {
  if (typeof value === "string") return expressionsIn(value, blockOf);
  if (isList(value)) return value.map((item) => asExpressions(item, blockOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asExpressions(item, blockOf)]));
}

/** `$${env:NAME}` is text to Terraform, and a secret to the provider: its value is in no file. */
function expressionsIn(text: string, blockOf: BlockOf): string {
  return scanTemplate(text)
    .map((part, index, { length }) => {
      switch (part.kind) {
        case "text":
          // A dollar at its end would make text of the expression behind it.
          return index === length - 1 ? escaped(part.text) : escaped(part.text).replace(/[$%]$/, '${"$&"}');
        case "reference":
          return `\${${blockOf(part.address) ?? part.address}.${snakeCase(part.field)}}`;
        case "invalid":
          return part.text;
        default:
          return `$\${${part.kind}:${part.name}}`;
      }
    })
    .join("");
}

export function escaped(text: string): string {
  // In what replaces, `$$` is one dollar.
  return text.replaceAll("${", "$$${").replaceAll("%{", "%%{");
}

/**
 * The same for text that Terraform's own language is written in already, as synthesis leaves it: only what Accord alone
 * understands is put into other words.
 */
export function withoutOurs(text: string, blockOf: BlockOf): string {
  return text.replaceAll(
    /(\$+)\{(?:(?<place>env|file):(?<name>[^${}]+)|(?<address>[\w-]+\/[\w-]+\/[^${}/]+)\.(?<field>\w+))\}/g,
    (whole, dollars: string, ...rest) => {
      const { place, name, address, field } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
      if (dollars.length % 2 === 0) return whole;
      if (place !== undefined) return `$${dollars}{${place}:${name}}`;
      const block = blockOf(address as Address);
      return block === undefined ? whole : `${dollars}{${block}.${snakeCase(field ?? "")}}`;
    },
  );
}

/** Secrets as the references that they are. */
export function withSecretsNamed(spec: Spec): Spec {
  const walk = (value: Value): Value => {
    if (isSecret(value)) return value.$secret;
    if (isList(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return asSpec(walk(spec));
}
