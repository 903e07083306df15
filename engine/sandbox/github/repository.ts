/** ⇄ The bare repository behind the emulator: what people push with git is what pull requests are made of. */
import { askGit, type GitOptions, git } from "../../git.ts";
import { readRef, readRefs } from "./ref-files.ts";

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO, whole seconds. */
  readonly date: string;
}

export type Merge = { readonly tree: string } | "conflict";

/** Revisions are commits, or full names of refs; `commit` takes a branch by its own name too. */
export interface Repository {
  readonly directory: string;
  /** Full name → commit, below a prefix. */
  refs(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** The commit of a ref; undefined where there is none. */
  ref(name: string): Promise<string | undefined>;
  /** Undefined where it names no commit. */
  commit(revision: string): Promise<Commit | undefined>;
  /** Oldest first: what `to` has and `from` has not. */
  commits(from: string, to: string): Promise<readonly Commit[]>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  mergeTree(ours: string, theirs: string): Promise<Merge>;
  writeCommit(commit: Omit<Commit, "sha">): Promise<string>;
  setRef(name: string, sha: string): Promise<void>;
  deleteRef(name: string): Promise<void>;
  /** Paths that differ from where both began. */
  changed(base: string, head: string): Promise<readonly string[]>;
  /** Undefined where there is none. */
  file(revision: string, path: string): Promise<string | undefined>;
  /** Takes the objects of another repository over. */
  fetchFrom(directory: string, sha: string): Promise<void>;
}

const FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"];
const FORMAT = `--format=${FIELDS.join("%x1f")}%x1e`;
const SHA = /^[0-9a-f]{40}$/;

export function openRepository(directory: string, env: GitOptions["env"]): Repository {
  const run = async (...args: readonly string[]): Promise<string> => (await git(directory, args, { env })).text;
  const log = async (...args: readonly string[]): Promise<readonly Commit[]> =>
    commitsIn(await run("log", FORMAT, ...args, "--"));
  const ref = (name: string): Promise<string | undefined> => readRef(directory, name);
  const sha = async (revision: string): Promise<string> => {
    const found = SHA.test(revision) ? revision : await ref(revision);
    if (found === undefined) throw new Error(`${directory} has no ${revision}`);
    return found;
  };

  const commits = new Map<string, Commit>();
  const fileAt = once(async (commit, path) => {
    const found = await askGit(directory, ["cat-file", "blob", `${commit}:${path}`], { env });
    return found.code === 0 ? found.text : undefined;
  });
  /** The same for two revisions. */
  const between = <T>(ask: (a: string, b: string) => Promise<T>): ((a: string, b: string) => Promise<T>) => {
    const known = once(ask);
    return async (a, b) => known(await sha(a), await sha(b));
  };

  return {
    ...{ directory, ref },
    refs: (prefix) => readRefs(directory, prefix),

    async commit(revision) {
      const full = revision.startsWith("refs/") ? revision : `refs/heads/${revision}`;
      const name = SHA.test(revision) ? revision : await ref(full);
      const known = commits.get(name ?? "");
      if (name === undefined || known !== undefined) return known;
      const found = await askGit(directory, ["log", FORMAT, "-1", name, "--"], { env });
      const [commit] = found.code === 0 ? commitsIn(found.text) : [];
      if (commit !== undefined) commits.set(commit.sha, commit);
      return commit;
    },

    commits: between((from, to) => log("--reverse", "--topo-order", to, `^${from}`)),

    isAncestor: between(async (older, newer) => {
      return (await askGit(directory, ["merge-base", "--is-ancestor", older, newer], { env })).code === 0;
    }),

    mergeTree: between(async (ours, theirs): Promise<Merge> => {
      const merged = await askGit(directory, ["merge-tree", "--write-tree", "--no-messages", ours, theirs], { env });
      // Histories without a common beginning are a conflict to GitHub too.
      return merged.code === 0 ? { tree: merged.text.trim() } : "conflict";
    }),

    async writeCommit({ tree, parents, author, committer, message }) {
      const text = [
        `tree ${tree}`,
        ...parents.map((parent) => `parent ${parent}`),
        `author ${written(author)}`,
        `committer ${written(committer)}`,
        "",
        message.endsWith("\n") ? message : `${message}\n`,
      ].join("\n");
      const made = await git(directory, ["hash-object", "-t", "commit", "-w", "--stdin"], { env, input: text });
      return made.text.trim();
    },

    async setRef(name, target) {
      await run("update-ref", name, target);
    },

    async deleteRef(name) {
      await run("update-ref", "-d", name);
    },

    changed: between(async (base, head) => {
      const text = await run("diff", "--name-only", "-z", `${base}...${head}`);
      return text.split("\0").filter((path) => path !== "");
    }),

    async file(revision, path) {
      return fileAt(await sha(revision), path);
    },

    async fetchFrom(other, commit) {
      await run("fetch", "--quiet", "--no-tags", other, commit);
    },
  };
}

/** What is in commits, and what they are to each other, never changes: it is asked for once. */
function once<T>(ask: (a: string, b: string) => Promise<T>): (a: string, b: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const answer = answers.get(key) ?? ask(a, b);
    answers.set(key, answer);
    return answer;
  };
}

function commitsIn(text: string): readonly Commit[] {
  return text
    .split("\x1e")
    .map((record) => record.trimStart())
    .filter((record) => record !== "")
    .map(commitOf);
}

function commitOf(record: string): Commit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", ...message] =
    record.split("\x1f");
  return {
    sha,
    tree,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    author: { name: an, email: ae, date: iso(ad) },
    committer: { name: cn, email: ce, date: iso(cd) },
    message: message.join("\x1f").trimEnd(),
  };
}

function iso(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, "Z");
}

function written({ name, email, date }: Signature): string {
  return `${name} <${email}> ${Math.floor(Date.parse(date) / 1_000)} +0000`;
}
