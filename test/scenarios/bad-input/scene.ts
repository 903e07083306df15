/** A stack in a directory of its own, with seeded tenants behind its hosts, and what a refused command must leave alone. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect } from "vitest";
import { openTenants } from "../../../engine/sandbox/tenants.ts";
import { type C1Emulator, createC1Emulator } from "../../../providers/c1/emulator.ts";
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { TenantWorld } from "../../../providers/shared/emulator.ts";
import { START, type TestClock, testClock } from "../../support/clock.ts";
import { type Accord, accordIn, type Said } from "../../support/run.ts";

export type Fetch = (request: Request) => Promise<Response>;

export interface Scene {
  readonly directory: string;
  readonly clock: TestClock;
  readonly okta: OktaEmulator;
  readonly c1: C1Emulator;
  readonly env: Record<string, string>;
  readonly accord: Accord;
  /** The same with somebody at a terminal, another wall clock or a faulty wire. */
  accordWith(options: Given): Accord;
  write(files: Files): Promise<void>;
  read(path: string): Promise<string>;
  /** `METHOD path` of every request that reached a tenant, oldest first. */
  requests(): readonly string[];
  /** Those of them that change something. */
  writes(): readonly string[];
  /** Runs a command that must be refused, twice: as data and as text. Fails where anything was sent, lost or changed. */
  refusal(...argv: readonly string[]): Promise<Refusal>;
  refusalWith(options: Given, ...argv: readonly string[]): Promise<Refusal>;
  /** What an administrator of Okta does in the console; gives back the answer. */
  byHand(method: string, path: string, body?: unknown): Promise<{ readonly id: string }>;
  close(): Promise<void>;
}

export interface Given {
  readonly through?: (fetch: Fetch) => Fetch;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: TestClock;
  readonly answers?: readonly string[];
}

export interface Refusal {
  readonly exit: number;
  /** `code file:line:column [excerpt] message → hint`, as a reader gets them; `<stack>` is the stack's directory. */
  readonly problems: readonly string[];
}

export type Files = Readonly<Record<string, string>>;

/** One group of one tenant: the smallest stack that can do harm. */
export const STACK = `version: 1
stack: acme
providers:
  okta: { domain: acme.okta.com, clientId: 0oa1accordsandbox000, privateKey: "\${env:OKTA_KEY}" }
`;
export const C1 = `  c1: { clientId: "\${env:C1_ID}", clientSecret: "\${env:C1_SECRET}" }
`;
export const GROUP = `kind: okta/group
name: ops
spec:
  name: ops
  members: [ada@acme.example]
`;

export async function openScene(files: Files = {}): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), "accord-bad-input-"));
  const clock = testClock(START, () => tenants.tick(0));
  let okta: OktaEmulator | undefined;
  let c1: C1Emulator | undefined;
  const tenants = await openTenants({
    registry: {
      okta: { port: 0, load: async () => (world: TenantWorld) => (okta = createOktaEmulator(world)) },
      c1: { port: 0, load: async () => (world: TenantWorld) => (c1 = createC1Emulator(world)) },
    },
    names: ["okta", "c1"],
    clock,
  });
  if (okta === undefined || c1 === undefined) throw new Error("The tenants are not open");
  const sent: string[] = [];
  const fetch: Fetch = (request) => {
    const { host, pathname } = new URL(request.url);
    // As the resolver says it: no tenant of ours, no host at all.
    if (![...tenants.emulators.values()].some((one) => one.host === host)) {
      const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
      return Promise.reject(new TypeError("fetch failed", { cause }));
    }
    sent.push(`${request.method} ${pathname}`);
    return tenants.fetch(request);
  };
  const env = {
    OKTA_KEY: String(okta.settings.privateKey),
    C1_ID: String(c1.settings.clientId),
    C1_SECRET: String(c1.settings.clientSecret),
  };
  const accordWith = ({ through, ...given }: Given): Accord =>
    accordIn(directory, {
      clock,
      ...given,
      env: { ...env, ...given.env },
      fetch: through === undefined ? fetch : through(fetch),
    });
  const scene: Scene = {
    directory,
    clock,
    okta,
    c1,
    env,
    accord: accordWith({}),
    accordWith,
    write: (more) => writeAll(directory, more),
    read: (path) => readFile(join(directory, path), "utf8"),
    requests: () => [...sent],
    writes: () => sent.filter(isWrite),
    refusal: (...argv) => refused(scene, {}, argv),
    refusalWith: (options, ...argv) => refused(scene, options, argv),
    byHand: (method, path, body) => byHand(scene.okta, method, path, body),
    close: () => rm(directory, { recursive: true, force: true }),
  };
  await writeAll(directory, files);
  return scene;
}

async function byHand(okta: OktaEmulator, method: string, path: string, body: unknown): Promise<{ id: string }> {
  const response = await okta.fetch(
    new Request(`https://${okta.host}${path}`, {
      method,
      headers: { authorization: okta.asActor("trent"), "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  expect(response.ok, `${method} ${path}`).toBe(true);
  return (response.status === 204 ? { id: "" } : await response.json()) as { id: string };
}

/** What a refusal is held against: a directory, and what reaches the tenants. */
export type Refusing = Pick<Scene, "directory" | "env" | "accordWith" | "writes">;

export async function refused(scene: Refusing, options: Given, argv: readonly string[]): Promise<Refusal> {
  const before = { kept: await kept(scene.directory), writes: scene.writes().length };
  const data = await scene.accordWith(options)(...argv, "--json");
  const text = await scene.accordWith(options)(...argv, "--no-color");
  expect(await kept(scene.directory)).toEqual(before.kept);
  expect(scene.writes().slice(before.writes)).toEqual([]);
  expect(text.code).toBe(data.code);
  for (const said of [data, text]) expectSafe(said, scene.env);
  const problems = problemsIn(data.stdout);
  for (const problem of problems) expect(problem.hint ?? "", problem.message).not.toBe("");
  return { exit: data.code, problems: problems.map((problem) => lineOf(problem, scene.directory)) };
}

/** What nobody may ever read: a stack trace, a secret, a byte that a terminal obeys. */
export function expectSafe({ stdout, stderr }: Said, env: Readonly<Record<string, string>>): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
    expect(text).not.toMatch(/This is a bug in Accord/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    for (const [name, secret] of Object.entries(env)) {
      if (name !== "C1_ID") expect(text.includes(secret), `${name} is printed`).toBe(false);
    }
  }
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
  readonly excerpt?: { readonly line: string; readonly from: number; readonly to: number };
}

/** `--json` prints one line with all problems; anything else is no refusal. */
export function problemsIn(stdout: string): readonly Told[] {
  const lines = stdout.trim().split("\n");
  const last: unknown = JSON.parse(lines.at(-1) ?? "");
  if (typeof last !== "object" || last === null || !("problems" in last)) throw new Error(`No problems in ${stdout}`);
  return last.problems as readonly Told[];
}

function lineOf({ code, message, hint, source, excerpt }: Told, directory: string): string {
  const place = source === undefined ? "" : ` ${source.file}:${source.line}:${source.column}`;
  return `${code}${place}${marked(excerpt)} ${message} → ${hint}`.replaceAll(directory, "<stack>");
}

function marked(excerpt: Told["excerpt"]): string {
  if (excerpt === undefined) return "";
  const { line, from, to } = excerpt;
  return ` [${line.slice(0, from)}>${line.slice(from, to)}<${line.slice(to)}]`;
}

/** Every file of a stack by its content, but for locks, which come and go, and caches. */
export async function kept(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: [string, string][] = [];
  for (const entry of entries) {
    const path = relative(directory, join(entry.parentPath, entry.name));
    if (!entry.isFile() || /^\.accord\/[^/]+\/(lock|cache)\//.test(path)) continue;
    files.push([path, await readFile(join(directory, path), "latin1")]);
  }
  return Object.fromEntries(files.sort());
}

/** Asking for a token, for several reads at once and searching by POST change nothing. */
export function isWrite(request: string): boolean {
  return !/^(GET|HEAD) |\/(tokens?|search|filter|\$batch)(\/|$)|\/search\//.test(request);
}

async function writeAll(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}
