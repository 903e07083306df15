/** State in PostgreSQL: runners that share no disk share a stack. */
import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { builtCommand } from "../support/built.ts";
import { applied, type Company, company, nothingLeft } from "../support/company.ts";
import { noPostgres, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { programOf } from "../support/program.ts";
import type { Accord } from "../support/run.ts";
import { CHILD, killedAt } from "./crash/deaths.ts";
import { onCall } from "./crash/on-call.ts";
import { beginningOf } from "./crash/ordeal.ts";

const PROD = "kind: okta/group\nname: prod\nspec: { name: prod }\n";

describe.skipIf(noPostgres !== undefined)("state in PostgreSQL", () => {
  let server: PostgresServer;
  let stacks = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** A company whose state is there, and in a schema of its own. */
  async function shared(): Promise<Company> {
    stacks += 1;
    const settings = `state: { backend: postgres, url: "\${env:DATABASE_URL}", schema: accord_${stacks} }\n`;
    const acme = await company(PROD, { settings });
    acme.env.DATABASE_URL = server.url();
    return acme;
  }

  async function emptyDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "accord-elsewhere-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }

  /** The same stack on another machine: a checkout, and nothing else. */
  async function elsewhere(acme: Company): Promise<Accord> {
    const directory = await emptyDirectory();
    const checkout = (path: string): boolean => !path.includes(".accord");
    await cp(acme.directory, directory, { recursive: true, filter: checkout });
    return (command, ...more) => acme.accord(command ?? "", ...more, "--dir", directory);
  }

  test("what one runner applied, another one knows, and can prove", async () => {
    const acme = await shared();
    await applied(acme);
    expect(await readdir(`${acme.directory}/.accord/default`).catch(() => [])).not.toContain("state.json");
    const other = await elsewhere(acme);
    expect(await other("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
    expect((await other("state", "list")).stdout).toContain("okta/group/prod");
    expect(await other("verify")).toMatchObject({ code: 0, stdout: expect.stringContaining("Intact") });
    expect((await other("history", "okta/group/prod")).stdout).toContain("+ okta/group/prod  confirmed");
  });

  test("of two runners one is refused, and told who is at it; ended by force, the first writes no more", async () => {
    const acme = await shared();
    const other = await elsewhere(acme);
    let reached: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let answer: (text: string) => void = () => {};
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const first = acme.as({ answers: [() => answered], onQuestion: () => reached() })("apply");
    await asked;
    expect(await other("apply", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/held by .*accord apply/),
    });
    expect(await other("state", "unlock", "--yes")).toMatchObject({ code: 0 });
    expect(await other("apply", "--yes")).toMatchObject({ code: 0 });
    acme.writes();
    answer("yes");
    expect((await first).code).not.toBe(0);
    expect(acme.writes()).toEqual([]);
    await nothingLeft(acme);
  });

  test("a server that ends in the middle of an apply: a problem that says what next, and then it is done", async () => {
    const acme = await shared();
    await acme.declare(`${PROD}---\nkind: okta/group\nname: staging\nspec: { name: staging }\n`);
    let crashed = false;
    acme.between(async (request, pass) => {
      const response = await pass(request);
      if (request.method === "POST" && request.url.endsWith("/groups") && !crashed) {
        crashed = true;
        await server.crash();
      }
      return response;
    });
    const { code, stderr } = await acme.accord("apply", "--yes");
    expect(code).toBe(1);
    expect(stderr).toMatch(/the (connection was lost|server does not answer)/);
    expect(stderr).not.toMatch(/admin%|p%2Fw/);
    await server.restart();
    const other = await elsewhere(acme);
    // The lease could not be given back: it has to run out.
    expect(await other("apply", "--yes", "--lock-timeout", "5m")).toMatchObject({ code: 0 });
    expect(await other("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
    expect(await other("verify")).toMatchObject({ code: 0 });
  });

  test("a stack is checked without its database, which is asked for with the place that names it", async () => {
    const acme = await shared();
    delete acme.env.DATABASE_URL;
    expect(await acme.accord("validate")).toMatchObject({ code: 0 });
    expect(await acme.accord("plan")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/state\.url needs the environment variable DATABASE_URL.*\n +accord\.yaml:11:29/),
    });
    acme.env.DATABASE_URL = "postgres://eve:se#cret@db.example/accord";
    const { code, stderr } = await acme.accord("plan");
    expect([code, stderr]).toEqual([1, expect.stringContaining("cannot be used")]);
    expect(stderr).not.toMatch(/cret@/);
  });

  test("a command over TLS trusts whom NODE_EXTRA_CA_CERTS names, and ends when it is done", async ({ skip }) => {
    const certificate = await server.restartWithTls("IP:127.0.0.1");
    if (certificate === undefined) return skip("no openssl on this machine to make a certificate with");
    const directory = await emptyDirectory();
    const state = 'state: { backend: postgres, url: "${env:DATABASE_URL}", schema: accord_tls }';
    await writeFile(`${directory}/accord.yaml`, `version: 1\nstack: tls\nproviders: { "null": {} }\n${state}\n`);
    await writeFile(`${directory}/a.yaml`, 'kind: "null/resource"\nname: a\nspec: {}\n');
    const bin = await builtCommand();
    const accord = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
      promisify(execFile)(process.execPath, [bin, ...argv], {
        ...{ cwd: directory, timeout: 30_000 },
        env: { PATH: process.env.PATH ?? "", DATABASE_URL: `${server.url()}?sslmode=verify-full`, ...env },
      });
    const trusted = { NODE_EXTRA_CA_CERTS: certificate };
    expect((await accord(trusted, "apply", "--yes")).stdout).toContain("all confirmed");
    await expect(accord({}, "plan")).rejects.toMatchObject({
      ...{ code: 1, killed: false },
      stderr: expect.stringContaining("its certificate is not trusted"),
    });
  });

  test("a runner that is killed once C1 has made a profile: another one learns of it from the journal", async () => {
    const program = await programOf(CHILD);
    onTestFinished(() => rm(program.directory, { recursive: true }));
    const begun = await beginningOf(onCall);
    onTestFinished(() => rm(begun.directory, { recursive: true }));
    const state = 'state: { backend: postgres, url: "${file:database}", schema: accord_killed }';
    await appendFile(`${begun.directory}/accord.yaml`, `${state}\n`);
    await writeFile(`${begun.directory}/database`, server.url());
    const boundary = { name: "c1 POST /api/v1/catalogs", nth: 1, writes: true };
    const { code, recovery } = await killedAt(begun, program, { boundary, moment: "killed after", elsewhere: true });
    expect(code).toBeNull();
    expect(recovery).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 } });
    const profiles = recovery.census.filter((line) => line.startsWith("c1 profile"));
    expect(profiles).toEqual([expect.stringContaining("On-call, published")]);
  });
});
