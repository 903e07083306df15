/** The rules that hold without anybody writing a policy: protection, break-glass, the identity that applies. */

import type { Limits } from "../config/limits.ts";
import type { KindRules } from "../config/rules.ts";
import { weightOf } from "../guardrails/weight.ts";
import type { Address, Change, Edge, Impact, Owned, Verdict } from "../model.ts";
import type { Standing } from "../provider.ts";
import { listed } from "../words.ts";

export interface SafetyInput {
  readonly changes: readonly Change[];
  readonly impact: Impact;
  readonly owned: ReadonlyMap<Address, Owned>;
  readonly limits: Limits;
  /** Asked only for instances whose administrators the plan touches. */
  readonly standing: ReadonlyMap<string, Standing>;
  readonly rulesOf: (kind: string) => KindRules;
}

export function safetyVerdicts(input: SafetyInput): readonly Verdict[] {
  return [...input.changes.flatMap((change) => protection(change, input)), ...breakGlass(input), ...ownRights(input)];
}

/** Protection counts as off only if state held it off before this run. */
function protection(change: Change, { owned, rulesOf }: SafetyInput): Verdict[] {
  const one = owned.get(change.address);
  const declared = "after" in change && change.after.protect;
  if (one?.protect !== true && !declared) return [];
  const refusal = (what: string): Verdict => ({
    name: "protect",
    outcome: "deny",
    address: change.address,
    message: `${change.address} is protected, and this plan would ${what} it.`,
    hint:
      "after" in change && !change.after.protect
        ? "Apply the removal of `protect` first, by itself; the next plan may then do this."
        : "Set `protect: false` in its document, apply that, and plan again.",
  });
  if (change.action === "delete") return [refusal(change.how)];
  if (change.action === "replace") return [refusal("replace")];
  // Something already gone is not protected by remembering it.
  if (change.action === "forget") return change.before === undefined ? [] : [refusal("stop managing")];
  const { emptied } = weightOf(change, rulesOf(change.kind));
  return emptied.length === 0 ? [] : [refusal(`empty ${listed(emptied)} of`)];
}

function breakGlass({ impact, limits }: SafetyInput): Verdict[] {
  const accounts = new Set(limits.breakGlass.map((login) => login.toLowerCase()));
  const hit = impact.lost.filter((edge) => accounts.has(edge.person.toLowerCase()));
  return hit.map((edge) => ({
    name: "break-glass",
    outcome: "deny",
    address: edge.address,
    message: `${edge.person} is a break-glass account and would lose ${edge.entitlement}.`,
    hint: "Take the account out of `limits.breakGlass` first, in a change of its own.",
  }));
}

/** What it loses when all is done; what it would be without in between is for `lock-out.ts`. */
function ownRights({ impact, standing, changes }: SafetyInput): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const [instance, { self }] of standing) {
    const losing = impact.lost.filter((edge) => locksOut(edge) && instanceOf(edge.address) === instance);
    for (const edge of losing.filter((one) => isSame(one, self))) {
      verdicts.push({
        name: "lock-out",
        outcome: "deny",
        address: edge.address,
        message: `${self.label} is what Accord applies with, and would lose ${edge.entitlement}.`,
        hint: "Change its own rights by hand, or with another credential.",
      });
    }
    for (const change of changes) {
      const verb = instanceOf(change.address) === instance ? endOf(change, self.id, impact) : undefined;
      if (verb === undefined || verdicts.some(({ address }) => address === change.address)) continue;
      verdicts.push({
        name: "lock-out",
        outcome: "deny",
        address: change.address,
        message: `${change.address} is ${self.label}, which Accord applies with, and this plan would ${verb}.`,
        hint: "Change its own account by hand, or with another credential.",
      });
    }
  }
  return verdicts;
}

/** What becomes of the account itself, in words; undefined where the change is about another object, or takes nothing. */
function endOf(change: Change, id: string, impact: Impact): string | undefined {
  if (change.action === "create" || change.before?.id !== id) return undefined;
  if (change.action === "delete") return `${change.how} it`;
  if (change.action === "replace") return "replace it";
  const taken = impact.lost.filter((edge) => edge.address === change.address);
  return taken.length === 0 ? undefined : `take ${listed(taken.map((edge) => edge.entitlement))} from it`;
}

/** Without the role nobody administers, and without the account neither. */
function locksOut(edge: Edge): boolean {
  return edge.administers === true || edge.account === true;
}

function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

function isSame(edge: Edge, one: { readonly id: string; readonly label: string }): boolean {
  return edge.personId === one.id || edge.person.toLowerCase() === one.label.toLowerCase();
}
