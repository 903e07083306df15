/** ⇄ The package's schemas: read when asked for, compiled when one of them refuses, once each. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";
import { formats } from "./formats.ts";
import { readyValidator } from "./ready.ts";
import { type FieldRule, type JsonSchema, type KindRules, rulesOf } from "./rules.ts";
import { BASE, fileOf, isSchema, partsOf, placeOfReference } from "./schema-parts.ts";

const load = createRequire(import.meta.url);
/** Files of a provider that describe no kind. */
const NOT_A_KIND = new Set(["settings", "lookups"]);

export interface Schemas {
  /** A file by its path below schemas/; undefined where there is none. */
  find(path: string): JsonSchema | undefined;
  schemaOf(kind: string): JsonSchema | undefined;
  settingsSchemaOf(provider: string): JsonSchema | undefined;
  /** Throws ProblemError for a kind that does not exist. */
  rulesOf(kind: string): KindRules;
  /** Rules of any file: settings, the stack, a document. */
  rulesAt(path: string): FieldRule;
  knownKinds(): readonly string[];
  knownProviders(): readonly string[];
  /** What a schema says against a value; `place` is a path, with a JSON pointer behind `#` for a part of the file. */
  errorsOf(place: string, value: unknown): readonly ErrorObject[];
  /** Whether it says nothing: a refusal need not be explained, and costs no compiling of schemas. */
  accepts(place: string, value: unknown): boolean;
  /** The place of a schema object that an error carries. */
  placeOf(schema: object): string | undefined;
  /** What the `$ref` of a loaded schema points to; undefined for a schema without one. */
  targetOf(schema: JsonSchema): JsonSchema | undefined;
}

export function kindPath(kind: string): string {
  return `${kind}.schema.json`;
}

export function settingsPath(provider: string): string {
  return `${provider}/settings.schema.json`;
}

/** The directory of the published schemas; found by the package's own name, so from source and from dist alike. */
export function packageSchemas(): string {
  return join(dirname(createRequire(import.meta.url).resolve("accord-access/package.json")), "schemas");
}

/** Loaded when a schema refuses, or nothing was compiled before: loading and compiling is what takes the time. */
function openAjv(): Ajv {
  const { Ajv2020 }: typeof import("ajv/dist/2020.js") = load("ajv/dist/2020.js");
  return new Ajv2020({
    ...{ allErrors: true, verbose: true, strict: false, logger: false, formats },
    // Used once each. Tests hold them to the meta-schema.
    ...{ validateSchema: false, code: { optimize: false } },
  });
}

/** Files of the package do not change under a process: what it has read and compiled of them is good to its end. */
let ofPackage: Schemas | undefined;

/** Without a directory: the package's own, the same ones every time. */
export function openSchemas(given?: string): Schemas {
  // Of other schemas nothing was compiled before.
  if (given !== undefined) return schemasIn(given, () => undefined);
  ofPackage ??= schemasIn(packageSchemas(), readyValidator);
  return ofPackage;
}

function schemasIn(root: string, ready: typeof readyValidator): Schemas {
  let ajv: Ajv | undefined;
  const files = new Map<string, JsonSchema | undefined>();
  const indexed = new Set<string>();
  let known = 0;
  const places = new WeakMap<object, string>();
  const parts = new Map<string, JsonSchema>();
  const rules = new Map<string, KindRules>();
  // Asked several times for each resource, of few kinds.
  const kindRules = new Map<string, KindRules>();
  const kinds = new Map<string, JsonSchema | undefined>();
  const validators = new Map<string, ValidateFunction>();

  const find = (path: string): JsonSchema | undefined => {
    if (files.has(path)) return files.get(path);
    const schema = readSchema(root, path);
    files.set(path, schema);
    return schema;
  };
  /** Where each part of the files read so far stands, and of those they refer to; asked only where a form is chosen or refused. */
  const index = (): void => {
    if (files.size === known) return;
    for (const [path, schema] of files) {
      if (schema === undefined || indexed.has(path)) continue;
      indexed.add(path);
      for (const [pointer, part] of partsOf(schema)) {
        places.set(part, `${path}#${pointer}`);
        parts.set(`${path}#${pointer}`, part);
        // Files that this adds to the map are met later in this very walk.
        if (typeof part.$ref === "string") read(fileOf(placeOfReference(part.$ref, path)));
      }
    }
    known = files.size;
  };
  const read = (path: string): JsonSchema => {
    const schema = find(path);
    if (schema === undefined) throw new Error(`There is no schema ${path} in ${root}`);
    return schema;
  };
  const knownProviders = (): readonly string[] =>
    namesIn(root, (entry) => (entry.isDirectory() ? entry.name : undefined));
  const knownKinds = (): readonly string[] =>
    knownProviders().flatMap((provider) =>
      namesIn(join(root, provider), ({ name }) => {
        const kind = name.endsWith(".schema.json") ? name.slice(0, -".schema.json".length) : "";
        if (kind === "" || NOT_A_KIND.has(kind)) return undefined;
        // Shared definitions have no shape of their own.
        return find(kindPath(`${provider}/${kind}`))?.type === "object" ? `${provider}/${kind}` : undefined;
      }),
    );
  const rulesAt = (path: string): KindRules => {
    let known = rules.get(path);
    if (known === undefined) {
      known = rulesOf(path, read);
      rules.set(path, known);
    }
    return known;
  };
  // Asked several times for each document, of few kinds.
  const schemaOf = (kind: string): JsonSchema | undefined => {
    if (!kinds.has(kind)) kinds.set(kind, isKindName(kind) ? find(kindPath(kind)) : undefined);
    return kinds.get(kind);
  };

  const built = new Map<string, ReturnType<typeof ready>>();
  const readyAt = (place: string): ReturnType<typeof ready> => {
    if (!built.has(place)) built.set(place, ready(place));
    return built.get(place);
  };

  const validatorAt = (place: string): ValidateFunction => {
    const known = validators.get(place);
    if (known !== undefined) return known;
    read(fileOf(place));
    index();
    ajv ??= openAjv();
    for (const path of indexed) if (ajv.schemas[BASE + path] === undefined) ajv.addSchema(read(path), BASE + path);
    const validate = ajv.getSchema(BASE + place);
    if (validate === undefined) throw new Error(`There is no schema at ${place}`);
    validators.set(place, validate);
    return validate;
  };

  return {
    find,
    schemaOf,
    settingsSchemaOf: (provider) => (/^[a-z][a-z0-9-]*$/.test(provider) ? find(settingsPath(provider)) : undefined),
    rulesOf: (kind) => {
      const known = kindRules.get(kind);
      if (known !== undefined) return known;
      if (schemaOf(kind) === undefined) throw new ProblemError(unknownKind(kind, knownKinds()));
      const read = rulesAt(kindPath(kind));
      kindRules.set(kind, read);
      return read;
    },
    rulesAt: (path) => rulesAt(path).spec,
    knownKinds,
    knownProviders,
    accepts: (place, value) => (readyAt(place) ?? validatorAt(place))(value) === true,
    errorsOf: (place, value) => {
      if (readyAt(place)?.(value) === true) return [];
      const validate = validatorAt(place);
      return validate(value) === true ? [] : (validate.errors ?? []);
    },
    placeOf: (schema) => {
      index();
      return places.get(schema);
    },
    targetOf: (schema) => {
      index();
      const from = places.get(schema);
      if (from === undefined || typeof schema.$ref !== "string") return undefined;
      return parts.get(placeOfReference(schema.$ref, from));
    },
  };
}

function isKindName(name: string): boolean {
  return /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(name) && !NOT_A_KIND.has(name.split("/")[1] ?? "");
}

export function unknownKind(kind: string, known: readonly string[]) {
  return {
    code: "unknown-kind",
    message: `There is no kind ${kind}.`,
    hint: `${nearest(kind, known)} \`accord schema\` lists every kind.`.trim(),
  };
}

function readSchema(root: string, path: string): JsonSchema | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, path), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const schema: unknown = JSON.parse(text);
    if (isSchema(schema)) return schema;
  } catch (error) {
    throw new Error(`${join(root, path)} is not JSON`, { cause: error });
  }
  throw new Error(`${join(root, path)} holds no schema`);
}

function namesIn(directory: string, pick: (entry: { name: string; isDirectory(): boolean }) => string | undefined) {
  return readdirSync(directory, { withFileTypes: true })
    .map(pick)
    .filter((name) => name !== undefined)
    .sort();
}
