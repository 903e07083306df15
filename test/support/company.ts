/**
 * A company with a stack: emulated tenants in this process, a directory with the stack's files, and hands in the
 * vendors' consoles. Commands reach the tenants through `fetch`, so that a test may watch, delay and refuse requests.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { openTenants } from "../../engine/sandbox/tenants.ts";
import { emulators } from "../../providers/emulators.ts";
import type { TestClock } from "./clock.ts";
import { livingClock } from "./living-clock.ts";
import { type OktaConsole, oktaConsole } from "./okta-console.ts";
import { type Accord, accordIn, type RunOptions } from "./run.ts";

const MINUTE = 60_000;

type Fetch = (request: Request) => Promise<Response>;

export interface Company {
  readonly directory: string;
  readonly clock: TestClock;
  readonly okta: OktaConsole;
  /** What the commands see of the environment; add to it before a command. */
  readonly env: Record<string, string>;
  accord: Accord;
  /** The same stack in other hands: with a terminal, as another person. */
  as(options: RunOptions): Accord;
  /** Replaces the documents of the stack. */
  declare(documents: string): Promise<void>;
  /** Writes any file below the stack's directory. */
  write(path: string, content: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Every file below the directory, by path. */
  files(): Promise<ReadonlyMap<string, string>>;
  /** Lays `handler` over the network: it gets each request, and answers or passes it on. */
  between(handler: (request: Request, pass: Fetch) => Promise<Response>): void;
  /** `METHOD /path` of each mutating request since the last call of this, in order of arrival. */
  writes(): readonly string[];
}

export interface CompanyOptions {
  /** Lines of accord.yaml beside `version`, `stack` and `providers`. */
  readonly settings?: string;
  /** With a C1 tenant as well: it takes longer to make. */
  readonly c1?: boolean;
}

export async function company(documents: string, options: CompanyOptions = {}): Promise<Company> {
  const directory = await mkdtemp(join(tmpdir(), "accord-scenario-"));
  // A hook of this module would be one of the first file that loads it.
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  let tick = async (_ms: number): Promise<void> => {};
  const clock = livingClock((ms) => tick(ms));
  // Tenant time is what has passed in `tick`; the clock itself has moved by as much already.
  let ticked = 0;
  const registry = await emulators();
  const tenants = await openTenants({
    registry,
    names: options.c1 === true ? ["okta", "pagerduty", "c1"] : ["okta", "pagerduty"],
    clock: { now: () => clock.now() - ticked },
    wall: () => clock.now(),
  });
  tick = async (ms) => {
    ticked += ms;
    await tenants.tick(ms);
  };
  const settings = (name: string, key: string): string => tenants.emulators.get(name)?.settings[key] ?? "";
  const env: Record<string, string> = {
    OKTA_PRIVATE_KEY: settings("okta", "privateKey"),
    PAGERDUTY_TOKEN: settings("pagerduty", "token"),
    ...(options.c1 === true ? { C1_SECRET: settings("c1", "clientSecret") } : {}),
  };

  let seen: string[] = [];
  const reach: Fetch = (request) => tenants.fetch(request);
  let handler = (request: Request, pass: Fetch): Promise<Response> => pass(request);
  const fetch: Fetch = (request) => {
    const { pathname } = new URL(request.url);
    const told = request.method !== "GET" && !pathname.startsWith("/oauth2/");
    if (told) seen.push(`${request.method} ${pathname}`);
    return handler(request, reach);
  };

  const as = (given: RunOptions): Accord => accordIn(directory, { env, clock, fetch, ...given });
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  };
  const clients = { okta: settings("okta", "clientId"), c1: settings("c1", "clientId") };
  await write("accord.yaml", stackFile(clients, options));
  await write("main.yaml", documents);
  return {
    directory,
    clock,
    env,
    okta: oktaConsole(reach, tenants.emulators.get("okta")?.actors?.trent ?? "", () => clock.sleep(MINUTE)),
    accord: as({}),
    as,
    declare: (text) => write("main.yaml", text),
    write,
    read: (path) => readFile(join(directory, path), "utf8"),
    async files() {
      const names = await readdir(directory, { recursive: true, withFileTypes: true });
      const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const)));
    },
    between(next) {
      handler = next;
    },
    writes() {
      const all = seen;
      seen = [];
      return all;
    },
  };
}

function stackFile(clients: { readonly okta: string; readonly c1: string }, options: CompanyOptions): string {
  const c1 = options.c1 === true ? `  c1: { clientId: "${clients.c1}", clientSecret: "\${env:C1_SECRET}" }\n` : "";
  return `version: 1
stack: acme
providers:
  okta:
    domain: acme.okta.com
    clientId: ${clients.okta}
    privateKey: "\${env:OKTA_PRIVATE_KEY}"
    scopes: okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read
  pagerduty: { token: "\${env:PAGERDUTY_TOKEN}" }
  "null": {}
${c1}${options.settings ?? ""}
`;
}

/** What every scenario ends with: planned again, there is nothing left to do. */
export async function nothingLeft({ accord }: Pick<Company, "accord">): Promise<void> {
  const again = await accord("plan", "--detailed-exitcode");
  expect(again.stderr).not.toMatch(/✗/);
  expect(again.stdout).toMatch(/^No changes: \d+ resources?, live as declared\./);
  expect(again.code).toBe(0);
}

/** Applies what is declared, expects all of it to be confirmed, and gives the report of the run. */
export async function applied({ accord }: Pick<Company, "accord">, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await accord("apply", "--yes", ...options);
  expect({ code, stderr: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, stderr: "" });
  return report(stdout.slice(stdout.indexOf("Applied:")));
}

/** A report without what differs from run to run or with the tenants' seed, and without the calls it cost. */
export function report(text: string): string {
  return text
    .replace(/\b\d{8}-\d{4}-[0-9a-f]{4}\b/g, "<run>")
    .replace(/\b(00[gpu]|0oa|0pr)[0-9A-Za-z]{17}\b/g, "$1…")
    .replace(/^Calls made:.*\n+/gm, "")
    .replace(/@[0-9a-f]{12}\b/g, "@<digest>")
    .replace(/(Plan digest: )[0-9a-f]{12}/g, "$1<digest>")
    .trimEnd();
}
