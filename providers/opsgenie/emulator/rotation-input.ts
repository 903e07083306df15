/** A rotation as a request describes it. */
import { randomUUID } from "node:crypto";
import { invalid } from "./answer.ts";
import { type Fields, fieldsOf, listOf, optionalText, textOf, timeOf, wholeNumber } from "./input.ts";
import type { Memory, Restriction, RotationRow } from "./memory.ts";
import { recipientNamed } from "./recipients.ts";
import { dayNumber } from "./shapes.ts";

const TYPES = ["daily", "weekly", "hourly"] as const;

export function rotationsOf(memory: Memory, value: unknown): RotationRow[] {
  return listOf(value, "rotations").map((one) => rotationOf(memory, fieldsOf(one, "rotations")));
}

/** `before` is what a change starts from. */
export function rotationOf(memory: Memory, fields: Fields, before?: RotationRow): RotationRow {
  const given = <T>(name: string, read: () => T, kept: T | undefined): T =>
    fields.has(name) || kept === undefined ? read() : kept;
  const type = TYPES.find((one) => one === (optionalText(fields, "type") ?? before?.type));
  if (type === undefined) throw invalid("type", `must be one of ${TYPES.join(", ")}`);
  const participants = given(
    "participants",
    () => listOf(fields.get("participants"), "participants").map((one) => recipientNamed(memory, one, "participants")),
    before?.participants,
  );
  if (participants.length === 0) throw invalid("participants", "may not be empty");
  const length = fields.has("length") ? wholeNumber(fields.get("length"), "length") : (before?.length ?? 1);
  if (length === 0) throw invalid("length", "must be greater than zero");
  const endDate = fields.get("endDate");
  return {
    id: before?.id ?? randomUUID(),
    name: optionalText(fields, "name") ?? before?.name ?? "Rotation",
    type,
    length,
    start: given("startDate", () => timeOf(fields.get("startDate"), "startDate"), before?.start),
    end: endDate === undefined ? (before?.end ?? null) : timeOf(endDate, "endDate"),
    participants,
    restriction: fields.has("timeRestriction")
      ? restrictionOf(fieldsOf(fields.get("timeRestriction"), "timeRestriction"))
      : (before?.restriction ?? null),
  };
}

function restrictionOf(fields: Fields): Restriction {
  const type = textOf(fields, "type");
  if (type === "time-of-day")
    return { type, spans: [spanOf(fieldsOf(fields.get("restriction"), "restriction"), false)] };
  if (type !== "weekday-and-time-of-day") throw invalid("timeRestriction", "has no such type");
  const spans = listOf(fields.get("restrictions"), "restrictions").map((one) =>
    spanOf(fieldsOf(one, "restrictions"), true),
  );
  return { type, spans };
}

function spanOf(fields: Fields, weekly: boolean): { readonly from: number; readonly to: number } {
  const at = (edge: "start" | "end"): number => {
    const day = weekly ? dayNumber(textOf(fields, `${edge}Day`)) : 0;
    if (day < 0) throw invalid(`${edge}Day`, "is no day of the week");
    const hour = wholeNumber(fields.get(`${edge}Hour`), `${edge}Hour`);
    const minute = wholeNumber(fields.get(`${edge}Min`), `${edge}Min`);
    return day * 1_440 + hour * 60 + minute;
  };
  return { from: at("start"), to: at("end") };
}
