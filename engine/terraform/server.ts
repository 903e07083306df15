/** ⇄ The plugin as a process: who started it, where it listens, and its first and only line on stdout. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ProblemError } from "../problem.ts";
import { selfSigned } from "./certificate.ts";
import { services } from "./protocol.ts";
import type { ProviderService, Request } from "./service.ts";

/** go-plugin's way of telling that nobody typed this command. */
const COOKIE = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE_VALUE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/** Longer paths are cut by the system, without a word. */
const LONGEST_SOCKET = 100;
/** A Terraform that was killed stops nobody: whoever has no parent left ends. */
const ORPHAN_CHECK = 2_000;

/** Terraform kills what has not ended two seconds after it was asked to. */
const LAST_ANSWER = 100;

export interface Hosting {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: number;
  readonly print: (line: string) => void;
  readonly service: ProviderService;
}

/** Resolves when Terraform asks it to end. */
export async function hostPlugin({ env, now, print, service }: Hosting): Promise<void> {
  if (env[COOKIE] !== COOKIE_VALUE) throw new ProblemError(notByTerraform());
  const versions = (env.PLUGIN_PROTOCOL_VERSIONS ?? "6").split(",");
  if (!versions.includes("6")) throw new ProblemError(tooOld());
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const { provider, controller } = services();
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  server.addService(provider, implementation(service));
  server.addService(controller, {
    Shutdown(_call: unknown, callback: sendUnaryData<object>) {
      callback(null, {});
      setImmediate(ended);
    },
  });
  const client = env.PLUGIN_CLIENT_CERT ?? "";
  const own = client === "" ? undefined : selfSigned(now);
  const credentials =
    own === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          Buffer.from(client),
          [{ private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.certificate) }],
          true,
        );
  const address = await listen(server, credentials);
  // Ctrl-C reaches the whole group of processes: Terraform decides, and lets what runs be finished.
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", () => undefined);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) ended();
  }, ORPHAN_CHECK);
  watch.unref();
  const clean = (): void => {
    if (address.network === "unix") rmSync(dirname(address.address), { recursive: true, force: true });
  };
  process.on("exit", clean);
  process.on("SIGTERM", () => ended());
  print(
    `1|6|${address.network}|${address.address}|grpc|${own?.shown ?? ""}${env.PLUGIN_MULTIPLEX_GRPC === undefined ? "" : "|true"}`,
  );
  await end;
  await answered(server);
  clean();
}

/** The last answer goes out; a caller that keeps its connection is not waited for. */
function answered(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(limit);
      server.forceShutdown();
      resolve();
    };
    const limit = setTimeout(over, LAST_ANSWER);
    server.tryShutdown(over);
  });
}

interface Listening {
  readonly network: "unix" | "tcp";
  readonly address: string;
}

async function listen(server: Server, credentials: ServerCredentials): Promise<Listening> {
  const path = join(mkdtempSync(join(tmpdir(), "accord-")), "s");
  if (path.length <= LONGEST_SOCKET) {
    await bind(server, `unix:${path}`, credentials);
    return { network: "unix", address: path };
  }
  rmSync(dirname(path), { recursive: true, force: true });
  return { network: "tcp", address: `127.0.0.1:${await bind(server, "127.0.0.1:0", credentials)}` };
}

function bind(server: Server, where: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(where, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

function implementation({ calls, streams }: ProviderService): UntypedServiceImplementation {
  const unary = Object.entries(calls).map(([name, work]) => [
    name,
    (call: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>) => {
      work(call.request).then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(asError(error)),
      );
    },
  ]);
  const streaming = Object.entries(streams).map(([name, work]) => [
    name,
    (call: ServerWritableStream<Request, object>) => {
      void streamed(work(call.request), call);
    },
  ]);
  return Object.fromEntries([...unary, ...streaming]);
}

/** As fast as the other end reads; when it has enough, nothing more is asked of the vendor. */
async function streamed(answers: AsyncIterable<object>, call: ServerWritableStream<Request, object>): Promise<void> {
  try {
    for await (const answer of answers) {
      if (call.cancelled) return;
      if (!call.write(answer)) await Promise.race([once(call, "drain"), once(call, "cancelled")]);
    }
    call.end();
  } catch (error) {
    call.destroy(asError(error));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function notByTerraform() {
  return {
    code: "not-by-terraform",
    message: "This command is started by Terraform or OpenTofu, not by hand.",
    hint: "`npm run package:terraform` makes a provider that they can install; the README says how.",
  };
}

function tooOld() {
  return {
    code: "terraform-too-old",
    message: "This Terraform does not speak protocol 6.",
    hint: "Use Terraform 1.11 or OpenTofu 1.11, or newer.",
  };
}
