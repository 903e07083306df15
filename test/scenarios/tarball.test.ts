/**
 * What `npm publish` would ship, as somebody gets it: packed, and unpacked beside its declared dependencies and nothing
 * else, in an empty directory; tried there. What is packed was built just before (`npm test` does, as `prepare` does for
 * whoever packs or installs a checkout), and that npm can install the dependencies is shown by having installed them.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtCommand } from "../support/built.ts";

const start = promisify(execFile);
const repository = new URL("../..", import.meta.url).pathname;

/** A package that is imported or required, in code that was printed by a compiler. */
const IMPORTS = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^"']*)?["']/g;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: { readonly accord: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** What a command printed; where it fails, all of it: compilers complain on stdout. */
async function run(command: string, argv: readonly string[], cwd: string): Promise<string> {
  try {
    return (await start(command, argv, { cwd })).stdout;
  } catch (error) {
    throw new Error(`${command} ${argv.join(" ")}: ${inspect(error)}`, { cause: error });
  }
}

let place: string;
let home: string;
let installed: string;
let manifest: Manifest;

beforeAll(async () => {
  await builtCommand();
  place = await mkdtemp(join(tmpdir(), "accord-tarball-"));
  home = join(place, "home");
  installed = join(home, "node_modules/accord-access");
  await mkdir(installed, { recursive: true });
  await writeFile(join(home, "package.json"), "{}\n");

  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", place], repository);
  const tarballs = (await readdir(place)).filter((name) => name.endsWith(".tgz"));
  expect(tarballs).toHaveLength(1);
  await run("tar", ["-xzf", join(place, tarballs[0] ?? ""), "-C", installed, "--strip-components=1"], place);

  manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(home, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(repository, "node_modules", name), link);
  }
}, 300_000);
afterAll(() => rm(place, { recursive: true, force: true }));

const accord = (...argv: readonly string[]): Promise<string> =>
  run(process.execPath, [join(installed, manifest.bin.accord), ...argv], home);

/** Every file of the package, by its path in there. */
async function shipped(): Promise<readonly string[]> {
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
}

test("holds what runs and what is read, and nothing else", async () => {
  const files = await shipped();
  const places = files.map((path) => /^(dist\/)?[^/]+/.exec(path)?.[0]);
  expect([...new Set(places)].sort()).toEqual([
    ".github",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/bin",
    "dist/engine",
    "dist/examples",
    "dist/providers",
    "examples",
    "package.json",
    "policies",
    "schemas",
  ]);
  expect(files.filter((path) => path.startsWith("dist/") && !/\.(c?js|d\.ts)$/.test(path))).toEqual([]);
  // What `accord init --github` copies, and nothing that runs in this repository.
  const flows = ["apply", "drift", "plan", "queue", "reviewed"].map((name) => `.github/accord/${name}.yml`);
  const copied = [...flows, ".github/actions/accord/action.yml"];
  expect(files.filter((path) => path.startsWith(".github/")).sort()).toEqual(copied);
  expect(
    files.filter((path) =>
      path.split("/").some((name, at) => (at > 0 && name.startsWith(".")) || name.includes(".test.")),
    ),
  ).toEqual([]);
});

test("is built by whoever packs or installs a checkout", () => {
  expect(manifest.scripts.prepare).toBe("npm run build");
});

test("imports itself and what it declares, and nothing else that has to be installed", async () => {
  const imported = new Map<string, string>();
  for (const path of (await shipped()).filter((one) => /^dist\/.*\.c?js$/.test(one))) {
    const code = await readFile(join(installed, path), "utf8");
    for (const [, name = ""] of code.matchAll(IMPORTS)) if (!builtinModules.includes(name)) imported.set(name, path);
  }
  // One that is loaded only when it is needed, by each way of importing: the pattern finds them all.
  expect([...imported.keys()]).toEqual(expect.arrayContaining(["ajv", "esbuild", "js-yaml"]));
  const declared = [manifest.name, ...Object.keys(manifest.dependencies)];
  expect([...imported].filter(([name]) => !declared.includes(name))).toEqual([]);
});

test("says its version", async () => {
  expect((await accord("--version")).trim()).toBe(manifest.version);
});

test("offers what a provider of one's own is written with", async () => {
  const script = `import { defineProvider } from "accord-access/provider"; console.log(typeof defineProvider)`;
  const said = await run(process.execPath, ["--input-type=module", "--eval", script], home);
  expect(said).toBe("function\n");
});

test("begins with the on-call example and plans it on emulated tenants", async () => {
  await accord("init", "--sandbox", "--example", "on-call");
  expect(await readdir(home)).toEqual(
    expect.arrayContaining([".gitignore", "README.md", "accord.yaml", "on-call.yaml"]),
  );
  const planned = await accord("plan", "--sandbox");
  expect(planned).toMatch(/^Plan: 5 to create, 0 to change, 0 to delete, 1 to adopt\. Allowed\.$/m);
  expect(planned).toContain("+ okta/group/prod-breakglass");
});
