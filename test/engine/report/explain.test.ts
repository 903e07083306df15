import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../../../engine/config/rules.ts";
import { openSchemas } from "../../../engine/config/schemas.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { explainText } from "../../../engine/report/explain.ts";

const PLAIN = { color: false };

const FILES: Readonly<Record<string, JsonSchema>> = {
  "okta/group.schema.json": {
    type: "object",
    description: "A group.",
    required: ["name"],
    "x-on-removal": "disable",
    "x-outputs": { type: { description: "OKTA_GROUP or APP_GROUP." } },
    properties: {
      name: { type: "string", description: "Compared exactly.", minLength: 1, maxLength: 255, "x-immutable": true },
      members: {
        type: "array",
        description: "People in it.",
        "x-unordered": true,
        "x-fold-case": true,
        items: { type: "string", "x-person": true },
      },
      rules: { type: "array", description: "Rules that feed it.", items: { $ref: "#/$defs/rule" } },
      app: { $ref: "lookups.schema.json#/$defs/app", description: "Where it is pushed to.", "x-ref": "okta/app" },
      token: { type: "string", description: "A token.", "x-secret": true },
      status: { enum: ["active", "inactive"], default: "active", description: "Is it in use." },
      labels: { type: "object", description: "Free words.", additionalProperties: { type: "string" } },
    },
    $defs: {
      rule: {
        type: "object",
        description: "One rule.",
        properties: { when: { type: "string", description: "CEL.", "x-text": true } },
      },
    },
  },
  "okta/lookups.schema.json": { $defs: { app: { anyOf: [{ type: "string" }, { properties: { name: {} } }] } } },
};
const read = (path: string): JsonSchema => {
  const file = FILES[path];
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
};

test("a kind", () => {
  expect(explainText({ kind: "okta/group", field: [], read }, PLAIN)).toMatchInlineSnapshot(`
    "okta/group <object>
      A group.

    Fields
      name <string> required
          Compared exactly.
          not empty; at most 255 characters; a change replaces the object
      members <set of person>
          People in it.
          letter case makes no change
      rules <list of object>
          Rules that feed it.
          fields: when  (accord explain okta/group.rules)
      app <reference to okta/app>
          Where it is pushed to.
      token <string>
          A token.
          secret: write \${env:NAME} or \${file:path}; never shown
      status <active | inactive>
          Is it in use.
          default "active"
      labels <map of string>
          Free words.

    Outputs, for \${<address>.<output>}
      type  OKTA_GROUP or APP_GROUP.

    Removing the document disables the object, where it does not say \`onRemoval\`.
    "
  `);
});

test("a field below it, through lists and references", () => {
  expect(explainText({ kind: "okta/group", field: ["rules", "when"], read }, PLAIN)).toMatchInlineSnapshot(`
    "okta/group.rules.when <string>
      CEL.
      compared line by line
    "
  `);
});

test("a field that does not exist names the nearest one", () => {
  expect(() => explainText({ kind: "okta/group", field: ["membres"], read }, PLAIN)).toThrow(
    new ProblemError({
      code: "unknown-field",
      message: 'okta/group has no field "membres".',
      hint: 'Did you mean "members"?',
    }),
  );
});

describe("every published kind", () => {
  const schemas = openSchemas();
  const readPublished = (path: string): JsonSchema => {
    const schema = schemas.find(path);
    if (schema === undefined) throw new Error(`no ${path}`);
    return schema;
  };
  test.each(schemas.knownKinds())("%s can be explained", (kind) => {
    const text = explainText({ kind, field: [], read: readPublished }, PLAIN);
    expect(text).toContain("Fields\n");
    expect(text).not.toMatch(/undefined|\[object|<any>/);
  });
});
