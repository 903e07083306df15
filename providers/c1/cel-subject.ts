/** A person as rules see them (c1.md §12.2): both spellings of each field, and numbers for what is one of a list. */
import type { Value } from "../../engine/model.ts";
import { type Fields, isFields, jsonValue, textsOf } from "../shared/narrow.ts";
import { USER_STATUS, USER_TYPE } from "./cel.ts";
import { fields, text } from "./client/wire.ts";

export interface Subject {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly managerIds: readonly string[];
  /** What `subject` is in an expression. */
  readonly variable: Readonly<Record<string, Value>>;
}

/** Rows as the search for users gives them; deleted people are nobody. */
export function subjectsOf(rows: readonly Fields[]): readonly Subject[] {
  const users = rows.map((row) => ("user" in row ? fields(row.user) : row));
  const emails = new Map(users.map((user) => [text(user.id), text(user.email)]));
  return users.flatMap((user) => {
    if (text(user.status) === "DELETED" || text(user.deletedAt) !== "") return [];
    return [subjectOf(user, (id) => emails.get(id) ?? "")];
  });
}

function subjectOf(user: Fields, emailOf: (id: string) => string): Subject {
  const managerIds = textsOf(user.managerIds);
  const managerId = managerIds[0] ?? "";
  const profile = isFields(user.profile) ? jsonValue(user.profile) : {};
  const both = (name: string): Readonly<Record<string, Value>> => {
    const value = text(user[name]);
    return { [name]: value, [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]: value };
  };
  const directoryStatus = numberOf(USER_STATUS, "USER_STATUS", user.directoryStatus);
  return {
    id: text(user.id),
    email: text(user.email),
    displayName: text(user.displayName),
    managerIds,
    variable: {
      id: text(user.id),
      email: text(user.email),
      username: text(user.username),
      department: text(user.department),
      ...both("displayName"),
      ...both("jobTitle"),
      ...both("employmentType"),
      ...both("employmentStatus"),
      manager: emailOf(managerId),
      managerId,
      manager_id: managerId,
      emails: textsOf(user.emails),
      usernames: textsOf(user.usernames),
      status: numberOf(USER_STATUS, "USER_STATUS", user.status),
      directoryStatus,
      directory_status: directoryStatus,
      type: numberOf(USER_TYPE, "USER_TYPE", user.type),
      profile,
      // The API shows custom attributes among the profile only (rule 1).
      attributes: profile,
    },
  };
}

/** `ENABLED` and `USER_STATUS_ENABLED` alike; 0 for what is none of them. */
function numberOf(members: Readonly<Record<string, number>>, prefix: string, value: unknown): number {
  return members[text(value)] ?? members[`${prefix}_${text(value)}`] ?? 0;
}
