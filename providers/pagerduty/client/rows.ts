/** PagerDuty's answers, narrowed to the fields we read; another shape fails loudly, naming what was expected. */
import { ProblemError } from "../../../engine/problem.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly webAddress: string;
}

/** A legacy schedule, or a shift-based one read by id. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly policies: readonly string[];
  readonly shifts: readonly Shift[];
}

/** Who covers when; `userId` undefined is an intentionally empty slot. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly userId: string | undefined;
}

export interface Reference {
  readonly id: string;
  readonly name: string;
}

type Fields = { readonly [key: string]: unknown };

export function userOf(value: unknown): User {
  const user = fieldsOf(value, "a user");
  return {
    id: textOf(user.id, "a user's id"),
    name: textOf(user.name, "a user's name"),
    email: textOf(user.email, "a user's e-mail"),
    role: textOf(user.role, "a user's role"),
    webAddress: textOf(user.html_url, "a user's html_url"),
  };
}

export function scheduleOf(value: unknown): Schedule {
  const schedule = fieldsOf(value, "a schedule");
  return {
    id: textOf(schedule.id, "a schedule's id"),
    // Optional for legacy schedules, where PagerDuty then shows the summary.
    name: textOf(schedule.name ?? schedule.summary, "a schedule's name"),
    timeZone: textOf(schedule.time_zone, "a schedule's time zone"),
    policies: rowsOf(schedule.escalation_policies ?? [], "escalation policies").map((row) => referenceOf(row).name),
    shifts: schedule.final_schedule === undefined ? [] : shiftsOf(schedule.final_schedule),
  };
}

export function referenceOf(value: unknown): Reference {
  const reference = fieldsOf(value, "a reference");
  return { id: textOf(reference.id, "a reference's id"), name: textOf(reference.summary, "a reference's summary") };
}

/** Both generations: `rendered_schedule_entries` or `computed_shift_assignments` (oncall.md §1.4). */
function shiftsOf(value: unknown): readonly Shift[] {
  const final = fieldsOf(value, "a final schedule");
  if (final.computed_shift_assignments !== undefined) {
    return rowsOf(final.computed_shift_assignments, "shift assignments").map((row) => {
      const shift = fieldsOf(row, "a shift assignment");
      const member = fieldsOf(shift.member, "a shift's member");
      const userId = member.type === "user_member" ? textOf(member.user_id, "a member's user id") : undefined;
      return { start: timeOf(shift.start_time), end: timeOf(shift.end_time), userId };
    });
  }
  return rowsOf(final.rendered_schedule_entries, "schedule entries").map((row) => {
    const entry = fieldsOf(row, "a schedule entry");
    const userId = textOf(fieldsOf(entry.user, "an entry's user").id, "an entry's user id");
    return { start: timeOf(entry.start), end: timeOf(entry.end), userId };
  });
}

export function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw unexpected(what, "an object");
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function rowsOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected(what, "a list");
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw unexpected(what, "a text");
}

function timeOf(value: unknown): number {
  const time = Date.parse(textOf(value, "a time"));
  if (Number.isNaN(time)) throw unexpected("a time", "an ISO time");
  return time;
}

function unexpected(what: string, wanted: string): ProblemError {
  return new ProblemError({
    code: "pagerduty-unexpected-answer",
    message: `PagerDuty's answer does not hold ${what} as ${wanted}.`,
    hint: "Its API may have changed, or baseUrl names something else. Check with `accord doctor`.",
  });
}
