/**
 * What Terraform and OpenTofu install: the command with all that it needs in one directory, laid out as a mirror on disk.
 * `dist/terraform` is the mirror; the directory inside it is what `dev_overrides` names.
 */
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, type RolldownOptions, rolldown } from "rolldown";
import { SOURCE } from "./engine/config/terraform/names.ts";
import { readyValidators } from "./rolldown.config.ts";

const ROOT = import.meta.dirname;
const { version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<string, string>;
/** As Go calls them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64", ia32: "386", arm: "arm" };
const platform = `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;
const directory = join(ROOT, "dist/terraform", SOURCE, version ?? "0.0.0", platform);

const PROGRAM = `#!/usr/bin/env node
process.argv.splice(2, Number.POSITIVE_INFINITY, "terraform-provider");
await import("./accord.js");
`;

/** The command finds its schemas, and its version, through its own package's name. */
const packaged: Plugin = {
  name: "packaged",
  buildStart() {
    // What Terraform installs is hashed whole: nothing of an earlier build may stay.
    rmSync(directory, { recursive: true, force: true });
  },
  async writeBundle() {
    await ajv();
    const manifest = {
      name: "accord-access",
      version,
      license,
      type: "module",
      exports: { "./package.json": "./package.json" },
    };
    writeFileSync(join(directory, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    cpSync(join(ROOT, "schemas"), join(directory, "schemas"), { recursive: true });
    cpSync(join(ROOT, "LICENSE"), join(directory, "LICENSE"));
    writeFileSync(join(directory, "terraform-provider-accord"), PROGRAM);
    chmodSync(join(directory, "terraform-provider-accord"), 0o755);
    process.stdout.write(`${directory}\n`);
  },
};

/** Asked for by name when a schema refuses, and by the validators that were compiled before. */
async function ajv(): Promise<void> {
  const entries = ["2020", "runtime/ucs2length", "runtime/equal"];
  const input = Object.fromEntries(entries.map((name) => [name, `ajv/dist/${name}.js`]));
  const bundle = await rolldown({ cwd: ROOT, input, platform: "node" });
  await bundle.write({ dir: join(directory, "node_modules/ajv/dist"), format: "cjs", entryFileNames: "[name].js" });
  await bundle.close();
  writeFileSync(join(directory, "node_modules/ajv/package.json"), '{ "name": "ajv", "type": "commonjs" }\n');
}

const provider: RolldownOptions = {
  input: { accord: "engine/cli/bin.ts" },
  platform: "node",
  plugins: [readyValidators, packaged],
  output: { dir: directory, format: "esm", chunkFileNames: "[name]-[hash].js" },
};

export default provider;
