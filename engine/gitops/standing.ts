/**
 * How far a delta is approved. A review approves what was shown to its author on the commit that they looked at; it goes
 * on counting for as long as the plan does nothing beyond that. Pure: who may write and who is in which group has been
 * asked before.
 *
 *   review ─▶ the commit it is about ─▶ what was shown there by then ─▶ does it cover the delta of now?
 */
import type { Verdict } from "../model.ts";
import { beyond, deltaFrom, isActing } from "./delta.ts";
import { describeFirst } from "./describe.ts";
import type { Delta, Lapsed, MetNeed, Need, Showing, Standing, Target, Word } from "./model.ts";
import { shownAt } from "./showing.ts";

export interface StandingInput {
  readonly target: Target;
  readonly delta: Delta;
  readonly needs: readonly Need[];
  readonly words: readonly Word[];
  /** Signed ones only. */
  readonly showings: readonly Showing[];
  /** Who wrote the pull request or any of its commits. */
  readonly hands: ReadonlySet<string>;
  /** Elements of a delta that was shown, where they are still kept. */
  elementsOf(digest: string): readonly string[] | undefined;
  mayWrite(login: string): boolean;
  isIn(group: string, login: string): boolean;
}

/** Of every change: so many people who may write to the repository. */
const REVIEWS = "reviews";

/** What the plan asks for: reviews as the stack says, and what its guardrails want beside them. */
export function needsOf(delta: Delta, verdicts: readonly Verdict[], reviews: number): readonly Need[] {
  if (!isActing(delta)) return [];
  const asked = new Map<string, Need>();
  for (const { outcome, overridden, name, approvers } of verdicts) {
    if (outcome !== "approve" || overridden !== undefined || approvers === undefined) continue;
    const before = asked.get(name);
    if ((before?.count ?? 0) < approvers.count) asked.set(name, { name, ...approvers });
  }
  return [...(reviews > 0 ? [{ name: REVIEWS, count: reviews }] : []), ...asked.values()];
}

export function standingOf(input: StandingInput): Standing {
  const { needs, words } = input;
  const lapsed: Lapsed[] = [];
  const counting: string[] = [];
  for (const word of words) {
    if (!word.approves) continue;
    const why = whyNot(word, input);
    if (why === undefined) counting.push(word.login);
    else lapsed.push({ login: word.login, why });
  }
  const refusing = words.filter((word) => !word.approves && input.mayWrite(word.login)).map((word) => word.login);
  const met: readonly MetNeed[] = needs.map((need) => ({
    ...need,
    by: counting.filter((login) => need.group === undefined || input.isIn(need.group, login)),
  }));
  return {
    needs: met,
    lapsed,
    refusing,
    met: refusing.length === 0 && met.every(({ by, count }) => by.length >= count),
  };
}

/** Why an approval does not count; undefined where it does. */
function whyNot({ login, at, commit }: Word, input: StandingInput): string | undefined {
  if (input.hands.has(login.toLowerCase())) return "wrote some of this pull request, and nobody approves their own";
  if (!input.mayWrite(login)) return "may not write to this repository";
  const shown = shownAt(input.showings, input.target, commit, at);
  if (shown.length === 0) return `approved ${commit.slice(0, 7)} before its plan was shown`;
  for (const { digest } of shown) {
    if (digest === input.delta.digest) continue;
    const elements = input.elementsOf(digest);
    if (elements === undefined)
      return "approved another plan, which is not kept any more: nobody can tell whether this one is within it";
    const more = beyond(input.delta, deltaFrom(elements));
    if (more.length > 0) return `approved a smaller plan: this one also ${describeFirst(more)}`;
  }
  return undefined;
}

/** Each person's last word: comments change nothing, a dismissal takes it back. Bots have none. */
export function wordsOf(
  reviews: readonly {
    readonly login: string;
    readonly person: boolean;
    readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
    readonly at: string;
    readonly commit: string;
  }[],
): readonly Word[] {
  const last = new Map<string, Word>();
  for (const { login, person, state, at, commit } of reviews) {
    if (!person || state === "commented" || state === "pending") continue;
    // It stays where it was in the list: what its author said before is not in force again.
    if (state === "dismissed") last.delete(login.toLowerCase());
    else last.set(login.toLowerCase(), { login, approves: state === "approved", at, commit });
  }
  return [...last.values()];
}
