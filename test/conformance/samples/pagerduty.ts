/** PagerDuty's account: all but teams is made by hand, since Accord only reads it. */
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import type { Tolerance } from "../../contract/openapi.ts";
import type { Sample, Skips, System } from "../subject.ts";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /^GET \/users response 401: content type text\/plain/,
    reason: "an unknown key is answered in Rails' own words (oncall.md §1.1)",
  },
  {
    mismatch: /\/schedule_layers\/\*\/end: must be string$/,
    reason: "`If null, the layer does not end` (in its prose)",
  },
  {
    mismatch: /^DELETE \/teams\/\{id\} response 404: status not in/,
    reason: "a team that is gone answers as every other object does (oncall.md §1.1)",
  },
  {
    mismatch: /^GET \/teams\/\{id\}\/members response 200 \/members\/\*\/user\/type: must be equal/,
    reason: "include[] answers whole users in the place of references",
  },
];

export const system: System = {
  create: createPagerdutyEmulator,
  settings: ({ settings }) => settings,
  administrator: async ({ actors }) => ({
    authorization: `Token token=${actors?.trent}`,
    accept: "application/vnd.pagerduty+json;version=2",
    from: "trent@acme.example",
  }),
  reads: [/^POST \/schedules\/preview$/],
  tooMany: (_now, wait) =>
    new Response(JSON.stringify({ error: { code: 2020, message: "Rate Limit Exceeded" } }), {
      status: 429,
      headers: {
        "content-type": "application/json",
        "ratelimit-limit": "960",
        "ratelimit-remaining": "0",
        "ratelimit-reset": String(Math.ceil(wait / 1000)),
      },
    }),
  description: { file: "pagerduty.openapi.json", tolerances: TOLERATED },
};

const schedule: Sample = {
  spec: (n) => ({ name: `Schedule ${n}` }),
  async make({ name }, tenant) {
    const layer = {
      start: "2026-03-02T09:00:00Z",
      rotation_virtual_start: "2026-03-02T09:00:00Z",
      rotation_turn_length_seconds: 604_800,
      users: [{ user: { id: "PADAAAA", type: "user_reference" } }],
    };
    await tenant.call("POST", "/schedules", {
      schedule: { type: "schedule", name, time_zone: "Etc/UTC", schedule_layers: [layer] },
    });
  },
  lookup: ({ name = "" }) => ({ name }),
  edits: {},
};

const shiftSchedule: Sample = {
  ...schedule,
  async make({ name }, tenant) {
    await tenant.call("POST", "/v3/schedules", { schedule: { name, time_zone: "Etc/UTC" } });
  },
  skips: {
    "lists 250 of them in a few calls": "who is on call in a shift-based schedule is read one by one (oncall.md §1.4)",
  },
};

const user: Sample = {
  spec: (n) => ({ email: `person-${n}@acme.example`, name: `Person ${n}`, role: "limited_user" }),
  async make({ email, name, role }, tenant) {
    await tenant.call("POST", "/users", { user: { type: "user", email, name, role } });
  },
  lookup: ({ email = "" }) => ({ email }),
  edits: {},
};

const team: Sample = {
  spec: (n) => ({
    name: `Team ${n}`,
    description: `What team ${n} is for`,
    defaultRole: "manager",
    managers: ["ada@acme.example", "katherine@acme.example"],
    responders: ["grace@acme.example", "linus@acme.example"],
    observers: ["alan@acme.example"],
  }),
  lookup: ({ name = "" }) => ({ name }),
  edits: {
    name: { to: "Renamed" },
    description: { to: "Another purpose" },
    defaultRole: { to: "none" },
    managers: { to: ["katherine@acme.example", "edsger@acme.example"] },
    "managers (emptied)": { to: [] },
    responders: { to: ["linus@acme.example", "edsger@acme.example"] },
    observers: { to: ["edsger@acme.example", "rosalind@acme.example"] },
  },
  // Five people in each would be many writes that say nothing of the list.
  bulk: { spec: (n) => ({ name: `Team ${n}` }) },
  skips: {
    "tells whose it is or since when, so that a lost create is found again":
      "a team has no place for a mark and no date; a second create looks for the name first (oncall.md §1.3)",
  },
};

export const kinds: Readonly<Record<string, Sample>> = {
  schedule,
  "schedule (shift-based)": shiftSchedule,
  team,
  user,
};

export const skips: Skips = {
  "takes no blank answer for absence": "every key sees the whole account, or is refused (oncall.md §1.1)",
};
