/** ⇄ The child's program, compiled once as the package would be. */
import { execFile } from "node:child_process";
import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../../..");
const CHILD = "test/scenarios/crash/child";
/** Types are checked elsewhere. */
const FLAGS =
  "--noCheck --ignoreConfig --module nodenext --target es2023 --types node --skipLibCheck --rewriteRelativeImportExtensions";

export interface Program {
  readonly path: string;
  /** To be removed afterwards. */
  readonly directory: string;
}

export async function compileChild(): Promise<Program> {
  const directory = await mkdtemp(`${tmpdir()}/accord-crash-program-`);
  // The engine finds its schemas through its own package name.
  const manifest = { name: "accord-access", type: "module", exports: { "./package.json": "./package.json" } };
  await writeFile(`${directory}/package.json`, JSON.stringify(manifest));
  await symlink(`${ROOT}/node_modules`, `${directory}/node_modules`);
  await symlink(`${ROOT}/schemas`, `${directory}/schemas`);
  const compiler = `${ROOT}/node_modules/.bin/tsc`;
  const into = ["--rootDir", ".", "--outDir", directory, `${CHILD}.ts`];
  await promisify(execFile)(compiler, [...FLAGS.split(" "), ...into], { cwd: ROOT });
  return { path: `${directory}/${CHILD}.js`, directory };
}
