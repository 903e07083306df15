/** Telling lag from drift: what we wrote lately may be read as it was before. */
import { canonicalJson } from "../canonical.ts";
import type { FieldChange, Owned, Value } from "../model.ts";
import { dotted } from "../value.ts";

/** A change that we made and that is seen again inside the consistency window is lag. */
export function settle(changes: readonly FieldChange[], owned: Owned, now: number) {
  const recent = new Set(
    (owned.converging ?? []).filter((one) => Date.parse(one.until) > now).map((one) => changeKey(one.change)),
  );
  if (recent.size === 0) return { open: changes, converging: [] };
  return {
    open: changes.filter((change) => !recent.has(changeKey(change))),
    converging: changes.filter((change) => recent.has(changeKey(change))),
  };
}

function changeKey(change: FieldChange): string {
  const value = change.op === "set" ? change.after : change.element;
  return `${change.op} ${dotted(change.path)} ${canonicalJson(value)}`;
}

/** For the notes of a plan. */
export function describeLag(change: FieldChange): string {
  if (change.op === "set") return `${dotted(change.path)} was written and reads still show the old value`;
  return `${dotted(change.path)} ${change.op === "add" ? "+" : "-"} ${elementName(change.element)} was written and reads do not show it yet`;
}

export function elementName(element: Value): string {
  return typeof element === "string" ? element : canonicalJson(element);
}
