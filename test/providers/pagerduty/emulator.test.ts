import { describe, expect, test } from "vitest";
import { ACME_SCHEDULE_ID, ACME_TOKENS } from "../../../providers/shared/acme.ts";
import { account, at, BIRTH, pluck } from "./account.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("keys", () => {
  test("an unknown key is refused in plain text", async () => {
    const { call } = account();
    const reply = await call("GET", "/abilities", undefined, "nonsense");
    expect([reply.status, reply.body]).toEqual([401, undefined]);
  });

  test("a read-only account key reads and cannot write", async () => {
    const { call, emulator } = account();
    const token = emulator.actors?.reader;
    expect((await call("GET", "/abilities", undefined, token)).status).toBe(200);
    const refused = await call("POST", "/teams", { team: { name: "Ops" } }, token);
    expect([refused.status, at(refused.body, "error", "code")]).toEqual([403, 2010]);
  });

  test("only a user key knows who it is", async () => {
    const { call } = account();
    expect(at((await call("GET", "/users/me")).body, "user", "email")).toBe("trent@acme.example");
    expect((await call("GET", "/users/me", undefined, ACME_TOKENS.pagerdutyForC1)).status).toBe(400);
  });

  test("a user key has its owner's rights", async () => {
    const { call, emulator } = account();
    const { body } = await call("GET", "/users?query=trent");
    await call("PUT", `/users/${at(body, "users", 0, "id")}`, { user: { role: "limited_user" } });
    const refused = await call("POST", "/teams", { team: { name: "Ops" } }, emulator.actors?.trent);
    expect(refused.status).toBe(403);
  });
});

describe("paging", () => {
  test("a page holds 25 unless asked otherwise, and says that there is more", async () => {
    const { call } = account();
    for (let index = 0; index < 30; index += 1) await call("POST", "/teams", { team: { name: `Team ${index}` } });
    const first = (await call("GET", "/teams")).body;
    expect([pluck(at(first, "teams"), "id").length, at(first, "more"), at(first, "total")]).toEqual([25, true, null]);
    const second = (await call("GET", "/teams?offset=25&total=true")).body;
    expect([pluck(at(second, "teams"), "id").length, at(second, "more"), at(second, "total")]).toEqual([6, false, 31]);
  });

  test("nothing is reached beyond 10,000", async () => {
    const { call } = account();
    const reply = await call("GET", "/users?offset=9950&limit=100");
    expect([reply.status, at(reply.body, "error", "code")]).toEqual([400, 2002]);
  });
});

describe("rate limits", () => {
  test("after 960 requests in a minute a key waits for the next", async () => {
    const { call, time, emulator } = account();
    const token = emulator.actors?.reader;
    for (let index = 0; index < 960; index += 1) await call("GET", "/abilities", undefined, token);
    const refused = await call("GET", "/abilities", undefined, token);
    expect([refused.status, refused.headers.get("ratelimit-reset")]).toEqual([429, "60"]);
    expect((await call("GET", "/abilities")).status).toBe(200);
    time.now += 60_000;
    const allowed = await call("GET", "/abilities", undefined, token);
    expect([allowed.status, allowed.headers.get("ratelimit-remaining")]).toEqual([200, "959"]);
  });
});

describe("the seeded rotation", () => {
  const onCall = async (now: number): Promise<readonly unknown[]> => {
    const { call, time } = account();
    time.now = now;
    return pluck(at((await call("GET", `/schedules/${ACME_SCHEDULE_ID}/users`)).body, "users"), "email");
  };

  test("Ada is on call at birth", async () => {
    expect(await onCall(BIRTH)).toEqual(["ada@acme.example"]);
  });

  test("Grace takes over on Monday at nine, Linus a week later, then Ada again", async () => {
    const handover = Date.parse("2026-11-23T09:00:00Z");
    expect(await onCall(handover - 1)).toEqual(["ada@acme.example"]);
    expect(await onCall(handover)).toEqual(["grace@acme.example"]);
    expect(await onCall(handover + 7 * DAY)).toEqual(["linus@acme.example"]);
    expect(await onCall(handover + 14 * DAY)).toEqual(["ada@acme.example"]);
  });

  test("a window that reaches over the hand-over shows both, as C1's connector asks for the next hour", async () => {
    const { call } = account();
    const query = "since=2026-11-23T08:30:00Z&until=2026-11-23T09:30:00Z";
    const { body } = await call("GET", `/schedules/${ACME_SCHEDULE_ID}/users?${query}`);
    expect(pluck(at(body, "users"), "email")).toEqual(["ada@acme.example", "grace@acme.example"]);
  });
});

describe("overrides", () => {
  const path = `/schedules/${ACME_SCHEDULE_ID}/overrides`;
  const override = (name: string, start: string, end: string): unknown => ({
    start,
    end,
    user: { id: name, type: "user_reference" },
  });

  test("each item of a request succeeds or fails on its own", async () => {
    const { call } = account();
    const reply = await call("POST", path, {
      overrides: [
        override("PGRACEE", "2026-11-22T11:00:00Z", "2026-11-22T18:00:00Z"),
        override("PGRACEE", "2026-11-22T18:00:00Z", "2026-11-22T18:00:00Z"),
        override("PNOBODY", "2026-11-22T18:00:00Z", "2026-11-22T19:00:00Z"),
      ],
    });
    expect([reply.status, pluck(reply.body, "status")]).toEqual([201, [201, 400, 400]]);
  });

  test("an override covers a turn, and removing it while it runs cuts it off now", async () => {
    const { call, time } = account();
    const made = await call("POST", path, {
      overrides: [override("PLINUSS", "2026-11-22T11:00:00Z", "2026-11-22T18:00:00Z")],
    });
    const whole = await call(
      "GET",
      `/schedules/${ACME_SCHEDULE_ID}?since=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z`,
    );
    const entries = at(whole.body, "schedule", "final_schedule", "rendered_schedule_entries");
    expect(pluck(entries, "user", "summary")).toEqual(["Ada Lovelace", "Linus Pauling", "Ada Lovelace"]);
    expect(pluck(entries, "start")).toEqual(["2026-11-22T00:00:00Z", "2026-11-22T11:00:00Z", "2026-11-22T18:00:00Z"]);

    time.now += HOUR;
    expect((await call("DELETE", `${path}/${at(made.body, 0, "override", "id")}`)).status).toBe(200);
    const { body } = await call("GET", `/schedules/${ACME_SCHEDULE_ID}/users`);
    expect(pluck(at(body, "users"), "email")).toEqual(["ada@acme.example"]);
    time.now += HOUR;
    expect((await call("DELETE", `${path}/${at(made.body, 0, "override", "id")}`)).status).toBe(400);
  });

  test("a list needs its window", async () => {
    const { call } = account();
    const reply = await call("GET", path);
    expect([reply.status, at(reply.body, "error", "errors")]).toEqual([400, ["since is required"]]);
  });
});

describe("shift-based schedules", () => {
  test("live in their own list, a hundred a page, as references", async () => {
    const { call } = account();
    const { body } = await call("GET", "/v3/schedules");
    expect(pluck(at(body, "schedules"), "type")).toEqual(["schedule_v3_reference"]);
    expect(at(body, "limit")).toBe(100);
    expect((await call("GET", "/schedules/PSECOND")).status).toBe(404);
  });

  test("final_schedule tells who is on call, and an override replaces a member", async () => {
    const { call } = account();
    const asked =
      "/v3/schedules/PSECOND?include[]=final_schedule&since=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z";
    const before = at((await call("GET", asked)).body, "schedule");
    const rotation = at(before, "rotations", 0, "id");
    expect(at(before, "final_schedule", "computed_shift_assignments")).toEqual([
      {
        type: "computed_shift_assignment",
        start_time: "2026-11-22T00:00:00Z",
        end_time: "2026-11-23T00:00:00Z",
        member: { type: "user_member", user_id: "PGRACEE" },
        source: { type: "schedule_rotation", rotation_id: rotation },
      },
    ]);

    const made = await call("POST", "/v3/schedules/PSECOND/overrides", {
      overrides: [
        {
          type: "override_shift",
          rotation_id: rotation,
          start_time: "2026-11-22T06:00:00Z",
          end_time: "2026-11-22T12:00:00Z",
          overridden_member: { type: "user_member", user_id: "PGRACEE" },
          overriding_member: { type: "empty_member" },
        },
      ],
    });
    expect(made.status).toBe(201);
    const after = at((await call("GET", asked)).body, "schedule", "final_schedule");
    expect(at(after, "rendered_coverage_percentage")).toBe(75);
    expect(pluck(at(after, "computed_shift_assignments"), "member", "type")).toEqual([
      "user_member",
      "empty_member",
      "user_member",
    ]);
  });

  test("name the field in their errors", async () => {
    const { call } = account();
    const reply = await call("POST", "/v3/schedules", { schedule: { name: "Nights", time_zone: "Mars/Olympus" } });
    expect(at(reply.body, "error", "errors")).toEqual({ time_zone: ["Mars/Olympus is not a valid time zone"] });
  });
});

describe("on-calls", () => {
  test("a row per level; a schedule of each generation, and a person named directly", async () => {
    const { call } = account();
    const { body } = await call("GET", "/oncalls");
    const rows = at(body, "oncalls");
    expect(pluck(rows, "escalation_level")).toEqual([1, 2, 3]);
    expect(pluck(rows, "user", "summary")).toEqual(["Ada Lovelace", "Grace Hopper", "Katherine Johnson"]);
    expect(pluck(rows, "schedule", "type")).toEqual(["schedule_reference", "schedule_v3_reference", undefined]);
    expect([at(rows, 0, "end"), at(rows, 2, "schedule"), at(rows, 2, "end")]).toEqual([
      "2026-11-23T09:00:00Z",
      null,
      null,
    ]);
  });

  test("a schedule used twice answers twice; one that nobody uses never", async () => {
    const first = account();
    const saved: unknown = first.emulator.save();
    const policies = at(saved, "policies");
    if (Array.isArray(policies)) policies.push({ ...policies[0], id: "PAGAIN1", name: "Again" });
    const { call } = account(saved);
    const asked = `/oncalls?schedule_ids[]=${ACME_SCHEDULE_ID}`;
    expect(pluck(at((await call("GET", asked)).body, "oncalls"), "user", "id")).toEqual(["PADAAAA", "PADAAAA"]);

    const made = await call("POST", "/schedules", { schedule: nights() });
    const unused = at(made.body, "schedule", "id");
    expect(at((await call("GET", `/oncalls?schedule_ids[]=${unused}`)).body, "oncalls")).toEqual([]);
  });

  test("a literal null asks for those without a schedule", async () => {
    const { call } = account();
    const { body } = await call("GET", "/oncalls?schedule_ids[]=null");
    expect(pluck(at(body, "oncalls"), "user", "id")).toEqual(["PKATHER"]);
  });

  test("the future ends in ninety days", async () => {
    const { call } = account();
    expect((await call("GET", "/oncalls?until=2027-03-01T00:00:00Z")).status).toBe(400);
  });
});

describe("teams", () => {
  const ada = "/teams/PTEAMSR/users/PADAAAA";

  test("members are put, changed and removed", async () => {
    const { call } = account();
    expect((await call("PUT", "/teams/PTEAMSR/users/PALANNN", { role: "observer" })).status).toBe(204);
    expect((await call("DELETE", ada)).status).toBe(204);
    const { body } = await call("GET", "/teams/PTEAMSR/members?include[]=users");
    expect(pluck(at(body, "members"), "user", "email")).toEqual([
      "grace@acme.example",
      "linus@acme.example",
      "alan@acme.example",
    ]);
  });

  test("stakeholders and unknown roles are refused", async () => {
    const { call } = account();
    expect((await call("PUT", ada, { role: "boss" })).status).toBe(400);
    await call("PUT", "/users/PMALLOR", { user: { role: "read_only_user" } });
    expect((await call("PUT", "/teams/PTEAMSR/users/PMALLOR", { role: "responder" })).status).toBe(400);
  });

  test("without the ability every call is 402", async () => {
    const saved = account().emulator.save();
    const abilities = at(saved, "abilities");
    if (Array.isArray(abilities)) abilities.splice(0);
    const { call } = account(saved);
    expect((await call("GET", "/teams")).status).toBe(402);
    expect((await call("GET", "/abilities/teams")).status).toBe(402);
  });
});

describe("users", () => {
  test("query is loose and e-mails are unique in any case", async () => {
    const { call } = account();
    const { body } = await call("GET", "/users?query=AD");
    expect(pluck(at(body, "users"), "email")).toEqual(["ada@acme.example", "trent@acme.example"]);
    const again = await call("POST", "/users", { user: { type: "user", name: "Ada", email: "ADA@acme.example" } });
    expect(at(again.body, "error", "errors")).toEqual(["Email has already been taken"]);
  });

  test("who is on a schedule cannot be deleted", async () => {
    const { call } = account();
    expect((await call("DELETE", "/users/PADAAAA")).status).toBe(400);
    expect((await call("DELETE", "/users/PALANNN")).status).toBe(204);
    expect((await call("GET", "/users/PALANNN")).status).toBe(404);
  });
});

test("the whole account survives saving and loading", async () => {
  const { call, emulator } = account();
  await call("POST", "/teams", { team: { name: "Ops" } });
  const again = account(JSON.parse(JSON.stringify(emulator.save())));
  expect(pluck(at((await again.call("GET", "/teams")).body, "teams"), "name")).toEqual(["SRE", "Ops"]);
});

function nights(): unknown {
  return {
    name: "Nights",
    time_zone: "Europe/Berlin",
    schedule_layers: [
      {
        start: "2026-11-01T00:00:00Z",
        rotation_virtual_start: "2026-11-01T00:00:00Z",
        rotation_turn_length_seconds: 86_400,
        users: [{ user: { id: "PADAAAA", type: "user_reference" } }],
      },
    ],
  };
}
