/** Facts → the things that guardrails are asked about, one by one, as CEL wants them. */
import { prepare } from "../cel/values.ts";
import type { Address } from "../model.ts";
import type { Each } from "./environment.ts";
import type { ChangeFacts, Facts } from "./facts.ts";
import type { MoveFacts } from "./move-facts.ts";
import type { ObjectFacts } from "./object-facts.ts";

export interface Subject {
  /** Ready for any number of expressions. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** How a verdict calls it. */
  readonly label: string;
  readonly address?: Address;
  /** What an exception may cover it by. */
  readonly names: readonly string[];
}

export type Subjects = Readonly<Record<Each, readonly Subject[]>>;

export function subjectsOf({ plan, impact }: Facts): Subjects {
  // Whoever refers to a document of a thousand members refers to one and the same.
  const objects = new Map<ObjectFacts, unknown>();
  const object = (facts: ObjectFacts): unknown => {
    if (!objects.has(facts)) objects.set(facts, prepare(facts));
    return objects.get(facts);
  };
  const changes = plan.changes.map((facts) => ({
    facts,
    ready: prepare({ ...facts, uses: facts.uses.map(object), usedBy: facts.usedBy.map(object) }),
  }));
  const gained = impact.gained.map((facts) => ({ facts, ready: prepare(facts) }));
  const lost = impact.lost.map((facts) => ({ facts, ready: prepare(facts) }));
  const ready = (all: readonly { readonly ready: unknown }[]): readonly unknown[] => all.map((one) => one.ready);
  const whole = {
    plan: prepare({ ...plan, changes: ready(changes) }),
    impact: prepare({ gained: ready(gained), lost: ready(lost) }),
  };
  const changeAt = new Map(changes.map(({ facts, ready }) => [facts.address, ready]));
  const nothing = prepare(NO_CHANGE);
  return {
    change: changes.map(({ facts, ready }) => ({
      variables: { change: ready, ...whole },
      label: facts.address,
      // Facts are made of changes, whose addresses these are.
      address: facts.address as Address,
      names: [facts.address],
    })),
    move: [...gained, ...lost].map(({ facts, ready }) => ({
      variables: { move: ready, change: changeAt.get(facts.address) ?? nothing, ...whole },
      label: labelOf(facts),
      address: facts.address as Address,
      names: [facts.person, facts.address],
    })),
    plan: [{ variables: whole, label: "the plan", names: [plan.stack] }],
  };
}

function labelOf({ person, entitlement }: MoveFacts): string {
  return `${person}: ${entitlement}`;
}

/** For a move whose change is not in the plan: a rule that stands still, of which an example says no more. */
export const NO_CHANGE: ChangeFacts = {
  ...{ address: "", instance: "", kind: "", name: "", labels: {}, protect: false, privileged: false, declared: {} },
  ...{ action: "none", before: {}, after: {}, explained: {}, fields: [], uses: [], usedBy: [] },
};
