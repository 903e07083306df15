/**
 * A person as rules see them (c1.md §12.2): both spellings of each field, and numbers for what is one of a list. Fields
 * are made when a rule asks for them: it asks a hundred thousand people for three each.
 */
import type { Value } from "../../engine/model.ts";
import { type Fields, isFields, jsonValue, textsOf } from "../shared/narrow.ts";
import { USER_STATUS, USER_TYPE } from "./cel.ts";
import { fields, text } from "./client/wire.ts";

export interface Subject {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly managerIds: readonly string[];
  /** Undefined for what is no field of a person. */
  field(name: string): Value | undefined;
  /** These fields of `subject` in an expression; all of them where none are named. */
  variable(names?: Iterable<string>): Readonly<Record<string, Value>>;
}

type Read = (user: Fields, emailOf: (id: string) => string) => Value;

const plain =
  (name: string): Read =>
  (user) =>
    text(user[name]);

const managerId: Read = (user) => textsOf(user.managerIds)[0] ?? "";
// The API shows custom attributes among the profile only (rule 1).
const profile: Read = (user) => (isFields(user.profile) ? jsonValue(user.profile) : {});

const READS: ReadonlyMap<string, Read> = new Map([
  ...["id", "email", "username", "department"].map((name) => [name, plain(name)] as const),
  ...["displayName", "jobTitle", "employmentType", "employmentStatus"].flatMap((name) => both(name, plain(name))),
  ...both("managerId", managerId),
  ["manager", (user, emailOf) => emailOf(textsOf(user.managerIds)[0] ?? "")] as const,
  ["emails", (user) => textsOf(user.emails)] as const,
  ["usernames", (user) => textsOf(user.usernames)] as const,
  ["status", (user) => numberOf(USER_STATUS, "USER_STATUS", user.status)] as const,
  ...both("directoryStatus", (user) => numberOf(USER_STATUS, "USER_STATUS", user.directoryStatus)),
  ["type", (user) => numberOf(USER_TYPE, "USER_TYPE", user.type)] as const,
  ["profile", profile] as const,
  ["attributes", profile] as const,
]);

/** `jobTitle` and `job_title`. */
function both(name: string, read: Read): readonly (readonly [string, Read])[] {
  return [
    [name, read],
    [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), read],
  ];
}

/** Rows as the search for users gives them; deleted people are nobody. */
export function subjectsOf(rows: readonly Fields[]): readonly Subject[] {
  const users = rows.map((row) => ("user" in row ? fields(row.user) : row));
  const emails = new Map(users.map((user) => [text(user.id), text(user.email)]));
  const emailOf = (id: string): string => emails.get(id) ?? "";
  return users.flatMap((user) => {
    if (text(user.status) === "DELETED" || text(user.deletedAt) !== "") return [];
    return [subjectOf(user, emailOf)];
  });
}

function subjectOf(user: Fields, emailOf: (id: string) => string): Subject {
  const field = (name: string): Value | undefined => READS.get(name)?.(user, emailOf);
  return {
    id: text(user.id),
    email: text(user.email),
    displayName: text(user.displayName),
    managerIds: textsOf(user.managerIds),
    field,
    variable(names = READS.keys()) {
      const made: Record<string, Value> = {};
      for (const name of names) {
        const value = field(name);
        if (value !== undefined) made[name] = value;
      }
      return made;
    },
  };
}

/** `ENABLED` and `USER_STATUS_ENABLED` alike; 0 for what is none of them. */
function numberOf(members: Readonly<Record<string, number>>, prefix: string, value: unknown): number {
  return members[text(value)] ?? members[`${prefix}_${text(value)}`] ?? 0;
}
