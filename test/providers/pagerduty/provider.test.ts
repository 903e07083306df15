import { describe, expect, test } from "vitest";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { problemsOf } from "../../../engine/problem.ts";
import type { Check, Connection } from "../../../engine/provider.ts";
import { pagerduty } from "../../../providers/pagerduty/provider.ts";
import { ACME_SCHEDULE_ID, ACME_TOKENS } from "../../../providers/shared/acme.ts";
import { all } from "../../support/asked.ts";
import { testClock } from "../../support/clock.ts";
import { type Account, account, at, BIRTH, pluck } from "./account.ts";

const DAY = 86_400_000;

/** The wall stands still while tenant time may be days ahead, as after `sandbox tick`. */
function connected(to: Account, settings: Spec = { token: to.emulator.actors?.reader ?? "" }): Connection {
  return pagerduty.connect(settings, {
    fetch: (request) => to.emulator.fetch(request),
    signal: new AbortController().signal,
    clock: testClock(to.time.now, async (ms) => {
      to.time.now += ms;
    }),
  });
}

/** An account that answers as a test says. */
function answering(answer: (request: Request) => Response, region = "us"): Connection {
  const fetch = async (request: Request): Promise<Response> => answer(request);
  const outside = { fetch, signal: new AbortController().signal, clock: testClock(BIRTH) };
  return pagerduty.connect({ token: "key", region }, outside);
}

function byKey(kind: string, connection: Connection, ...keys: readonly string[]): Promise<Live[]> {
  return all(connection.view().list(kind, { objects: keys.map((key) => ({ key, fields: [] })) }));
}

describe("schedule", () => {
  test("is found by its exact name, with who is on call now", async () => {
    const connection = connected(account());
    const [primary, ...others] = await byKey("schedule", connection, "Primary");
    expect(others).toEqual([]);
    expect(primary).toMatchObject({
      id: ACME_SCHEDULE_ID,
      spec: { name: "Primary" },
      computed: {
        generation: "layers",
        timeZone: "Etc/UTC",
        escalationPolicies: ["Production"],
        onCall: ["ada@acme.example"],
      },
    });
    expect(await byKey("schedule", connection, "primary")).toEqual([]);
  });

  test("costs three calls: users, schedules of each generation", async () => {
    const connection = connected(account());
    await byKey("schedule", connection, "Primary");
    expect(connection.calls()).toEqual({ api: 3 });
  });

  test("hands over on the account's clock, not on ours", async () => {
    const to = account();
    const connection = connected(to);
    to.time.now += DAY;
    const [primary] = await byKey("schedule", connection, "Primary");
    expect(primary?.computed?.onCall).toEqual(["grace@acme.example"]);
  });

  test("shows who takes over in the next days, in one more call", async () => {
    const held = account();
    const connection = connected(held);
    const view = connection.view();
    const [live] = await all(view.list("schedule", { objects: [{ key: "Primary", fields: [] }] }));
    if (live === undefined) throw new Error("no schedule");
    const before = connection.calls().api ?? 0;
    const turns = await view.rota("schedule", live, 14 * DAY);
    expect((connection.calls().api ?? 0) - before).toBe(1);
    expect(turns.map(({ from, people }) => `${from} ${people.join()}`)).toMatchInlineSnapshot(`
      [
        "2026-11-22T12:00:00.000Z ada@acme.example",
        "2026-11-23T09:00:00.000Z grace@acme.example",
        "2026-11-30T09:00:00.000Z linus@acme.example",
      ]
    `);
  });

  test("may be shift-based, which the plan warns about", async () => {
    const connection = connected(account());
    const [secondary] = await byKey("schedule", connection, "Secondary");
    expect(secondary?.computed).toMatchObject({ generation: "shifts", onCall: ["grace@acme.example"] });
    const findings = await connection.view().review("schedule", { name: "Secondary" }, secondary);
    expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([["pagerduty-shift-based", "warning"]]);
  });

  test("that no escalation policy uses wakes nobody, which the plan warns about", async () => {
    const to = account();
    await to.call("POST", "/v3/schedules", { schedule: { name: "Nobody's", time_zone: "UTC" } });
    const connection = connected(to);
    const [unused] = await byKey("schedule", connection, "Nobody's");
    const findings = await connection.view().review("schedule", { name: "Nobody's" }, unused);
    expect(findings.map(({ code }) => code)).toEqual(["pagerduty-shift-based", "pagerduty-unused-schedule"]);
  });

  test("of the same name comes with its twin, for the engine to refuse", async () => {
    const to = account();
    await to.call("POST", "/v3/schedules", { schedule: { name: "Primary", time_zone: "UTC" } });
    const found = await byKey("schedule", connected(to), "Primary");
    expect(found.map((live) => live.computed?.generation)).toEqual(["layers", "shifts"]);
  });

  test("is found beyond the first page", async () => {
    const to = account();
    const saved = to.emulator.save();
    const rows = at(saved, "schedules");
    if (Array.isArray(rows)) {
      for (let index = 0; index < 130; index += 1) rows.push({ ...rows[0], id: `PX${index}`, name: `Team ${index}` });
    }
    const found = await byKey("schedule", connected(account(saved)), "Team 129");
    expect(found.map((live) => live.id)).toEqual(["PX129"]);
  });

  test("is read by id in either generation, and is gone when neither has it", async () => {
    const view = connected(account()).view();
    const ids = [ACME_SCHEDULE_ID, "PSECOND", "PNOWHER"].map((id) => ({ id, fields: [] }));
    const read: readonly (Live | Gone)[] = await all(view.get("schedule", ids));
    expect(read.map((item) => ("gone" in item ? "gone" : item.spec.name))).toEqual(["Primary", "Secondary", "gone"]);
  });

  test("suggests what a reader may have meant", async () => {
    const view = connected(account()).view();
    expect(await view.find("schedule", { name: "prim" })).toEqual({
      exact: [],
      near: [{ id: ACME_SCHEDULE_ID, label: "Primary" }],
    });
  });
});

describe("user", () => {
  test("is bound by e-mail in any case, not by a loose match", async () => {
    const connection = connected(account());
    expect(pagerduty.kinds.get("user")?.key({ email: "ADA@acme.example" })).toBe("ada@acme.example");
    expect(pagerduty.kinds.get("user")?.key({}), "while the e-mail is an output that nobody knows yet").toBeUndefined();
    const found = await byKey("user", connection, "ada@acme.example", "da@acme.example");
    expect(pluck(found, "spec")).toEqual([{ email: "ada@acme.example", name: "Ada Lovelace", role: "limited_user" }]);
  });

  test("an administrator's role is a privileged edge", () => {
    const edges = pagerduty.kinds.get("user")?.edges?.({ spec: { email: "trent@acme.example", role: "admin" } });
    expect([...(edges ?? [])]).toEqual([
      { person: "trent@acme.example", entitlement: "PagerDuty role admin", privileged: true, administers: true },
    ]);
  });

  test("a few among many are asked for one by one; many are swept", async () => {
    const saved = account().emulator.save();
    const rows = at(saved, "users");
    if (Array.isArray(rows)) {
      for (let index = 0; index < 590; index += 1) {
        rows.push({ ...rows[0], id: `PU${index}`, email: `u${index}@acme.example` });
      }
    }
    const few = connected(account(saved));
    await few.view().people(["u500@acme.example", "nobody@acme.example"]);
    expect(few.calls()).toEqual({ api: 3 });

    const many = connected(account(saved));
    const names = Array.from({ length: 20 }, (_, index) => `u${560 + index}@acme.example`);
    const found = await many.view().people(names);
    expect(found.every((person) => person.candidates.length === 1)).toBe(true);
    expect(many.calls()).toEqual({ api: 6 });
  });
});

describe("the account", () => {
  test("is told by its subdomain", async () => {
    expect(await connected(account()).view().tenant()).toEqual({
      id: "acme.pagerduty.com",
      host: "api.pagerduty.com",
    });
  });

  test("waits as a 429 says, then goes on", async () => {
    const to = account();
    for (let index = 0; index < 960; index += 1) {
      await to.call("GET", "/abilities", undefined, to.emulator.actors?.reader);
    }
    const before = to.time.now;
    expect(await byKey("schedule", connected(to), "Primary")).toHaveLength(1);
    expect(to.time.now - before).toBeGreaterThanOrEqual(60_000);
  });

  test("names the region when the token is refused", async () => {
    const failure = await byKey("schedule", connected(account(), { token: "wrong" }), "Primary").catch(problemsOf);
    expect(failure).toMatchObject([
      { code: "pagerduty-credential-refused", fatal: true, message: "api.pagerduty.com does not accept the token." },
    ]);
  });

  test.each([
    ["us", "https://api.pagerduty.com"],
    ["eu", "https://api.eu.pagerduty.com"],
  ])("of region %s is at %s", async (region, host) => {
    const asked: string[] = [];
    const connection = answering((request) => {
      asked.push(request.url);
      return new Response(null, { status: 401 });
    }, region);
    await expect(connection.view().tenant()).rejects.toThrow(`${new URL(host).host} does not accept the token`);
    expect(asked).toEqual([`${host}/users?limit=100&offset=0&total=true`]);
  });

  test("that lists more than any offset reaches says so, and shows nothing of it", async () => {
    let pages = 0;
    const connection = answering(({ url }) => {
      pages += 1;
      if (url.includes("/users?")) return Response.json({ users: [], more: false, total: 0 });
      return Response.json({ schedules: [], more: url.includes(".com/schedules?") });
    });
    await expect(byKey("schedule", connection, "Primary")).rejects.toMatchObject({
      problems: [{ code: "pagerduty-too-many", message: expect.stringContaining("more than 10000 schedules") }],
    });
    // Users, shift-based schedules, and a hundred pages of a hundred.
    expect(pages).toBe(102);
  });

  test.each([
    [402, "pagerduty-not-licensed", { errors: ["Required abilities: schedules"] }, "Required abilities: schedules"],
    [403, "pagerduty-forbidden", { errors: "No access" }, "No access"],
    [400, "pagerduty-refused", { errors: { "schedule.name": ["is too long", "is taken"] } }, "schedule.name is taken"],
    [400, "pagerduty-refused", {}, "Refused"],
  ])("says what a %d says, in the words of either generation: %s", async (status, code, more, said) => {
    const connection = answering(() =>
      Response.json({ error: { code: 2001, message: "Refused", ...more } }, { status }),
    );
    await expect(connection.view().tenant()).rejects.toMatchObject({
      problems: [{ code, message: expect.stringContaining(said) }],
    });
  });

  test("is never reached without encryption", () => {
    expect(() => connected(account(), { token: "x", baseUrl: "http://pagerduty.example" })).toThrow(
      "neither https nor a loopback address",
    );
  });
});

describe("doctor", () => {
  const lines = async (connection: Connection): Promise<string[]> => {
    const checks: Check[] = await all(connection.view().doctor(["schedule"]));
    return checks.map((check) => `${check.status} ${check.name}: ${check.detail}`);
  };

  test("a read-only account key is what we want", async () => {
    expect(await lines(connected(account()))).toMatchInlineSnapshot(`
      [
        "ok host: api.pagerduty.com answers (region us)",
        "ok credential: a read-only account key",
        "ok abilities: teams, read_only_users, advanced_permissions, schedules, urgencies",
        "warn schedules: 1 legacy, 1 shift-based (Secondary)",
        "ok rate budget: 954 of 960 requests left this minute",
      ]
    `);
  });

  test("keys that can do more than needed are a warning", async () => {
    const full = await lines(connected(account(), { token: ACME_TOKENS.pagerdutyForC1 }));
    expect(full[1]).toBe("warn credential: an account key that may write everything");
    const to = account();
    const user = await lines(connected(to, { token: to.emulator.actors?.trent ?? "" }));
    expect(user[1]).toBe("warn credential: a user key: it acts as Trent Admin (admin) and ends with that user");
  });

  test("a dead key is told from a dead host, and nothing else is asked", async () => {
    expect(await lines(connected(account(), { token: "wrong" }))).toMatchInlineSnapshot(`
      [
        "ok host: api.pagerduty.com answers (region us)",
        "fail credential: api.pagerduty.com does not accept the token.",
        "unknown abilities: not asked: the account cannot be read",
        "unknown schedules: not asked: the account cannot be read",
        "unknown rate budget: not asked: the account cannot be read",
      ]
    `);
  });

  test("asking changes nothing", async () => {
    const to = account();
    const before = to.emulator.save();
    await lines(connected(to, { token: ACME_TOKENS.pagerdutyForC1 }));
    expect(to.emulator.save()).toEqual(before);
  });
});
