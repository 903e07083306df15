/** PagerDuty's answers, narrowed to the fields we read; another shape fails loudly, naming what was expected. */
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { expecting, type Fields, optionalText } from "../../shared/narrow.ts";

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

const unexpected = (what: string, wrong: string): Problem => ({
  code: "pagerduty-unexpected-answer",
  message: `PagerDuty's answer for ${what} ${wrong}.`,
  hint: "Its API may have changed, or baseUrl names something else. Check with `accord doctor`.",
});

export const { fieldsOf, listOf, textOf } = expecting(unexpected);

export function userOf(value: unknown): User {
  const user = fieldsOf(value, "a user");
  return {
    id: textOf(user, "id", "a user"),
    name: textOf(user, "name", "a user"),
    email: textOf(user, "email", "a user"),
    role: textOf(user, "role", "a user"),
    webAddress: textOf(user, "html_url", "a user"),
  };
}

export function scheduleOf(value: unknown): Schedule {
  const schedule = fieldsOf(value, "a schedule");
  return {
    id: textOf(schedule, "id", "a schedule"),
    // Optional for legacy schedules, where PagerDuty then shows the summary.
    name: optionalText(schedule, "name") ?? textOf(schedule, "summary", "a schedule"),
    timeZone: textOf(schedule, "time_zone", "a schedule"),
    policies: listOf(schedule.escalation_policies ?? [], "escalation policies", referenceOf).map(({ name }) => name),
    shifts: schedule.final_schedule === undefined ? [] : shiftsOf(schedule.final_schedule),
  };
}

export function referenceOf(value: unknown): Reference {
  const reference = fieldsOf(value, "a reference");
  return { id: textOf(reference, "id", "a reference"), name: textOf(reference, "summary", "a reference") };
}

/** Both generations: `rendered_schedule_entries` or `computed_shift_assignments` (oncall.md §1.4). */
function shiftsOf(value: unknown): readonly Shift[] {
  const final = fieldsOf(value, "a final schedule");
  if (final.computed_shift_assignments !== undefined) {
    return listOf(final.computed_shift_assignments, "shift assignments", (row) => {
      const shift = fieldsOf(row, "a shift assignment");
      const member = fieldsOf(shift.member, "a shift's member");
      const userId = member.type === "user_member" ? textOf(member, "user_id", "a shift's member") : undefined;
      return { start: timeOf(shift, "start_time"), end: timeOf(shift, "end_time"), userId };
    });
  }
  return listOf(final.rendered_schedule_entries, "schedule entries", (row) => {
    const entry = fieldsOf(row, "a schedule entry");
    const userId = textOf(fieldsOf(entry.user, "an entry's user"), "id", "an entry's user");
    return { start: timeOf(entry, "start"), end: timeOf(entry, "end"), userId };
  });
}

function timeOf(shift: Fields, name: string): number {
  const time = Date.parse(textOf(shift, name, "a shift"));
  if (Number.isNaN(time)) throw new ProblemError(unexpected("a shift", `has no time as "${name}"`));
  return time;
}
