/** ⇄ Accord as a real process, against an emulated Okta over HTTP: for signals, second processes and full disks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Clock } from "../../../engine/outside.ts";
import { addressOf, answer, requestOf } from "../../../engine/sandbox/node-request.ts";
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { Said } from "../../support/run.ts";

export interface Running {
  readonly process: ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  ended: Promise<Said>;
}

export interface RunWith {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Most kilobytes of any file it may write, as `ulimit -f` sets it: the disk is full there. */
  readonly fileLimit?: number;
}

export function startAccord(program: string, argv: readonly string[], { directory, env, fileLimit }: RunWith): Running {
  const limit = fileLimit === undefined ? "" : `ulimit -f ${fileLimit}; `;
  const child = spawn("bash", ["-c", `${limit}exec "$@"`, "bash", process.execPath, program, ...argv], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (part) => (stdout += String(part)));
  child.stderr.on("data", (part) => (stderr += String(part)));
  const ended = once(child, "close").then(([code, signal]) => {
    if (typeof code !== "number") throw new Error(`ended by ${String(signal)}: ${stderr}`);
    return { code, stdout, stderr };
  });
  return { process: child, stderr: () => stderr, ended };
}

export interface ServedOkta {
  readonly okta: OktaEmulator;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Holds the answers to writes back from now on; resolves with the first write that was carried out. */
  hold(): Promise<void>;
  release(): void;
  close(): Promise<void>;
}

/** On the machine's own clock, as the processes that talk to it; who sleeps in this process moves it. */
export async function serveOkta(): Promise<ServedOkta> {
  let slept = 0;
  const now = (): number => Date.now() + slept;
  const okta = createOktaEmulator({
    now,
    wall: now,
    fetch: () => Promise.reject(new Error("Okta calls nobody")),
  });
  let held: Promise<void> | undefined;
  let [reached, release]: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = addressOf(incoming);
      if (url === undefined) throw new Error(`not for here: ${incoming.url}`);
      const response = await okta.fetch(await requestOf(incoming, url));
      if (held !== undefined && incoming.method !== "GET" && !url.pathname.endsWith("/token")) {
        reached?.();
        await held;
      }
      await answer(outgoing, response);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    okta,
    clock: {
      now,
      monotonic: () => performance.now() + slept,
      async sleep(ms) {
        slept += ms;
        await okta.tick();
      },
      background: (_ms, signal) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true }),
        ),
    },
    env: { OKTA_KEY: String(okta.settings.privateKey), OKTA_URL: `http://127.0.0.1:${port}` },
    hold() {
      held = new Promise((resolved) => {
        release = resolved;
      });
      return new Promise((resolved) => {
        reached = resolved;
      });
    },
    release() {
      held = undefined;
      release?.();
    },
    async close() {
      release?.();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
