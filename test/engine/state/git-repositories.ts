/** ⇄ Real repositories for the git backend: a bare one on the "server", and clones of it. */
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { git } from "../../../engine/git.ts";
import type { Clock } from "../../../engine/outside.ts";
import type { Owner } from "../../../engine/state/backend.ts";
import { type GitBackend, gitBackend } from "../../../engine/state/git.ts";

/** What git needs, and no settings of the machine that runs the tests. */
export const gitEnv = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

export interface Server {
  readonly directory: string;
  /** Runs git on the server; what it prints, trimmed. */
  on(...args: readonly string[]): Promise<string>;
  /** A clone of somebody's, and the backend of a process in it. */
  clone(process: {
    readonly clock: Clock;
    readonly stack?: string;
    isDead?(owner: Owner): Promise<boolean>;
    readonly more?: Partial<GitBackend>;
  }): Promise<Clone>;
  remove(): Promise<void>;
}

export interface Clone {
  readonly directory: string;
  readonly backend: ReturnType<typeof gitBackend>;
}

export async function server(): Promise<Server> {
  const directory = await mkdtemp(`${tmpdir()}/accord-git-`);
  const bare = `${directory}/server.git`;
  await git(directory, ["init", "--quiet", "--bare", "--template=", bare], { env: gitEnv });
  // What a server does for its own sake takes longer than what it is asked for.
  await appendFile(`${bare}/config`, "[receive]\n\tautogc = false\n[core]\n\tfsync = none\n");
  let clones = 0;
  return {
    directory,
    async on(...args) {
      return (await git(bare, args, { env: gitEnv })).text.trim();
    },
    async clone({ more, ...process }) {
      clones += 1;
      const own = `${directory}/clone-${clones}`;
      await git(directory, ["init", "--quiet", "--template=", own], { env: gitEnv });
      await appendFile(`${own}/.git/config`, `[remote "origin"]\n\turl = ${bare}\n`);
      return { directory: own, backend: backendIn(own, { ...process, ...more }) };
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

export function backendIn(directory: string, more: Partial<GitBackend> & Pick<GitBackend, "clock">): Clone["backend"] {
  return gitBackend({
    ...{ directory, cache: `${directory}/.accord/prod/cache/state.git`, stack: "acme", environment: "prod" },
    ...{ remote: "origin", actor: "ada@laptop", env: gitEnv },
    ...more,
  });
}
