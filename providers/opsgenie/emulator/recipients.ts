/** Whom a request names: users by id or e-mail, the others by id or name. */
import { invalid } from "./answer.ts";
import { type Fields, fieldsOf, optionalText, textOf } from "./input.ts";
import type { Memory, Recipient, UserRow } from "./memory.ts";

export function userNamed(memory: Memory, fields: Fields, where: string): UserRow {
  const id = optionalText(fields, "id");
  const username = optionalText(fields, "username")?.toLowerCase();
  const found = memory.users.find((row) => row.id === id || row.username.toLowerCase() === username);
  if (found === undefined) throw invalid(where, "names no user of the account");
  return found;
}

export function recipientNamed(memory: Memory, value: unknown, where: string): Recipient {
  const fields = fieldsOf(value, where);
  const type = textOf(fields, "type");
  if (type === "none") return { type, id: "" };
  if (type === "user") return { type, id: userNamed(memory, fields, where).id };
  const rows = { team: memory.teams, escalation: memory.escalations, schedule: memory.schedules };
  if (type !== "team" && type !== "escalation" && type !== "schedule") throw invalid(where, "has no such type");
  const [id, name] = [optionalText(fields, "id"), optionalText(fields, "name")];
  const found = rows[type].find((row) => row.id === id || row.name === name);
  if (found === undefined) throw invalid(where, `names no ${type}`);
  return { type, id: found.id };
}
