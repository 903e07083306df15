import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { formats } from "../../../engine/config/formats.ts";
import { openSchemas, packageSchemas } from "../../../engine/config/schemas.ts";
import { schemas } from "./small-world.ts";

const shipped = readdirSync(packageSchemas(), { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".json"),
);

describe("schemas that are shipped", () => {
  const meta = new Ajv2020({ strict: false, logger: false });

  test.each(shipped)("%s is a JSON Schema, with formats that are checked", (path) => {
    const text = readFileSync(join(packageSchemas(), path), "utf8");
    expect([meta.validateSchema(JSON.parse(text)), meta.errors]).toEqual([true, null]);
    const used = [...text.matchAll(/"format": "([^"]+)"/g)].map((match) => match[1]);
    expect(used.filter((format) => format === undefined || !Object.hasOwn(formats, format))).toEqual([]);
  });
});

describe("schemas", () => {
  test("are the package's own, wherever it is installed", () => {
    expect(openSchemas(packageSchemas()).find("stack.schema.json")?.title).toBe("accord.yaml");
  });

  test("know their kinds and providers; settings and shared shapes are none", () => {
    expect(schemas.knownKinds()).toEqual(["cafe/table", "shop/flow", "shop/team"]);
    expect(schemas.knownProviders()).toEqual(["cafe", "shop"]);
    expect(schemas.schemaOf("shop/settings")).toBeUndefined();
    expect(schemas.schemaOf("../shop/team")).toBeUndefined();
    expect(schemas.settingsSchemaOf("shop")).toBeDefined();
  });

  test("rules follow references into sibling files, and an unknown kind is a problem", () => {
    expect(schemas.rulesOf("shop/team").spec.properties?.get("parent")?.properties?.has("id")).toBe(true);
    expect(() => schemas.rulesOf("shop/teem")).toThrow("There is no kind shop/teem.");
  });

  test("a part of a file is asked by its place", () => {
    expect(schemas.errorsOf("shop/lookups.schema.json#/%24defs/team/oneOf/1", { name: "A" })).toEqual([]);
    expect(schemas.errorsOf("shop/lookups.schema.json#/%24defs/team/oneOf/1", {})).toHaveLength(1);
  });

  test.each(["stack.schema.json", "document.schema.json"])("%s describes every property", (path) => {
    const undescribed: string[] = [];
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, part] of Object.entries(value)) {
        if (/\/properties\/[^/]+$/.test(`${at}/${key}`) && typeof part === "object" && !("description" in part)) {
          undescribed.push(`${at}/${key}`);
        }
        walk(part, `${at}/${key}`);
      }
    };
    walk(schemas.find(path), "");
    expect(undescribed).toEqual([]);
  });
});
