/** The repository in memory, which quick tests stand on, answers as a real one does, from both sides. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { git } from "../../../../engine/git.ts";
import { gitTrees, type Trees } from "../../../../engine/gitops/trees.ts";
import { openRepository, type Repository } from "../../../../engine/sandbox/github/repository.ts";
import { memoryGit } from "../../../support/memory-git.ts";

interface Made {
  readonly name: string;
  readonly onto?: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/**
 *   begin ─┬─ prod ── merged     main
 *          ├─ dev ──┘└ clash     a change of one's own, and one that meets prod's
 *          └─ words
 */
const HISTORY: readonly Made[] = [
  {
    name: "begin",
    files: { "accord.yaml": "one\n", "prod.yaml": "ada\n", "x/accord.yaml": "two\n", "x/y.yaml": "old\n" },
  },
  { name: "prod", onto: "begin", files: { "prod.yaml": "ada, linus\n" } },
  { name: "dev", onto: "begin", files: { "dev.yaml": "grace\n", "x/y.yaml": null } },
  { name: "clash", onto: "dev", files: { "prod.yaml": "nobody\n" } },
  { name: "words", onto: "begin", files: { "README.md": "Access.\n", "x/y.yaml": "new\n" } },
];
const NAMES = [...HISTORY.map(({ name }) => name), "merged"];
const PATHS = ["accord.yaml", "prod.yaml", "dev.yaml", "README.md", "x/accord.yaml", "x/y.yaml"];
const BY = { name: "ada", email: "ada@acme.example", date: "2026-03-03T10:00:00Z" };
const env = { PATH: process.env.PATH, HOME: tmpdir() };

interface Side {
  readonly repository: Repository;
  readonly trees: Trees;
}

let place: string;
let real: Side;
let memory: Side;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "accord-memory-"));
  [real, memory] = [await realSide(), await memorySide()];
  for (const side of [real, memory]) await mergeOf(side);
  await git(join(place, "clone"), ["fetch", "--quiet", "origin"], { env });
}, 60_000);
afterAll(() => rm(place, { recursive: true, force: true }));

async function realSide(): Promise<Side> {
  const [work, bare, clone] = [join(place, "work"), join(place, "bare"), join(place, "clone")];
  await mkdir(work);
  const run = (...args: readonly string[]) => git(work, args, { env });
  await run("init", "--quiet", "--initial-branch=begin");
  for (const { name, onto, files } of HISTORY) {
    if (onto !== undefined) await run("checkout", "--quiet", "-B", name, onto);
    for (const [path, text] of Object.entries(files)) {
      if (text === null) await rm(join(work, path));
      else {
        await mkdir(join(work, path, ".."), { recursive: true });
        await writeFile(join(work, path), text);
      }
    }
    await run("add", "--all", ".");
    await run("-c", "user.name=ada", "-c", "user.email=ada@acme.example", "commit", "--quiet", "-m", "Change");
  }
  await run("clone", "--quiet", "--bare", work, bare);
  await run("clone", "--quiet", bare, clone);
  return { repository: openRepository(bare, env), trees: gitTrees(clone, "origin", { env }) };
}

async function memorySide(): Promise<Side> {
  const made = memoryGit();
  for (const { name, onto, files } of HISTORY) {
    await made.repository.setRef(`refs/heads/${name}`, await made.commit(onto, files, BY));
  }
  return made;
}

async function mergeOf({ repository }: Side): Promise<void> {
  const parents = await Promise.all(["prod", "dev"].map(async (name) => (await repository.ref(ref(name))) ?? ""));
  const merge = await repository.mergeTree(ref("prod"), ref("dev"));
  if (merge === "conflict") throw new Error("prod and dev do not merge");
  const commit = { tree: merge.tree, parents, author: BY, committer: BY, message: "Merge" };
  await repository.setRef(ref("merged"), await repository.writeCommit(commit));
}

function ref(name: string): string {
  return `refs/heads/${name}`;
}

/** The same question of each pair of commits, with commits by their names. */
async function asked<T>(side: Side, ask: (a: string, b: string, named: (sha: string) => string) => Promise<T>) {
  const shas = new Map<string, string>();
  for (const name of NAMES) shas.set((await side.repository.ref(ref(name))) ?? "", name);
  const named = (sha: string): string => shas.get(sha) ?? sha;
  const answers: Record<string, T> = {};
  for (const [a, first] of shas) for (const [b, second] of shas) answers[`${first} ${second}`] = await ask(a, b, named);
  return answers;
}

async function filesOf({ repository }: Side, tree: string): Promise<object> {
  const sha = await repository.writeCommit({ tree, parents: [], author: BY, committer: BY, message: "Look" });
  return Object.fromEntries(await Promise.all(PATHS.map(async (path) => [path, await repository.file(sha, path)])));
}

const QUESTIONS: Readonly<Record<string, (side: Side) => Promise<unknown>>> = {
  "which commits one has and the other has not": (side) =>
    asked(side, async (a, b, named) => (await side.repository.commits(a, b)).map(({ sha }) => named(sha)).sort()),
  "which came before which": (side) => asked(side, (a, b) => side.repository.isAncestor(a, b)),
  "what differs from where both began": (side) =>
    asked(side, async (a, b) => [...(await side.repository.changed(a, b))].sort()),
  "what merging leaves": (side) =>
    asked(side, async (a, b) => {
      const merge = await side.repository.mergeTree(a, b);
      return merge === "conflict" ? merge : filesOf(side, merge.tree);
    }),
  "what a checkout merges": (side) =>
    asked(side, async (a, b) =>
      side.trees.merge(a, b).then(
        (tree) => side.trees.directoriesWith(tree, "accord.yaml"),
        (error: { readonly problems: readonly { readonly code: string; readonly message: string }[] }) =>
          error.problems.map(({ code, message }) => [code, message]),
      ),
    ),
  "what differs between two trees": (side) =>
    asked(side, async (a, b) => side.trees.changed(await side.trees.treeOf(a), await side.trees.treeOf(b))),
  "the line of a branch": (side) =>
    asked(side, async (a, b, named) => (await side.trees.firstParents(a, b)).map(named)),
};

test.each(Object.entries(QUESTIONS))("%s", async (_, question) => {
  expect(await question(memory)).toEqual(await question(real));
});

test("what is written out", async () => {
  const written = async ({ repository, trees }: Side, name: string, directory: string): Promise<unknown> => {
    const into = join(place, `out-${name}-${directory}`);
    await trees.writeOut(await trees.treeOf((await repository.ref(ref("words"))) ?? ""), directory, into);
    const paths = (await readdir(into, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const texts = paths.map((one) => join(one.parentPath, one.name)).sort();
    return Promise.all(texts.map(async (path) => [path.slice(into.length), await readFile(path, "utf8")]));
  };
  for (const directory of ["", "x"]) {
    expect(await written(memory, "memory", directory)).toEqual(await written(real, "real", directory));
  }
});
