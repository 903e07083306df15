/**
 * What we wrote lately may be read as it was before. A read is brought up to what is known to be true before anybody
 * compares it: diff, drift, impact and preconditions then need to know nothing of lag.
 */
import { canonicalJson } from "../canonical.ts";
import type { FieldRule } from "../config/rules.ts";
import type { Converging, FieldChange, Live, Owned, Spec, Value } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { dotted, isList, valueAt } from "../value.ts";
import { applyFields, elementKey, isBlank, itemRule } from "./fields.ts";
import type { Found } from "./found.ts";

export interface CaughtUp {
  readonly live: Live;
  /** Changes of ours that the read did not show. */
  readonly lag: readonly FieldChange[];
}

/**
 * The live object as reads will show it once they have caught up: inside the consistency window a value from before our
 * write counts as the one that we wrote. A value that is neither is somebody else's, and stays.
 */
export function caughtUp(live: Live, owned: Owned | undefined, rule: FieldRule, now: number): CaughtUp {
  const recent = openAt(owned?.converging, now);
  if (recent.length === 0) return { live, lag: [] };
  let spec = live.spec;
  // In the order in which they were written: each finds what the one before it left, however old the read is.
  for (const { change } of recent) if (isBefore(spec, change, rule)) spec = applyFields(spec, [change], rule);
  const lag = recent
    .map(({ change }) => change)
    .filter((change) => isAfter(spec, change, rule) && !isAfter(live.spec, change, rule));
  return { live: spec === live.spec ? live : { ...live, spec }, lag };
}

function isBefore(spec: Spec, change: FieldChange, rule: FieldRule): boolean {
  if (change.op === "set") return same(valueAt(spec, change.path), change.before);
  return !isAfter(spec, change, rule);
}

function isAfter(spec: Spec, change: FieldChange, rule: FieldRule): boolean {
  const at = valueAt(spec, change.path);
  if (change.op === "set") return same(at, change.after);
  const item = itemRule(rule, change.path);
  const key = elementKey(change.element, item);
  const held = isList(at) && at.some((element) => elementKey(element, item) === key);
  return held === (change.op === "add");
}

/**
 * What one read says about an owned object. Where even a read by id lags, absence counts only once every read must show
 * what we made: until then it is as we made it.
 */
export function seen(live: Live | undefined, owned: Owned, facts: Lagging, rule: FieldRule, now: number): Found {
  if (live !== undefined) {
    const { live: known, lag } = live.id === owned.id ? caughtUp(live, owned, rule, now) : { live, lag: [] };
    return lag.length === 0 ? { state: "present", live: known } : { state: "present", live: known, lag };
  }
  const mayLag = facts.proof.by !== "read" && owned.shownBy !== undefined && Date.parse(owned.shownBy) > now;
  return mayLag ? { state: "present", live: asRemembered(owned) } : { state: "gone", id: owned.id };
}

type Lagging = Pick<KindFacts, "proof">;

export function asRemembered({ id, applied, computed }: Owned): Live {
  return { id, spec: applied, ...(computed === undefined ? {} : { computed }) };
}

/** What state is to remember: earlier writes inside their window as well as those of now. */
export function converging(
  before: Owned | undefined,
  written: readonly FieldChange[],
  window: number,
  now: number,
): readonly Converging[] {
  const until = new Date(now + window).toISOString();
  return [...openAt(before?.converging, now), ...written.map((change) => ({ change, until }))];
}

function openAt(all: readonly Converging[] | undefined, now: number): readonly Converging[] {
  return (all ?? []).filter((one) => Date.parse(one.until) > now);
}

/** Blank and absent are one: vendors send `""` and `[]` for "not set". */
function same(read: Value | undefined, other: Value | undefined): boolean {
  const blank = (value: Value | undefined): boolean => value === undefined || isBlank(value);
  return blank(read) ? blank(other) : canonicalJson(read ?? null) === canonicalJson(other ?? null);
}

/** For the notes of a plan. */
export function describeLag(change: FieldChange): string {
  if (change.op === "set") return `${dotted(change.path)} was written and reads still show the old value`;
  return `${dotted(change.path)} ${change.op === "add" ? "+" : "-"} ${elementName(change.element)} was written and reads do not show it yet`;
}

export function elementName(element: Value): string {
  return typeof element === "string" ? element : canonicalJson(element);
}
