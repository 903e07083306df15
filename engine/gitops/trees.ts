/**
 * ⇄ What a pull request would leave on its base, from Git objects alone: nothing of it is checked out, no hook, filter or
 * setting of its own is run. Files are written out one by one, and links only where they stay inside.
 */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { askGit, type GitOptions, git } from "../git.ts";
import { gitProblem } from "../git-problem.ts";
import { ProblemError } from "../problem.ts";

export interface Trees {
  /** Fetches a ref of the remote; its commit. Undefined where there is no such ref. */
  fetch(ref: string): Promise<string | undefined>;
  /** Tree of `head` merged onto `base`. A conflict is a ProblemError (`merge-conflict`) that names the files. */
  merge(base: string, head: string): Promise<string>;
  /** Commit that a revision names. */
  commitOf(revision: string): Promise<string>;
  /** Tree of a commit. */
  treeOf(commit: string): Promise<string>;
  /** Directories that hold a file of this name, from the root; empty for the root itself. */
  directoriesWith(tree: string, file: string): Promise<readonly string[]>;
  /** Names of files directly in a directory. */
  filesIn(tree: string, directory: string): Promise<readonly string[]>;
  /** Paths of files that differ. */
  changed(before: string, after: string): Promise<readonly string[]>;
  /** Commits of a branch after `before`, up to `after`, oldest first; of a merge only the merge itself. */
  firstParents(before: string, after: string): Promise<readonly string[]>;
  /** Writes what is below `directory` of a tree into an empty one on disk. */
  writeOut(tree: string, directory: string, into: string): Promise<void>;
}

/** Where what was fetched last is found; nobody else looks there. */
const FETCHED = "refs/accord/fetched";

/** Blobs above this are no documents; reading them would only cost memory. */
const LARGEST = 10 * 1024 * 1024;

export function gitTrees(root: string, remote: string, options: GitOptions): Trees {
  const run = async (...args: readonly string[]): Promise<string> => (await git(root, args, options)).text;
  const entriesOf = async (tree: string, directory: string): Promise<readonly Entry[]> => {
    const at = directory === "" ? tree : `${tree}:${directory}`;
    return parseEntries(await run("ls-tree", "-r", "-z", "-l", "--full-tree", at));
  };
  let shallow: boolean | undefined;
  return {
    async fetch(ref) {
      shallow ??= (await run("rev-parse", "--is-shallow-repository")).trim() === "true";
      // A merge base is found only where there is a history.
      const deep = shallow ? ["--unshallow"] : [];
      const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", ...deep, remote, `+${ref}:${FETCHED}`];
      const asked = await askGit(root, args, options);
      if (asked.code !== 0 && /couldn't find remote ref/.test(asked.stderr)) return undefined;
      if (asked.code !== 0) throw new ProblemError(gitProblem(root, args, asked));
      shallow = false;
      return (await run("rev-parse", "--verify", FETCHED)).trim();
    },
    async merge(base, head) {
      const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head];
      const { code, text, stderr } = await askGit(root, args, options);
      const [tree = "", ...conflicts] = text.split("\0").filter((part) => part !== "");
      if (code === 0 && tree !== "") return tree;
      if (code === 1) throw new ProblemError(conflictIn(conflicts));
      throw new ProblemError({
        code: "no-merge",
        message: `git cannot merge ${head.slice(0, 7)} onto ${base.slice(0, 7)}: ${stderr.trim().split("\n")[0]}.`,
        hint: "It takes Git 2.38 or newer, and the whole history of both (actions/checkout with fetch-depth: 0).",
      });
    },
    commitOf: async (revision) => (await run("rev-parse", "--verify", `${revision}^{commit}`)).trim(),
    treeOf: async (commit) => (await run("rev-parse", "--verify", `${commit}^{tree}`)).trim(),
    async directoriesWith(tree, file) {
      const entries = await entriesOf(tree, "");
      return entries
        .filter(({ path }) => posix.basename(path) === file && !path.split("/").some((part) => part.startsWith(".")))
        .map(({ path }) => (posix.dirname(path) === "." ? "" : posix.dirname(path)));
    },
    async filesIn(tree, directory) {
      const at = directory === "" ? tree : `${tree}:${directory}`;
      const { code, text } = await askGit(root, ["ls-tree", "-z", "--name-only", at], options);
      return code === 0 ? text.split("\0").filter((name) => name !== "") : [];
    },
    async changed(before, after) {
      const text = await run("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after);
      return text.split("\0").filter((path) => path !== "");
    },
    async firstParents(before, after) {
      const text = await run("rev-list", "--first-parent", "--reverse", `${before}..${after}`);
      return text.split("\n").filter((commit) => commit !== "");
    },
    async writeOut(tree, directory, into) {
      const entries = (await entriesOf(tree, directory)).filter(({ type, size }) => type === "blob" && size <= LARGEST);
      const contents = await blobs(
        root,
        entries.map(({ id }) => id),
        options,
      );
      await mkdir(into, { recursive: true });
      for (const { path, mode, id } of entries) {
        const content = contents.get(id);
        if (content === undefined || path.split("/").includes("..")) continue;
        const target = join(into, path);
        await mkdir(dirname(target), { recursive: true });
        if (mode === "120000") await linkInside(content.toString("utf8"), path, target);
        else await writeFile(target, content, { flag: "wx" });
      }
    },
  };
}

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

/** `<mode> <type> <id> <size>\t<path>`, ended by NUL each. */
function parseEntries(text: string): readonly Entry[] {
  return text.split("\0").flatMap((line) => {
    const tab = line.indexOf("\t");
    if (tab === -1) return [];
    const [mode = "", type = "", id = "", size = ""] = line.slice(0, tab).split(/ +/);
    return [{ mode, type, id, size: Number(size === "-" ? 0 : size), path: line.slice(tab + 1) }];
  });
}

/** One process for all of them. */
async function blobs(root: string, ids: readonly string[], options: GitOptions): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, Buffer>();
  if (wanted.length === 0) return found;
  const { stdout } = await git(root, ["cat-file", "--batch"], { ...options, input: `${wanted.join("\n")}\n` });
  let at = 0;
  for (const id of wanted) {
    const end = stdout.indexOf(10, at);
    const size = Number(stdout.toString("latin1", at, end).split(" ")[2]);
    if (!Number.isInteger(size)) continue;
    found.set(id, stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return found;
}

/** A link that leads out would be followed by whatever reads it; left out, it is a file that is missing. */
async function linkInside(to: string, path: string, target: string): Promise<void> {
  if (posix.isAbsolute(to) || posix.normalize(posix.join(posix.dirname(path), to)).startsWith("..")) return;
  await symlink(to, target);
}

function conflictIn(files: readonly string[]) {
  return {
    code: "merge-conflict",
    message: `The pull request conflicts with its base in ${files.slice(0, 5).join(", ") || "some files"}.`,
    hint: "Merge or rebase it; what it would leave there cannot be planned before.",
  };
}
