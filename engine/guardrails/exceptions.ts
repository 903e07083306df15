/** Exceptions of guardrails and separations: what they let pass, and that they end. Pure; the moment is passed in. */
import type { Spec } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, isList } from "../value.ts";
import type { Written } from "./policies.ts";

/** Lets pass what it covers, to the end of a day. */
export interface Exception {
  /** Addresses and logins, in which `*` stands for any text; compared without case. */
  readonly covers: readonly string[];
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string;
  /** ISO date: the last day, in UTC, on which it holds. */
  readonly expires: string;
}

/** What an exception says about something that a rule is hit by. */
export interface Excuse {
  readonly exception: Exception;
  /** False once it has ended: it excuses nothing any more. */
  readonly holds: boolean;
}

const DAY = 24 * 3_600_000;
/** From here on it is said that an exception ends. */
const SOON = 14 * DAY;

/** As the schema passed them. */
export function exceptionsOf(guardrail: Spec): readonly Exception[] {
  const { exceptions } = guardrail;
  if (!isList(exceptions)) return [];
  return exceptions.map((one) => {
    const { covers, owner, reason, ticket, expires } = asSpec(one);
    return {
      covers: isList(covers) ? covers.map(String) : [],
      ...{ owner: String(owner), reason: String(reason), ticket: String(ticket), expires: String(expires) },
    };
  });
}

/** Of those that cover any of the names: the one that holds longest, else the one that ended last. */
export function excuseFor(names: readonly string[], exceptions: readonly Exception[], now: number): Excuse | undefined {
  let best: Exception | undefined;
  for (const one of exceptions) {
    const covers = one.covers.some((pattern) => names.some((name) => fits(pattern, name)));
    if (covers && (best === undefined || endOf(one) > endOf(best))) best = one;
  }
  return best === undefined ? undefined : { exception: best, holds: now < endOf(best) };
}

/** `by the exception of ada@acme.example (SEC-12) until 2026-12-31: reason` */
export function excusedWords({ owner, ticket, expires, reason }: Exception): string {
  return `by the exception of ${owner} (${ticket}) until ${expires}: ${withoutStop(reason)}`;
}

export function endedWords({ owner, ticket, expires }: Exception): string {
  return `The exception of ${owner} (${ticket}) ended on ${expires}`;
}

/** Said while there is still time to do something about it; undefined before. */
export function endingWords(exception: Exception, now: number): string | undefined {
  const left = endOf(exception) - now;
  if (left <= 0 || left > SOON) return undefined;
  const days = Math.floor(left / DAY);
  const when = days === 0 ? "today" : days === 1 ? "tomorrow" : `in ${days} days`;
  return `The exception of ${exception.owner} (${exception.ticket}) ends ${when}, on ${exception.expires}`;
}

/** What `validate` has to say of the exceptions to a rule: those that are over, and those that soon are. */
export function exceptionWarnings({ name, value, excepted }: Written, now: number): readonly Problem[] {
  return exceptionsOf(value).flatMap((exception, index) => {
    const source = excepted[index];
    const place = source === undefined ? {} : { source };
    if (hasEnded(exception, now)) {
      const message = `${name}: ${inSentence(endedWords(exception))}, and lets nothing pass any more.`;
      return [{ code: "exception-ended", message, hint: "Remove it, or give it another end.", ...place }];
    }
    const ending = endingWords(exception, now);
    const hint = "Do without it by then, or give it another end.";
    return ending === undefined
      ? []
      : [{ code: "exception-ending", message: `${name}: ${inSentence(ending)}.`, hint, ...place }];
  });
}

function inSentence(words: string): string {
  return words.slice(0, 1).toLowerCase() + words.slice(1);
}

export function hasEnded(exception: Exception, now: number): boolean {
  return now >= endOf(exception);
}

/** Epoch milliseconds of the first moment at which it holds no more. */
function endOf({ expires }: Exception): number {
  return Date.parse(`${expires}T00:00:00Z`) + DAY;
}

/** Is this name what a pattern means, in which `*` stands for any text? */
export function fits(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const text = name.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  // Each piece as early as it can be: then the rest has all the room there is.
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
