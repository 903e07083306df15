/** ⇄ What a workflow run works with: GitHub, the repository it runs in, and a place for trees that goes away with it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { git } from "../../git.ts";
import { type HubEvent, hubEvent } from "../../gitops/event.ts";
import type { GitHub } from "../../gitops/github.ts";
import { openGitHub } from "../../gitops/octokit.ts";
import { gitTrees, type Trees } from "../../gitops/trees.ts";
import { ProblemError } from "../../problem.ts";
import { createMask } from "../../report/mask.ts";
import { errnoOf } from "../../state/files.ts";
import { parseJson } from "../../state/shape.ts";
import type { Invocation } from "../invocation.ts";

export interface Session {
  readonly invocation: Invocation;
  readonly github: GitHub;
  readonly event: HubEvent;
  /** Of the checkout. */
  readonly root: string;
  readonly trees: Trees;
  /** Address of this workflow run, for whoever wants its log. */
  readonly run?: string;
  /** Name for what this run keeps of a pull request's commit; no other run has it. */
  artifactFor(pull: number, commit: string): string;
  /** A directory of its own below the scratch directory. */
  scratch(name: string): string;
  /** Without any secret that was read so far: what goes to GitHub is not printed, and masked all the same. */
  mask(text: string): string;
}

export async function openSession(invocation: Invocation): Promise<Session> {
  const { world, voice, arguments: given } = invocation;
  const { env, clock, signal } = world;
  const repository = needed(env, "GITHUB_REPOSITORY", "owner/name");
  // CI systems hand over an unset secret as an empty variable.
  const token = env.ACCORD_GITHUB_TOKEN || needed(env, "GITHUB_TOKEN", "${{ github.token }}");
  for (const secret of [token, env.ACCORD_STATE_KEY ?? ""]) if (secret !== "") invocation.secrets.add(secret);
  const start = resolve(world.cwd, given.text("dir") ?? ".");
  const options = { env, signal };
  const root = (await git(start, ["rev-parse", "--show-toplevel"], options)).text.trim();
  const directory = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), "accord-ci-"));
  invocation.atEnd(() => rm(directory, { recursive: true, force: true }));
  const { GITHUB_SERVER_URL: server = "https://github.com", GITHUB_RUN_ID: run } = env;
  return {
    ...{ invocation, root, trees: gitTrees(root, "origin", options) },
    event: await eventOf(invocation),
    github: openGitHub({
      ...{ fetch: (request) => world.fetch(request), clock, signal, token, repository },
      apiUrl: env.GITHUB_API_URL ?? "https://api.github.com",
      ...(voice.trace === undefined ? {} : { trace: voice.trace }),
    }),
    ...(run === undefined ? {} : { run: `${server}/${repository}/actions/runs/${run}` }),
    artifactFor: (pull, commit) =>
      ["accord", pull, commit.slice(0, 12), run ?? "local", env.GITHUB_RUN_ATTEMPT ?? "1"].join("-"),
    scratch: (name) => join(directory, name),
    mask: (text) => createMask(invocation.secrets)(text),
  };
}

/** By hand: `--pull 12`. */
async function eventOf({ world: { env, cwd }, arguments: given }: Invocation): Promise<HubEvent> {
  const pull = given.text("pull");
  if (pull !== undefined) {
    if (/^[1-9]\d*$/.test(pull)) return { kind: "pull", number: Number(pull), closed: false, merged: false };
    throw new ProblemError({ code: "usage", message: `--pull ${pull} is no number.`, hint: "Write --pull 12." });
  }
  const name = needed(env, "GITHUB_EVENT_NAME", "pull_request");
  const path = needed(env, "GITHUB_EVENT_PATH", "the payload's file");
  try {
    return hubEvent(name, parseJson(await readFile(resolve(cwd, path), "utf8")));
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new ProblemError(
      {
        code: "unreadable-event",
        message: `GITHUB_EVENT_PATH names ${path}, which cannot be read (${code}).`,
        hint: "Run it in a GitHub workflow, or name the pull request: --pull 12.",
      },
      { cause: error },
    );
  }
}

function needed(env: Readonly<Record<string, string | undefined>>, name: string, example: string): string {
  const value = env[name] ?? "";
  if (value !== "") return value;
  throw new ProblemError({
    code: "missing-environment",
    message: `The environment variable ${name} is not set.`,
    hint: `A GitHub workflow sets it (${name}: ${example}); accord init --github writes one that passes on all it takes.`,
  });
}
