/**
 * What the emulated PagerDuty account remembers. Plain JSON, times as epoch milliseconds, so that `save()` is the value
 * itself. Both generations of schedules live side by side and never share an id (oncall.md §1.4).
 */

export interface Memory {
  readonly version: 2;
  readonly abilities: string[];
  readonly keys: KeyRow[];
  users: UserRow[];
  teams: TeamRow[];
  schedules: ScheduleRow[];
  shiftSchedules: ShiftScheduleRow[];
  readonly policies: PolicyRow[];
}

/** An account key acts for nobody; a user key with its owner's rights. */
export interface KeyRow {
  readonly token: string;
  readonly readOnly: boolean;
  readonly userId?: string;
}

export interface UserRow {
  readonly id: string;
  name: string;
  email: string;
  role: string;
  timeZone: string;
  jobTitle: string;
  description: string | null;
  color: string;
  invitationSent: boolean;
}

export interface TeamRow {
  readonly id: string;
  name: string;
  description: string;
  defaultRole: string;
  members: TeamMember[];
}

export interface TeamMember {
  readonly userId: string;
  role: string;
}

/** Legacy: users take turns in layers, later layers win. */
export interface ScheduleRow {
  readonly id: string;
  name: string;
  timeZone: string;
  description: string;
  teams: string[];
  layers: Layer[];
  overrides: Override[];
}

export interface Layer {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly end: number | null;
  /** A user may stand in it several times. */
  readonly users: readonly string[];
  readonly virtualStart: number;
  readonly turnSeconds: number;
  readonly restrictions: readonly Restriction[];
}

/** Only within these hours does the layer assign anybody. */
export interface Restriction {
  readonly type: "daily_restriction" | "weekly_restriction";
  /** Seconds since local midnight. */
  readonly startSecond: number;
  readonly durationSeconds: number;
  /** 1 is Monday; weekly only. */
  readonly startDay?: number;
}

export interface Override {
  readonly id: string;
  readonly userId: string;
  readonly start: number;
  end: number;
}

/** Shift-based (v3): every rotation of a schedule assigns independently, several people at once. */
export interface ShiftScheduleRow {
  readonly id: string;
  name: string;
  timeZone: string;
  description: string;
  readonly teams: string[];
  readonly rotations: readonly Rotation[];
  readonly overrides: ShiftOverride[];
}

export interface Rotation {
  readonly id: string;
  readonly events: readonly ShiftEvent[];
}

export interface ShiftEvent {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly start: number;
  readonly end: number;
  readonly effectiveSince: number;
  readonly effectiveUntil: number | null;
  /** One RRULE. */
  readonly rule: string;
  readonly strategy: "rotating_member_assignment_strategy" | "every_member_assignment_strategy";
  readonly shiftsPerMember: number;
  /** User id; null is an intentionally empty slot. */
  readonly members: readonly (string | null)[];
}

export interface ShiftOverride {
  readonly id: string;
  readonly rotationId: string;
  readonly start: number;
  readonly end: number;
  readonly overridden: string | null;
  readonly overriding: string | null;
}

export interface PolicyRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly teams: readonly string[];
  readonly rules: readonly {
    readonly id: string;
    readonly delayMinutes: number;
    readonly targets: readonly Target[];
  }[];
}

export interface Target {
  readonly type: "user_reference" | "schedule_reference" | "schedule_v3_reference";
  readonly id: string;
}

const COLLECTIONS = ["abilities", "keys", "users", "teams", "schedules", "shiftSchedules", "policies"] as const;

/** A private copy of what an earlier `save()` gave. */
export function memoryFrom(saved: unknown): Memory {
  const copy: unknown = structuredClone(saved);
  if (!isMemory(copy)) throw new Error("the saved PagerDuty tenant is not one that this version wrote");
  return copy;
}

function isMemory(value: unknown): value is Memory {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return fields.get("version") === 2 && COLLECTIONS.every((name) => Array.isArray(fields.get(name)));
}
