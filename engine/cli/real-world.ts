/** ⇄ The real fetch, clock, terminal and signals. */

import { hostname, userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Clock } from "../outside.ts";
import type { Sink, World } from "./world.ts";

export function realWorld(): World {
  const abort = new AbortController();
  let stopping = false;
  process.on("SIGINT", () => interrupted("SIGINT"));
  process.on("SIGTERM", () => interrupted("SIGTERM"));
  // A limit on file size would end the process in the middle of a write; heard of, it is an error of that write.
  process.on("SIGXFSZ", () => undefined);
  function interrupted(signal: string): void {
    if (stopping) {
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
    actor: actorOf(process.env),
  };
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

async function ask(question: string, options?: { readonly hidden?: boolean }): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: options?.hidden === true ? silent : process.stderr,
    terminal: true,
  });
  try {
    return (await lines.question("")).trim();
  } finally {
    lines.close();
    if (options?.hidden === true) process.stderr.write("\n");
  }
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
  return `${userInfo().username}@${hostname()}`;
}
