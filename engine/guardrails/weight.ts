/** What a change takes and brings, counted by the same words for plans, for the ledger and for what there is. Pure. */
import type { KindRules } from "../config/rules.ts";
import { applyFields } from "../diff/fields.ts";
import type { Change, Live, PopulationChange } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { dotted, isList, valueAt } from "../value.ts";

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

/** Whom a changed rule may take in. */
export function perhapsTakenInBy({ uncertain }: PopulationChange): number {
  return uncertain.filter((one) => !one.held).length;
}

/** Elements and objects that a change brings, in the unit in which holdings are counted. What is adopted was there. */
export function addedBy(change: Change, rules: KindRules): number {
  switch (change.action) {
    case "create":
    case "replace":
      return Math.max(
        1,
        collectionsOf(change.after, rules).reduce((sum, one) => sum + one.size, 0),
      );
    case "update":
    case "adopt":
      return change.fields.filter(({ op }) => op === "add").length;
    default:
      return 0;
  }
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
