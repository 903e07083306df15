/** Opsgenie's account: everything is made by hand, since Accord only reads there. */
import { createOpsgenieEmulator } from "../../../providers/opsgenie/emulator.ts";
import type { Sample, Skips, System } from "../subject.ts";

export const system: System = {
  create: createOpsgenieEmulator,
  settings: ({ settings }) => settings,
  administrator: async ({ actors }) => ({ authorization: `GenieKey ${actors?.trent}` }),
  reads: [],
  tooMany: () =>
    new Response(JSON.stringify({ message: "You are making too many requests!", took: 0, requestId: "r" }), {
      status: 429,
      headers: {
        "content-type": "application/json",
        "x-ratelimit-state": "THROTTLED",
        "x-ratelimit-reason": "ACCOUNT",
        "x-ratelimit-period-in-sec": "60",
      },
    }),
  blind: ({ actors }) => ({ apiKey: actors?.integration ?? "" }),
  description: { file: "opsgenie.swagger.yaml", tolerances: [] },
};

/** A throttled answer says not for how long: its waits grow, and provider.test.ts counts them. */
const UNTOLD: Skips = {
  "waits as a 429 tells, once, and then goes on": "THROTTLED comes without a time to wait (oncall.md §2.2)",
};

const schedule: Sample = {
  spec: (n) => ({ name: `Schedule ${n} / nights` }),
  async make({ name }, tenant) {
    const participants = [{ type: "user", username: "ada@acme.example" }];
    const rotations = [{ name: "Weekly", type: "weekly", startDate: "2026-03-02T09:00:00Z", participants }];
    await tenant.call("POST", "/v2/schedules", { name, timezone: "Europe/Berlin", rotations });
  },
  lookup: ({ name = "" }) => ({ name }),
  edits: {},
  skips: UNTOLD,
};

const team: Sample = {
  spec: (n) => ({
    name: `Team ${n}`,
    description: `What team ${n} is for`,
    members: ["ada@acme.example", "grace@acme.example", "linus@acme.example"],
    admins: ["grace@acme.example", "ada@acme.example"],
  }),
  async make({ name, description, members, admins }, tenant) {
    const named = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
    const roleOf = (login: string): string =>
      named(admins).some((admin) => admin.toLowerCase() === login.toLowerCase()) ? "admin" : "user";
    await tenant.call("POST", "/v2/teams", {
      name,
      description,
      members: named(members).map((username) => ({ user: { username }, role: roleOf(username) })),
    });
  },
  lookup: ({ name = "" }) => ({ name }),
  edits: {},
  skips: UNTOLD,
};

export const kinds: Readonly<Record<string, Sample>> = { schedule, team };
