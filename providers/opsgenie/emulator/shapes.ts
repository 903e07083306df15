/** Rows as the API shows them. */
import { formatTime } from "../../shared/zone.ts";
import type {
  EscalationRow,
  Memory,
  Recipient,
  Restriction,
  RotationRow,
  ScheduleRow,
  TeamRow,
  UserRow,
} from "./memory.ts";

/** Built-in roles, which no list shows (oncall.md §2.3). */
const ROLE_IDS: Readonly<Record<string, string>> = {
  Admin: "2DonQtHeOOxwfe5muls9Cx18fzL",
  User: "2DonSZzqzbnAWBeWhKl6lNSTTzh",
  Owner: "2Dp2qL0NvHVku3cghi6rJSsvfXJ",
  Stakeholder: "2Dp2txbavgGagm2sFtl7voULpf2",
};

export const BUILT_IN_ROLES: readonly string[] = Object.keys(ROLE_IDS);

export function userShape(user: UserRow): unknown {
  return {
    id: user.id,
    username: user.username,
    fullName: user.fullName,
    role: { id: ROLE_IDS[user.role] ?? user.role, name: user.role },
    timeZone: user.timeZone,
    locale: "en_US",
    blocked: false,
    verified: true,
    createdAt: formatTime(user.createdAt, "Etc/UTC"),
  };
}

export function teamMeta(
  memory: Memory,
  id: string | null,
): { readonly id: string; readonly name: string } | undefined {
  const team = memory.teams.find((row) => row.id === id);
  return team === undefined ? undefined : { id: team.id, name: team.name };
}

/** Lists leave the members out (oncall.md §2.3). */
export function teamShape(team: TeamRow): { readonly id: string; readonly name: string; readonly description: string } {
  return { id: team.id, name: team.name, description: team.description };
}

export function wholeTeam(memory: Memory, team: TeamRow): unknown {
  const members = team.members.flatMap(({ userId, role }) => {
    const user = memory.users.find((row) => row.id === userId);
    return user === undefined ? [] : [{ user: { id: user.id, username: user.username }, role }];
  });
  return { ...teamShape(team), members };
}

export function scheduleMeta({ id, name, enabled }: ScheduleRow): unknown {
  return { id, name, enabled };
}

export function scheduleShape(memory: Memory, schedule: ScheduleRow, withRotations: boolean): unknown {
  const ownerTeam = teamMeta(memory, schedule.ownerTeam);
  return {
    id: schedule.id,
    name: schedule.name,
    description: schedule.description,
    timezone: schedule.timeZone,
    enabled: schedule.enabled,
    ...(ownerTeam === undefined ? {} : { ownerTeam }),
    ...(withRotations ? { rotations: schedule.rotations.map((row) => rotationShape(memory, row)) } : {}),
  };
}

export function rotationShape(memory: Memory, row: RotationRow): unknown {
  return {
    id: row.id,
    name: row.name,
    startDate: formatTime(row.start, "Etc/UTC"),
    ...(row.end === null ? {} : { endDate: formatTime(row.end, "Etc/UTC") }),
    type: row.type,
    length: row.length,
    participants: row.participants.map((one) => recipientShape(memory, one)),
    ...(row.restriction === null ? {} : { timeRestriction: restrictionShape(row.restriction) }),
  };
}

export function recipientShape(memory: Memory, { type, id }: Recipient): unknown {
  switch (type) {
    case "none":
      return { type };
    case "user":
      return { type, id, username: memory.users.find((row) => row.id === id)?.username };
    default:
      return { type, id, name: recipientName(memory, { type, id }) };
  }
}

export function recipientName(memory: Memory, { type, id }: Recipient): string {
  if (type === "user") return memory.users.find((row) => row.id === id)?.username ?? "";
  const rows = { team: memory.teams, escalation: memory.escalations, schedule: memory.schedules, none: [] }[type];
  return rows.find((row) => row.id === id)?.name ?? "";
}

export function escalationShape(memory: Memory, escalation: EscalationRow): unknown {
  const ownerTeam = teamMeta(memory, escalation.ownerTeam);
  return {
    id: escalation.id,
    name: escalation.name,
    ...(ownerTeam === undefined ? {} : { ownerTeam }),
    rules: escalation.rules.map(({ delayMinutes, recipient }) => ({
      condition: "if-not-acked",
      notifyType: "default",
      delay: { timeAmount: delayMinutes, timeUnit: "minutes" },
      recipient: recipientShape(memory, recipient),
    })),
  };
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAY_MINUTES = 1_440;

function restrictionShape({ type, spans }: Restriction): unknown {
  const restrictions = spans.map(({ from, to }) => ({
    ...(type === "time-of-day" ? {} : { startDay: DAYS[Math.floor(from / DAY_MINUTES)] }),
    startHour: Math.floor((from % DAY_MINUTES) / 60),
    startMin: from % 60,
    ...(type === "time-of-day" ? {} : { endDay: DAYS[Math.floor(to / DAY_MINUTES)] }),
    endHour: Math.floor((to % DAY_MINUTES) / 60),
    endMin: to % 60,
  }));
  return type === "time-of-day" ? { type, restriction: restrictions[0] } : { type, restrictions };
}

export function dayNumber(name: string): number {
  return DAYS.indexOf(name);
}
