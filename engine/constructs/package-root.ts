/** Where the package is installed; found by its own name, so from source and from dist alike. */
import { createRequire } from "node:module";
import { dirname } from "node:path";

export const packageRoot: string = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
