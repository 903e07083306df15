/**
 * ⇄ For the build: every schema file as a CommonJS module of validators that only say yes or no, by JSON pointer; the
 * file itself has the pointer "". Parts are those that a form is chosen by (`oneOf`, `anyOf`, `if`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { _ } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { formats } from "./formats.ts";
import { BASE, partsOf } from "./schema-parts.ts";

/** What Accord writes; nothing is held against these while it runs. */
const OUTPUT: ReadonlySet<string> = new Set(["plan.schema.json", "event.schema.json"]);

/** Name of a schema file's module, beside that of the formats. */
export function moduleOf(path: string): string {
  return `${path.replaceAll("/", "--").replace(/\.schema\.json$/, "")}.cjs`;
}

/** Path of each schema file below `root` → its module's text. */
export function precompile(root: string): ReadonlyMap<string, string> {
  const ajv = new Ajv2020({
    ...{ strict: false, logger: false, messages: false, validateSchema: false, formats },
    code: { source: true, formats: _`require("./formats.cjs").formats` },
  });
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".schema.json") && !OUTPUT.has(path),
  );
  const schemas = new Map(paths.map((path) => [path, JSON.parse(readFileSync(join(root, path), "utf8"))]));
  for (const [path, schema] of schemas) ajv.addSchema(schema, BASE + path);
  return new Map(
    [...schemas].map(([path, schema]) => {
      const pointers = [...partsOf(schema)].map(([pointer]) => pointer).filter(isChosenBy);
      const exported = Object.fromEntries(["", ...pointers].map((pointer) => [pointer, placeAt(path, pointer)]));
      return [path, standalone.default(ajv, exported)];
    }),
  );
}

function isChosenBy(pointer: string): boolean {
  return /\/(oneOf|anyOf)\/\d+$|\/if$/.test(pointer);
}

function placeAt(path: string, pointer: string): string {
  return `${BASE}${path}${pointer === "" ? "" : `#${pointer}`}`;
}
