/**
 * Reading C1's proto3 JSON (c1.md §2): unpopulated scalars arrive as `""`, `false`, `0` or `[]`, unset messages as
 * null, 64-bit integers as strings, durations as seconds. Absent and zero are the same thing, so every reader has a
 * zero to fall back on; what is unknown is ignored.
 */
import { ProblemError } from "../../../engine/problem.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";

export const NOTHING: Fields = Object.freeze({});

export function fields(value: unknown): Fields {
  return isFields(value) ? value : NOTHING;
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function flag(value: unknown): boolean {
  return value === true;
}

/** 64-bit integers are strings on the wire. */
export function count(value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objects(value: unknown): readonly Fields[] {
  return list(value).filter(isFields);
}

/** A map of strings (annotations, connector ids). */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** `POLICY_TYPE_GRANT` without its prefix, in lower case: `grant`. */
export function enumWord(input: unknown, prefix: string): string {
  const name = text(input);
  return name.startsWith(prefix) ? name.slice(prefix.length).toLowerCase() : name.toLowerCase();
}

/**
 * An object that was asked for by id; undefined where it is gone: 404 or soft-deleted. A caller without rights gets it
 * with blank fields instead of a refusal (c1.md §1), which says nothing about whether it is there.
 */
export function present(row: Fields | undefined, what: string): Fields | undefined {
  if (row === undefined || isDeleted(row)) return undefined;
  if (text(row.id) !== "") return row;
  throw blankAnswer(what);
}

/** A view that says itself that its object is hidden: its fields are blank, and would read as values (c1.md §1). */
export function refuseHidden(view: Fields, what: string): void {
  if (isFields(view.objectPermissions) && view.objectPermissions.read === false) throw blankAnswer(what);
}

function blankAnswer(what: string): ProblemError {
  return new ProblemError({
    code: "blank-answer",
    message: `C1 answered with blank fields for ${what}, as it does where the credential has no right to see it.`,
    hint: "Give the credential's holder its role back; `accord doctor` says which. Nothing was concluded from the answer.",
    fatal: true,
  });
}

/** Soft delete: GET by id answers 200 with a date (c1.md §2). */
export function isDeleted(row: Fields): boolean {
  return text(row.deletedAt) !== "";
}
