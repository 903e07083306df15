/** What nobody can tell of a plan: effects that a vendor does not document, each counted as the worst that it can be. */
import type { Address, Plan } from "../model.ts";
import { count } from "../words.ts";
import { actsOf } from "./plan-view.ts";

export interface UncertainRow {
  readonly address: Address;
  /** With what it counts as. */
  readonly effect: string;
}

export interface UncertainEffects {
  readonly title: string;
  /** `3 people may lose access`; empty where it concerns nobody. */
  readonly people: string;
  readonly rows: readonly UncertainRow[];
}

/** Undefined where all effects are known. */
export function uncertainOf(plan: Plan): UncertainEffects | undefined {
  const acts = actsOf(plan).flatMap(({ address, uncertain }) =>
    uncertain === undefined ? [] : [{ address, uncertain }],
  );
  if (acts.length === 0) return undefined;
  // Whoever stands behind a profile stands behind its automation too: a sum would count people twice.
  const most = Math.max(...acts.map(({ uncertain }) => uncertain.people));
  const atLeast = acts.filter(({ uncertain }) => uncertain.people > 0).length > 1 ? " or more" : "";
  const people = most === 0 ? "" : `${most}${atLeast} ${most === 1 ? "person" : "people"} may lose access`;
  return {
    title: people === "" ? "Uncertain" : `Uncertain: ${people}`,
    people,
    rows: acts.map(({ address, uncertain: { effect, people } }) => ({
      address,
      effect: people === 0 ? `${effect}.` : `${effect}; counted as ${count(people, "person", "people")} losing it.`,
    })),
  };
}
