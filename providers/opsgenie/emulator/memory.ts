/** What the emulated Opsgenie account remembers. Plain JSON, times as epoch milliseconds, so that `save()` is the value itself. */

export interface Memory {
  readonly version: 1;
  readonly name: string;
  readonly keys: KeyRow[];
  users: UserRow[];
  teams: TeamRow[];
  schedules: ScheduleRow[];
  readonly escalations: EscalationRow[];
}

export type Right = "read" | "create-and-update" | "delete" | "configuration";

export interface KeyRow {
  readonly token: string;
  readonly rights: readonly Right[];
}

export interface UserRow {
  readonly id: string;
  /** The e-mail. */
  readonly username: string;
  fullName: string;
  role: string;
  timeZone: string;
  readonly createdAt: number;
}

export interface TeamRow {
  readonly id: string;
  name: string;
  description: string;
  members: MemberRow[];
}

export interface MemberRow {
  readonly userId: string;
  /** `user`, `admin` or a role of the team's own. */
  readonly role: string;
}

export interface ScheduleRow {
  readonly id: string;
  name: string;
  description: string;
  timeZone: string;
  enabled: boolean;
  ownerTeam: string | null;
  rotations: RotationRow[];
  overrides: OverrideRow[];
}

/** Rotations of a schedule assign side by side: each puts somebody on call. */
export interface RotationRow {
  readonly id: string;
  readonly name: string;
  readonly type: "daily" | "weekly" | "hourly";
  readonly length: number;
  readonly start: number;
  readonly end: number | null;
  readonly participants: readonly Recipient[];
  readonly restriction: Restriction | null;
}

/** `none` is an intended gap. */
export interface Recipient {
  readonly type: "user" | "team" | "escalation" | "schedule" | "none";
  readonly id: string;
}

/** Only within these hours, local time, the rotation assigns anybody; minutes of a day, or of a week from Monday. */
export interface Restriction {
  readonly type: "time-of-day" | "weekday-and-time-of-day";
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

export interface OverrideRow {
  readonly alias: string;
  readonly recipient: Recipient;
  readonly start: number;
  readonly end: number;
  /** Ids; empty is all of them. */
  readonly rotations: readonly string[];
}

export interface EscalationRow {
  readonly id: string;
  readonly name: string;
  readonly ownerTeam: string | null;
  readonly rules: readonly { readonly delayMinutes: number; readonly recipient: Recipient }[];
}

const COLLECTIONS = ["keys", "users", "teams", "schedules", "escalations"] as const;

/** A private copy of what an earlier `save()` gave. */
export function memoryFrom(saved: unknown): Memory {
  const copy: unknown = structuredClone(saved);
  if (!isMemory(copy)) throw new Error("the saved Opsgenie tenant is not one that this version wrote");
  return copy;
}

function isMemory(value: unknown): value is Memory {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return fields.get("version") === 1 && COLLECTIONS.every((name) => Array.isArray(fields.get(name)));
}
