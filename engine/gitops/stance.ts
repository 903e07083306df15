/** Where each stack of a pull request stands, in a word; the order in which a reader should hear of them. */
import { compareText } from "../address.ts";
import { actsOf } from "../report/plan-view.ts";
import { rulingOf } from "../report/verdicts.ts";
import type { Outlook, Target } from "./model.ts";

export type Stance =
  /** Guardrails deny it. */
  | "denied"
  /** There is no plan. */
  | "failed"
  /** Somebody asks for changes. */
  | "refused"
  | "needs-approval"
  | "removed"
  | "withheld"
  /** Everybody who has to has said yes; nobody has to where nothing asks for it. */
  | "approved"
  | "unchanged";

/** What matters most first. */
export const STANCES: readonly Stance[] = [
  "denied",
  "failed",
  "refused",
  "needs-approval",
  "removed",
  "withheld",
  "approved",
  "unchanged",
];

export const STANCE_SYMBOLS: Readonly<Record<Stance, string>> = {
  denied: "❌",
  failed: "❌",
  refused: "✋",
  "needs-approval": "✋",
  removed: "⚠️",
  withheld: "🔒",
  approved: "✅",
  unchanged: "✅",
};

export function stanceOf(outlook: Outlook): Stance {
  if (outlook.kind !== "planned") return outlook.kind;
  const { plan, standing } = outlook;
  const ruling = rulingOf(plan);
  if (ruling === "denied") return "denied";
  // Where a document stops protecting something nothing is written, and it is asked about all the same.
  if (actsOf(plan).length === 0 && standing.needs.length === 0) return "unchanged";
  if (standing.refusing.length > 0) return "refused";
  return standing.met ? "approved" : "needs-approval";
}

export type Planned = Extract<Outlook, { readonly kind: "planned" }>;

export function isPlanned(outlook: Outlook): outlook is Planned {
  return outlook.kind === "planned";
}

export function inOrderOfStance(outlooks: readonly Outlook[]): readonly Outlook[] {
  const rank = (outlook: Outlook): number => STANCES.indexOf(stanceOf(outlook));
  return [...outlooks].sort((a, b) => rank(a) - rank(b) || byTarget(a.target, b.target));
}

export function byTarget(a: Target, b: Target): number {
  return (
    compareText(a.stack, b.stack) || compareText(a.environment, b.environment) || compareText(a.directory, b.directory)
  );
}
