/** How much a plan takes and gives, held against the limits; what the window has already seen counts too. Pure. */

import type { Limits } from "../config/limits.ts";
import type { KindRules } from "../config/rules.ts";
import { applyFields } from "../diff/fields.ts";
import type { Address, Change, Edge, Impact, Live, PopulationChange, Verdict } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { dotted, isList, valueAt } from "../value.ts";
import { count, listed } from "../words.ts";

/** What earlier runs in the window did, from the ledger; per kind. */
export interface Spent {
  readonly removals: Readonly<Record<string, number>>;
  readonly grants: number;
  readonly privilegedGrants: number;
  readonly emptied: number;
  /** Owned resources without a ledger: nobody knows what the window held, so it counts as used up. */
  readonly exhausted: boolean;
}

export const NOTHING_SPENT: Spent = { removals: {}, grants: 0, privilegedGrants: 0, emptied: 0, exhausted: false };

/** Elements and objects that a kind holds now: what a share is a share of. */
export type HeldByKind = Readonly<Record<string, number>>;

/** What one change takes away: counted by the same words for the plan and for the ledger. */
export interface Weight {
  /** Elements removed from collections, or one for an object that goes with nothing in it; and whom an uncertain effect concerns. */
  readonly removed: number;
  /** Collections that end empty and were not; of an object that goes, those that held people. */
  readonly emptied: readonly string[];
}

export function weightOf(change: Change, rules: KindRules): Weight {
  const { removed, emptied } = certainWeight(change, rules);
  const concerned = change.uncertain?.people ?? 0;
  const ends = change.action === "delete" || change.action === "replace";
  return { removed: removed + concerned, emptied: ends && concerned > 0 ? [...emptied, UNCERTAIN] : emptied };
}

/**
 * Whom a changed rule lets go, or may: judged here, and counted like removals by name. `empties`: nobody would be left of
 * those whom it holds, and nobody comes.
 */
export function letGoBy({ leaves, uncertain, enters, held }: PopulationChange): {
  readonly removed: number;
  readonly empties: boolean;
} {
  const removed = leaves.length + uncertain.filter((one) => one.held).length;
  return { removed, empties: removed > 0 && removed >= held && enters.length === 0 };
}

/** Stands for the people behind an object of which nobody can tell whether they stay. */
const UNCERTAIN = "(uncertain)";

function certainWeight(change: Change, rules: KindRules): Weight {
  switch (change.action) {
    case "delete":
    case "replace": {
      const collections = collectionsOf(change.before, rules);
      const elements = collections.reduce((sum, one) => sum + one.size, 0);
      // A new object begins with what the document declares; what it does not goes with the old one.
      const anew = change.action === "replace" ? collectionsOf(change.after, rules) : [];
      const stays = new Set(anew.filter((one) => one.size > 0).map((one) => one.field));
      const emptied = collections.filter((one) => one.people && one.size > 0 && !stays.has(one.field));
      return { removed: Math.max(1, elements), emptied: emptied.map((one) => one.field) };
    }
    case "update":
    case "adopt": {
      const removed = change.fields.filter((field) => field.op === "remove");
      const after = applyFields(change.before.spec, change.fields, rules.spec);
      const emptied = [...new Set(removed.map((field) => dotted(field.path)))].filter((field) => {
        const left = valueAt(after, field.split("."));
        return isList(left) && left.length === 0;
      });
      return { removed: removed.length, emptied };
    }
    default:
      return { removed: 0, emptied: [] };
  }
}

function collectionsOf(
  { spec }: Pick<Live, "spec">,
  rules: KindRules,
): { field: string; size: number; people: boolean }[] {
  return [...(rules.spec.properties ?? [])]
    .filter(([, rule]) => rule.unordered === true)
    .map(([field, rule]) => {
      const value = spec[field];
      const people = rule.person === true || rule.items?.person === true;
      return { field, size: isList(value) ? value.length : 0, people };
    });
}

/** What is known of kinds without a tenant. */
interface Kinds {
  rulesOf(kind: string): KindRules;
  factsOf(kind: string): KindFacts;
}

/** Counted as `weightOf` counts, so that taking all of it is all of it. */
export function heldByKind(lives: Iterable<{ kind: string; live: Live }>, kinds: Kinds): HeldByKind {
  const held: Record<string, number> = {};
  for (const { kind, live } of lives) {
    const elements = collectionsOf(live, kinds.rulesOf(kind)).reduce((sum, one) => sum + one.size, 0);
    const ended = kinds.factsOf(kind).describe?.({ action: "delete", before: live, after: undefined, fields: [] });
    held[kind] = (held[kind] ?? 0) + Math.max(1, elements) + (ended?.uncertain?.people ?? 0);
  }
  return held;
}

export interface BudgetInput {
  readonly changes: readonly Change[];
  readonly impact: Impact;
  readonly populations?: readonly PopulationChange[] | undefined;
  readonly limits: Limits;
  readonly spent: Spent;
  readonly held: HeldByKind;
  readonly rulesOf: (kind: string) => KindRules;
}

export function budgetVerdicts(input: BudgetInput): readonly Verdict[] {
  return [...removals(input), ...releases(input), ...emptying(input), ...grants(input)];
}

/** Of each rule by itself: a share of the people whom it holds. */
function releases({ populations = [], limits, spent }: BudgetInput): Verdict[] {
  const { share, floor, count: most } = limits.removals;
  return populations.flatMap((population) => {
    const { removed } = letGoBy(population);
    const { held, address, entitlement } = population;
    const tooMany = most !== undefined && removed > most;
    const tooLarge = held >= floor && removed > held * share;
    if (removed === 0 || (!tooMany && !tooLarge && !spent.exhausted)) return [];
    const why = spent.exhausted
      ? ", and there is no ledger to tell what was removed lately: the budget counts as used up"
      : `: more than ${tooMany ? most : `${Math.round(share * 100)} %`}`;
    const message = `${removed} of ${count(held, "person", "people")} would leave by a rule (${entitlement}, ${address})${why}.`;
    return [denial("removals", message)];
  });
}

function removals({ changes, limits, spent, held, rulesOf }: BudgetInput): Verdict[] {
  const byKind = new Map<string, { removed: number; addresses: Address[] }>();
  for (const change of changes) {
    const { removed } = weightOf(change, rulesOf(change.kind));
    if (removed === 0) continue;
    const kind = byKind.get(change.kind) ?? { removed: 0, addresses: [] };
    kind.removed += removed;
    kind.addresses.push(change.address);
    byKind.set(change.kind, kind);
  }
  const verdicts: Verdict[] = [];
  for (const [kind, { removed, addresses }] of byKind) {
    const before = spent.removals[kind] ?? 0;
    const total = (held[kind] ?? 0) + before;
    const all = removed + before;
    const { share, floor, count: most } = limits.removals;
    const tooMany = most !== undefined && all > most;
    const tooLarge = total >= floor && all > total * share;
    if (!tooMany && !tooLarge && !spent.exhausted) continue;
    const earlier = before === 0 ? "" : `, with ${before} taken earlier in the window`;
    verdicts.push(
      denial(
        "removals",
        spent.exhausted
          ? `${count(removed, "removal")} of ${kind}, and there is no ledger to tell what was removed lately: the budget counts as used up.`
          : `${count(removed, "removal")} of ${kind} out of ${total}${earlier}: more than ${tooMany ? most : `${Math.round(share * 100)} %`} (${listed(addresses, 3)}).`,
      ),
    );
  }
  return verdicts;
}

function emptying({ changes, populations = [], limits, spent, rulesOf }: BudgetInput): Verdict[] {
  const emptied = [
    ...changes.flatMap((change) =>
      weightOf(change, rulesOf(change.kind)).emptied.map((field) => `${change.address} ${field}`),
    ),
    ...populations
      .filter((population) => letGoBy(population).empties)
      .map(({ address, entitlement }) => `${address} (${entitlement})`),
  ];
  const within = emptied.length + spent.emptied <= limits.emptying.count && !spent.exhausted;
  if (emptied.length === 0 || within) return [];
  return [denial("emptying", `${listed(emptied, 5)} would be left with nobody.`)];
}

function grants({ impact, limits, spent }: BudgetInput): Verdict[] {
  const verdicts: Verdict[] = [];
  const privileged = impact.gained.filter((edge: Edge) => edge.privileged === true || edge.administers === true).length;
  const over = (name: string, now: number, before: number, most: number | undefined, noun: string): void => {
    if (most === undefined || now === 0 || (now + before <= most && !spent.exhausted)) return;
    const why = spent.exhausted
      ? `, and there is no ledger to tell what was granted lately: the budget of ${most} counts as used up.`
      : `${before === 0 ? "" : ` after ${before} in the window`}: more than ${most}.`;
    verdicts.push(denial(name, `${count(now, noun)}${why}`));
  };
  over("grants", impact.gained.length, spent.grants, limits.grants?.count, "grant");
  over("privilegedGrants", privileged, spent.privilegedGrants, limits.privilegedGrants?.count, "privileged grant");
  return verdicts;
}

function denial(name: string, message: string): Verdict {
  return {
    name: `budget:${name}`,
    outcome: "deny",
    message,
    hint: `If this is meant: \`--allow budget:${name}@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.`,
  };
}
