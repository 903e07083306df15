/** What a plan makes people hold together → verdicts in words, and what has to come first so that a swap breaks no pair. Pure. */
import type { Unread } from "../impact/access.ts";
import type { Both, Held, Together } from "../impact/together.ts";
import type { Verdict } from "../model.ts";
import type { WantedWait } from "../plan/waits.ts";
import { count, listed } from "../words.ts";
import { type Exception, endedWords, endingWords, excusedWords, excuseFor } from "./exceptions.ts";
import type { Separation } from "./separation.ts";

/** A pair that the plan is about. */
export interface Concerned {
  readonly separation: Separation;
  readonly together: Together;
}

export interface SeparationView {
  /** Epoch milliseconds, which decide what exceptions still hold. */
  readonly now: number;
  /** What cannot come in that order. */
  readonly refused: readonly WantedWait[];
  /** As people know it. */
  readonly nameOf: (one: Unread) => string;
}

/** People shown of one pair before a count takes over. */
const FEW = 3;

export function separationVerdicts({ separation, together }: Concerned, view: SeparationView): readonly Verdict[] {
  const { name, description, exceptions, outcome } = separation;
  const verdict = (kind: Verdict["outcome"], message: string, more: Partial<Verdict> = {}): Verdict => ({
    name: `separation:${name}`,
    outcome: kind,
    message,
    ...(kind === "approve" && separation.from !== undefined ? { approvers: separation.from } : {}),
    ...more,
  });
  const excuses = new Map(together.both.map((one) => [one, excuseFor([one.person], exceptions, view.now)]));
  const standing = together.both.filter((one) => excuses.get(one)?.holds !== true);
  const by = (when: Both["when"]): readonly Both[] => standing.filter((one) => one.when === when);
  const ended = (some: readonly Both[]): string => endings(some.flatMap((one) => excuses.get(one)?.exception ?? []));

  const verdicts: Verdict[] = [];
  const after = by("after");
  if (after.length > 0) {
    const address = after[0]?.gives[0];
    verdicts.push(
      verdict(outcome, `${opening(description)}: ${people(after, holding)}.${ended(after)}`, {
        hint: separation.hint ?? advice(separation),
        ...(address === undefined ? {} : { address }),
        ...(after.length > 1 ? { hits: after.length } : {}),
      }),
    );
  }
  const stuck = by("between").filter((one) => isRefused(one, view.refused));
  if (stuck.length > 0) {
    verdicts.push(
      verdict(outcome, `${opening(description)}: ${people(stuck, passing)}.${ended(stuck)}`, {
        hint: "Do it in two plans: take the one first, and give the other when that is confirmed.",
      }),
    );
  }
  if (together.open.length > 0) {
    const names = [...new Set(together.open.map((one) => view.nameOf(one)))];
    verdicts.push(
      verdict(
        outcome,
        `${opening(description)}: who is behind ${listed(names)} could not be read, so nobody can tell whether somebody would hold both.`,
        { hint: "`accord doctor` says what the credential may not read. With that right, plan again." },
      ),
    );
  }
  if (together.shared.length > 0) {
    verdicts.push(
      verdict(outcome, `${listed(together.shared)} is in both sets of ${name}: whoever holds it holds one of each.`, {
        hint: `Leave it in one of them, in ${placeOf(separation)}.`,
      }),
    );
  }
  const already = by("already");
  if (already.length > 0) {
    verdicts.push(
      verdict("warn", `${people(already, holdingStill)}. This plan does not change that.${ended(already)}`, {
        hint: "Take one of the two from them, in a plan of its own.",
      }),
    );
  }
  for (const exception of new Set(
    [...excuses.values()].flatMap((one) => (one?.holds === true ? [one.exception] : [])),
  )) {
    const some = together.both.filter((one) => excuses.get(one)?.exception === exception && one.when === "after");
    if (some.length > 0)
      verdicts.push(verdict("allow", `${people(some, holding)}: let pass ${excusedWords(exception)}`));
    const ending = some.length > 0 ? endingWords(exception, view.now) : undefined;
    if (ending !== undefined) verdicts.push(verdict("warn", `${ending}.`, { hint: renewal(separation) }));
  }
  for (const [side, index] of together.unknown) {
    verdicts.push(
      verdict(
        "warn",
        `Nothing that this plan knows is called "${separation.between[side][index]?.text}": whoever holds it elsewhere was not looked at.`,
        {
          hint: `Name it as plans do, or a document of this stack, in ${placeOf(separation)}.`,
        },
      ),
    );
  }
  return verdicts;
}

/** What has to be confirmed first for nobody to hold both in between; whoever is excused may. */
export function separationWaits({ separation, together }: Concerned, now: number): readonly WantedWait[] {
  const { name, exceptions } = separation;
  const wanted = new Map<string, { readonly wait: WantedWait; readonly people: string[] }>();
  for (const one of together.both) {
    if (one.when !== "between" || excuseFor([one.person], exceptions, now)?.holds === true) continue;
    for (const address of one.gives) {
      for (const first of one.takes) {
        const key = `${address} ${first}`;
        const known = wanted.get(key);
        if (known !== undefined) known.people.push(one.person);
        else {
          const wait = { address, part: "give", for: { address: first, part: "take" }, why: "" } as const;
          wanted.set(key, { wait, people: [one.person] });
        }
      }
    }
  }
  return [...wanted.values()].map(({ wait, people: names }) => ({
    ...wait,
    why: `nobody may hold both (${name}), and ${listed(names, FEW)} would for a moment`,
  }));
}

function isRefused({ gives, takes }: Both, refused: readonly WantedWait[]): boolean {
  return refused.some((wait) => gives.includes(wait.address) && takes.includes(wait.for.address));
}

function people(some: readonly Both[], inWords: (one: Both) => string): string {
  const rest = some.length - FEW;
  const shown = some.slice(0, FEW).map(inWords).join("; ");
  return rest > 0 ? `${shown}; and ${count(rest, "more person", "more people")}` : shown;
}

function holding(one: Both): string {
  return `${one.person} ${one.certain ? "would hold" : "may come to hold"} ${bothHeld(one)}`;
}

function holdingStill(one: Both): string {
  return `${one.person} holds ${bothHeld(one)}`;
}

function passing(one: Both): string {
  return `${one.person} would for a moment hold ${bothHeld(one)}, since this plan has no order in which ${listed(one.takes)} comes before ${listed(one.gives)}`;
}

function bothHeld({ held: [left, right] }: Both): string {
  return `${heldWords(left)} and ${heldWords(right)}`;
}

function heldWords({ entitlement, way }: Held): string {
  return way.length === 0 ? entitlement : `${entitlement} (as ${way.join(", ")})`;
}

function endings(exceptions: readonly Exception[]): string {
  return [...new Set(exceptions)].map((one) => ` ${endedWords(one)}.`).join("");
}

function advice(separation: Separation): string {
  return `Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in ${placeOf(separation)}.`;
}

function renewal(separation: Separation): string {
  return `Whoever still needs both by then needs a new one, in ${placeOf(separation)}.`;
}

function placeOf({ source: { file, line } }: Separation): string {
  return `${file}:${line}`;
}

function opening(description: string): string {
  return description.replace(/\.$/, "");
}
