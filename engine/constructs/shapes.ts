/** ⇄ Shapes of kinds, read from the package's schemas when the first construct of a kind is synthesised. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonSchema } from "../config/rules.ts";
import { isSchema } from "../config/schema-parts.ts";
import { type ResourceShape, shapeOfKind } from "../config/terraform/shape.ts";
import { packageRoot } from "./package-root.ts";

const known = new Map<string, ResourceShape>();
const files = new Map<string, JsonSchema>();

export function shapeNamed(kind: string): ResourceShape {
  const shape = known.get(kind) ?? shapeOfKind(kind, read);
  known.set(kind, shape);
  return shape;
}

function read(path: string): JsonSchema {
  const before = files.get(path);
  if (before !== undefined) return before;
  const schema: unknown = JSON.parse(readFileSync(join(packageRoot, "schemas", path), "utf8"));
  if (!isSchema(schema)) throw new Error(`${path} holds no schema`);
  files.set(path, schema);
  return schema;
}
