/** A tour of the emulated account, held against PagerDuty's published description. */
import { expect, test } from "vitest";
import { ACME_SCHEDULE_ID } from "../../../providers/shared/acme.ts";
import { readContract, type Tolerance } from "../../contract/openapi.ts";
import { account, at } from "./account.ts";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: / 401: content type text\/plain /,
    reason: "an unknown key is answered in Rails' own words (oncall.md §1.1)",
  },
  {
    mismatch: /^GET \/schedules\/\{id\}\/overrides response 200: status/,
    reason: "the description lists 201 for this read, the service answers 200",
  },
  { mismatch: /\/license.*\/(self|html_url): must be string$/, reason: "null in the description's own examples" },
  {
    mismatch: /\/schedule_layers\/\*\/end: must be string$/,
    reason: "`If null, the layer does not end` (in its prose)",
  },
  {
    mismatch: /\/rendered_coverage_percentage: must be number$/,
    reason: "`Returns null unless since or until are set` (in its prose)",
  },
  {
    mismatch: /^GET \/oncalls response 200 \/oncalls\/\*\/(start|end|schedule): must be/,
    reason: "null for a user whom a policy names directly (oncall.md §1.5)",
  },
  {
    mismatch:
      /\/type: must be equal to one of the allowed values \((user|team|schedule|schedule_v3|escalation_policy)_reference\)$/,
    reason: "include[] answers whole objects in the place of references",
  },
];

const contract = readContract("pagerduty.openapi.json", TOLERATED);

test("every answer has the shape that PagerDuty publishes", async ({ skip }) => {
  if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
  const { call } = account(undefined, contract.watch);
  const window = "since=2026-11-22T00:00:00Z&until=2026-11-24T00:00:00Z";
  for (const path of [
    "/abilities",
    "/abilities/teams",
    "/users?limit=100&include[]=teams",
    "/users/me",
    "/users/PADAAAA",
    "/users/PADAAAA/license",
    "/users/PNOBODY",
    "/teams",
    "/teams/PTEAMSR",
    "/teams/PTEAMSR/members?include[]=users",
    `/schedules?include[]=schedule_layers&include[]=final_schedule&${window}`,
    `/schedules/${ACME_SCHEDULE_ID}?${window}`,
    `/schedules/${ACME_SCHEDULE_ID}/users?${window}`,
    `/schedules/${ACME_SCHEDULE_ID}/overrides?${window}`,
    "/v3/schedules",
    `/v3/schedules/PSECOND?include[]=final_schedule&${window}`,
    `/v3/schedules/PSECOND/overrides?${window}`,
    "/v3/schedules/PNOBODY",
    "/oncalls",
    "/oncalls?include[]=users&include[]=schedules&include[]=escalation_policies",
    "/escalation_policies",
    "/escalation_policies/PPRODUC",
    "/licenses",
    "/license_allocations",
    "/users?offset=10000",
  ]) {
    await call("GET", path);
  }
  await call("GET", "/abilities", undefined, "nonsense");

  const made = await call("POST", "/users", {
    user: { type: "user", name: "Barbara Liskov", email: "b@acme.example" },
  });
  const user = at(made.body, "user", "id");
  await call("PUT", `/users/${user}`, { user: { type: "user", name: "Barbara", email: "b@acme.example" } });
  const team = at((await call("POST", "/teams", { team: { type: "team", name: "Ops" } })).body, "team", "id");
  await call("PUT", `/teams/${team}`, { team: { type: "team", name: "Operations" } });
  await call("PUT", `/teams/${team}/users/${user}`, { role: "responder" });
  await call("DELETE", `/teams/${team}/users/${user}`);
  await call("DELETE", `/teams/${team}`);
  await call("DELETE", `/users/${user}`);

  const overrides = `/schedules/${ACME_SCHEDULE_ID}/overrides`;
  const override = (hour: number): unknown => ({
    start: "2026-11-23T10:00:00Z",
    end: `2026-11-23T${hour}:00:00Z`,
    user: { id: "PLINUSS", type: "user_reference" },
  });
  const created = await call("POST", overrides, { overrides: [override(12), override(10)] });
  await call("GET", `${overrides}?${window}`);
  await call("DELETE", `${overrides}/${at(created.body, 0, "override", "id")}`);
  const legacy = await call("GET", `/schedules/${ACME_SCHEDULE_ID}`);
  const copy = { schedule: at(legacy.body, "schedule") };
  await call("POST", `/schedules/preview?${window}`, copy);
  const another = at((await call("POST", "/schedules", copy)).body, "schedule", "id");
  await call("PUT", `/schedules/${another}`, copy);
  await call("DELETE", `/schedules/${another}`);

  const shifts = { schedule: { name: "Nights", time_zone: "Europe/Berlin" } };
  const shift = at((await call("POST", "/v3/schedules", shifts)).body, "schedule", "id");
  await call("PUT", `/v3/schedules/${shift}`, { schedule: { name: "Late nights" } });
  await call("DELETE", `/v3/schedules/${shift}`);
  await call("POST", "/v3/schedules", { schedule: { name: "" } });
  const rotation = at((await call("GET", "/v3/schedules/PSECOND")).body, "schedule", "rotations", 0, "id");
  await call("POST", "/v3/schedules/PSECOND/overrides", {
    overrides: [
      {
        type: "override_shift",
        rotation_id: rotation,
        start_time: "2026-11-22T13:00:00Z",
        end_time: "2026-11-22T14:00:00Z",
        overridden_member: { type: "user_member", user_id: "PGRACEE" },
        overriding_member: { type: "empty_member" },
      },
    ],
  });
  await call("GET", `/v3/schedules/PSECOND/overrides?${window}`);

  expect(contract.mismatches()).toEqual([]);
  expect(contract.unusedTolerances()).toEqual([]);
  // All but the five that write escalation policies and their links to teams.
  expect(contract.covered().length).toBe(39);
});
