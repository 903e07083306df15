/** What the build compiled says yes and no where Ajv does; `npm test` builds first. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleOf } from "../../../engine/config/precompile.ts";
import { kindPath, openSchemas, packageSchemas } from "../../../engine/config/schemas.ts";
import { parseYaml } from "../../../engine/config/yaml.ts";
import type { Path, Value } from "../../../engine/model.ts";
import { leaves, withValueAt } from "../../../engine/value.ts";
import { builtCommand } from "../../support/built.ts";

const EXAMPLES = join(packageSchemas(), "../examples");
const schemas = openSchemas();

type Validators = Readonly<Record<string, (value: unknown) => boolean>>;

async function ready(path: string): Promise<Validators> {
  const loaded: Validators = createRequire(import.meta.url)(
    join(await builtCommand(), "../validators", moduleOf(path)),
  );
  return loaded;
}

/** Documents of every example, by the file that describes them. */
function samples(): ReadonlyMap<string, readonly Value[]> {
  const found = new Map<string, Value[]>();
  const add = (path: string, value: Value): void => void found.set(path, [...(found.get(path) ?? []), value]);
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"));
  for (const file of files) {
    for (const { value } of parseYaml(readFileSync(join(EXAMPLES, file), "utf8"), file)) {
      if (typeof value !== "object" || value === null || !("spec" in value)) continue;
      add("document.schema.json", value);
      add(kindPath(String(value.kind)), value.spec ?? null);
    }
  }
  return found;
}

/** The value itself, without each of its leaves, and with each of them as something else. */
function variants(value: Value): readonly Value[] {
  const wrong: readonly Value[] = [null, 7, true, "", [], {}, { id: "x" }, "2026-02-30"];
  const paths: readonly Path[] = [...leaves(value)].map(([path]) => path);
  return [
    value,
    ...wrong,
    ...paths.flatMap((path) => [
      withValueAt(value, path, undefined),
      ...wrong.map((leaf) => withValueAt(value, path, leaf)),
    ]),
  ];
}

test.each([...samples()])("%s", async (path, values) => {
  const validators = await ready(path);
  const verdicts = values.flatMap(variants).map((value) => {
    const said = validators[""]?.(value);
    return { value, said, meant: schemas.errorsOf(path, value).length === 0 };
  });
  expect(verdicts.filter(({ said, meant }) => said !== meant)).toEqual([]);
  expect(new Set(verdicts.map(({ meant }) => meant)).size).toBe(2);
});

test("parts that a form is chosen by are there too", async () => {
  const policy = await ready("c1/policy.schema.json");
  expect(Object.keys(policy).length).toBeGreaterThan(10);
  const [values] = [samples().get("c1/policy.schema.json") ?? []];
  for (const [pointer, validate] of Object.entries(policy)) {
    for (const value of values.flatMap(variants)) {
      const place = pointer === "" ? "c1/policy.schema.json" : `c1/policy.schema.json#${pointer}`;
      expect([place, validate(value)]).toEqual([place, schemas.errorsOf(place, value).length === 0]);
    }
  }
});
