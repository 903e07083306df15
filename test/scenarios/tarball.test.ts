/**
 * What `npm publish` would ship, as somebody gets it: packed from a checkout that was never built, installed into an
 * empty directory, tried there.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const start = promisify(execFile);
const repository = new URL("../..", import.meta.url).pathname;
/** No part of a checkout: what was installed, built or left behind. */
const LEFT_OUT = new Set(["node_modules", "dist", ".git", ".accord"]);

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

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "accord-tarball-"));
  home = join(place, "home");
  const checkout = join(place, "checkout");
  await mkdir(home);
  await mkdir(checkout);
  for (const name of await readdir(repository)) {
    if (!LEFT_OUT.has(name)) await cp(join(repository, name), join(checkout, name), { recursive: true });
  }
  await symlink(join(repository, "node_modules"), join(checkout, "node_modules"));

  await run("npm", ["pack", "--pack-destination", place], checkout);
  const tarballs = (await readdir(place)).filter((name) => name.endsWith(".tgz"));
  expect(tarballs).toHaveLength(1);
  await writeFile(join(home, "package.json"), "{}\n");
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, join(place, tarballs[0] ?? "")], home);
}, 300_000);
afterAll(() => rm(place, { recursive: true, force: true }));

const accord = (...argv: readonly string[]): Promise<string> => run("npx", ["--no-install", "accord", ...argv], home);

test("holds what runs and what is read, and nothing else", async () => {
  const installed = join(home, "node_modules/accord-access");
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
  const places = files.map((path) => /^(dist\/)?[^/]+/.exec(path)?.[0]);
  expect([...new Set(places)].sort()).toEqual([
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
  expect(
    files.filter((path) => path.split("/").some((name) => name.startsWith(".") || name.includes(".test."))),
  ).toEqual([]);
});

test("says its version", async () => {
  const version = await accord("--version");
  const manifest: unknown = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
  expect(manifest).toMatchObject({ version: version.trim() });
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
