/** Emulated tenants of several vendors in one world, stacks that reach them, and hands in their consoles. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { openTenants, type Tenants } from "../../engine/sandbox/tenants.ts";
import { emulators } from "../../providers/emulators.ts";
import type { Emulator } from "../../providers/shared/emulator.ts";
import type { TestClock } from "./clock.ts";
import { livingClock } from "./living-clock.ts";
import { type Accord, accordIn } from "./run.ts";

export type Vendor = "entra" | "zendesk" | "pagerduty" | "opsgenie" | "c1";
type Fetch = (request: Request) => Promise<Response>;

export interface VendorWorld {
  readonly tenants: Tenants;
  readonly clock: TestClock;
  /** Every credential, by the variable that a stack names. */
  readonly env: Readonly<Record<string, string>>;
  /** To the tenants; any other host is unknown, as the resolver says it. */
  readonly fetch: Fetch;
  emulator(vendor: Vendor): Emulator;
  /** `METHOD path` of every request that reached a tenant, oldest first. */
  requests(): readonly string[];
  /** The settings that work, as `accord.yaml` writes them, with some of them replaced or added. */
  settings(vendor: Vendor, changes?: Readonly<Record<string, string>>): string;
  /** A directory with a stack of one instance, called as the vendor; other files by path. */
  stack(vendor: Vendor, files?: Readonly<Record<string, string>>, settings?: string): Promise<VendorStack>;
  /** As Trent, in the vendor's console; gives back the answer. */
  byHand(vendor: Vendor, method: string, path: string, body?: unknown): Promise<unknown>;
}

export interface VendorStack {
  readonly directory: string;
  readonly accord: Accord;
}

/** The setting that is a secret; it comes from the environment. */
const SECRETS: Readonly<Record<Vendor, string>> = {
  entra: "clientSecret",
  zendesk: "clientSecret",
  pagerduty: "token",
  opsgenie: "apiKey",
  c1: "clientSecret",
};
/** Path below the host, and how a token is shown. */
const CONSOLES: Readonly<Record<Vendor, readonly [base: string, scheme: string]>> = {
  entra: ["/v1.0", "Bearer "],
  zendesk: ["/api/v2", "Bearer "],
  pagerduty: ["", "Token token="],
  opsgenie: ["", "GenieKey "],
  c1: ["", "Bearer "],
};

export async function vendorWorld(names: readonly Vendor[]): Promise<VendorWorld> {
  const clock = livingClock(() => tenants.tick(0));
  const tenants = await openTenants({ registry: await emulators(), names, clock });
  const emulator = (name: Vendor): Emulator => {
    const found = tenants.emulators.get(name);
    if (found === undefined) throw new Error(`there is no ${name} in this world`);
    return found;
  };
  const sent: string[] = [];
  const fetch: Fetch = async (request) => {
    const { host, pathname } = new URL(request.url);
    if (![...tenants.emulators.values()].some((one) => one.host === host || one.alsoHosts?.includes(host))) {
      const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
      throw new TypeError("fetch failed", { cause });
    }
    sent.push(`${request.method} ${pathname}`);
    return tenants.fetch(request);
  };
  const env = Object.fromEntries(names.map((name) => [variable(name), emulator(name).settings[SECRETS[name]] ?? ""]));
  const settings: VendorWorld["settings"] = (vendor, changes = {}) =>
    JSON.stringify({ ...emulator(vendor).settings, [SECRETS[vendor]]: `\${env:${variable(vendor)}}`, ...changes });
  return {
    tenants,
    clock,
    env,
    fetch,
    emulator,
    requests: () => [...sent],
    settings,
    async stack(vendor, files = {}, given = settings(vendor)) {
      const directory = await mkdtemp(join(tmpdir(), "accord-vendors-"));
      onTestFinished(() => rm(directory, { recursive: true, force: true }));
      const stackFile = `version: 1\nstack: acme\nproviders:\n  ${vendor}: ${given}\n`;
      for (const [path, content] of Object.entries({ "accord.yaml": stackFile, ...files })) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), content);
      }
      return { directory, accord: accordIn(directory, { clock, env, fetch }) };
    },
    async byHand(vendor, method, path, body) {
      const { host, actors, fetch: reach } = emulator(vendor);
      const [base, scheme] = CONSOLES[vendor];
      const response = await reach(
        new Request(`https://${host}${base}${path}`, {
          method,
          headers: {
            authorization: `${scheme}${actors?.trent ?? ""}`,
            from: "trent@acme.example",
            "content-type": "application/json",
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

function variable(vendor: Vendor): string {
  return `${vendor.toUpperCase()}_SECRET`;
}
