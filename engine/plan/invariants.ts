/**
 * What must hold at every moment of a run: enough people administer each instance, and the identity that applies and the
 * break-glass accounts hold what they hold. Pure.
 */
import type { Limits } from "../config/limits.ts";
import { type Step, type Steps, stepsOf } from "../graph/stages.ts";
import { administratorsOf, BEFORE, type Ending } from "../guardrails/administrators.ts";
import { accountNode, administering, instanceOf } from "../guardrails/holding-names.ts";
import { type Holding, type Holdings, type HoldingsInput, holdingsOf, stepKey } from "../guardrails/holdings.ts";
import { keptBy, type Person } from "../guardrails/kept.ts";
import type { Break, Moment } from "../guardrails/moments.ts";
import { weightOf } from "../guardrails/weight.ts";
import type { Change } from "../model.ts";
import type { Standing } from "../provider.ts";
import { count, listed } from "../words.ts";

export interface InvariantInput extends Omit<HoldingsInput, "steps" | "guarded"> {
  readonly limits: Pick<Limits, "administrators" | "breakGlass">;
  readonly standing: ReadonlyMap<string, Standing>;
  /** Why somebody cannot use what they hold, as far as the instance has told. */
  readonly leaver?: (instance: string, login: string) => string | undefined;
}

/** Who administers an instance before a run, and who would still, should it stop at its worst moment. */
export interface Left {
  readonly instance: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What must hold at every moment, and in whose words a plan is ordered or denied for it. */
export interface Invariant {
  readonly name: "lock-out" | "break-glass";
  readonly takes: ReadonlySet<string>;
  readonly gives: ReadonlySet<string>;
  holds(moment: Moment): boolean;
  /** What would be at a moment, as a sentence without its full stop. */
  broken(moment: Moment): string;
  /** Why the first one waits for the second, as a sentence ends. */
  why(waits: string, other: string): string;
  /** Of what is counted: what there is before the run, and at the worst moment of it. */
  left?(moments: Iterable<Break>): Left;
}

export function keyed(steps: Steps): ReadonlyMap<string, Step> {
  return new Map(steps.stages.flatMap(({ layers }) => layers.flat()).map((step) => [stepKey(step), step]));
}

interface View {
  readonly holdings: Holdings;
  /** Instance → vendor id → what ends it. */
  readonly endings: ReadonlyMap<string, ReadonlyMap<string, Ending>>;
  readonly after: Moment;
}

export function viewOf(input: Omit<InvariantInput, "standing" | "leaver">, guarded: readonly string[]): View {
  const steps = stepsOf(input.changes, input.factsOf);
  const keys = new Set([...keyed(steps).keys()]);
  const endings = new Map<string, Map<string, Ending>>();
  for (const change of input.changes) {
    const ending = endingOf(change, input, keys);
    if (ending === undefined || !("before" in change) || change.before === undefined) continue;
    const instance = instanceOf(change.address);
    endings.set(instance, (endings.get(instance) ?? new Map<string, Ending>()).set(change.before.id, ending));
  }
  return {
    holdings: holdingsOf({ ...input, steps, guarded: new Set(guarded) }),
    endings,
    after: { begun: keys, done: keys },
  };
}

/** What ends an object, or leaves it with nobody: what it holds for others ends with it. */
function endingOf(
  change: Change,
  { rulesOf }: Pick<InvariantInput, "rulesOf">,
  keys: ReadonlySet<string>,
): Ending | undefined {
  const { address, action } = change;
  if (action === "delete") return { by: address, how: "ends" };
  if (action === "replace") return { by: address, how: "renews" };
  if (action !== "update" && action !== "adopt") return undefined;
  if (weightOf(change, rulesOf(change.kind)).emptied.length === 0) return undefined;
  const taking = `${address} take`;
  return { by: keys.has(taking) ? taking : address, how: "empties" };
}

export function invariantsOf(input: InvariantInput): readonly Invariant[] {
  const { limits, standing, leaver = () => undefined } = input;
  const selves = [...standing].map(([instance, { self }]) => ({ instance, self }));
  const guarded = [
    ...limits.breakGlass.map((login) => login.toLowerCase()),
    ...selves.flatMap(({ self }) => [self.id, self.label.toLowerCase()]),
  ];
  if (guarded.length === 0) return [];
  const view = viewOf(input, guarded);
  const ofPerson = (person: Person, name: Invariant["name"], matters: (node: string) => boolean): Invariant[] => {
    const kept = keptBy(person, view.holdings.all(), view.after, matters);
    if (kept.holdings.length === 0) return [];
    const what = name === "break-glass" ? "is a break-glass account" : "is what Accord applies with";
    return [
      {
        name,
        ...sidesOf(kept.holdings),
        holds: (moment) => kept.missing(moment).length === 0,
        broken: (moment) => `${person.label} ${what}, and would be without ${listed(kept.missing(moment))}`,
        why: () => `${person.label} ${what}, and is never to be without what it holds`,
      },
    ];
  };
  return [
    ...limits.breakGlass.flatMap((label) =>
      ofPerson({ label }, "break-glass", (node) => !/^(administers|direct) /.test(node)),
    ),
    ...selves.flatMap(({ instance, self }) =>
      ofPerson(self, "lock-out", (node) => node === administering(instance) || node === accountNode(instance)),
    ),
    ...[...standing].flatMap(([instance, { administrators }]) =>
      administrators.length === 0 ? [] : [minimum(instance, administrators, view, limits, leaver)],
    ),
  ];
}

/** Where the plan takes it from nobody, that there are too few is not its doing. */
function minimum(
  instance: string,
  administrators: Standing["administrators"],
  { holdings, endings }: View,
  limits: InvariantInput["limits"],
  leaver: (instance: string, login: string) => string | undefined,
): Invariant {
  const least = limits.administrators;
  const ended = endings.get(instance) ?? new Map<string, Ending>();
  const among = administratorsOf({
    instance,
    administrators,
    holdings,
    endings: ended,
    leaver: (login) => leaver(instance, login),
  });
  const sides = sidesOf(among.holdings);
  const own = administrators.flatMap(({ id }) => ended.get(id) ?? []);
  return {
    name: "lock-out",
    takes: new Set([...sides.takes, ...own.map(({ by }) => by)]),
    gives: new Set([...sides.gives, ...own.flatMap(({ by, how }) => (how === "renews" ? [by] : []))]),
    holds: (moment) => among.missing(moment).length === 0 || among.at(moment).length >= least,
    broken(moment) {
      const left = among.at(moment).length;
      const few = left === 0 ? "no administrator" : `${left} of at least ${count(least, "administrator")}`;
      return `${instance} would be left with ${few}: ${listed(among.missing(moment))} would administer no more`;
    },
    why(waits, other) {
      const losing = among.missing({ begun: new Set([waits]), done: BEFORE.done });
      const gaining = among.givenBy(other);
      return losing.length === 0 || gaining.length === 0
        ? `${instance} keeps ${count(least, "administrator")}`
        : `${listed(losing)} administer${losing.length === 1 ? "s" : ""} ${instance} until ${listed(gaining)} ${gaining.length === 1 ? "does" : "do"}`;
    },
    left(moments) {
      const before = among.at(BEFORE);
      let after = before;
      for (const { moment } of moments) {
        const now = among.at(moment);
        if (now.length < after.length) after = now;
      }
      return { instance, before, after };
    },
  };
}

function sidesOf(holdings: readonly Holding[]): Pick<Invariant, "takes" | "gives"> {
  return {
    takes: new Set(holdings.flatMap((holding) => [...holding.takes])),
    gives: new Set(holdings.flatMap((holding) => [...holding.gives])),
  };
}
