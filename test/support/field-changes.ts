/** Differences as the engine hands them to a kind: `add("ada@acme.example", "members")`. */
import type { FieldChange, Value } from "../../engine/model.ts";

export const add = (element: Value, ...path: string[]): FieldChange => ({ op: "add", path, element });
export const remove = (element: Value, ...path: string[]): FieldChange => ({ op: "remove", path, element });
export const set = (after: Value, ...path: string[]): FieldChange => ({ op: "set", path, before: null, after });
