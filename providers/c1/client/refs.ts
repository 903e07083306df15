/**
 * Entitlement and connector ids are unique only within an app (c1.md §2: the built-in "Access" entitlement has one and
 * the same id everywhere), so ours are `<appId>/<id>`.
 */

import type { Ref, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import type { Fields } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import { text } from "./wire.ts";

export interface ScopedRef {
  readonly appId: string;
  readonly id: string;
}

export function scopedId(ref: ScopedRef): string {
  return `${ref.appId}/${ref.id}`;
}

export function scopedRef(id: string): ScopedRef {
  const [appId, own, more] = id.split("/");
  if (appId && own && more === undefined) return { appId, id: own };
  throw new ProblemError({
    code: "bad-id",
    message: `"${id}" is no id of this kind: it is written <app id>/<id>.`,
    hint: "Copy both ids from the address bar of the C1 console, joined by a slash.",
  });
}

/** `{appId, id}` as an API row spells a reference to an entitlement. */
export function refOfRow(row: Fields): ScopedRef {
  return { appId: text(row.appId), id: text(row.id) };
}

export function refTo(id: string): Ref {
  return { id };
}

/** A reference that may be unset, as blank ids say. */
export function refOrNull(id: unknown): Value {
  return text(id) === "" ? null : { id: text(id) };
}

export function scopedRefs(value: Value | undefined): readonly ScopedRef[] {
  return refIds(value).map(scopedRef);
}
