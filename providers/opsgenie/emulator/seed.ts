/**
 * The seeded account: everybody of Acme; "Primary", in which Ada is on call now, Grace next; "Platform / nights", where
 * the team SRE has every turn; and "Old primary", which somebody disabled.
 */
import { ACME_OPSGENIE_SCHEDULE_ID, ACME_PEOPLE, ACME_ROTATION, ACME_TOKENS } from "../../shared/acme.ts";
import type { Memory, Recipient, RotationRow, ScheduleRow, UserRow } from "./memory.ts";

/** Sandbox only. */
export const READ_KEY = "sandbox-opsgenie-read";
export const TRENT_KEY = "sandbox-opsgenie-trent";
/** Of a team's integration: it alerts, and reads no configuration. */
export const INTEGRATION_KEY = "sandbox-opsgenie-integration";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1970-01-05 09:00 UTC, a Monday: weeks hand over then. */
const HANDOVER = 4 * DAY + 9 * 3_600_000;
const SRE = "5e0c1a52-7e4f-4c0b-9d55-0acme0000sre";

export function seed(now: number): Memory {
  const monday = now - ((((now - HANDOVER) % WEEK) + WEEK) % WEEK);
  const users = ACME_PEOPLE.map(
    ({ login, firstName, lastName }): UserRow => ({
      id: userId(login),
      username: login,
      fullName: `${firstName} ${lastName}`,
      role: login.startsWith("trent@") ? "Owner" : "User",
      timeZone: "Etc/UTC",
      createdAt: Date.parse("2024-01-08T09:00:00Z"),
    }),
  );
  const weekly = (name: string, participants: readonly Recipient[]): RotationRow => ({
    id: `rotation-${name.toLowerCase().replaceAll(" ", "-")}`,
    name,
    type: "weekly",
    length: 1,
    start: monday,
    end: null,
    participants,
    restriction: null,
  });
  const schedule = (row: Pick<ScheduleRow, "id" | "name" | "description" | "rotations">): ScheduleRow => ({
    ...row,
    timeZone: "Etc/UTC",
    enabled: true,
    ownerTeam: SRE,
    overrides: [],
  });
  const turns = ACME_ROTATION.map((login): Recipient => ({ type: "user", id: userId(login) }));
  return {
    version: 1,
    name: "acme",
    keys: [
      { token: READ_KEY, rights: ["read", "configuration"] },
      { token: ACME_TOKENS.opsgenieForC1, rights: ["read", "configuration"] },
      { token: INTEGRATION_KEY, rights: ["read", "create-and-update", "delete"] },
      { token: TRENT_KEY, rights: ["read", "create-and-update", "delete", "configuration"] },
    ],
    users,
    teams: [
      {
        id: SRE,
        name: "SRE",
        description: "Keeps production up.",
        members: ACME_ROTATION.map((login, index) => ({ userId: userId(login), role: index === 0 ? "admin" : "user" })),
      },
    ],
    schedules: [
      schedule({
        id: ACME_OPSGENIE_SCHEDULE_ID,
        name: "Primary",
        description: "First to be woken.",
        rotations: [weekly("Weekly", turns)],
      }),
      schedule({
        id: "7f5a0f0e-1c1d-4a57-8a55-0acme000night",
        name: "Platform / nights",
        description: "",
        rotations: [weekly("Everybody", [{ type: "team", id: SRE }])],
      }),
      {
        ...schedule({
          id: "2b7c1f60-40a8-4b3e-a2b9-0acme00000old",
          name: "Old primary",
          description: "",
          rotations: [weekly("Old weekly", turns)],
        }),
        enabled: false,
      },
    ],
    escalations: [
      {
        id: "c1d6b7a2-93d4-4fb1-b1c4-0acme0000esc",
        name: "Production",
        ownerTeam: SRE,
        rules: [
          { delayMinutes: 0, recipient: { type: "schedule", id: ACME_OPSGENIE_SCHEDULE_ID } },
          { delayMinutes: 15, recipient: { type: "user", id: userId("katherine") } },
        ],
      },
    ],
  };
}

/** The same in every sandbox, so that examples can name it. */
function userId(login: string): string {
  return `user-${login.split("@")[0] ?? login}`;
}
