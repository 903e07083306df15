/** ⇄ The git command: arguments never through a shell, nothing asked of a terminal, nothing of ours in its environment. */
import { spawn } from "node:child_process";
import { gitProblem, noGitProblem } from "./git-problem.ts";
import { ProblemError } from "./problem.ts";

export interface GitOptions {
  /** The environment of the command; git gets what it needs of it (`gitEnvironment`). */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  /** Ends the command, and what it has started; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  /** The same as UTF-8. */
  readonly text: string;
  readonly stderr: string;
}

/** Runs git in a directory; anything but exit code 0 is a ProblemError. */
export async function git(directory: string, args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const answer = await askGit(directory, args, options);
  if (answer.code !== 0) throw new ProblemError(gitProblem(directory, args, answer));
  return answer;
}

/** The same where the exit code is an answer (`merge-base --is-ancestor`, `rev-parse --verify`). */
export async function askGit(directory: string, args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { env, input, signal } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // A group of its own, without a terminal: Ctrl-C is ours to hear, and no helper of git's can wait for an answer.
    const child = spawn("git", args, { cwd: directory, env: gitEnvironment(env), detached: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const stop = (): void => endGroup(child.pid);
    signal?.addEventListener("abort", stop, { once: true });
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // Who leaves without reading everything says why by its exit code.
    child.stdin.on("error", () => undefined);
    child.on("error", (cause) => {
      signal?.removeEventListener("abort", stop);
      reject(new ProblemError(noGitProblem(directory, cause), { cause }));
    });
    child.on("close", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      // All of them have left by now: none holds a pipe any more.
      if (signal?.aborted === true) return reject(signal.reason);
      const said = Buffer.concat(stderr).toString("utf8");
      resolve(answerOf(code ?? 128, Buffer.concat(stdout), killedBy === null ? said : `${said}\nended by ${killedBy}`));
    });
    child.stdin.end(input ?? "");
  });
}

function answerOf(code: number, stdout: Buffer, stderr: string): GitAnswer {
  return {
    ...{ code, stdout, stderr },
    get text() {
      return stdout.toString("utf8");
    },
  };
}

/** Where git is, who we are to it, how it reaches the other side, and what the known credential helpers ask for. */
const NEEDED: ReadonlySet<string> = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"],
  ...["SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_EXEC_PATH"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GNUPGHOME", "KRB5CCNAME"],
  ...["GH_TOKEN", "GH_HOST", "GH_CONFIG_DIR", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
  ...["GITLAB_TOKEN", "CI_JOB_TOKEN", "BITBUCKET_TOKEN", "SYSTEM_ACCESSTOKEN"],
]);

const NEEDED_BEGINNINGS = ["GIT_CONFIG_", "GIT_SSL_", "GIT_HTTP_", "GCM_"];

/**
 * Everything else stays here: the tenants' credentials, and GIT_DIR and its like, by which a hook that runs Accord would
 * send it to another repository. Messages are in English, since they are read.
 */
function gitEnvironment(env: GitOptions["env"]): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => NEEDED.has(name) || NEEDED_BEGINNINGS.some((beginning) => name.startsWith(beginning)),
  );
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}

/** ssh and the helpers for https are processes of their own. One that is gone already needs no end. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
