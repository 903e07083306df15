/** A repository on the emulated GitHub, and people who push to it with git. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitHub } from "../../engine/gitops/github.ts";
import { openGitHub } from "../../engine/gitops/octokit.ts";
import { type GithubEmulator, githubEmulator } from "../../engine/sandbox/github/emulator.ts";
import type { Permissions } from "../../engine/sandbox/github/rows.ts";
import { type Faults, faulty } from "../conformance/faults.ts";
import { type TestClock, testClock } from "./clock.ts";

export interface Pushed {
  readonly branch: string;
  /** Path → content; null takes the file away. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Where the branch begins, if it is new; default: the main branch. */
  readonly from?: string;
  /** Login of the author and committer; their e-mail is `<login>@acme.example` where none is said. */
  readonly as?: string;
  readonly email?: string;
  readonly message?: string;
  /** Where it is pushed to; default: the repository itself. */
  readonly to?: string;
}

export interface HubWorld {
  readonly emulator: GithubEmulator;
  readonly clock: TestClock;
  /** Between clients and the emulator. */
  readonly faults: Faults;
  /** Directory for whatever a test needs; it goes away with the world. */
  readonly directory: string;
  /** Commits on top of the branch and pushes; gives the commit. */
  push(pushed: Pushed): string;
  git(...args: readonly string[]): string;
  /** A client with the token of a workflow that has all that Accord asks for, or with the one that is given. */
  client(token?: string): GitHub;
  close(): void;
}

export const ALL: Permissions = {
  ...{ metadata: "read", contents: "write", pull_requests: "write", issues: "write", checks: "write", actions: "read" },
};

export async function hubWorld(): Promise<HubWorld> {
  const directory = mkdtempSync(join(tmpdir(), "accord-hub-"));
  const clock = testClock();
  const emulator = await githubEmulator({ clock, directory, env: process.env });
  const faults = faulty(emulator.fetch);
  const work = join(directory, "work");
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  mkdirSync(work);
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", emulator.remote);
  const tips = new Map<string, string>();

  /** Without a working tree: two processes a push are enough. */
  function push({ branch, files, from = "main", as = "ada", email = `${as}@acme.example`, ...more }: Pushed): string {
    const signature = `${as} <${email}> ${Math.floor(clock.now() / 1_000)} +0000`;
    const parent = tips.get(branch) ?? tips.get(from);
    const script = [
      `commit refs/heads/${branch}`,
      `author ${signature}`,
      `committer ${signature}`,
      data(more.message ?? `change ${branch}`),
      ...(parent === undefined ? [] : [`from ${parent}`]),
      ...Object.entries(files).map(([path, content]) =>
        content === null ? `D ${path}` : `M 100644 inline ${path}\n${data(content)}`,
      ),
      "",
    ].join("\n");
    execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: work, input: script });
    git("push", "--quiet", "--force", more.to ?? "origin", branch);
    const tip = readFileSync(join(work, ".git/refs/heads", branch), "utf8").trim();
    tips.set(branch, tip);
    return tip;
  }

  return {
    ...{ emulator, clock, faults, directory, push, git },
    client: (token = emulator.installationToken(ALL)) =>
      openGitHub({
        fetch: faults.fetch,
        ...{ clock, token, apiUrl: emulator.apiUrl, repository: emulator.repository },
        signal: new AbortController().signal,
      }),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** As fast-import takes texts. */
function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
