/**
 * The seeded account: everybody of Acme; "Primary", a legacy schedule in which Ada is on call now, Grace next; and
 * "Secondary", shift-based, which is Grace's.
 */
import { ACME_PEOPLE, ACME_ROTATION, ACME_SCHEDULE_ID, ACME_TOKENS } from "../../shared/acme.ts";
import type { Memory, UserRow } from "./memory.ts";

/** Sandbox only. An account key that may write, as teams need. */
export const ACCORD_KEY = "sandbox-pagerduty-accord";
export const READ_ONLY_KEY = "sandbox-pagerduty-read-only";
export const TRENT_KEY = "sandbox-pagerduty-trent";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1970-01-05 09:00 UTC, a Monday: weeks hand over then. */
const HANDOVER = 4 * DAY + 9 * 3_600_000;

export function seed(now: number): Memory {
  const users = ACME_PEOPLE.map(
    ({ login, firstName, lastName, title }): UserRow => ({
      id: userId(login),
      name: `${firstName} ${lastName}`,
      email: login,
      role: login.startsWith("trent@") ? "admin" : "limited_user",
      timeZone: "Etc/UTC",
      jobTitle: title,
      description: null,
      color: "purple",
      invitationSent: false,
    }),
  );
  const monday = now - ((((now - HANDOVER) % WEEK) + WEEK) % WEEK);
  const rotation = ACME_ROTATION.map(userId);
  const second = ACME_ROTATION[1] ?? "";
  return {
    version: 2,
    abilities: ["teams", "read_only_users", "advanced_permissions", "schedules", "urgencies"],
    keys: [
      { token: ACCORD_KEY, readOnly: false },
      { token: READ_ONLY_KEY, readOnly: true },
      { token: ACME_TOKENS.pagerdutyForC1, readOnly: false },
      { token: TRENT_KEY, readOnly: false, userId: userId("trent") },
    ],
    users,
    teams: [
      {
        id: "PTEAMSR",
        name: "SRE",
        description: "Keeps production up.",
        defaultRole: "manager",
        members: rotation.map((id, index) => ({ userId: id, role: index === 0 ? "manager" : "responder" })),
      },
    ],
    schedules: [
      {
        id: ACME_SCHEDULE_ID,
        name: "Primary",
        timeZone: "Etc/UTC",
        description: "First to be woken.",
        teams: ["PTEAMSR"],
        layers: [
          {
            id: "PLAYER1",
            name: "Weekly",
            start: monday,
            end: null,
            users: rotation,
            virtualStart: monday,
            turnSeconds: WEEK / 1_000,
            restrictions: [],
          },
        ],
        overrides: [],
      },
    ],
    shiftSchedules: [
      {
        id: "PSECOND",
        name: "Secondary",
        timeZone: "Etc/UTC",
        description: "Woken when the first does not answer.",
        teams: ["PTEAMSR"],
        rotations: [
          {
            id: "01K9ACMESECONDARYR0TATION1",
            events: [
              {
                id: "01K9ACMESECONDARYEVENT0001",
                name: "Every week",
                timeZone: "Etc/UTC",
                start: monday,
                end: monday + WEEK,
                effectiveSince: monday,
                effectiveUntil: null,
                rule: "RRULE:FREQ=WEEKLY",
                strategy: "rotating_member_assignment_strategy",
                shiftsPerMember: 1,
                members: [userId(second)],
              },
            ],
          },
        ],
        overrides: [],
      },
    ],
    policies: [
      {
        id: "PPRODUC",
        name: "Production",
        description: "Whoever is on call, then the second, then the head of engineering.",
        teams: ["PTEAMSR"],
        rules: [
          { id: "PRULE01", delayMinutes: 15, targets: [{ type: "schedule_reference", id: ACME_SCHEDULE_ID }] },
          { id: "PRULE02", delayMinutes: 15, targets: [{ type: "schedule_v3_reference", id: "PSECOND" }] },
          { id: "PRULE03", delayMinutes: 30, targets: [{ type: "user_reference", id: userId("katherine") }] },
        ],
      },
    ],
  };
}

/** "ada@acme.example" → "PADAAAA": the same in every sandbox, so that examples can name it. */
function userId(login: string): string {
  const name = (login.split("@")[0] ?? login).toUpperCase();
  return `P${name.slice(0, 6).padEnd(6, name.at(-1))}`;
}
