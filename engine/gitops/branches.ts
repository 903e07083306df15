/**
 * ⇄ A commit with some files changed, pushed to a branch: made of objects in a work tree that holds no file, so that the
 * checkout stays as it is. A branch that is there already is replaced: it is Accord's own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GitOptions, git } from "../git.ts";

export interface FileChange {
  /** From the repository's root. */
  readonly path: string;
  /** Undefined: the file goes. */
  readonly text: string | undefined;
}

export interface NewBranch {
  readonly branch: string;
  /** Commit that it stands on. */
  readonly base: string;
  readonly message: string;
  readonly files: readonly FileChange[];
}

/** Who the commits are by: GitHub shows its own robot for this address. */
const AUTHOR = [
  ...["-c", "user.name=github-actions[bot]"],
  ...["-c", "user.email=41898282+github-actions[bot]@users.noreply.github.com"],
];

/** The pushed commit. */
export async function pushBranch(
  root: string,
  remote: string,
  { branch, base, message, files }: NewBranch,
  options: GitOptions,
): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "accord-branch-"));
  const tree = join(place, "tree");
  const run = async (at: string, args: readonly string[], input?: string): Promise<string> =>
    (await git(at, args, { ...options, ...(input === undefined ? {} : { input }) })).text.trim();
  try {
    await run(root, ["worktree", "add", "--quiet", "--detach", "--no-checkout", tree, base]);
    await run(tree, ["read-tree", base]);
    for (const { path, text } of files) {
      if (text === undefined) await run(tree, ["update-index", "--force-remove", "--", path]);
      else {
        const blob = await run(tree, ["hash-object", "-w", "--stdin"], text);
        await run(tree, ["update-index", "--add", "--cacheinfo", `${await modeOf(path)},${blob},${path}`]);
      }
    }
    const written = await run(tree, ["write-tree"]);
    const commit = await run(tree, [...AUTHOR, "commit-tree", written, "-p", base], message);
    await run(root, ["push", "--quiet", "--force", remote, `${commit}:refs/heads/${branch}`]);
    return commit;
  } finally {
    await rm(place, { recursive: true, force: true });
    await run(root, ["worktree", "prune"]);
  }

  /** As it has it already. */
  async function modeOf(path: string): Promise<string> {
    const line = await run(tree, ["ls-tree", base, "--", path]);
    return line === "" ? "100644" : (line.split(" ", 1)[0] ?? "100644");
  }
}
