import { describe, expect, test } from "vitest";
import { createOpsgenieEmulator } from "../../../providers/opsgenie/emulator.ts";
import { ACME_OPSGENIE_SCHEDULE_ID } from "../../../providers/shared/acme.ts";
import { readContract } from "../../contract/openapi.ts";
import { type Account, account, at } from "./account.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const contract = readContract("opsgenie.swagger.yaml", []);

test("every answer has the shape that Opsgenie publishes", async ({ skip }) => {
  if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
  const { call } = account(undefined, contract.watch);
  for (const path of [
    "/v2/account",
    "/v2/users?limit=3&offset=3",
    "/v2/users/ada%40acme.example",
    "/v2/users/nobody",
    "/v2/users/ada%40acme.example/teams",
    "/v2/users/ada%40acme.example/schedules",
    "/v2/teams",
    "/v2/teams/SRE?identifierType=name",
    "/v2/schedules",
    "/v2/schedules?expand=rotation",
    `/v2/schedules/${ACME_OPSGENIE_SCHEDULE_ID}`,
    "/v2/schedules/Platform%20%2F%20nights?identifierType=name",
    "/v2/schedules/on-calls",
    "/v2/schedules/on-calls?flat=true&date=2026-11-24T00:00:00Z",
    "/v2/schedules/Platform%20%2F%20nights/on-calls?scheduleIdentifierType=name",
    "/v2/escalations",
    "/v2/escalations/Production?identifierType=name",
  ]) {
    await call("GET", path);
  }
  await call("GET", "/v2/teams", undefined, "nonsense");
  await call("GET", "/v2/teams", undefined, "sandbox-opsgenie-integration");
  await call("POST", "/v2/users", { username: "B@acme.example", fullName: "Barbara", role: { name: "user" } });
  await call("PATCH", "/v2/users/b@acme.example", { fullName: "Barbara Liskov", role: { name: "Admin" } });
  const team = at((await call("POST", "/v2/teams", { name: "Ops" })).body, "data", "id");
  await call("PATCH", `/v2/teams/${team}`, { description: "Operations" });
  await call("POST", `/v2/teams/${team}/members`, { user: { username: "b@acme.example" }, role: "admin" });
  await call("DELETE", `/v2/teams/${team}/members/b@acme.example`);
  await call("DELETE", `/v2/teams/${team}`);
  await call("DELETE", "/v2/users/b@acme.example");

  const restriction = { type: "time-of-day", restriction: { startHour: 22, startMin: 0, endHour: 6, endMin: 30 } };
  const rotation = { type: "daily", startDate: "2026-11-01T00:00:00Z", participants: [{ type: "none" }] };
  const body = {
    name: "Nights",
    timezone: "Europe/Berlin",
    rotations: [{ ...rotation, timeRestriction: restriction }],
  };
  const nights = `/v2/schedules/${at((await call("POST", "/v2/schedules", body)).body, "data", "id")}`;
  await call("PATCH", nights, { description: "All of them" });
  const weekdays = {
    type: "weekday-and-time-of-day",
    restrictions: [{ startDay: "friday", startHour: 18, startMin: 0, endDay: "monday", endHour: 8, endMin: 0 }],
  };
  const made = await call("POST", `${nights}/rotations`, { ...rotation, name: "Weekends", timeRestriction: weekdays });
  await call("PATCH", `${nights}/rotations/${at(made.body, "data", "id")}`, { length: 2 });
  await call("GET", `${nights}/rotations`);
  await call("GET", nights);
  await call("DELETE", `${nights}/rotations/${at(made.body, "data", "id")}`);
  const override = { startDate: "2026-11-22T00:00:00Z", endDate: "2026-11-23T00:00:00Z" };
  await call("POST", `${nights}/overrides`, { ...override, alias: "a", user: { type: "user", id: "user-alan" } });
  await call("GET", `${nights}/overrides`);
  await call("DELETE", `${nights}/overrides/a`);
  await call("DELETE", nights);
  await call("DELETE", `/v2/schedules/${ACME_OPSGENIE_SCHEDULE_ID}`);

  expect(contract.mismatches()).toEqual([]);
  expect(contract.covered().length).toBe(31);
});

/** E-mails of those on call in the schedule of that name. */
async function onCall({ call }: Account, name = "Primary", more = ""): Promise<unknown> {
  const path = `/v2/schedules/${encodeURIComponent(name)}/on-calls?scheduleIdentifierType=name&flat=true${more}`;
  return at((await call("GET", path)).body, "data", "onCallRecipients");
}

async function schedule({ call }: Account, rotation: Readonly<Record<string, unknown>>): Promise<void> {
  const body = {
    name: "Made",
    timezone: "Europe/Berlin",
    rotations: [{ type: "daily", startDate: "2026-03-01T00:00:00+01:00", ...rotation }],
  };
  expect((await call("POST", "/v2/schedules", body)).status).toBe(201);
}

const people = (...names: readonly string[]): readonly unknown[] =>
  names.map((name) => ({ type: "user", username: `${name}@acme.example` }));

describe("who is on call", () => {
  test("takes turns week by week, on tenant time, and by the date that is asked", async () => {
    const acme = account();
    expect(await onCall(acme)).toEqual(["ada@acme.example"]);
    expect(await onCall(acme, "Primary", "&date=2026-11-23T08:59:59Z")).toEqual(["ada@acme.example"]);
    expect(await onCall(acme, "Primary", "&date=2026-11-23T09:00:00Z")).toEqual(["grace@acme.example"]);
    acme.time.now += 8 * DAY;
    expect(await onCall(acme)).toEqual(["linus@acme.example"]);
  });

  test("hands over at the same local hour in summer and winter", async () => {
    const acme = account();
    await schedule(acme, { participants: people("ada", "grace") });
    const at = (date: string): Promise<unknown> => onCall(acme, "Made", `&date=${encodeURIComponent(date)}`);
    // Midnight in Berlin is an hour earlier in UTC while summer time lasts.
    expect(await at("2026-07-01T00:30:00+02:00")).toEqual(["ada@acme.example"]);
    expect(await at("2026-06-30T23:30:00+02:00")).toEqual(["grace@acme.example"]);
    expect(await at("2026-12-01T00:30:00+01:00")).toEqual(["grace@acme.example"]);
    expect(await at("2026-02-27T12:00:00Z"), "before it starts").toEqual([]);
  });

  test("is nobody outside the hours of a restriction, over midnight and over the week's end", async () => {
    const acme = account();
    const night = { type: "time-of-day", restriction: { startHour: 22, startMin: 0, endHour: 6, endMin: 0 } };
    await schedule(acme, { participants: people("ada"), timeRestriction: night });
    expect(await onCall(acme, "Made", "&date=2026-11-24T23:00:00Z")).toEqual(["ada@acme.example"]);
    expect(await onCall(acme, "Made", "&date=2026-11-24T12:00:00Z")).toEqual([]);

    const other = account();
    const weekend = { startDay: "friday", startHour: 18, startMin: 0, endDay: "monday", endHour: 8, endMin: 0 };
    const timeRestriction = { type: "weekday-and-time-of-day", restrictions: [weekend] };
    await schedule(other, { participants: people("ada"), timeRestriction });
    expect(await onCall(other, "Made", "&date=2026-11-22T12:00:00Z")).toEqual(["ada@acme.example"]);
    expect(await onCall(other, "Made", "&date=2026-11-23T06:30:00Z")).toEqual(["ada@acme.example"]);
    expect(await onCall(other, "Made", "&date=2026-11-23T07:30:00Z")).toEqual([]);
  });

  test("is whom an override names, in the rotations that it names", async () => {
    const acme = account();
    const path = `/v2/schedules/${ACME_OPSGENIE_SCHEDULE_ID}/overrides`;
    const [startDate, endDate] = ["2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"];
    const [alan] = people("alan");
    await acme.call("POST", path, { user: alan, startDate, endDate, rotations: [{ name: "Weekly" }] });
    expect(await onCall(acme)).toEqual(["alan@acme.example"]);
    await acme.call("POST", path, { user: { type: "none" }, startDate, endDate });
    expect(await onCall(acme)).toEqual([]);
    acme.time.now += DAY;
    expect(await onCall(acme)).toEqual(["grace@acme.example"]);
  });

  test("is a tree unless flat is asked, with teams and escalations as nodes", async () => {
    const acme = account();
    await schedule(acme, { participants: [{ type: "escalation", name: "Production" }] });
    const path = "/v2/schedules/Made/on-calls?scheduleIdentifierType=name";
    const tree = at((await acme.call("GET", path)).body, "data", "onCallParticipants");
    expect(tree).toMatchObject([
      {
        type: "escalation",
        name: "Production",
        onCallParticipants: [
          {
            type: "schedule",
            name: "Primary",
            escalationTime: 0,
            onCallParticipants: [{ type: "user", name: "ada@acme.example", id: "user-ada" }],
          },
          { type: "user", name: "katherine@acme.example", escalationTime: 15 },
        ],
      },
    ]);
    expect(await onCall(acme, "Made"), "whoever is woken later is not on call").toEqual(["ada@acme.example"]);
    expect(await onCall(acme, "Platform / nights")).toHaveLength(3);
  });
});

describe("the account", () => {
  test("lists rotations and members only where they are asked for", async () => {
    const { call } = account();
    expect(at((await call("GET", "/v2/schedules")).body, "data", 0, "rotations")).toBeUndefined();
    expect(at((await call("GET", "/v2/schedules?expand=rotation")).body, "data", 0, "rotations")).toHaveLength(1);
    expect(at((await call("GET", "/v2/teams")).body, "data", 0, "members")).toBeUndefined();
  });

  test("refuses a key by right, and an unknown one before anything else", async () => {
    const { call, emulator } = account();
    const { apiKey } = emulator.settings;
    expect((await call("GET", "/v2/nothing", undefined, "unknown")).status).toBe(401);
    expect(await call("POST", "/v2/teams", { name: "x" }, apiKey)).toMatchObject({
      status: 403,
      body: { code: 40301 },
    });
    expect((await call("DELETE", "/v2/teams/SRE?identifierType=name", undefined, apiKey)).status).toBe(403);
    expect((await call("GET", "/v2/account", undefined, emulator.actors?.integration)).status).toBe(200);
    expect((await call("GET", "/v2/users", undefined, emulator.actors?.integration)).status).toBe(403);
  });

  test("refuses what is there already, what is in use, and what names nobody", async () => {
    const { call } = account();
    expect((await call("POST", "/v2/schedules", { name: "Primary" })).status).toBe(409);
    expect((await call("DELETE", `/v2/schedules/${ACME_OPSGENIE_SCHEDULE_ID}`)).status).toBe(428);
    expect((await call("DELETE", "/v2/teams/SRE?identifierType=name")).status).toBe(428);
    const members = [{ user: { username: "nobody@acme.example" } }];
    expect(await call("POST", "/v2/teams", { name: "Ghosts", members })).toMatchObject({
      status: 422,
      body: { errors: { user: expect.any(String) } },
    });
  });

  test("throttles each domain by itself, refills with time, and never says when", async () => {
    const acme = account();
    const read = async (path: string): Promise<number> => (await acme.call("GET", path)).status;
    for (let index = 0; index < 100; index += 1) expect(await read("/v2/account")).toBe(200);
    const refused = await acme.call("GET", "/v2/account");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-state")).toBe("THROTTLED");
    expect(refused.headers.get("x-ratelimit-period-in-sec")).toBe("1");
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(await read("/v2/schedules/on-calls")).toBe(200);
    expect(await read("/v2/users")).toBe(200);
    acme.time.now += 1_000;
    expect(await read("/v2/account")).toBe(200);
  });

  test("is what was saved, and refuses what another version saved", async () => {
    const acme = account();
    await acme.call("POST", "/v2/teams", { name: "Ops" });
    const again = account(JSON.parse(JSON.stringify(acme.emulator.save())));
    expect((await again.call("GET", "/v2/teams/Ops?identifierType=name")).status).toBe(200);
    const world = { now: () => 0, wall: () => 0, fetch: () => Promise.reject(new Error("alone")) };
    expect(() => createOpsgenieEmulator(world, { version: 0 })).toThrow("not one that this version wrote");
  });
});
