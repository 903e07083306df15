/** Documents → a program that declares the same: a construct for each, in an order in which each knows what it names. */
import { parseAddress } from "../address.ts";
import { type FieldRule, ruleAt } from "../config/rules.ts";
import { formatTemplate, scanTemplate, type TemplatePart } from "../config/template.ts";
import { snakeCase } from "../config/terraform/names.ts";
import type { Address, Path, Spec, Value } from "../model.ts";
import { asSpec, isList, isObject } from "../value.ts";

export interface ProgramDocument {
  readonly address: Address;
  readonly instance: string;
  /** `<provider>/<kind>`. */
  readonly kind: string;
  /** As written: variables and secrets are templates still. */
  readonly value: Spec;
  /** Addresses that it names. */
  readonly needs: readonly Address[];
}

export interface ProgramOptions {
  readonly stack: string;
  readonly documents: readonly ProgramDocument[];
  readonly ruleOf: (kind: string) => FieldRule;
}

export function programText({ stack, documents, ruleOf }: ProgramOptions): string {
  const names = new Map<Address, string>();
  const taken = new Set(["app", "stack", "App", "TerraformStack"]);
  const ids = new Set<string>();
  const classes = new Map<string, string>();
  const blocks = inOrder(documents).map((document) => {
    const { address, kind, value } = document;
    const name = String(value.name);
    const variable = unused(camel(name), taken);
    const id = unused(name.replaceAll(/[^A-Za-z0-9_-]/g, "-"), ids);
    const [system = "", short = ""] = kind.split("/");
    const type = classes.get(kind) ?? unused(pascal(short), taken, pascal(`${system}-${short}`));
    classes.set(kind, type);
    const write = (part: Value, path: Path): string => literal(part, path, ruleOf(kind), names, 1);
    const spec = write(asSpec(value.spec ?? {}), []);
    const around = treatment(document, id, names);
    names.set(address, variable);
    return `const ${variable} = new ${type}(stack, ${text(id)}, ${spec}${around === "" ? "" : `, ${around}`});\n`;
  });
  const used = blocks.map((block, index) => {
    const variable = /^const (\w+) =/.exec(block)?.[1] ?? "";
    const later = blocks.slice(index + 1).some((other) => new RegExp(`\\b${variable}\\b`).test(other));
    return later ? block : block.replace(/^const \w+ = /, "");
  });
  return `${importsOf(classes)}import { App, TerraformStack } from "cdktf";\n\nconst app = new App();\nconst stack = new TerraformStack(app, ${text(stack)});\n\n${used.join("\n")}\napp.synth();\n`;
}

function importsOf(classes: ReadonlyMap<string, string>): string {
  const systems = new Map<string, string[]>();
  for (const [kind, name] of classes) {
    const [system = "", short = ""] = kind.split("/");
    const plain = pascal(short);
    systems.set(system, [...(systems.get(system) ?? []), plain === name ? plain : `${plain} as ${name}`]);
  }
  return [...systems]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([system, of]) => `import { ${of.sort().join(", ")} } from "accord-access/${system}";\n`)
    .join("");
}

/** What stands around the spec, as the construct takes it. */
function treatment(
  { kind, instance, value }: ProgramDocument,
  id: string,
  names: ReadonlyMap<Address, string>,
): string {
  const { name, protect, manage, ignore, labels, onRemoval, adopt, dependsOn, replaceWith } = value;
  const said: Record<string, Value | undefined> = { protect, manage, ignore, labels, onRemoval, adopt };
  if (name !== id) said.name = name;
  if (instance !== kind.split("/")[0]) said.instance = instance;
  const fields = Object.entries(said).flatMap(([field, part]) =>
    part === undefined ? [] : [`${field}: ${literal(part, [], {}, names, 1)}`],
  );
  for (const [field, list] of Object.entries({ dependsOn, replaceWith })) {
    if (isList(list))
      fields.push(`${field}: [${list.map((one) => names.get(one as Address) ?? text(String(one))).join(", ")}]`);
  }
  return fields.length === 0 ? "" : `{ ${fields.join(", ")} }`;
}

function literal(
  value: Value,
  path: Path,
  rule: FieldRule,
  names: ReadonlyMap<Address, string>,
  depth: number,
): string {
  const inner = "  ".repeat(depth);
  if (typeof value === "string") {
    const at = ruleAt(rule, path) ?? ruleAt(rule, path.slice(0, -1));
    const named = at?.ref === undefined ? undefined : parseAddress(value);
    return (named === undefined ? undefined : names.get(named.address)) ?? templated(value, names);
  }
  const nested = (item: Value, key: string | number): string => literal(item, [...path, key], rule, names, depth + 1);
  if (isList(value)) {
    const items = value.map(nested);
    const short = `[${items.join(", ")}]`;
    return short.length <= 90 && !short.includes("\n")
      ? short
      : `[\n${items.map((item) => `${inner}${item},\n`).join("")}${inner.slice(2)}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : text(key)}: ${nested(item, key)}`,
  );
  const short = fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  return short.length <= 90 && !short.includes("\n")
    ? short
    : `{\n${fields.map((field) => `${inner}${field},\n`).join("")}${inner.slice(2)}}`;
}

/** Text in which a field of another construct is asked of it; whatever else a template holds stays as Accord writes it. */
function templated(value: string, names: ReadonlyMap<Address, string>): string {
  const parts = scanTemplate(value);
  const asked = (part: TemplatePart): string | undefined => {
    const name = part.kind === "reference" ? names.get(part.address) : undefined;
    if (name === undefined || part.kind !== "reference") return undefined;
    return part.field === "id" ? `${name}.id` : `${name}.getStringAttribute(${JSON.stringify(snakeCase(part.field))})`;
  };
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return asked(only) ?? text(value);
  if (parts.every((part) => asked(part) === undefined)) return text(value);
  const pieces = parts.map((part) => {
    const field = asked(part);
    return field === undefined ? inBackticks(formatTemplate([part])) : `\${${field}}`;
  });
  return `\`${pieces.join("")}\``;
}

function inBackticks(template: string): string {
  const inside = JSON.stringify(terraformText(template)).slice(1, -1).replaceAll('\\"', '"');
  return inside.replaceAll("`", "\\`").replaceAll("${", "\\${");
}

function text(value: string): string {
  return JSON.stringify(terraformText(value));
}

/** `%{` begins something in Terraform's templates. */
function terraformText(value: string): string {
  return value.replaceAll("%{", "%%{");
}

/** Whatever is named comes before what names it. */
function inOrder(documents: readonly ProgramDocument[]): readonly ProgramDocument[] {
  const byAddress = new Map(documents.map((document) => [document.address, document]));
  const done = new Set<ProgramDocument>();
  const visit = (document: ProgramDocument): void => {
    if (done.has(document)) return;
    for (const need of document.needs) {
      const other = byAddress.get(need);
      if (other !== undefined && other !== document) visit(other);
    }
    done.add(document);
  };
  for (const document of documents) visit(document);
  return [...done];
}

function unused(wanted: string, taken: Set<string>, second = wanted): string {
  for (let number = 0; ; number += 1) {
    const tried = number === 0 ? wanted : number === 1 && second !== wanted ? second : `${wanted}${number + 1}`;
    if (taken.has(tried)) continue;
    taken.add(tried);
    return tried;
  }
}

function pascal(short: string): string {
  return short.replaceAll(/(?:^|[-_/])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function camel(name: string): string {
  const words = name.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, letter: string | undefined) => (letter ?? "").toUpperCase());
  const plain = words.charAt(0).toLowerCase() + words.slice(1);
  return /^[a-z]/.test(plain) && !RESERVED.has(plain) ? plain : `the${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}

const RESERVED = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield arguments eval".split(
    " ",
  ),
);
