/** What every human format asks of a plan first: how many of what, is it allowed, which objects are which. */

import type { Action, Address, Change, Live, Plan } from "../model.ts";
import { count } from "../words.ts";
import { plain } from "./say.ts";
import { approvalsOf, approverWords, deciderWords, reservationWords, rulingOf } from "./verdicts.ts";

/** A plan and what a reader needs beside it. */
export interface PlanView {
  readonly plan: Plan;
  /** Address of the object behind an id, from state; the plan's own objects are known without it. */
  addressOf?(instance: string, id: string): Address | undefined;
  /** File the plan was saved to, for the line that says what to do next. */
  readonly savedAs?: string;
  /** By which an override names it. */
  readonly digest?: string;
  /** Options that the next command needs too, each after a space: ` --sandbox`. */
  readonly again?: string;
  /** False where the plan is about to be applied anyway. */
  readonly next?: boolean;
  /** Names, elements and lines shown of one thing before a count takes over; default 20. */
  readonly limit?: number;
}

export const DEFAULT_LIMIT = 20;

/** A change that does something. */
export type Act = Exclude<Change, { readonly action: "none" }>;

export function actsOf(plan: Plan): readonly Act[] {
  return plan.changes.filter((change): change is Act => change.action !== "none");
}

export type Counts = Readonly<Record<Action, number>>;

export function countsOf(changes: readonly Change[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, adopt: 0, forget: 0, none: 0 };
  for (const change of changes) counts[change.action] += 1;
  return counts;
}

const VERBS = {
  create: "create",
  update: "change",
  delete: "delete",
  replace: "replace",
  adopt: "adopt",
  forget: "forget",
};

/** `5 to create, 1 to change, 0 to delete`: the common three always, so that a zero can be read; the rest as they come. */
export function countWords(counts: Counts): string {
  return wordsFor(counts, ["create", "update", "delete"]);
}

/** Only what happens: `2 to change, 1 to delete`. */
export function shortCountWords(counts: Counts): string {
  return wordsFor(counts, []);
}

function wordsFor(counts: Counts, always: readonly Act["action"][]): string {
  const actions = ["create", "update", "delete", "replace", "adopt", "forget"] as const;
  return actions
    .filter((action) => counts[action] > 0 || always.includes(action))
    .map((action) => `${counts[action]} to ${VERBS[action]}`)
    .join(", ");
}

/** `Allowed, with 2 warnings.`, `DENIED by budget:removals.`, `NEEDS APPROVAL by 2 of security (new-admins).` */
export function verdictWords(plan: Plan): string {
  switch (rulingOf(plan)) {
    case "denied":
      return `DENIED by ${deciderWords(plan, plain)}.`;
    case "needs-approval":
      return `NEEDS APPROVAL by ${approverWords(approvalsOf(plan), plain)} (${deciderWords(plan, plain)}).`;
    case "allowed":
      return `Allowed${reservationWords(plan)}.`;
  }
}

/** The line a plan opens with. */
export function verdictLine(plan: Plan): string {
  const counts = countsOf(plan.changes);
  const partial = plan.complete ? "" : " Partial: --target or --exclude left resources out.";
  if (actsOf(plan).length > 0) {
    const plans = { normal: "Plan", "refresh-only": "Refresh-only plan", destroy: "Destroy plan" } as const;
    return `${plans[plan.mode]}: ${countWords(counts)}. ${verdictWords(plan)}${partial}`;
  }
  const verdict = verdictWords(plan);
  return `No changes: ${count(plan.changes.length, "resource")}, live as declared.${verdict === "Allowed." ? "" : ` ${verdict}`}${partial}`;
}

/** The tenant's end of a change: what is known of the object before it. */
export function beforeOf(change: Change): Live | undefined {
  return change.action === "create" ? undefined : change.before;
}

export function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

/** Finds what an id stands for. */
export interface Identities {
  addressOf(instance: string, id: string): Address | undefined;
  nameOf(instance: string, id: string): string | undefined;
}

/** From the plan's own objects, then from state. An id that two objects share names neither. */
export function identitiesOf(view: PlanView): Identities {
  // Most plans of thousands of resources change none, and then nobody asks.
  let index: ReturnType<typeof indexOf> | undefined;
  const indexed = (): ReturnType<typeof indexOf> => {
    index ??= indexOf(view.plan);
    return index;
  };
  return {
    addressOf: (instance, id) => {
      const { addresses } = indexed();
      const key = `${instance} ${id}`;
      return addresses.has(key) ? addresses.get(key) : view.addressOf?.(instance, id);
    },
    nameOf: (instance, id) => indexed().names.get(`${instance} ${id}`),
  };
}

function indexOf(plan: Plan) {
  const addresses = new Map<string, Address | undefined>();
  const names = new Map<string, string>(Object.entries(plan.names));
  for (const change of plan.changes) {
    const before = beforeOf(change);
    if (before === undefined) continue;
    const instance = instanceOf(change.address);
    const key = `${instance} ${before.id}`;
    addresses.set(key, addresses.has(key) ? undefined : change.address);
    for (const [id, name] of Object.entries(before.names ?? {})) names.set(`${instance} ${id}`, name);
  }
  return { addresses, names };
}
