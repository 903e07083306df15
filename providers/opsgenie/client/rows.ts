/** Opsgenie's answers, narrowed to the fields we read; another shape fails loudly, naming what was expected. */
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { expecting, type Fields, isFields, optionalNumber, optionalText, textsOf } from "../../shared/narrow.ts";

export interface Account {
  readonly name: string;
  readonly plan: string | undefined;
}

export interface User {
  readonly id: string;
  /** The e-mail, as Opsgenie shows it. */
  readonly username: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface Member extends User {
  /** `user`, `admin`, or a role that the team defined. */
  readonly role: string;
}

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  readonly ownerTeam: string | undefined;
  readonly rotations: readonly Rotation[];
}

export interface Rotation {
  readonly name: string;
  /** `daily`, `weekly` or `hourly`. */
  readonly type: string;
  /** Days, weeks or hours of a turn. */
  readonly length: number;
  readonly startDate: string;
  readonly endDate: string | undefined;
  readonly participants: readonly Participant[];
  /** Only within certain hours. */
  readonly restricted: boolean;
}

/** Whose turn it may be; `none` is an intended gap. */
export interface Participant {
  readonly type: "user" | "team" | "escalation" | "none";
  /** E-mail of a user, name of a team or an escalation; empty for a gap. */
  readonly name: string;
}

/** Somebody, or something, covers for a while; epoch milliseconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
  readonly recipient: Participant;
}

/** Who is on call in a schedule, teams and escalations expanded by Opsgenie to e-mails. */
export interface OnCall {
  readonly scheduleId: string;
  readonly recipients: readonly string[];
}

const unexpected = (what: string, wrong: string): Problem => ({
  code: "opsgenie-unexpected-answer",
  message: `Opsgenie's answer for ${what} ${wrong}.`,
  hint: "Its API may have changed, or baseUrl names something else. Check with `accord doctor`.",
});

export const { fieldsOf, listOf, textOf } = expecting(unexpected);

export function accountOf(value: unknown): Account {
  const account = fieldsOf(value, "the account");
  const plan = isFields(account.plan) ? optionalText(account.plan, "name") : undefined;
  return { name: textOf(account, "name", "the account"), plan };
}

export function userOf(value: unknown): User {
  const user = fieldsOf(value, "a user");
  return { id: textOf(user, "id", "a user"), username: textOf(user, "username", "a user") };
}

export function teamOf(value: unknown): Team {
  const team = fieldsOf(value, "a team");
  return {
    id: textOf(team, "id", "a team"),
    name: textOf(team, "name", "a team"),
    description: optionalText(team, "description") ?? "",
  };
}

/** Members come with one team, never with the list; a team that has none may leave the field out. */
export function membersOf(value: unknown): readonly Member[] {
  const { members } = fieldsOf(value, "a team");
  return listOf(members ?? [], "the members of a team", (row) => {
    const member = fieldsOf(row, "a member of a team");
    return { ...userOf(member.user), role: optionalText(member, "role") ?? "user" };
  });
}

export function scheduleOf(value: unknown): Schedule {
  const schedule = fieldsOf(value, "a schedule");
  return {
    id: textOf(schedule, "id", "a schedule"),
    name: textOf(schedule, "name", "a schedule"),
    timeZone: textOf(schedule, "timezone", "a schedule"),
    // Left out, it would mean what the vendor creates: a schedule that works.
    enabled: schedule.enabled !== false,
    ownerTeam: isFields(schedule.ownerTeam) ? optionalText(schedule.ownerTeam, "name") : undefined,
    rotations: listOf(schedule.rotations ?? [], "the rotations of a schedule", rotationOf),
  };
}

function rotationOf(value: unknown): Rotation {
  const rotation = fieldsOf(value, "a rotation");
  return {
    name: optionalText(rotation, "name") ?? "",
    type: textOf(rotation, "type", "a rotation"),
    length: optionalNumber(rotation, "length") ?? 1,
    startDate: textOf(rotation, "startDate", "a rotation"),
    endDate: optionalText(rotation, "endDate"),
    participants: listOf(rotation.participants ?? [], "the participants of a rotation", participantOf),
    restricted: isFields(rotation.timeRestriction),
  };
}

function participantOf(value: unknown): Participant {
  const participant = fieldsOf(value, "a participant");
  const type = textOf(participant, "type", "a participant");
  const id = optionalText(participant, "id") ?? "";
  switch (type) {
    case "user":
      return { type, name: optionalText(participant, "username") ?? id };
    case "team":
    case "escalation":
      return { type, name: optionalText(participant, "name") ?? id };
    default:
      return { type: "none", name: "" };
  }
}

export function onCallOf(value: unknown): OnCall {
  const onCall = fieldsOf(value, "who is on call");
  const parent = fieldsOf(onCall._parent, "the schedule of who is on call");
  return {
    scheduleId: textOf(parent, "id", "the schedule of who is on call"),
    recipients: textsOf(onCall.onCallRecipients),
  };
}

/** The final timeline, of all rotations together. */
export function periodsOf(value: unknown): readonly Period[] {
  const { finalTimeline } = fieldsOf(value, "a timeline");
  const { rotations } = fieldsOf(finalTimeline ?? {}, "a final timeline");
  return listOf(rotations ?? [], "the rotations of a timeline", (row) => {
    const { periods } = fieldsOf(row, "a rotation of a timeline");
    return listOf(periods ?? [], "the periods of a timeline", periodOf);
  }).flat();
}

function periodOf(value: unknown): Period {
  const period = fieldsOf(value, "a period");
  return {
    start: timeOf(period, "startDate"),
    end: timeOf(period, "endDate"),
    recipient: period.recipient === undefined ? { type: "none", name: "" } : recipientOf(period.recipient),
  };
}

/** Of a user the name is taken for the e-mail, as elsewhere in a schedule (oncall.md does not say). */
function recipientOf(value: unknown): Participant {
  const recipient = fieldsOf(value, "a recipient");
  const type = textOf(recipient, "type", "a recipient");
  const name = optionalText(recipient, "name") ?? optionalText(recipient, "id") ?? "";
  return type === "user" || type === "team" || type === "escalation" ? { type, name } : { type: "none", name: "" };
}

function timeOf(period: Fields, name: string): number {
  const time = Date.parse(textOf(period, name, "a period"));
  if (Number.isNaN(time)) throw new ProblemError(unexpected("a period", `has no time as "${name}"`));
  return time;
}
