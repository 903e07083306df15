/** ⇄ Serves each tenant on a loopback port of its own, and saves them all after whatever may have changed them. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import { loadTenants, saveTenants } from "./memory-file.ts";
import { addressOf, answer, requestOf } from "./node-request.ts";
import { CONTROL, findServed, removeServed, writeServed } from "./served.ts";
import { type EmulatorRegistry, envOf, openTenants, type Tenants } from "./tenants.ts";

export interface ServeOptions {
  readonly registry: EmulatorRegistry;
  readonly directory: string;
  /** The first port; 0 takes free ones. */
  readonly port: number;
  /** Default: everything the registry has. */
  readonly names?: readonly string[];
  readonly clock: Pick<Clock, "now">;
}

export interface Serving {
  /** Provider → address. */
  readonly urls: Readonly<Record<string, string>>;
  /** Provider → the settings of an instance that reaches it, secrets and `baseUrl` included. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Provider → tokens of other actors, to change things by hand. */
  readonly actors: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Environment variables by which stacks hand credentials of the tenants to others. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

export async function serve(options: ServeOptions): Promise<Serving> {
  const { registry, directory, clock } = options;
  const names = options.names ?? Object.keys(registry);
  if ((await findServed(directory)) !== undefined) throw alreadyServed(directory);
  const tenants = await openTenants({ registry, names, clock, saved: await loadTenants(directory) });
  const token = randomBytes(32).toString("base64url");
  const save = saver(() => saveTenants(directory, tenants.save()));
  const control = controlOf(tenants, token, save);

  const servers: Server[] = [];
  const urls: Record<string, string> = {};
  const close = async (): Promise<void> => {
    await removeServed(directory);
    await Promise.all(servers.map(closed));
    await save();
  };
  try {
    for (const [name, emulator] of tenants.emulators) {
      const server = createServer((incoming, outgoing) => {
        void respond(incoming, outgoing, async (request) => {
          if (new URL(request.url).pathname.startsWith(CONTROL)) return control(request);
          const response = await emulator.fetch(request);
          if (request.method !== "GET" && request.method !== "HEAD") await save();
          return response;
        });
      });
      servers.push(server);
      const port = await listening(server, options.port === 0 ? 0 : options.port + (registry[name]?.port ?? 0));
      urls[name] = `http://${HOST}:${port}`;
      tenants.alias(`${HOST}:${port}`, name);
      tenants.alias(`localhost:${port}`, name);
    }
    await save();
    await writeServed(directory, { token, urls });
  } catch (error) {
    await close();
    throw error;
  }

  const each = <T>(value: (name: string) => T): Record<string, T> =>
    Object.fromEntries([...tenants.emulators.keys()].map((name) => [name, value(name)]));
  return {
    urls,
    settings: each((name) => ({ ...tenants.emulators.get(name)?.settings, baseUrl: urls[name] ?? "" })),
    actors: each((name) => tenants.emulators.get(name)?.actors ?? {}),
    env: envOf(tenants),
    close,
  };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  try {
    const url = addressOf(incoming);
    if (url === undefined)
      await answer(outgoing, new Response("The sandbox answers this machine only.\n", { status: 421 }));
    else await answer(outgoing, await handle(await requestOf(incoming, url)));
  } catch (error) {
    // A bug of an emulator must look like one, and not like the vendor's own 500.
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!outgoing.headersSent) outgoing.writeHead(500, { "content-type": "text/plain", "x-sandbox-error": "1" });
    outgoing.end(`The sandbox failed: ${why}\n`);
  }
}

/** `GET /_sandbox`: alive? `POST /_sandbox/tick {"ms": …}`: moves time. */
function controlOf(
  tenants: Tenants,
  token: string,
  save: () => Promise<void>,
): (request: Request) => Promise<Response> {
  const expected = Buffer.from(`Bearer ${token}`);
  return async (request) => {
    const given = Buffer.from(request.headers.get("authorization") ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return new Response(null, { status: 403 });
    const { pathname } = new URL(request.url);
    if (request.method === "GET" && pathname === CONTROL) return Response.json({ now: tenants.now() });
    if (request.method !== "POST" || pathname !== `${CONTROL}/tick`) return new Response(null, { status: 404 });
    const body: unknown = await request.json();
    const ms = typeof body === "object" && body !== null && "ms" in body ? Number(body.ms) : Number.NaN;
    await tenants.tick(ms);
    await save();
    return Response.json({ now: tenants.now() });
  };
}

/** Resolves when everything up to the call is on disk; calls that come while a write runs share the next one. */
function saver(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    running = write().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(start, start);
    return next;
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject("code" in error && error.code === "EADDRINUSE" ? portTaken(port) : error));
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function portTaken(port: number): ProblemError {
  return new ProblemError({
    code: "port-taken",
    message: `Port ${port} of this machine is taken.`,
    hint: "Choose another first port with --port, or stop what listens there.",
  });
}

function alreadyServed(directory: string): ProblemError {
  return new ProblemError({
    code: "sandbox-served",
    message: `The sandbox in ${directory} is being served already.`,
    hint: "Use that one, stop it, or give this one its own --data directory.",
  });
}
