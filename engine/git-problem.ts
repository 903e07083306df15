/** What git's failures mean for the user. Pure: what git said → Problem, without the credentials that may stand in it. */
import type { GitAnswer } from "./git.ts";
import type { Problem } from "./problem.ts";

/** Codes are what callers decide by: `git-unreachable` alone may pass by itself. */
export function gitProblem(
  directory: string,
  args: readonly string[],
  answer: Pick<GitAnswer, "code" | "stderr">,
): Problem {
  const said = withoutCredentials(answer.stderr);
  const meaning = MEANINGS.find(({ sign }) => sign.test(said)) ?? UNKNOWN;
  const { code, hint } = meaning;
  return { code, message: `git ${verbOf(args)} failed in ${directory}: ${gist(said, answer.code)}`, hint };
}

/** Not started at all: there is no such program, or no such directory to run it in. */
export function noGitProblem(directory: string, error: Error): Problem {
  const missing = "code" in error && error.code === "ENOENT";
  return {
    code: missing ? "git-missing" : "git-failed",
    message: missing ? `git cannot be started in ${directory}.` : `git cannot be started: ${error.message}.`,
    hint: missing
      ? "Install git 2.31 or newer, see that it is on the PATH, and that the directory is there."
      : "Check that this user may run git.",
  };
}

/** User and password of a URL, headers that authorize, tokens by their known beginnings. */
export function withoutCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, "$1")
    .replaceAll(/(authorization\s*[:=]\s*)[^\r\n'"]+/gi, "$1••••")
    .replaceAll(/([?&](?:[a-z_-]*token|password|key|secret|sig)=)[^&\s'"]+/gi, "$1••••")
    .replaceAll(/\b(?:gh[pousr]_|github_pat_|glpat-|ATATT|xox[bap]-)[A-Za-z0-9_=-]+/g, "••••");
}

interface Meaning {
  readonly code: string;
  readonly sign: RegExp;
  readonly hint: string;
}

/** The first that fits: a refusal is told before the network that carried it. Signs checked with git 2.39. */
const MEANINGS: readonly Meaning[] = [
  {
    code: "git-no-repository",
    sign: /not a git repository/i,
    hint: "Run the command inside a clone of the repository.",
  },
  {
    code: "git-unsafe-directory",
    sign: /dubious ownership/i,
    hint: "The directory belongs to another user: git config --global --add safe.directory <path> says that it may be used.",
  },
  {
    code: "git-host-unknown",
    sign: /host key verification failed/i,
    hint: "Add the host's key to known_hosts (ssh-keyscan shows it; compare it with the one that the host publishes).",
  },
  {
    code: "git-denied",
    sign: /permission denied|authentication failed|could not read (?:username|password)|access denied|error: 40[13]|permission to \S+ denied|insufficient permission|not allowed to/i,
    hint: "Give git a credential for this remote that may do this: an SSH key in the agent, a credential helper, or in CI a token with contents: write.",
  },
  {
    code: "git-no-remote",
    sign: /does not appear to be a git repository|repository .*not found|no such remote|error: 404/i,
    hint: "Check the remote with git remote -v. A repository that the credential may not see counts as not found.",
  },
  {
    code: "git-unreachable",
    sign: /could not resolve host|couldn't connect|failed to connect|connection (?:refused|reset|timed out|closed)|operation timed out|network is unreachable|early eof|remote end hung up|unexpected disconnect|ssl_(?:connect|read)|gnutls|error: (?:429|5\d\d)|rpc failed|no route to host/i,
    hint: "Check the network and the proxy (HTTPS_PROXY), then run the command again.",
  },
];

const UNKNOWN = { code: "git-failed", hint: "Run the same in a terminal to see more of it." };

/** `push` of `-c http.x=y push …`: the arguments themselves may hold a credential. */
function verbOf(args: readonly string[]): string {
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (word === "-c" || word === "-C") index += 1;
    else if (!word.startsWith("-")) return word;
  }
  return "";
}

/** The line that says it, where there are many: what a server sends (`remote: …`) tells more than git's own summary. */
function gist(said: string, code: number): string {
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:hint:|warning:|To \S|Counting|Compressing|Writing|Total|Delta)/.test(line));
  const telling = lines.filter((line) => /^(?:fatal:|error:|remote: \S|!|ssh:)|denied|ended by/i.test(line));
  const shown = (telling.length > 0 ? telling : lines).slice(0, 3).map(ended);
  return shown.length === 0 ? `exit code ${code}.` : shown.join(" ");
}

function ended(line: string): string {
  const sentence = line.replace(/^(?:fatal|error): /, "");
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
