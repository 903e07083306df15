/** A provider's schemas → the module of its constructs, as text. */
import { type FieldRule, type JsonSchema, type ReadSchema, rulesOf } from "../config/rules.ts";
import { commentOf, fieldsText, typeText, type Writing } from "./types.ts";

/** What a construct has already: a field of that name is asked for with `output`. */
const TAKEN = new Set([
  ...["id", "kind", "node", "fqn", "provider", "connection", "count", "lifecycle", "provisioners", "path"],
  ...["dependsOn", "forEach", "friendlyUniqueId", "rawOverrides", "terraformResourceType"],
]);

export interface ModuleOptions {
  readonly provider: string;
  readonly kinds: readonly string[];
  readonly read: ReadSchema;
}

export function moduleText({ provider, kinds, read }: ModuleOptions): string {
  const shared = new Map<string, string>();
  const names = new Map<string, string>();
  const foreign = new Map<string, Set<string>>();
  const writing: Writing = {
    read,
    construct(kind) {
      const [system = "", short = ""] = kind.split("/");
      if (system === provider) return classNamed(short);
      const alias = `${classNamed(system)}${classNamed(short)}`;
      foreign.set(system, (foreign.get(system) ?? new Set()).add(`${classNamed(short)} as ${alias}`));
      return alias;
    },
    named(at, schema, path) {
      const known = names.get(at);
      if (known !== undefined) return known;
      const name = unusedName(at, provider, new Set(names.values()));
      // Before its own type is written: it may come back to itself.
      names.set(at, name);
      const type = typeText(schema, path, writing);
      shared.set(name, `${commentOf(schema, "")}export type ${name} = ${type};\n`);
      return name;
    },
  };
  const classes = kinds.map((kind) => classText(kind, read(`${kind}.schema.json`), writing));
  const imports = [...foreign]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([system, of]) => `import type { ${[...of].sort().join(", ")} } from "./${system}.ts";\n`);
  return [
    "// Written by `npm run generate:constructs` from schemas/: change those, not this.\n",
    `import type { Construct } from "constructs";\n`,
    ...imports,
    `import { DeclaredResource, type Treatment } from "../resource.ts";\n\n`,
    [...shared.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join("\n"),
    "\n",
    classes.join("\n"),
  ].join("");
}

function classText(kind: string, schema: JsonSchema, writing: Writing): string {
  const path = `${kind}.schema.json`;
  const name = classNamed(kind.split("/")[1] ?? "");
  const properties: JsonSchema = isSchema(schema.properties) ? schema.properties : {};
  const sets = collectionsBelow(rulesOf(path, writing.read).spec).map((field) => JSON.stringify(field));
  const treatment = `Treatment<${sets.length === 0 ? "never" : sets.join(" | ")}>`;
  const outputs: JsonSchema = isSchema(schema["x-outputs"]) ? schema["x-outputs"] : {};
  const texts = Object.entries(properties).filter(
    ([, property]) => isSchema(property) && property.type === "string" && property["x-secret"] !== true,
  );
  const getters = [...texts, ...Object.entries(outputs)]
    .filter(([field]) => !TAKEN.has(field))
    .map(
      ([field, described]) =>
        `\n${isSchema(described) ? commentOf({ description: described.description }, "  ") : ""}  get ${field}(): string {\n    return this.output(${JSON.stringify(field)});\n  }\n`,
    );
  return `${commentOf({ description: `${sentence(schema.title)} ${String(schema.description ?? "")}`.trim() }, "")}export interface ${name}Spec {
${fieldsText(schema, path, writing, "  ")}}

${commentOf({ description: `${sentence(schema.title)} ${String(schema.description ?? "")}`.trim() }, "")}export class ${name} extends DeclaredResource {
  readonly kind = ${JSON.stringify(kind)};

  constructor(scope: Construct, id: string, spec: ${name}Spec, treatment: ${treatment} = {}) {
    super(scope, id, ${JSON.stringify(kind)}, spec, treatment);
  }
${getters.join("")}}
`;
}

/** Dotted where nested; what is within the elements of a list has no name. */
function collectionsBelow(rule: FieldRule, lead = ""): readonly string[] {
  return [...(rule.properties ?? [])].flatMap(([field, property]) => [
    ...(property.unordered === true ? [`${lead}${field}`] : []),
    ...collectionsBelow(property, `${lead}${field}.`),
  ]);
}

function sentence(title: unknown): string {
  return typeof title === "string" ? `${title}.` : "";
}

/** `access-profile` → `AccessProfile`. */
export function classNamed(short: string): string {
  return short.replaceAll(/(?:^|[-_/])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `c1/lookups.schema.json#/$defs/entitlement` → `EntitlementLookup`; of a kind's own file, `PolicyStep`. */
function unusedName(at: string, provider: string, used: ReadonlySet<string>): string {
  const [file = "", pointer = ""] = at.split("#");
  const [system = "", schema = ""] = file.replace(".schema.json", "").split("/");
  const part = classNamed((pointer.split("/").at(-1) ?? "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const own = schema === "lookups" ? `${part}Lookup` : `${classNamed(schema)}${part}`;
  const name = system === provider ? own : `${classNamed(system)}${own}`;
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}${number}`;
    if (!used.has(tried)) return tried;
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
