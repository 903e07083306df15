/**
 * ⇄ The repository that holds the state, seen from a stack: a remote, two refs on it, and a bare repository of our own
 * for the objects. The repository that people work in is asked for its settings, and never written.
 */
import { access } from "node:fs/promises";
import { askGit, type GitAnswer, git } from "../git.ts";
import { gitProblem, withoutCredentials } from "../git-problem.ts";
import { type Problem, ProblemError } from "../problem.ts";

export interface GitPlaceOptions {
  /** The stack's. */
  readonly directory: string;
  /** For the objects; may vanish between two runs. */
  readonly cache: string;
  /** A remote of the repository that holds the stack, or a URL. */
  readonly remote: string;
  readonly branch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface GitPlace {
  /** How messages call it: `origin/accord/acme/prod`. */
  readonly name: string;
  readonly remote: string;
  readonly branch: string;
  /** `refs/heads/…`: state and ledger, for people. */
  readonly branchRef: string;
  /** `refs/accord/…`: lease and journal, whose history nobody reads. */
  readonly runRef: string;
  /** The bare repository of our own. */
  readonly cache: string;
  /** Runs git on the objects, without a network. */
  local(args: readonly string[], input?: string | Uint8Array): Promise<Buffer>;
  /** Runs git against the remote, with what is set for it; ended after a while. */
  network(args: readonly string[], signal?: AbortSignal): Promise<GitAnswer>;
  /** What an answer of `network` means where it is none that was hoped for. */
  problem(args: readonly string[], answer: GitAnswer): Problem;
}

/**
 * No hooks of the machine's, no maintenance in the background, no waiting for a disk that holds copies only. A connection
 * that stands still is given up.
 */
const QUIET = [
  ...["core.hooksPath=/dev/null", "gc.auto=0", "core.fsync=none"],
  ...["http.lowSpeedLimit=1000", "http.lowSpeedTime=30"],
];
const LONGEST = 90_000;

export async function openGitPlace(options: GitPlaceOptions): Promise<GitPlace> {
  const { directory, cache, remote, branch, env } = options;
  refuseCredentials(remote);
  const [found, settings] = await Promise.all([
    askGit(directory, ["rev-parse", "--show-toplevel", "--show-object-format"], { env }),
    askGit(directory, ["config", "--list", "--show-scope", "-z"], { env }),
  ]);
  const [top = directory, format = "sha1"] = found.code === 0 ? found.text.trimEnd().split("\n") : [];
  const known = settingsIn(settings.text);
  if (!isUrl(remote)) refuseUnknown(remote, found.code === 0, known, directory);
  if (!(await isThere(`${cache}/HEAD`))) {
    const init = ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, cache];
    await git(directory, init, { env });
  }
  const name = nameOf(remote, branch);
  const base = [`--git-dir=${cache}`, ...QUIET.flatMap((setting) => ["-c", setting])];
  const reaching = withSettings(env, settingsFor(remote, known));
  return {
    name,
    remote,
    branch,
    cache,
    branchRef: `refs/heads/${branch}`,
    runRef: runRefOf(branch),
    async local(args, input) {
      return (await git(top, [...base, ...args], { env, ...(input === undefined ? {} : { input }) })).stdout;
    },
    async network(args, signal) {
      const late = AbortSignal.timeout(LONGEST);
      const ends = signal === undefined ? late : AbortSignal.any([signal, late]);
      try {
        // In the directory that a relative path of a remote starts from.
        return await askGit(top, [...base, ...args], { env: reaching, signal: ends });
      } catch (error) {
        if (signal?.aborted === true || !late.aborted) throw error;
        throw new ProblemError(tooLate(name), { cause: error });
      }
    },
    problem: (args, answer) => gitProblem(top, args, answer),
  };
}

/** `origin/accord/acme/prod`, which git understands after a fetch; a URL stands before its branch. */
export function nameOf(remote: string, branch: string): string {
  return isUrl(remote) ? `${withoutCredentials(remote)}#${branch}` : `${remote}/${branch}`;
}

/** Below the branch's whole name: two branches never share one. */
export function runRefOf(branch: string): string {
  return `refs/accord/${branch}`;
}

interface Setting {
  readonly scope: string;
  readonly name: string;
  readonly value: string;
}

/** Of `git config --list --show-scope -z`: the scope, then the name and its value with a line break between. */
function settingsIn(listed: string): readonly Setting[] {
  const words = listed.split("\0");
  const settings: Setting[] = [];
  for (let index = 0; index + 1 < words.length; index += 2) {
    const entry = words[index + 1] ?? "";
    const end = entry.indexOf("\n");
    // Named without a value means yes.
    const [name, value] = end < 0 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
    settings.push({ scope: words[index] ?? "", name, value });
  }
  return settings;
}

const REACHING = /^(?:http|credential|url|ssh|protocol)\.|^core\.(?:sshcommand|gitproxy|askpass)$/;
const OF_REMOTE = /^remote\.(.+)\.(?:url|pushurl|proxy|proxyauthmethod|uploadpack|receivepack|vcs)$/;

/**
 * What the people's repository itself says about the way to the remote: there CI keeps its token. The user's own settings
 * and the machine's hold for our repository anyway; given twice, a header would be sent twice.
 */
function settingsFor(remote: string, settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(
    ({ scope, name }) =>
      (scope === "local" || scope === "worktree") && (REACHING.test(name) || OF_REMOTE.exec(name)?.[1] === remote),
  );
}

/** Through the environment, since arguments are seen by everybody on the machine. Ours go first: the last one wins. */
function withSettings(env: GitPlaceOptions["env"], settings: readonly Setting[]): GitPlaceOptions["env"] {
  if (settings.length === 0) return env;
  const count = Number(env.GIT_CONFIG_COUNT ?? "0");
  const given = Array.from({ length: count }, (_, index) => ({
    name: env[`GIT_CONFIG_KEY_${index}`] ?? "",
    value: env[`GIT_CONFIG_VALUE_${index}`] ?? "",
  }));
  const all = [...settings, ...given];
  const entries = all.flatMap(({ name, value }, index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...env, ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(all.length) };
}

/** A path is one, too. */
function isUrl(remote: string): boolean {
  return /[:/\\]/.test(remote);
}

function refuseCredentials(remote: string): void {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/]*@/i.test(remote)) return;
  throw new ProblemError({
    code: "literal-secret",
    message: "state.remote holds a password, and secrets do not belong into files.",
    hint: "Leave it out of the URL; git asks its credential helper, or in CI the checkout has left a token.",
  });
}

function refuseUnknown(remote: string, isRepository: boolean, settings: readonly Setting[], directory: string): void {
  if (!isRepository) {
    throw new ProblemError({
      code: "git-no-repository",
      message: `${directory} is in no Git repository, so there is no remote ${remote} to keep state on.`,
      hint: "Run the command inside a clone, or give state.remote in accord.yaml as a URL.",
    });
  }
  const remotes = [...new Set(settings.flatMap(({ name }) => /^remote\.(.+)\.url$/.exec(name)?.[1] ?? []))];
  if (remotes.includes(remote)) return;
  throw new ProblemError({
    code: "git-no-remote",
    message: `The repository of ${directory} has no remote ${remote}.`,
    hint:
      remotes.length === 0
        ? `Add it: git remote add ${remote} <url>. Or give state.remote in accord.yaml as a URL.`
        : `It has ${remotes.join(", ")}: name one of them as state.remote in accord.yaml.`,
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function tooLate(name: string): Problem {
  return {
    code: "git-unreachable",
    message: `${name} did not answer within ${LONGEST / 1_000} s.`,
    hint: "Check the network and the proxy (HTTPS_PROXY), then run the command again.",
  };
}
