/** Nobody loses access whose replacement in this very plan did not come about. Pure. */
import { elementKey } from "../diff/fields.ts";
import type { Step } from "../graph/stages.ts";
import type { Address, Impact, Value } from "../model.ts";
import { listed } from "../words.ts";

/** What may be taken now; without a step nothing may. `note` tells what is held back. */
export interface Held {
  readonly step?: Step;
  readonly note?: string;
  /** The change that did not succeed. */
  readonly because?: Address;
}

/** `broken`: what did not succeed so far. */
export function withoutGaps(step: Step, impact: Impact, broken: ReadonlyMap<Address, Address>): Held {
  if (broken.size === 0) return { step };
  const missed = new Map<string, Address>();
  for (const edge of impact.gained) {
    if (broken.has(edge.address)) missed.set(edge.person.toLowerCase(), edge.address);
  }
  if (step.change.action === "delete") {
    const lost = impact.lost.filter((edge) => edge.address === step.change.address).map((edge) => edge.person);
    const holding = lost.filter((person) => missed.has(person.toLowerCase()));
    return holding.length === 0 ? { step } : heldFor(holding, missed);
  }
  const kept = (element: Value): boolean => missed.has(elementKey(element, { foldCase: true }));
  const fields = step.fields.filter((field) => field.op !== "remove" || !kept(field.element));
  if (fields.length === step.fields.length) return { step };
  const holding = step.fields.flatMap((field) =>
    field.op === "remove" && kept(field.element) ? [String(field.element)] : [],
  );
  const held = heldFor(holding, missed);
  // Not the last part of its change: the document is not applied as a whole.
  return fields.length === 0 ? held : { ...held, step: { ...step, fields, final: false } };
}

function heldFor(people: readonly string[], missed: ReadonlyMap<string, Address>): Held {
  const because = missed.get(people[0]?.toLowerCase() ?? "");
  return {
    note: `held back for ${listed([...new Set(people)], 5)}: what replaces it did not succeed`,
    ...(because === undefined ? {} : { because }),
  };
}
