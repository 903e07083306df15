/** What a plan makes people hold together → verdicts in words, and what has to come first so that a swap breaks no pair. Pure. */
import type { Unread } from "../impact/access.ts";
import type { Both, Held, Together } from "../impact/together.ts";
import type { Verdict } from "../model.ts";
import type { WantedWait } from "../plan/waits.ts";
import { count, listed } from "../words.ts";
import { type Exception, type Excuse, endedWords, endingWords, excusedWords, excuseFor } from "./exceptions.ts";
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

export function separationVerdicts(concerned: Concerned, view: SeparationView): readonly Verdict[] {
  const { separation, together } = concerned;
  const judged = together.both.map((both) => ({
    both,
    excuse: excuseFor([both.person], separation.exceptions, view.now),
  }));
  const standing = judged.filter(({ excuse }) => excuse?.holds !== true);
  const by = (when: Both["when"]): readonly Judged[] => standing.filter(({ both }) => both.when === when);
  return [
    ...breaking(separation, by("after")),
    ...passing(
      separation,
      by("between").filter(({ both }) => isRefused(both, view.refused)),
    ),
    ...unclear(concerned, view),
    ...inBoth(concerned),
    ...standingStill(separation, by("already")),
    ...letPass(separation, judged, view.now),
    ...unknownWords(concerned),
  ];
}

interface Judged {
  readonly both: Both;
  readonly excuse: Excuse | undefined;
}

function breaking(separation: Separation, some: readonly Judged[]): readonly Verdict[] {
  if (some.length === 0) return [];
  const addresses = new Set(some.flatMap(({ both }) => both.gives));
  const [only] = addresses;
  return [
    {
      ...ruling(separation),
      message: `${opening(separation)}: ${people(some, holding)}.${endings(some)}`,
      hint: hintOf(separation),
      ...(addresses.size === 1 && only !== undefined ? { address: only } : {}),
      ...(some.length > 1 ? { hits: some.length } : {}),
    },
  ];
}

/** A swap of which no order of steps is any good. */
function passing(separation: Separation, some: readonly Judged[]): readonly Verdict[] {
  if (some.length === 0) return [];
  return [
    {
      ...ruling(separation),
      message: `${opening(separation)}: ${people(some, inPassing)}.${endings(some)}`,
      hint: "Do it in two plans: take the one first, and give the other when that is confirmed.",
    },
  ];
}

function unclear({ separation, together }: Concerned, { nameOf }: SeparationView): readonly Verdict[] {
  if (together.open.length === 0) return [];
  const names = [...new Set(together.open.map((one) => nameOf(one)))];
  const why = `who is behind ${listed(names)} could not be read, so nobody can tell whether somebody would hold both`;
  return [
    {
      ...ruling(separation),
      message: `${opening(separation)}: ${why}.`,
      hint: "`accord doctor` says what the credential may not read. With that right, plan again.",
    },
  ];
}

function inBoth({ separation, together }: Concerned): readonly Verdict[] {
  const { shared } = together;
  if (shared.length === 0) return [];
  const message = `${listed(shared)} ${shared.length === 1 ? "is" : "are"} in both sets: whoever holds it holds one of each.`;
  return [{ ...ruling(separation), message, hint: `Leave it in one of them, in ${placeOf(separation)}.` }];
}

function standingStill(separation: Separation, some: readonly Judged[]): readonly Verdict[] {
  if (some.length === 0) return [];
  return [
    {
      name: nameOf(separation),
      outcome: "warn",
      message: `${people(some, holdingAlready)}. This plan does not change that.${endings(some)}`,
      hint: "Take one of the two from them, in this plan or in one of its own.",
    },
  ];
}

function letPass(separation: Separation, judged: readonly Judged[], now: number): readonly Verdict[] {
  const excused = new Map<Exception, Judged[]>();
  for (const one of judged) {
    if (one.excuse?.holds !== true || one.both.when !== "after") continue;
    excused.set(one.excuse.exception, [...(excused.get(one.excuse.exception) ?? []), one]);
  }
  return [...excused].map(([exception, some]) => {
    const ending = endingWords(exception, now);
    const more = ending === undefined ? "" : ` ${ending}.`;
    const message = `${people(some, holding)}. Let pass ${excusedWords(exception)}.${more}`;
    return { name: nameOf(separation), outcome: "allow", message };
  });
}

function unknownWords({ separation, together }: Concerned): readonly Verdict[] {
  const texts = together.unknown.flatMap(([side, index]) => {
    const { text, address } = separation.between[side][index] ?? {};
    // An object that nobody holds anything of yet is known well enough.
    return text === undefined || address !== undefined ? [] : [`"${text}"`];
  });
  if (texts.length === 0) return [];
  return [
    {
      name: nameOf(separation),
      outcome: "warn",
      message: `Nothing that this plan knows is called ${listed(texts)}: whoever holds it elsewhere was not looked at.`,
      hint: `Write it as plans do, or name a document of this stack, in ${placeOf(separation)}.`,
    },
  ];
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

function people(some: readonly Judged[], inWords: (one: Both) => string): string {
  const rest = some.length - FEW;
  const shown = some.slice(0, FEW).map(({ both }) => inWords(both));
  return [...shown, ...(rest > 0 ? [`and ${count(rest, "more person", "more people")}`] : [])].join("; ");
}

function holding(one: Both): string {
  return `${one.person} ${one.certain ? "would hold" : "may come to hold"} ${bothHeld(one)}`;
}

function holdingAlready(one: Both): string {
  return `${one.person} holds ${bothHeld(one)}`;
}

function inPassing(one: Both): string {
  const order = `in which ${listed(one.takes)} takes before ${listed(one.gives)} gives`;
  return `${one.person} would for a moment hold ${bothHeld(one)}, and there is no order ${order}`;
}

function bothHeld({ held: [left, right] }: Both): string {
  return `${heldWords(left)} and ${heldWords(right)}`;
}

function heldWords({ entitlement, way }: Held): string {
  return way.length === 0 ? entitlement : `${entitlement} (as ${way.join(" → ")})`;
}

/** Exceptions that would have covered them. */
function endings(some: readonly Judged[]): string {
  const ended = new Set(some.flatMap(({ excuse }) => excuse?.exception ?? []));
  return [...ended].map((one) => ` ${endedWords(one)}.`).join("");
}

function ruling({ name, outcome, from }: Separation): Pick<Verdict, "name" | "outcome" | "approvers"> {
  return { name: nameOf({ name }), outcome, ...(from === undefined ? {} : { approvers: from }) };
}

function nameOf({ name }: Pick<Separation, "name">): string {
  return `separation:${name}`;
}

function hintOf(separation: Separation): string {
  const { from, outcome, hint } = separation;
  const approval =
    outcome === "approve" && from !== undefined
      ? `${from.count} of ${from.group} ${from.count === 1 ? "has" : "have"} to approve; apply refuses it until then. `
      : "";
  const place = placeOf(separation);
  return `${approval}${hint ?? `Take one of the two from them in the same plan: it is taken before the other is given. Or have somebody answer for an exception that ends, in ${place}.`}`;
}

function placeOf({ source: { file, line } }: Separation): string {
  return `${file}:${line}`;
}

function opening({ description }: Separation): string {
  return description.replace(/\.$/, "");
}
