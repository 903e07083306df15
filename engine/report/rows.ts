/** Changes as rows of a report: grouped by kind, deletes and privileged ones first, each with its lines and its reason. */
import { compareText } from "../address.ts";
import type { Action, Address } from "../model.ts";
import { fieldLines, type Line, specLines } from "./lines.ts";
import { privilegedAddresses } from "./people.ts";
import {
  type Act,
  actsOf,
  DEFAULT_LIMIT,
  type Identities,
  identitiesOf,
  instanceOf,
  type PlanView,
} from "./plan-view.ts";
import { plain, type Say, sayIn, word } from "./say.ts";
import { waitSentences } from "./waits.ts";

export interface Row {
  readonly change: Act;
  readonly privileged: boolean;
  /** What the action means here; empty where the symbol says it all. */
  readonly meaning: string;
  /** Sentences to read with it: what it waits for, and what its kind has to say. */
  readonly notes: readonly string[];
  /** Made when asked for: a report that truncates never pays for what it leaves out. */
  lines(): readonly Line[];
}

export interface RowGroup {
  readonly kind: string;
  readonly rows: readonly Row[];
}

export const SYMBOLS: Readonly<Record<Exclude<Action, "none">, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  adopt: "=",
  forget: "○",
};

export function rowGroupsOf(view: PlanView): readonly RowGroup[] {
  const privileged = privilegedAddresses(view.plan.impact);
  const identities = identitiesOf(view);
  const groups = new Map<string, Row[]>();
  for (const change of actsOf(view.plan)) {
    const rows = groups.get(change.kind) ?? [];
    groups.set(change.kind, rows);
    rows.push(rowOf(change, privileged, identities, view.limit ?? DEFAULT_LIMIT));
  }
  return [...groups]
    .map(([kind, rows]) => ({ kind, rows: rows.sort(byUrgency) }))
    .sort((a, b) => firstUrgency(a) - firstUrgency(b) || compareText(a.kind, b.kind));
}

function rowOf(change: Act, privileged: ReadonlySet<Address>, identities: Identities, limit: number): Row {
  const say = sayIn(instanceOf(change.address), identities, limit);
  return {
    change,
    privileged: privileged.has(change.address),
    meaning: meaningOf(change),
    notes: [...waitSentences(change), ...change.notes],
    lines: () => linesOf(change, say, limit),
  };
}

function linesOf(change: Act, say: Say, limit: number): readonly Line[] {
  switch (change.action) {
    case "create":
      return specLines(change.after.spec, "+", say, limit);
    case "update":
    case "replace":
    case "adopt":
      return fieldLines(change.fields, say, limit);
    case "delete":
      return specLines(change.before.spec, "-", say, limit);
    case "forget":
      return [];
  }
}

function meaningOf(change: Act): string {
  switch (change.action) {
    case "create":
    case "update":
      return "";
    case "replace":
      return reasonWords(change.reason) ?? "";
    case "delete": {
      const reason = reasonWords(change.reason);
      if (change.how === "delete") return reason ?? "";
      return reason === undefined ? "disabled, not deleted" : `disabled, not deleted: ${reason}`;
    }
    case "adopt":
      return `bound to the existing object ${word(change.before.id)}`;
    case "forget":
      return "no longer managed; stays live as it is";
  }
}

/** Terraform's words, which machines match on, in a person's. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_cannot_update: "it cannot be changed in place",
  replace_because_tainted: "its creation was left unfinished",
  replace_by_request: "asked for with --replace",
  replace_by_triggers: "something that it is bound to was replaced",
  delete_because_no_resource_config: "its document is gone",
};

function reasonWords(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  return Object.hasOwn(REASONS, reason) ? REASONS[reason] : plain(reason);
}

const ORDER: readonly Act["action"][] = ["delete", "replace", "update", "adopt", "create", "forget"];

/** Destroying and privileged, destroying, privileged, the rest: 0 to 3. */
export function urgency(row: Row): number {
  const destroys = row.change.action === "delete" || row.change.action === "replace";
  return (destroys ? 0 : 2) + (row.privileged ? 0 : 1);
}

function byUrgency(a: Row, b: Row): number {
  return (
    urgency(a) - urgency(b) ||
    ORDER.indexOf(a.change.action) - ORDER.indexOf(b.change.action) ||
    compareText(a.change.address, b.change.address)
  );
}

function firstUrgency(group: RowGroup): number {
  const [first] = group.rows;
  return first === undefined ? 4 : urgency(first);
}
