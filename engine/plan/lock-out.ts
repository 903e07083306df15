/**
 * Administrators, the identity that applies and the break-glass accounts keep what they have at every moment at which a
 * run may come to stand. Where an order of the steps sees to that, the plan takes it on; where none does, it is denied.
 * Pure.
 */
import { type Step, type Steps, stepsOf } from "../graph/stages.ts";
import { BEFORE } from "../guardrails/administrators.ts";
import { accountNode, administering, instanceOf } from "../guardrails/holding-names.ts";
import { type Holding, stepKey } from "../guardrails/holdings.ts";
import { closed, type Outcome, type Shift, safeOrder, worstMoments } from "../guardrails/moments.ts";
import type { Change, Verdict } from "../model.ts";
import { type Invariant, type InvariantInput, invariantsOf, keyed, type Left, viewOf } from "./invariants.ts";
import { type WantedWait, withWaits } from "./waits.ts";

export interface LockOutInput extends InvariantInput {
  /** What has to wait may be made to; otherwise the plan stands as it is. */
  readonly ordering: boolean;
}

export interface Ordered {
  readonly changes: readonly Change[];
  readonly verdicts: readonly Verdict[];
  /** Of each instance that was asked. */
  readonly administrators: readonly Left[];
}

export function keepAdministrators(input: LockOutInput): Ordered {
  const { factsOf, ordering } = input;
  let { changes } = input;
  const verdicts: Verdict[] = [];
  const invariants = invariantsOf(input);
  for (const invariant of invariants) {
    const steps = stepsOf(changes, factsOf);
    const byKey = keyed(steps);
    const outcome = safeOrder({ ...questionOf(invariant, steps, byKey, factsOf), holds: invariant.holds });
    const wanted = outcome.safe ? outcome.pairs.flatMap((pair) => waitOf(pair, byKey, invariant)) : [];
    const next = ordering ? withWaits(changes, wanted, factsOf) : { changes, refused: wanted };
    if (outcome.safe && next.refused.length === 0) changes = next.changes;
    else verdicts.push(denial(invariant, outcome, ordering, byKey));
  }
  const steps = stepsOf(changes, factsOf);
  const byKey = keyed(steps);
  return {
    changes,
    verdicts,
    administrators: invariants.flatMap((invariant) => {
      const moments = worstMoments(questionOf(invariant, steps, byKey, factsOf));
      return invariant.left?.(moments) ?? [];
    }),
  };
}

/** Instances whose administrators a plan may take something from: only they are asked who else there is. */
export function instancesLosingAdministrators(input: Omit<InvariantInput, "standing" | "leaver">): readonly string[] {
  const taking = input.changes.filter(({ action }) => action !== "create" && action !== "forget" && action !== "none");
  if (taking.length === 0) return [];
  const { endings, holdings } = viewOf(input, []);
  const touched = (holding: Holding): boolean => holding.takes.size > 0;
  // The object that loses something is the very account that held it: perhaps ours.
  const ids = new Map(taking.map((change) => [change.address, "before" in change ? change.before?.id : undefined]));
  const own = holdings
    .all()
    .filter((holding) => touched(holding) && holding.edge.personId === ids.get(holding.address));
  const losing = new Set(own.map(({ address }) => instanceOf(address)));
  return [...new Set(taking.map(({ address }) => instanceOf(address)))].filter(
    (name) =>
      losing.has(name) ||
      (endings.get(name)?.size ?? 0) > 0 ||
      holdings.towards([administering(name), accountNode(name)]).some(touched),
  );
}

function questionOf(
  { takes, gives }: Invariant,
  steps: Steps,
  byKey: ReadonlyMap<string, Step>,
  factsOf: InvariantInput["factsOf"],
) {
  const shifts = [...byKey].flatMap(([key, { change }]): Shift[] => {
    const atomic = change.action === "update" && factsOf(change.kind).whole === true;
    return takes.has(key) || gives.has(key) ? [{ key, takes: takes.has(key), gives: gives.has(key), atomic }] : [];
  });
  const others = (key: string, some: (step: Step) => readonly Step[]): ReadonlySet<string> => {
    const step = byKey.get(key);
    return new Set(step === undefined ? [] : some(step).map(stepKey));
  };
  const awaited = (step: Step): readonly Step[] => steps.awaited(step).flatMap(([, other]) => other ?? []);
  return {
    shifts,
    sure: new Map([...byKey.keys()].map((key) => [key, others(key, awaited)])),
    forced: closed(
      shifts.map(({ key }) => key),
      (key) => others(key, steps.follows),
    ),
  };
}

function waitOf(
  [waits, other]: readonly [string, string],
  byKey: ReadonlyMap<string, Step>,
  invariant: Invariant,
): readonly WantedWait[] {
  const [one, first] = [byKey.get(waits), byKey.get(other)];
  if (one === undefined || first === undefined) return [];
  const { address } = one.change;
  return [
    {
      address,
      part: one.part ?? "take",
      for: { address: first.change.address, part: first.part ?? "give" },
      why: invariant.why(waits, other),
    },
  ];
}

function denial(
  { name, ...invariant }: Invariant,
  outcome: Outcome,
  ordering: boolean,
  byKey: ReadonlyMap<string, Step>,
): Verdict {
  const { at = "", moment = BEFORE } = outcome.broken ?? {};
  const end = !outcome.safe && outcome.end;
  const address = byKey.get(at)?.change.address;
  return {
    name,
    outcome: "deny",
    ...(address === undefined ? {} : { address }),
    message: `${invariant.broken(moment)}${end ? "" : ", should the run stop half-way"}.`,
    hint: end
      ? "Name who is to administer instead in the same plan: it is given before anything is taken. Or keep somebody."
      : outcome.safe && !ordering
        ? "Plan again: what has to wait for what is decided then."
        : "Nothing else of this plan can come first. Give it anew in one apply, and take the old in the next.",
  };
}
