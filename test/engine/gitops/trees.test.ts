/** A pull request read from a real repository, without any of it being checked out. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { git } from "../../../engine/git.ts";
import { gitTrees } from "../../../engine/gitops/trees.ts";

async function repository() {
  const directory = await mkdtemp(join(tmpdir(), "accord-trees-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, HOME: directory };
  const as = ["-c", "user.name=ada", "-c", "user.email=ada@acme.example"];
  const run = async (...args: readonly string[]): Promise<string> =>
    (await git(directory, [...as, ...args], { env })).text.trim();
  await run("init", "--quiet", "--initial-branch=main");
  const commit = async (): Promise<string> => {
    await run("add", ".");
    await run("commit", "--quiet", "-m", "Change");
    return run("rev-parse", "HEAD");
  };
  const signal = new AbortController().signal;
  return { directory, run, commit, trees: gitTrees(directory, "origin", { env, signal }) };
}

test("links are written where they stay inside; one that leads out would be followed, and is left out", async () => {
  const { directory, commit, trees } = await repository();
  await mkdir(join(directory, "stack/deeper"), { recursive: true });
  await writeFile(join(directory, "stack/main.yaml"), "a: 1\n");
  await symlink("../main.yaml", join(directory, "stack/deeper/inside.yaml"));
  await symlink("../../../etc/passwd", join(directory, "stack/deeper/outside.yaml"));
  await symlink("/etc/passwd", join(directory, "stack/absolute.yaml"));
  const into = join(directory, "out");
  await trees.writeOut(await trees.treeOf(await commit()), "stack", into);
  expect((await readdir(into, { recursive: true })).sort()).toEqual(["deeper", "deeper/inside.yaml", "main.yaml"]);
  expect(await readFile(join(into, "deeper/inside.yaml"), "utf8")).toBe("a: 1\n");
});

test("a conflict names the files", async () => {
  const { directory, run, commit, trees } = await repository();
  const file = join(directory, "main.yaml");
  await writeFile(file, "a: 1\n");
  const start = await commit();
  await writeFile(file, "a: 2\n");
  const ours = await commit();
  await run("checkout", "--quiet", start);
  await writeFile(file, "a: 3\n");
  const theirs = await commit();
  await expect(trees.merge(ours, theirs)).rejects.toThrow("The pull request conflicts with its base in main.yaml.");
  expect(await trees.merge(start, theirs)).toBe(await trees.treeOf(theirs));
});
