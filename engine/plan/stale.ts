/** Is the world still as the plan saw it? Pure: fresh reads in, what moved out. */
import { canonicalJson } from "../canonical.ts";
import type { Address, Change, Live, Plan, Precondition, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { isList, isObject } from "../value.ts";
import { listed } from "../words.ts";
import { seenAs } from "./plan.ts";

/** One problem for each change whose object is not as planned. */
export function staleProblems(plan: Plan, fresh: ReadonlyMap<Address, Live | undefined>): readonly Problem[] {
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  return plan.preconditions.flatMap((condition) => {
    const change = changes.get(condition.address);
    if (change === undefined) return [];
    const now = seenAs(change, fresh.get(condition.address));
    return now.digest === condition.digest ? [] : [moved(change, condition, now)];
  });
}

function moved(change: Change, before: Precondition, now: Precondition): Problem {
  return {
    code: "stale-plan",
    message: `${change.address} has moved since the plan was made: ${what(before, now)}.`,
    hint: "Nothing was applied. Plan again, and have the new plan reviewed.",
    address: change.address,
    ...(change.source === undefined ? {} : { source: change.source }),
  };
}

function what(before: Precondition, now: Precondition): string {
  if (before.id === null) return `it exists now (${now.id})`;
  if (now.id === null) return "it is gone";
  if (before.id !== now.id) return `it was ${before.id} and is now ${now.id}`;
  const fields = new Set([...Object.keys(before.seen ?? {}), ...Object.keys(now.seen ?? {})]);
  const differ = [...fields].filter(
    (field) => canonicalJson(before.seen?.[field] ?? null) !== canonicalJson(now.seen?.[field] ?? null),
  );
  return differ.map((field) => difference(field, before.seen?.[field], now.seen?.[field])).join(", ");
}

function difference(field: string, before: Value | undefined, now: Value | undefined): string {
  if (now === true) return `${field} is there now`;
  if (now === false) return `${field} is no longer there`;
  if (!isList(before) || !isList(now)) return field;
  const names = (list: readonly Value[]): string[] =>
    list.map((item) => (isObject(item) ? canonicalJson(item) : String(item)));
  const [was, is] = [names(before), names(now)];
  const came = is.filter((name) => !was.includes(name)).map((name) => `${name} is there now`);
  const went = was.filter((name) => !is.includes(name)).map((name) => `${name} is no longer there`);
  return `${field}${came.length + went.length === 0 ? "" : `: ${listed([...came, ...went], 5)}`}`;
}
