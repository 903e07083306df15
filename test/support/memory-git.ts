/**
 * A repository in memory, seen from both sides: as the emulated GitHub keeps it, and as a checkout reads it. Trees are
 * maps of path → text, and a merge is decided file by file, so that two changes of one file are a conflict.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { Trees } from "../../engine/gitops/trees.ts";
import { ProblemError } from "../../engine/problem.ts";
import type { Commit, Repository, Signature } from "../../engine/sandbox/github/repository.ts";

export type Files = Readonly<Record<string, string>>;

export interface MemoryGit {
  readonly repository: Repository;
  readonly trees: Trees;
  /** Commits files onto a commit, or as the first one; null takes a file away. Gives the commit; no ref moves. */
  commit(parent: string | undefined, files: Readonly<Record<string, string | null>>, by: Signature): Promise<string>;
  /** What a commit or a tree holds. */
  files(revision: string): Promise<Files>;
}

type Tree = ReadonlyMap<string, string>;

export function memoryGit(): MemoryGit {
  const [trees, commits, refs] = [new Map<string, Tree>(), new Map<string, Commit>(), new Map<string, string>()];

  function keepTree(tree: Tree): string {
    const sha = shaOf("tree", [...tree].sort());
    trees.set(sha, tree);
    return sha;
  }
  async function writeCommit(made: Omit<Commit, "sha">): Promise<string> {
    const sha = shaOf("commit", made);
    commits.set(sha, { ...made, sha, message: made.message.trimEnd() });
    return sha;
  }
  const resolved = (revision: string): string | undefined =>
    commits.has(revision) ? revision : (refs.get(revision) ?? refs.get(`refs/heads/${revision}`));
  function commitAt(revision: string): Commit {
    const found = commits.get(resolved(revision) ?? "");
    if (found === undefined) throw new Error(`memory has no ${revision}`);
    return found;
  }
  function treeAt(revision: string): Tree {
    const found = trees.get(revision) ?? trees.get(commitAt(revision).tree);
    if (found === undefined) throw new Error(`memory has no tree ${revision}`);
    return found;
  }
  /** A commit and all before it, parents first. */
  function history(revision: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (sha: string): void => {
      if (seen.has(sha)) return;
      for (const parent of commitAt(sha).parents) visit(parent);
      seen.add(sha);
    };
    visit(commitAt(revision).sha);
    return seen;
  }
  /** Where both began; a history that crosses itself has no single beginning, and nothing here makes one. */
  function beginning(a: string, b: string): string | undefined {
    const theirs = history(b);
    const common = [...history(a)].filter((sha) => theirs.has(sha));
    const newest = common.filter((sha) => !common.some((other) => other !== sha && history(other).has(sha)));
    if (newest.length > 1) throw new Error("histories that cross are not merged in memory");
    return newest[0];
  }
  function merged(ours: string, theirs: string): { readonly tree: Tree; readonly conflicts: readonly string[] } {
    const base = beginning(ours, theirs);
    const [was, our, their] = [
      base === undefined ? new Map<string, string>() : treeAt(base),
      treeAt(ours),
      treeAt(theirs),
    ];
    const tree = new Map<string, string>();
    const conflicts: string[] = base === undefined ? ["(no common history)"] : [];
    for (const path of new Set([...our.keys(), ...their.keys()])) {
      const [before, mine, yours] = [was.get(path), our.get(path), their.get(path)];
      const kept = mine === yours || yours === before ? mine : yours;
      if (mine !== yours && mine !== before && yours !== before) conflicts.push(path);
      if (kept !== undefined) tree.set(path, kept);
    }
    return { tree, conflicts };
  }
  const missing = (from: string, to: string): readonly Commit[] => {
    const had = history(from);
    return [...history(to)].filter((sha) => !had.has(sha)).map(commitAt);
  };

  const repository: Repository = {
    directory: "memory",
    refs: async (prefix) => new Map([...refs].filter(([name]) => name.startsWith(prefix))),
    ref: async (name) => refs.get(name),
    commit: async (revision) => commits.get(resolved(revision) ?? ""),
    commits: async (from, to) => missing(from, to),
    isAncestor: async (older, newer) => history(newer).has(commitAt(older).sha),
    async mergeTree(ours, theirs) {
      const { tree, conflicts } = merged(ours, theirs);
      return conflicts.length > 0 ? "conflict" : { tree: keepTree(tree) };
    },
    writeCommit,
    setRef: async (name, sha) => void refs.set(name, commitAt(sha).sha),
    deleteRef: async (name) => void refs.delete(name),
    async changed(base, head) {
      const began = beginning(base, head);
      return differing(began === undefined ? new Map() : treeAt(began), treeAt(head));
    },
    file: async (revision, path) => treeAt(revision).get(path),
    fetchFrom: () => Promise.reject(new Error("there are no forks in memory")),
  };

  return {
    repository,
    trees: {
      fetch: async (ref) => refs.get(ref),
      async merge(base, head) {
        const { tree, conflicts } = merged(base, head);
        if (conflicts.length === 0) return keepTree(tree);
        throw new ProblemError({
          code: "merge-conflict",
          message: `The pull request conflicts with its base in ${conflicts.join(", ")}.`,
          hint: "Merge or rebase it.",
        });
      },
      commitOf: async (revision) => revision,
      treeOf: async (commit) => commitAt(commit).tree,
      directoriesWith: async (tree, file) =>
        [...treeAt(tree).keys()].filter((path) => posix.basename(path) === file).map(directoryOf),
      filesIn: async (tree, directory) => [...treeAt(tree).keys()].filter((path) => directoryOf(path) === directory),
      changed: async (before, after) => differing(treeAt(before), treeAt(after)),
      async firstParents(before, after) {
        const had = history(before);
        const line: string[] = [];
        for (let at: string | undefined = commitAt(after).sha; at !== undefined && !had.has(at); ) {
          line.unshift(at);
          at = commitAt(at).parents[0];
        }
        return line;
      },
      async writeOut(tree, directory, into) {
        await mkdir(into, { recursive: true });
        for (const [path, text] of treeAt(tree)) {
          if (directory !== "" && !path.startsWith(`${directory}/`)) continue;
          const target = join(into, directory === "" ? path : path.slice(directory.length + 1));
          await mkdir(dirname(target), { recursive: true });
          await writeFile(target, text, { flag: "wx" });
        }
      },
    },
    async commit(parent, files, by) {
      const tree = new Map(parent === undefined ? [] : treeAt(parent));
      for (const [path, text] of Object.entries(files)) {
        if (text === null) tree.delete(path);
        else tree.set(path, text);
      }
      const parents = parent === undefined ? [] : [commitAt(parent).sha];
      return writeCommit({ tree: keepTree(tree), parents, author: by, committer: by, message: "Change" });
    },
    files: async (revision) => Object.fromEntries(treeAt(revision)),
  };
}

function differing(before: Tree, after: Tree): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

function directoryOf(path: string): string {
  const directory = posix.dirname(path);
  return directory === "." ? "" : directory;
}

function shaOf(kind: string, value: unknown): string {
  return createHash("sha1")
    .update(`${kind} ${JSON.stringify(value)}`)
    .digest("hex");
}
