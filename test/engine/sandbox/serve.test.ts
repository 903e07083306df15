import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request as rawRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemsOf } from "../../../engine/problem.ts";
import { loadTenants, memoryFile } from "../../../engine/sandbox/memory-file.ts";
import { type Serving, serve } from "../../../engine/sandbox/serve.ts";
import { findServed } from "../../../engine/sandbox/served.ts";
import { tickServed } from "../../../engine/sandbox/tick-served.ts";
import { emulators } from "../../../providers/emulators.ts";
import { ACME_SCHEDULE_ID } from "../../../providers/shared/acme.ts";

const DAY = 86_400_000;
const clock = { now: () => Date.parse("2026-11-22T12:00:00Z") };

let directory: string;
let serving: Serving | undefined;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "accord-")), "sandbox");
});

afterEach(async () => {
  await serving?.close();
  serving = undefined;
  await rm(dirname(directory), { recursive: true, force: true });
});

async function start(): Promise<Serving> {
  serving = await serve({ registry: await emulators(), directory, port: 0, names: ["pagerduty"], clock });
  return serving;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; date: string | null }> {
  const response = await fetch(`${serving?.urls.pagerduty}${path}`, {
    method,
    headers: {
      authorization: `Token token=${serving?.actors.pagerduty?.trent}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), date: response.headers.get("date") };
}

const onCall = async (): Promise<string> => (await call("GET", `/schedules/${ACME_SCHEDULE_ID}/users`)).text;

describe("a served sandbox", () => {
  test("answers on a loopback port with the settings that an instance needs", async () => {
    const { settings, urls } = await start();
    expect(settings.pagerduty).toEqual({ token: "sandbox-pagerduty-accord", baseUrl: urls.pagerduty });
    expect(urls.pagerduty).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await onCall()).toContain("ada@acme.example");
  });

  test("has what was changed on disk before it answers", async () => {
    await start();
    expect((await call("POST", "/teams", { team: { name: "Ops" } })).status).toBe(201);
    expect(JSON.stringify(await loadTenants(directory))).toContain('"Ops"');
    await serving?.close();
    await start();
    expect((await call("GET", "/teams")).text).toContain('"Ops"');
  });

  test("moves its time when another process asks, and shows tenant time in its answers", async () => {
    await start();
    const now = await tickServed(directory, DAY, emulators, clock);
    expect(now).toBe(clock.now() + DAY);
    expect(await onCall()).toContain("grace@acme.example");
    expect((await call("GET", "/abilities")).date).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  });

  test("never goes back", async () => {
    await start();
    expect(await tickServed(directory, -DAY, emulators, clock).catch(problemsOf)).toMatchObject([
      { code: "sandbox-time" },
    ]);
  });

  test("obeys only who can read its token", async () => {
    await start();
    const response = await fetch(`${serving?.urls.pagerduty}/_sandbox/tick`, {
      method: "POST",
      body: JSON.stringify({ ms: DAY }),
      headers: { authorization: "Bearer guess" },
    });
    expect(response.status).toBe(403);
    expect(await onCall()).toContain("ada@acme.example");
  });

  test("keeps credentials to its owner", async () => {
    await start();
    const modes = await Promise.all(
      [memoryFile(directory), join(directory, "serve.json")].map(async (path) => (await stat(path)).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600]);
  });

  test("does not answer to another name that points at this machine", async () => {
    const { port } = new URL((await start()).urls.pagerduty ?? "");
    const status = await new Promise((resolve, reject) => {
      rawRequest({ host: "127.0.0.1", port, path: "/abilities", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });

  test("is not served twice, and says when a port is taken", async () => {
    const { urls } = await start();
    expect(await start().catch(problemsOf)).toMatchObject([{ code: "sandbox-served" }]);
    const port = Number(new URL(urls.pagerduty ?? "").port) - 4;
    const options = { registry: await emulators(), directory: `${directory}-2`, port, names: ["pagerduty"], clock };
    expect(await serve(options).catch(problemsOf)).toMatchObject([{ code: "port-taken" }]);
  });

  test("is no longer found once it has closed", async () => {
    const { close } = await start();
    expect(await findServed(directory)).toBeDefined();
    await close();
    expect(await findServed(directory)).toBeUndefined();
  });
});

describe("a sandbox that nobody serves", () => {
  test("is ticked in its directory", async () => {
    await (await start()).close();
    expect(await tickServed(directory, DAY, emulators, clock)).toBe(clock.now() + DAY);
    await start();
    expect(await onCall()).toContain("grace@acme.example");
  });

  test("is also one whose server was killed", async () => {
    const { urls } = await start();
    const left = await readFile(join(directory, "serve.json"), "utf8");
    await serving?.close();
    await writeFile(join(directory, "serve.json"), left);
    expect(left).toContain(urls.pagerduty);
    expect(await tickServed(directory, DAY, emulators, clock)).toBe(clock.now() + DAY);
  });

  test("must exist", async () => {
    const failure = await tickServed(directory, DAY, emulators, clock).catch(problemsOf);
    expect(failure).toMatchObject([{ code: "no-sandbox" }]);
  });

  test("is refused when its file is none of ours", async () => {
    await (await start()).close();
    await writeFile(memoryFile(directory), "{}");
    expect(await start().catch(problemsOf)).toMatchObject([{ code: "sandbox-unreadable" }]);
  });
});
