import { describe, expect, test } from "vitest";
import type { Live, Spec } from "../../../engine/model.ts";
import { problemsOf } from "../../../engine/problem.ts";
import type { Connection } from "../../../engine/provider.ts";
import { opsgenie } from "../../../providers/opsgenie/provider.ts";
import { ACME_OPSGENIE_SCHEDULE_ID } from "../../../providers/shared/acme.ts";
import { all } from "../../support/asked.ts";
import { testClock } from "../../support/clock.ts";
import { type Account, account, at, BIRTH } from "./account.ts";

const DAY = 86_400_000;

/** The wall stands still while tenant time may be days ahead, as after `sandbox tick`. */
function connected(to: Account, settings: Spec = { apiKey: to.emulator.settings.apiKey ?? "" }): Connection {
  return opsgenie.connect(settings, {
    fetch: (request) => to.emulator.fetch(request),
    signal: new AbortController().signal,
    clock: testClock(to.time.now, async (ms) => {
      to.time.now += ms;
    }),
  });
}

/** An account that answers as a test says. */
function answering(answer: (request: Request) => Response, settings: Spec = {}, clock = testClock(BIRTH)): Connection {
  const fetch = async (request: Request): Promise<Response> => answer(request);
  return opsgenie.connect({ apiKey: "key", ...settings }, { fetch, signal: new AbortController().signal, clock });
}

function refusal(status: number, body: Readonly<Record<string, unknown>>): () => Response {
  return () => Response.json({ took: 0, requestId: "r-1", ...body }, { status });
}

function byKey(kind: string, connection: Connection, key: string, fields: readonly string[] = []): Promise<Live[]> {
  return all(connection.view().list(kind, { objects: [{ key, fields }] }));
}

async function codes(connection: Connection, name: string): Promise<readonly (string | undefined)[]> {
  const view = connection.view();
  const [live] = await all(view.list("schedule", { objects: [{ key: name, fields: [] }] }));
  const findings = await view.review("schedule", { name }, live);
  expect(findings.every(({ severity }) => severity === "warning")).toBe(true);
  return findings.map(({ code }) => code);
}

describe("schedule", () => {
  test("is found by its exact name, with its rotations and who is on call now", async () => {
    const connection = connected(account());
    const found = await byKey("schedule", connection, "Primary");
    expect(found).toMatchObject([
      {
        id: ACME_OPSGENIE_SCHEDULE_ID,
        spec: { name: "Primary" },
        computed: {
          enabled: true,
          timeZone: "Etc/UTC",
          ownerTeam: "SRE",
          rotations: [
            {
              name: "Weekly",
              type: "weekly",
              length: 1,
              startDate: "2026-11-16T09:00:00Z",
              restricted: false,
              participants: ["ada@acme.example", "grace@acme.example", "linus@acme.example"],
            },
          ],
          onCall: ["ada@acme.example"],
        },
      },
    ]);
    expect(await byKey("schedule", connection, "primary")).toEqual([]);
  });

  test("shows who takes over in the next days: an override, nights off, a gap", async () => {
    const to = account();
    const connection = connected(to);
    const turns = async (name: string) => {
      const [live] = await byKey("schedule", connection, name);
      if (live === undefined) throw new Error(`no schedule ${name}`);
      const found = await connection.view().rota("schedule", live, 3 * DAY);
      return found.map(({ from, people }) => `${from.slice(5, 16)} ${people.join() || "nobody"}`);
    };
    const [live] = await byKey("schedule", connection, "Primary");
    await to.call("POST", `/v2/schedules/${live?.id}/overrides`, {
      user: { type: "user", username: "linus@acme.example" },
      startDate: "2026-11-22T18:00:00Z",
      endDate: "2026-11-22T20:00:00Z",
    });
    expect(await turns("Primary")).toMatchInlineSnapshot(`
      [
        "11-22T12:00 ada@acme.example",
        "11-22T18:00 linus@acme.example",
        "11-22T20:00 ada@acme.example",
        "11-23T09:00 grace@acme.example",
      ]
    `);
    const by = (username: string) => ({ type: "user", username });
    const day = {
      type: "daily",
      startDate: "2026-11-01T08:00:00Z",
      participants: [by("ada@acme.example"), { type: "none" }],
      timeRestriction: {
        type: "time-of-day",
        restriction: { startHour: 8, startMin: 0, endHour: 20, endMin: 0 },
      },
    };
    await to.call("POST", "/v2/schedules", { name: "Days", timezone: "Etc/UTC", rotations: [day] });
    expect(await turns("Days")).toMatchInlineSnapshot(`
      [
        "11-22T12:00 nobody",
        "11-23T08:00 ada@acme.example",
        "11-23T20:00 nobody",
        "11-25T08:00 ada@acme.example",
      ]
    `);
  });

  test("costs two calls, however many there are: all with their rotations, and who is on call in all", async () => {
    const connection = connected(account());
    await all(connection.view().list("schedule", { objects: [], everything: true }));
    expect(connection.calls()).toEqual({ configuration: 1, "schedule-oncalls": 1 });
  });

  test("hands over on the account's clock", async () => {
    const to = account();
    const connection = connected(to);
    to.time.now += DAY;
    const [primary] = await byKey("schedule", connection, "Primary");
    expect(primary?.computed?.onCall).toEqual(["grace@acme.example"]);
  });

  test("is read by id, with who is on call in it, and is gone where a read by id says so", async () => {
    const view = connected(account()).view();
    const read = await all(
      view.get("schedule", [
        { id: ACME_OPSGENIE_SCHEDULE_ID, fields: [] },
        { id: "nowhere", fields: [] },
      ]),
    );
    expect(read).toMatchObject([{ computed: { onCall: ["ada@acme.example"] } }, { gone: true, id: "nowhere" }]);
  });

  test("that is disabled wakes nobody, which the plan warns about", async () => {
    const connection = connected(account());
    expect(await codes(connection, "Old primary")).toEqual(["opsgenie-disabled-schedule"]);
    expect(await codes(connection, "Primary")).toEqual([]);
    const [old] = await byKey("schedule", connection, "Old primary");
    expect(old?.computed).toMatchObject({ enabled: false, onCall: [] });
  });

  test("in which escalations or teams take turns is another one for C1, which the plan warns about", async () => {
    const to = account();
    const escalating = {
      name: "Escalating",
      type: "daily",
      startDate: "2026-11-01T00:00:00Z",
      participants: [{ type: "escalation", name: "Production" }, { type: "none" }],
    };
    await to.call("POST", "/v2/schedules", { name: "Both / ways", rotations: [escalating] });
    const connection = connected(to);
    expect(await codes(connection, "Both / ways")).toEqual(["opsgenie-escalation-on-call"]);
    expect(await codes(connection, "Platform / nights")).toEqual(["opsgenie-team-on-call"]);
    const [nights] = await byKey("schedule", connection, "Platform / nights");
    expect(nights?.computed?.onCall).toEqual(["ada@acme.example", "grace@acme.example", "linus@acme.example"]);
    const [both] = await byKey("schedule", connection, "Both / ways");
    expect(at(both?.computed?.rotations, 0, "participants")).toEqual(["escalation Production", "nobody"]);
  });
});

describe("team", () => {
  test("is one call, and one more only where its people are declared", async () => {
    const bare = connected(account());
    expect((await byKey("team", bare, "SRE", ["name", "description"]))[0]?.spec).toEqual({
      name: "SRE",
      description: "Keeps production up.",
    });
    expect(bare.calls()).toEqual({ configuration: 1 });

    const peopled = connected(account());
    expect(await byKey("team", peopled, "SRE", ["admins"])).toMatchObject([
      {
        spec: {
          members: ["ada@acme.example", "grace@acme.example", "linus@acme.example"],
          admins: ["ada@acme.example"],
        },
        people: { "ada@acme.example": "user-ada" },
      },
    ]);
    expect(peopled.calls()).toEqual({ configuration: 2 });
  });

  test("has members in roles of its own, who are members all the same", async () => {
    const to = account();
    const sre = at((await to.call("GET", "/v2/teams")).body, "data", 0, "id");
    await to.call("POST", `/v2/teams/${sre}/members`, { user: { username: "alan@acme.example" }, role: "Observer" });
    const [team] = await byKey("team", connected(to), "SRE", ["members"]);
    expect(team?.spec.members).toContain("alan@acme.example");
    expect(team?.spec.admins).toEqual(["ada@acme.example"]);
  });
});

describe("people", () => {
  test("a few among many are asked for one by one, percent-encoded; many are swept", async () => {
    const to = account();
    const saved = to.emulator.save();
    const rows = at(saved, "users");
    if (Array.isArray(rows)) {
      for (let index = 0; index < 590; index += 1) {
        rows.push({ ...rows[0], id: `u${index}`, username: `u/${index}@acme.example` });
      }
    }
    const few = connected(account(saved));
    const found = await few.view().people(["U/500@acme.example", "nobody@acme.example"]);
    expect(found.map(({ candidates }) => candidates)).toEqual([[{ id: "u500", login: "u/500@acme.example" }], []]);
    expect(few.calls()).toEqual({ search: 1, configuration: 2 });

    const many = connected(account(saved));
    const names = Array.from({ length: 20 }, (_, index) => `u/${560 + index}@acme.example`);
    const swept = await many.view().people(names);
    expect(swept.every((person) => person.candidates.length === 1)).toBe(true);
    expect(many.calls()).toEqual({ search: 6 });
  });
});

describe("the account", () => {
  test("is told by its name", async () => {
    expect(await connected(account()).view().tenant()).toEqual({ id: "acme", host: "api.opsgenie.com" });
  });

  test.each([
    ["us", "https://api.opsgenie.com"],
    ["eu", "https://api.eu.opsgenie.com"],
  ])("of region %s is at %s, and asked with its key", async (region, host) => {
    const asked: string[] = [];
    const connection = answering(
      (request) => {
        asked.push(`${request.url} ${request.headers.get("authorization")}`);
        return new Response(null, { status: 401 });
      },
      { region },
    );
    await expect(connection.view().tenant()).rejects.toMatchObject({
      problems: [{ code: "opsgenie-credential-refused", fatal: true, hint: expect.stringContaining("us or eu") }],
    });
    expect(asked).toEqual([`${host}/v2/account GenieKey key`]);
  });

  test("THROTTLED without a time to wait is waited out, longer each time, and no longer than it takes", async () => {
    const clock = testClock(BIRTH);
    const at: number[] = [];
    const connection = answering(
      () => {
        at.push(clock.now() - BIRTH);
        if (clock.now() >= BIRTH + 20_000) return Response.json({ data: { name: "acme" }, took: 0, requestId: "r" });
        return new Response("{}", { status: 429, headers: { "x-ratelimit-state": "THROTTLED" } });
      },
      {},
      clock,
    );
    expect(await connection.view().tenant()).toMatchObject({ id: "acme" });
    const waits = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
    // Doubling from a second; jitter adds up to a quarter of one.
    expect(waits.map((wait) => Math.floor(wait / 1_000))).toEqual([1, 2, 4, 8, 16]);
  });

  test("is throttled by the emulator as well, and read in the end", async () => {
    const to = account();
    for (let index = 0; index < 700; index += 1) await to.call("GET", "/v2/account");
    const throttled = await to.call("GET", "/v2/account");
    expect(throttled).toMatchObject({ status: 429 });
    expect(throttled.headers.get("x-ratelimit-state")).toBe("THROTTLED");
    expect(throttled.headers.get("retry-after")).toBeNull();
    expect(await connected(to).view().tenant()).toMatchObject({ id: "acme" });
  });

  test("a key without Configuration access is told which right it lacks", async () => {
    const to = account();
    const connection = connected(to, { apiKey: to.emulator.actors?.integration ?? "" });
    const problems = await byKey("team", connection, "SRE").catch(problemsOf);
    expect(problems).toMatchObject([
      { code: "opsgenie-forbidden", hint: expect.stringContaining("Configuration access") },
    ]);
  });

  test.each([
    [403, { code: 40301, message: "Not with this key" }, "opsgenie-forbidden", "Not with this key"],
    [403, { code: 40302, message: "Not offered" }, "opsgenie-unsupported", "Not offered"],
    [402, { message: "Upgrade" }, "opsgenie-not-licensed", "Upgrade"],
    [410, { message: "Gone" }, "opsgenie-ended", "Gone"],
    [422, { message: "No", errors: { date: "is not valid" } }, "opsgenie-refused", "No: date is not valid"],
  ])("says what a %d with %j means", async (status, body, code, said) => {
    await expect(answering(refusal(status, body)).view().tenant()).rejects.toMatchObject({
      problems: [{ code, message: expect.stringContaining(said) }],
    });
  });
});

describe("the end of the API", () => {
  test.each([
    ["2026-11-26", "ends on 5 April 2027; an instance"],
    ["2027-01-05", "ends on 5 April 2027, in 90 days;"],
    ["2027-04-04", "ends on 5 April 2027, in 1 day;"],
    ["2027-04-05", "ended on 5 April 2027;"],
  ])("is a warning before any call, dated, on %s", async (day, said) => {
    const connection = answering(() => new Response(null, { status: 500 }), {}, testClock(Date.parse(day)));
    expect(await connection.view().preflight(["schedule"])).toMatchObject([
      { code: "opsgenie-api-ends", severity: "warning", message: expect.stringContaining(said) },
    ]);
    expect(connection.calls()).toEqual({});
  });
});

describe("doctor", () => {
  const lines = async (connection: Connection): Promise<string[]> =>
    (await all(connection.view().doctor(["schedule", "team"]))).map(
      ({ status, name, detail }) => `${status} ${name}: ${detail}`,
    );

  test("says what the key reaches, and when all of it ends", async () => {
    expect(await lines(connected(account()))).toMatchInlineSnapshot(`
      [
        "ok host: api.opsgenie.com answers (region us)",
        "ok credential: a key of the account acme (plan Standard)",
        "warn schedules: 3, of which disabled: Old primary",
        "ok teams: 1",
        "unknown key rights: Opsgenie tells nobody what else a key may do.",
        "ok rate limit: the latest answer was not throttled",
        "warn end of the API: Opsgenie's REST API ends on 5 April 2027; an instance is switched off 120 days after its data was moved to Jira Service Management or Compass.",
      ]
    `);
  });

  test("names the right that a key lacks, and goes on", async () => {
    const to = account();
    const said = await lines(connected(to, { apiKey: to.emulator.actors?.integration ?? "" }));
    expect(said.slice(0, 4)).toMatchInlineSnapshot(`
      [
        "ok host: api.opsgenie.com answers (region us)",
        "ok credential: a key of the account acme (plan Standard)",
        "fail schedules: Opsgenie refused GET /v2/schedules: This API key is not permitted to do this.",
        "fail teams: Opsgenie refused GET /v2/teams: This API key is not permitted to do this.",
      ]
    `);
  });

  test("a dead key is told from a dead host, and nothing else is asked", async () => {
    const dead = connected(account(), { apiKey: "wrong" });
    expect(await lines(dead)).toMatchInlineSnapshot(`
      [
        "ok host: api.opsgenie.com answers (region us)",
        "fail credential: api.opsgenie.com does not accept the API key.",
        "unknown schedules: not asked: the account cannot be read",
        "unknown teams: not asked: the account cannot be read",
        "warn end of the API: Opsgenie's REST API ends on 5 April 2027; an instance is switched off 120 days after its data was moved to Jira Service Management or Compass.",
      ]
    `);
    expect(dead.calls()).toEqual({ configuration: 1 });
  });
});
