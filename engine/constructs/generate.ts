/** ⇄ `npm run generate:constructs`: writes the modules of constructs, one for each provider. A test holds them to the schemas. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSchemas } from "../config/schemas.ts";
import { moduleText } from "./module-text.ts";
import { packageRoot } from "./package-root.ts";

/** File below `generated/` → its text, as the formatter would leave it or not. */
export function generatedModules(): ReadonlyMap<string, string> {
  const schemas = openSchemas();
  const read = (path: string) => {
    const schema = schemas.find(path);
    if (schema === undefined) throw new Error(`There is no schema ${path}`);
    return schema;
  };
  return new Map(
    schemas.knownProviders().map((provider) => {
      const kinds = schemas.knownKinds().filter((kind) => kind.startsWith(`${provider}/`));
      return [`${provider}.ts`, moduleText({ provider, kinds, read })];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of generatedModules()) {
    await writeFile(join(packageRoot, "engine/constructs/generated", file), text);
  }
}
