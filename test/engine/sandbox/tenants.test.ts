import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../engine/problem.ts";
import { savedTenants, tenantsText } from "../../../engine/sandbox/memory-file.ts";
import { type EmulatorRegistry, openTenants, type Tenants } from "../../../engine/sandbox/tenants.ts";
import { emulators } from "../../../providers/emulators.ts";
import { ACME_SCHEDULE_ID, ACME_TOKENS } from "../../../providers/shared/acme.ts";
import type { CreateEmulator } from "../../../providers/shared/emulator.ts";

const BIRTH = Date.parse("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const clock = { now: () => BIRTH };

/** A tenant that notes when it was ticked, and asks its neighbour who is on call. */
const watcher = (noted: number[]): CreateEmulator => {
  return (world, saved) => ({
    host: "watcher.example",
    settings: {},
    fetch: () => world.fetch(onCall()),
    async tick() {
      noted.push(world.now());
    },
    save: () => saved ?? "born",
  });
};

function registry(noted: number[] = []): Promise<EmulatorRegistry> {
  return emulators().then(({ pagerduty }) => ({
    ...(pagerduty === undefined ? {} : { pagerduty }),
    watcher: { port: 9, load: async () => watcher(noted) },
  }));
}

function onCall(): Request {
  return new Request(`https://api.pagerduty.com/schedules/${ACME_SCHEDULE_ID}/users`, {
    headers: { authorization: `Token token=${ACME_TOKENS.pagerdutyForC1}` },
  });
}

async function namesOnCall(tenants: Tenants): Promise<string> {
  return [...(await (await tenants.fetch(onCall())).text()).matchAll(/"email":"([^"]+)"/g)]
    .map(([, mail]) => mail)
    .join();
}

describe("tenants in one world", () => {
  test("are found by their host names, from outside and by each other", async () => {
    const tenants = await openTenants({ registry: await registry(), names: ["pagerduty", "watcher"], clock });
    expect(await namesOnCall(tenants)).toBe("ada@acme.example");
    expect((await tenants.fetch(new Request("https://watcher.example/"))).status).toBe(200);
    const lost = await tenants.fetch(new Request("https://api.example/")).catch(problemsOf);
    expect(lost).toMatchObject([{ code: "sandbox-unknown-host" }]);
  });

  test("share time, which moves in steps of a quarter of an hour", async () => {
    const noted: number[] = [];
    const tenants = await openTenants({ registry: await registry(noted), names: ["pagerduty", "watcher"], clock });
    await tenants.tick(40 * MINUTE);
    expect(noted).toEqual([15, 30, 40].map((minutes) => BIRTH + minutes * MINUTE));
    await tenants.tick(24 * HOUR);
    expect(await namesOnCall(tenants)).toBe("grace@acme.example");
  });

  test("do not take each other's steps when two ticks overlap", async () => {
    const noted: number[] = [];
    const tenants = await openTenants({ registry: await registry(noted), names: ["watcher"], clock });
    await Promise.all([tenants.tick(20 * MINUTE), tenants.tick(10 * MINUTE)]);
    expect(noted.map((time) => (time - BIRTH) / MINUTE)).toEqual([15, 20, 30]);
  });

  test("never go back in time", async () => {
    const tenants = await openTenants({ registry: await registry(), names: ["watcher"], clock });
    expect(() => tenants.tick(-1)).toThrow("only moves forward");
  });

  test("go on where they were saved; those that are not wanted are kept", async () => {
    const first = await openTenants({ registry: await registry(), names: ["pagerduty", "watcher"], clock });
    await first.tick(24 * HOUR);
    const again = await openTenants({ registry: await registry(), names: ["pagerduty"], clock, saved: first.save() });
    expect(await namesOnCall(again)).toBe("grace@acme.example");
    expect(again.save().tenants.watcher).toBe("born");
  });

  test("an unknown one is refused by name", async () => {
    const failure = await openTenants({ registry: await registry(), names: ["pagerdty"], clock }).catch(problemsOf);
    expect(failure).toMatchObject([{ code: "no-emulator", hint: "The sandbox has: pagerduty, watcher." }]);
  });
});

test("what another version saved is refused with the way out, whichever emulator it is of", async () => {
  const everything = await emulators();
  for (const name of Object.keys(everything)) {
    const saved = { offset: 0, tenants: { [name]: { version: 0 } } };
    const failure = await openTenants({ registry: everything, names: [name], clock, saved }).catch(problemsOf);
    expect(failure, name).toMatchObject([{ code: "sandbox-unreadable", hint: "`accord sandbox reset` starts anew." }]);
  }
});

test("every emulator there is lives on after a day, a file and a new process", async () => {
  const everything = await emulators();
  const names = Object.keys(everything);
  const first = await openTenants({ registry: everything, names, clock });
  await first.tick(24 * HOUR);
  const text = tenantsText(first.save());
  const again = await openTenants({ registry: everything, names, clock, saved: savedTenants(text) });
  expect(tenantsText(again.save())).toBe(text);
  expect(await namesOnCall(again)).toBe("grace@acme.example");
});
