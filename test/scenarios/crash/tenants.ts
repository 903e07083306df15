/** ⇄ The emulated tenants of one case, each on a loopback port, with one thing going wrong on the way to them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { addressOf, answer, requestOf } from "../../../engine/sandbox/node-request.ts";
import { openTenants, type Tenants } from "../../../engine/sandbox/tenants.ts";
import { emulators } from "../../../providers/emulators.ts";
import { START } from "../../support/clock.ts";
import { type Boundary, boundaryOf, type Moment, type Planned } from "./faults.ts";

export type Memory = ReturnType<Tenants["save"]>;

/** Tenants, and where Accord finds them. */
export interface Reached {
  readonly tenants: Tenants;
  /** Provider → settings that reach it here, secrets included. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface ServedTenants extends Reached {
  /** Moves tenant time: `POST <control>?ms=…`. */
  readonly control: string;
  /** What was asked so far. */
  readonly boundaries: readonly Boundary[];
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Whose tenants. */
  readonly providers: readonly string[];
  readonly memory: Memory;
  readonly planned?: Planned;
  /**
   * Sees each request before it is carried out, and each write before it is answered; meanwhile nothing else happens.
   * False: the request goes no further.
   */
  readonly witness?: (boundary: Boundary, moment: Moment) => Promise<boolean>;
}

/** How long a delayed answer waits for a later request that may not come, milliseconds. */
const NO_LATER_REQUEST = 40;

/** What tenants remember that are as they were seeded, but for `change`. */
export async function memoryOf(
  providers: readonly string[],
  change: (tenants: Tenants) => void | Promise<void>,
): Promise<Memory> {
  const tenants = await opened(providers);
  await change(tenants);
  return tenants.save();
}

async function opened(providers: readonly string[], memory?: Memory): Promise<Tenants> {
  let now = (): number => START;
  const tenants = await openTenants({
    registry: await emulators(),
    names: providers,
    clock: { now: () => START },
    // Tokens are judged by the same time that the child lives in.
    wall: () => now(),
    saved: memory,
  });
  now = tenants.now;
  return tenants;
}

/** The same tenants as they were at another time, found where `reached` was, though nobody serves them there. */
export async function asOf(memory: Memory, { settings }: Pick<Reached, "settings">): Promise<Reached> {
  const tenants = await opened(Object.keys(settings), memory);
  for (const [name, { baseUrl = "" }] of Object.entries(settings)) tenants.alias(new URL(baseUrl).host, name);
  return { tenants, settings };
}

export async function serveTenants({ providers, memory, planned, witness }: ServeOptions): Promise<ServedTenants> {
  const tenants = await opened(providers, memory);
  const inTurn = turns();
  const boundaries: Boundary[] = [];
  let met = false;
  let isDark = false;
  const later = signals();

  /** Undefined: no answer leaves. */
  async function handle(provider: string, request: Request): Promise<Response | undefined> {
    const boundary = boundaryOf(boundaries, provider, request);
    boundaries.push(boundary);
    const pass = (one: Request): Promise<Response> => tenants.fetch(one);
    if (witness !== undefined) {
      return inTurn(async () => {
        if (!(await witness(boundary, "killed before"))) return undefined;
        const response = await pass(request);
        return !boundary.writes || (await witness(boundary, "killed after")) ? response : undefined;
      });
    }
    if (isDark) return undefined;
    if (planned === undefined || boundary.name !== planned.name || boundary.nth !== planned.nth) {
      const response = await pass(request);
      if (met) later.fire();
      return response;
    }
    met = true;
    switch (planned.fault) {
      case "lose answer":
        await pass(request);
        return undefined;
      case "lose request":
        return undefined;
      case "go dark":
        await pass(request);
        isDark = true;
        return undefined;
      case "deliver twice": {
        const again = request.clone();
        const first = await pass(request);
        await pass(again);
        return first;
      }
      case "delay answer": {
        const response = await pass(request);
        await Promise.race([later.fired, elapsed(NO_LATER_REQUEST)]);
        return response;
      }
    }
  }

  const servers: Server[] = [];
  const urls: Record<string, string> = {};
  const listen = async (name: string, respond: (request: Request) => Promise<Response | undefined>): Promise<void> => {
    const server = createServer((incoming, outgoing) => void reply(incoming, outgoing, respond));
    servers.push(server);
    urls[name] = await listening(server);
  };
  for (const name of providers) {
    await listen(name, (request) => handle(name, request));
    tenants.alias(new URL(urls[name] ?? "").host, name);
  }
  await listen("control", async (request) => {
    await inTurn(() => tenants.tick(Number(new URL(request.url).searchParams.get("ms"))));
    return new Response(null, { status: 204 });
  });

  return {
    tenants,
    settings: Object.fromEntries(
      [...tenants.emulators].map(([name, { settings }]) => [name, { ...settings, baseUrl: urls[name] ?? "" }]),
    ),
    control: urls.control ?? "",
    boundaries,
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

async function reply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  respond: (request: Request) => Promise<Response | undefined>,
): Promise<void> {
  const url = addressOf(incoming);
  const response = url === undefined ? undefined : await respond(await requestOf(incoming, url));
  if (response === undefined) incoming.socket.destroy();
  else await answer(outgoing, response);
}

/** One after the other, in the order of the calls. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

function signals(): { readonly fired: Promise<void>; fire(): void } {
  let fire = (): void => {};
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire: () => fire() };
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(`http://127.0.0.1:${address.port}`);
      else reject(new Error("no port"));
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
