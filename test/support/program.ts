/**
 * ⇄ A program of a test, for a process of its own: bundled as the command is, but for its validators. To compile those
 * of every schema takes longer than a few processes need to compile what they meet.
 */
import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { rolldown } from "rolldown";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Program {
  readonly path: string;
  /** To be removed afterwards. */
  readonly directory: string;
}

/** `entry` is a file of this repository, from its root. */
export async function programOf(entry: string): Promise<Program> {
  const directory = await mkdtemp(`${tmpdir()}/accord-program-`);
  // The engine finds its schemas through its own package name.
  const manifest = { name: "accord-access", type: "module", exports: { "./package.json": "./package.json" } };
  await writeFile(`${directory}/package.json`, JSON.stringify(manifest));
  await symlink(`${ROOT}/node_modules`, `${directory}/node_modules`);
  await symlink(`${ROOT}/schemas`, `${directory}/schemas`);
  const bundle = await rolldown({
    cwd: ROOT,
    input: { program: entry },
    platform: "node",
    external: /^[^./]/,
  });
  await bundle.write({ dir: directory, format: "esm", entryFileNames: "[name].js" });
  await bundle.close();
  return { path: `${directory}/program.js`, directory };
}
