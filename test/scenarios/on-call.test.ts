import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { byHand } from "../support/by-hand.ts";
import { type TestClock, testClock } from "../support/clock.ts";
import { type Accord, accordIn } from "../support/run.ts";

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;

let directory: string;
let clock: TestClock;
let accord: Accord;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-on-call-"));
  await cp(new URL("../../examples/on-call", import.meta.url), directory, { recursive: true });
  clock = testClock();
  accord = accordIn(directory, { clock });
  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("✗"),
  });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface User {
  readonly profile: { readonly login: string };
}

/** Logins of the members of the Okta group, as Okta tells its own administrator. */
function members(): Promise<readonly string[]> {
  return byHand(directory, clock, async ({ send }) => {
    const id = await groupId(send);
    const answer: unknown = await (await send("okta", "trent", "GET", `/api/v1/groups/${id}/users`)).json();
    return (answer as User[]).map((user) => user.profile.login).sort();
  });
}

type Send = Parameters<Parameters<typeof byHand>[2]>[0]["send"];

async function groupId(send: Send): Promise<string> {
  const answer: unknown = await (await send("okta", "trent", "GET", "/api/v1/groups?q=prod-breakglass")).json();
  return (answer as { id: string }[])[0]?.id ?? "";
}

async function addByHand(login: string): Promise<void> {
  await byHand(directory, clock, async ({ send }) => {
    const id = await groupId(send);
    const user = (await (await send("okta", "trent", "GET", `/api/v1/users/${login}`)).json()) as { id: string };
    expect((await send("okta", "trent", "PUT", `/api/v1/groups/${id}/users/${user.id}`)).status).toBe(204);
  });
}

const pass = (ms: number): Promise<void> => byHand(directory, clock, ({ tenants }) => tenants.tick(ms));

describe("whoever is on call can reach production, nobody else can", () => {
  test("Ada is on call, and C1 has let her in", async () => {
    await pass(3 * HOUR);
    expect(await members()).toEqual(["ada@acme.example"]);
    expect(await accord("plan", "--sandbox", "--detailed-exitcode")).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("✗"),
    });
  });

  test("the pager moves to Grace: Grace is in, Ada is out", async () => {
    await pass(3 * HOUR);
    await pass(WEEK);
    expect(await members()).toEqual(["grace@acme.example"]);
    expect(await accord("plan", "--sandbox", "--detailed-exitcode")).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("✗"),
    });
  });

  test("Mallory, added by hand, goes; Grace, whom C1 granted, stays", async () => {
    await pass(3 * HOUR);
    await pass(WEEK);
    await addByHand("mallory@acme.example");
    const drift = await accord("drift", "--sandbox");
    expect(drift.code).toBe(2);
    expect(drift.stdout).toContain("mallory@acme.example");
    expect(drift.stdout).toContain("Trent");
    expect(drift.stdout).not.toContain("grace@acme.example");
    expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("✗"),
    });
    expect(await members()).toEqual(["grace@acme.example"]);
    expect(await accord("plan", "--sandbox", "--detailed-exitcode")).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("✗"),
    });
  });

  test("a plan that takes Grace out is stale once C1 has put her there", async () => {
    await pass(3 * HOUR);
    await addByHand("grace@acme.example");
    expect(await accord("plan", "--out", "plan.json", "--sandbox")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("members - grace@acme.example"),
    });
    await pass(WEEK);
    const refused = await accord("apply", "plan.json", "--yes", "--sandbox");
    expect([refused.code, refused.stderr]).toMatchInlineSnapshot(`
      [
        5,
        "✗ okta/group/prod-breakglass has moved since the plan was made: members: grace@acme.example is there for a reason now (C1 grant (profile On-call)).
          on-call.yaml:5:1  okta/group/prod-breakglass
          → Nothing was applied. Plan again, and have the new plan reviewed.

      1 problem.
      ",
      ]
    `);
    expect(await members()).toContain("grace@acme.example");
  });

  test("also while C1's own list of grants does not show Grace yet", async () => {
    await pass(3 * HOUR);
    await byHand(directory, clock, async ({ tenants, send }) => {
      await tenants.tick(WEEK - 4 * HOUR);
      const id = await groupId(send);
      // Step by step until C1 has put Grace into the group, and not a minute longer: its grants lag by two.
      for (let step = 0; step < 600; step += 1) {
        const users = (await (await send("okta", "trent", "GET", `/api/v1/groups/${id}/users`)).json()) as User[];
        if (users.some((user) => user.profile.login === "grace@acme.example")) return;
        await tenants.tick(60_000);
      }
      throw new Error("Grace never came");
    });
    await addByHand("mallory@acme.example");
    const planned = await accord("plan", "--sandbox", "--json");
    const changes = JSON.parse(planned.stdout).accord.impact.lost as { person: string }[];
    expect(changes.map((edge) => edge.person)).toEqual(["mallory@acme.example"]);
    expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("✗"),
    });
    expect(await members()).toContain("grace@acme.example");
    expect(await members()).not.toContain("mallory@acme.example");
  });
});
