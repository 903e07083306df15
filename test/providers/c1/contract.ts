/** What a kind owes its schema: declared specs and live ones pass it, and the second plan is empty. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type JsonSchema, rulesOf } from "../../../engine/config/rules.ts";
import { diffFields } from "../../../engine/diff/fields.ts";
import type { FieldChange, Live, Spec } from "../../../engine/model.ts";

const NAMES = ["lookups", "settings", "app", "connector", "entitlement", "policy", "access-profile"].concat([
  "membership-automation",
  "access-conflict",
  "group",
  "app-settings",
  "automation",
  "vault",
  "access-review-template",
  "webhook",
  "risk-level",
  "compliance-framework",
]);
const root = new URL("../../../schemas/", import.meta.url);

function read(path: string): JsonSchema {
  return JSON.parse(readFileSync(new URL(path, root), "utf8")) as JsonSchema;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
for (const name of NAMES) ajv.addSchema({ ...read(`c1/${name}.schema.json`), $id: `c1/${name}.schema.json` });

/** Complaints about a spec as written in YAML, or as found live. */
export function complaints(kind: string, spec: unknown): readonly string[] {
  const validate = ajv.getSchema(`c1/${kind}.schema.json`);
  if (validate === undefined) throw new Error(`no schema for ${kind}`);
  if (validate(spec) === true) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** What a plan would change. */
export function changes(kind: string, spec: Spec, live: Live): readonly FieldChange[] {
  return diffFields(spec, live.spec, rulesOf(`c1/${kind}.schema.json`, read).spec);
}
