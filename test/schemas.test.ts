/** The schemas that are shipped: what people write with them is described, closed, and agrees with the providers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSchemas, packageSchemas } from "../engine/config/schemas.ts";
import { PROVIDERS } from "../providers/registry.ts";

type Schema = Readonly<Record<string, unknown>>;
type Part = readonly [pointer: string, schema: Schema];

const root = packageSchemas();
const schemas = openSchemas(root);
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".schema.json"));
/** Beside the kinds: what people write in other places. What Accord writes (plan, event) may grow. */
const written = files.filter((path) => path !== "plan.schema.json" && path !== "event.schema.json");
const providers = await Promise.all(Object.values(PROVIDERS).map((load) => load()));
const kinds = providers.flatMap((provider) =>
  [...provider.kinds.values()].map((facts) => ({ kind: `${provider.name}/${facts.name}`, provider, facts })),
);

describe("kinds, files and providers agree", () => {
  test("a folder for each provider, with the settings of an instance", () => {
    expect(schemas.knownProviders()).toEqual(Object.keys(PROVIDERS).sort());
    expect(schemas.knownProviders().filter((name) => schemas.settingsSchemaOf(name) === undefined)).toEqual([]);
    expect(providers.map(({ name }) => name)).toEqual(Object.keys(PROVIDERS));
  });

  test("a file for each kind, and a kind for each file", () => {
    expect(schemas.knownKinds()).toEqual(kinds.map(({ kind }) => kind).sort());
  });

  test.each(kinds)("$kind ends as its schema says", ({ kind, facts }) => {
    const written = schemas.schemaOf(kind)?.["x-on-removal"];
    if (written !== undefined) expect(["delete", "disable", "forget"]).toContain(written);
    const { onRemoval } = schemas.rulesOf(kind);
    if (onRemoval !== "forget") expect(facts.can[onRemoval], onRemoval).toBe(true);
  });

  test.each(kinds)("$kind names people and objects that there are", ({ kind, provider }) => {
    const parts = [...partsOf(schemas.schemaOf(kind))].map(([, schema]) => schema);
    const people = parts.some((schema) => schema["x-person"] === true);
    if (people) expect(provider.namesPeople, "its provider knows people").toBe(true);
    const known = schemas.knownKinds();
    const meant = parts.flatMap((schema) => (schema["x-ref"] === undefined ? [] : [schema["x-ref"]].flat()));
    expect(meant.filter((name) => typeof name !== "string" || !known.includes(name))).toEqual([]);
  });

  test.each(schemas.knownKinds())(
    "%s takes references by address and by id, and nothing that names nothing",
    (kind) => {
      const references = [...partsOf(schemas.schemaOf(kind))].filter(([, schema]) => schema["x-ref"] !== undefined);
      const wrong = references.flatMap(([pointer, schema]) => {
        const place = schemas.placeOf(schema) ?? kind;
        const takes = (value: unknown): boolean => schemas.errorsOf(place, value).length === 0;
        const fits = takes("instance/kind/name") && takes({ id: "1" }) && !takes(7) && !takes({});
        return fits ? [] : [pointer];
      });
      expect(wrong, "point them to lookups.schema.json with $ref").toEqual([]);
    },
  );
});

describe.each(written)("%s", (path) => {
  const all = [...partsOf(schemas.find(path))];

  test("says what it is for, and what each property means", () => {
    const top = schemas.find(path);
    expect([top?.title, top?.description].filter((text) => typeof text !== "string" || text === "")).toEqual([]);
    const mute = all.flatMap(([pointer, schema]) =>
      Object.entries(propertiesOf(schema)).flatMap(([name, property]) =>
        isDescribed(property) ? [] : [`${pointer}/${name}`],
      ),
    );
    expect(mute).toEqual([]);
  });

  test("is closed, or says that it is open", () => {
    const open = all.flatMap(([pointer, schema]) => {
      const shape = schema.properties !== undefined;
      const said = schema.additionalProperties ?? schema.unevaluatedProperties;
      return shape && said === undefined ? [pointer] : [];
    });
    expect(open).toEqual([]);
  });

  test("uses the keywords that schemas/README.md explains", () => {
    const explained = new Set(readFileSync(join(root, "README.md"), "utf8").match(/`x-[a-z-]+`/g));
    const used = all.flatMap(([, schema]) => Object.keys(schema).filter((keyword) => keyword.startsWith("x-")));
    expect([...new Set(used)].filter((keyword) => !explained.has(`\`${keyword}\``))).toEqual([]);
  });

  test("has defaults that it would accept", () => {
    const refused = all.flatMap(([pointer, schema]) => {
      if (schema.default === undefined) return [];
      const place = schemas.placeOf(schema);
      return place === undefined || schemas.errorsOf(place, schema.default).length > 0 ? [pointer] : [];
    });
    expect(refused).toEqual([]);
  });

  test("has sets of a kind that can be sets", () => {
    const odd = all.flatMap(([pointer, schema]) => {
      const list = [schema.type].flat().includes("array");
      const setWord = schema["x-unordered"] === true || schema["x-granted-as"] !== undefined;
      const unnamed = schema["x-granted-as"] !== undefined && schema["x-unordered"] !== true;
      return (setWord && !list) || unnamed ? [pointer] : [];
    });
    expect(odd).toEqual([]);
  });
});

/** Where conditions stand: they ask about a shape that is described elsewhere. */
const CONDITIONS = new Set(["if", "then", "else", "not", "enum", "const", "default", "examples"]);

/** Every schema object of a file, conditions left out. */
function* partsOf(value: unknown, pointer = ""): Iterable<Part> {
  if (isSchema(value)) yield [pointer, value];
  else if (!Array.isArray(value)) return;
  for (const [key, part] of Object.entries(value)) {
    if (!CONDITIONS.has(key)) yield* partsOf(part, `${pointer}/${key}`);
  }
}

function propertiesOf(schema: Schema): Schema {
  return isSchema(schema.properties) ? schema.properties : {};
}

/** By itself, or by what it points to. What is forbidden (`false`) needs no word. */
function isDescribed(property: unknown): boolean {
  if (!isSchema(property)) return property === false;
  if (typeof property.description === "string" && property.description !== "") return true;
  return isDescribed(schemas.targetOf(property));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
