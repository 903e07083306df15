/** ⇄ The real fetch, clock, terminal and signals. */

import { hostname } from "node:os";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Clock } from "../outside.ts";
import { errnoOf } from "../state/files.ts";
import { userName } from "../state/owner.ts";
import { EXIT } from "./command.ts";
import type { Sink, World } from "./world.ts";

/** Loaded with the first question: most commands ask none. */
const ask: NonNullable<World["ask"]> = async (question, options) => {
  const { askOn } = await import("./ask.ts");
  return askOn(process.stdin, process.stderr)(question, options);
};

export function realWorld(): World {
  const abort = new AbortController();
  let stopping = false;
  let running = false;
  process.on("SIGINT", () => interrupted("SIGINT"));
  process.on("SIGTERM", () => interrupted("SIGTERM"));
  // A limit on file size would end the process in the middle of a write; heard of, it is an error of that write.
  process.on("SIGXFSZ", () => undefined);
  hearOutputErrors();
  function interrupted(signal: string): void {
    // Whatever still does not end is not waited for: what it sent is in the journal.
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    if (stopping || !running) {
      abort.abort(new Error(`stopped by ${signal}`));
      return;
    }
    stopping = true;
    process.stderr.write("\nFinishing the calls in flight. Once more stops now; the journal covers it.\n");
  }
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    clock: realClock(),
    fetch: fetchOf(process.env),
    signal: abort.signal,
    stopping: () => stopping,
    running: (now) => {
      running = now;
    },
    actor: actorOf(process.env),
  };
}

/**
 * A reader that leaves (`| head`) ends nothing: an apply goes on and is recorded. Where stdout cannot be written for
 * another reason, what was asked for is not there, and no exit code says that all is well.
 */
function hearOutputErrors(): void {
  let lost = false;
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error) => {
    const code = errnoOf(error);
    if (lost || code === "EPIPE") return;
    lost = true;
    process.stderr.write(`✗ The output cannot be written (${code ?? error.message}): what was printed is not whole.\n`);
  });
  process.on("exit", (code) => {
    if (lost && code === 0) process.exitCode = 1;
  });
}

export function realClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleepFor(ms, undefined, signal === undefined ? {} : { signal }),
    background: (ms, signal) => sleepFor(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }),
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    ...(stream.columns === undefined ? {} : { columns: stream.columns }),
  };
}

/** Node's own fetch honours NODE_EXTRA_CA_CERTS; a proxy needs undici's, which is loaded only for it. */
function fetchOf(env: NodeJS.ProcessEnv): (request: Request) => Promise<Response> {
  const proxy = env.HTTPS_PROXY ?? env.https_proxy ?? env.HTTP_PROXY ?? env.http_proxy ?? "";
  if (proxy === "") return (request) => fetch(request);
  let proxied: Promise<(request: Request) => Promise<Response>> | undefined;
  return async (request) => {
    proxied ??= import("./proxy.ts").then((module) => module.proxyFetch());
    return (await proxied)(request);
  };
}

/** CI jobs are named by what an auditor can look up; people by user and host. */
function actorOf(env: NodeJS.ProcessEnv): string {
  if (env.GITHUB_ACTIONS === "true") {
    return `github:${env.GITHUB_REPOSITORY ?? "?"} run ${env.GITHUB_RUN_ID ?? "?"} by ${env.GITHUB_ACTOR ?? "?"}`;
  }
  if (env.GITLAB_CI === "true")
    return `gitlab:${env.CI_PROJECT_PATH ?? "?"} job ${env.CI_JOB_ID ?? "?"} by ${env.GITLAB_USER_LOGIN ?? "?"}`;
  return `${userName()}@${hostname()}`;
}
