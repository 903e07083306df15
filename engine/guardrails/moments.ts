/**
 * Every moment at which a run may come to stand, and an order of its steps in which none of them breaks what must hold.
 * A step that fails may have come a part of the way, and what follows goes on; only what waits for a confirmation is
 * sure to find it. Pure.
 *
 *      before ──► some have begun, each of them done or half done ──► after
 *                 of a half one: all that it takes, nothing that it gives
 *
 * What must hold is monotone: giving more never breaks it, taking more never mends it. So the worst moment for some
 * steps that take is that in which nothing else was given but what they waited for.
 */

/** A step, as far as it takes or gives what somebody must keep. */
export interface Shift {
  readonly key: string;
  readonly takes: boolean;
  readonly gives: boolean;
  /** One write: what it takes and what it gives happen together. */
  readonly atomic: boolean;
}

export interface Moment {
  /** What they take is gone. */
  readonly begun: ReadonlySet<string>;
  /** What they give is there. */
  readonly done: ReadonlySet<string>;
}

/** Key of a step → keys of those that it follows. */
export type Follows = ReadonlyMap<string, ReadonlySet<string>>;

export type Holds = (moment: Moment) => boolean;

export type Outcome =
  /** What has to wait for what; nothing where it holds anyhow. Without it, `broken` could be. */
  | { readonly safe: true; readonly pairs: readonly Pair[]; readonly broken?: Break }
  /** `end`: not even all of it together holds. */
  | { readonly safe: false; readonly broken: Break; readonly end: boolean };

/** A moment at which it does not hold, and the step that leads there. */
export interface Break {
  readonly at: string;
  readonly moment: Moment;
}

/** The first one waits for the second. */
export type Pair = readonly [waits: string, forKey: string];

export interface Question {
  readonly shifts: readonly Shift[];
  /** Who waits for whom as it is. */
  readonly sure: Follows;
  /** Who runs after whom in any case, over others too. */
  readonly forced: Follows;
  readonly holds: Holds;
}

/** More steps that take than this are not tried in all combinations: their worst is estimated, never too low. */
const EXACT = 9;
/** Orders that are looked at before it counts as if there were none. */
const SEARCH = 2_000;

/** What has to wait, where it has to and can. */
export function safeOrder(question: Question): Outcome {
  const { shifts, holds } = question;
  const broken = brokenWith(question, []);
  if (broken === undefined) return { safe: true, pairs: [] };
  const order = ordered(question);
  if ("moment" in order) {
    const all = new Set(shifts.map(({ key }) => key));
    return { safe: false, broken: order, end: !holds({ begun: all, done: all }) };
  }
  const giving = new Set(shifts.filter(({ gives }) => gives).map(({ key }) => key));
  const taking = new Set(shifts.filter(({ takes }) => takes).map(({ key }) => key));
  const pairs = order.flatMap((key, index): Pair[] =>
    taking.has(key)
      ? order.slice(0, index).flatMap((earlier): Pair[] => (giving.has(earlier) ? [[key, earlier]] : []))
      : [],
  );
  return { safe: true, pairs: fewest(question, pairs), broken };
}

function brokenWith(question: Question, pairs: readonly Pair[]): Break | undefined {
  for (const one of worstMoments(question, pairs)) if (!question.holds(one.moment)) return one;
  return undefined;
}

/**
 * Of every moment a worse one, were these pairs kept: all that some steps take, and only what they are sure to find. With
 * many steps that take only one, in which each finds what all of them find.
 */
export function* worstMoments(
  { shifts, sure }: Pick<Question, "shifts" | "sure">,
  pairs: readonly Pair[] = [],
): Iterable<Break> {
  const takers = shifts.filter(({ takes }) => takes);
  const more = new Map<string, string[]>();
  for (const [key, other] of pairs) more.set(key, [...(more.get(key) ?? []), other]);
  const before = closed(
    takers.map(({ key }) => key),
    (key) => [...(sure.get(key) ?? []), ...(more.get(key) ?? [])],
  );
  const found = ({ key }: Shift): readonly string[] => [...(before.get(key) ?? [])];
  const at = takers.at(-1)?.key ?? "";
  if (takers.length > EXACT) {
    const [first, ...others] = takers.map((taker) => new Set(found(taker)));
    const done = new Set([...(first ?? [])].filter((key) => others.every((other) => other.has(key))));
    yield { at, moment: { begun: new Set(takers.map(({ key }) => key)), done } };
    return;
  }
  for (let bits = 1; bits < 1 << takers.length; bits += 1) {
    const some = takers.filter((_, index) => (bits & (1 << index)) !== 0);
    const done = new Set(some.flatMap(found));
    const begun = new Set([...some.map(({ key }) => key), ...done]);
    for (const { key, atomic } of some) if (atomic) done.add(key);
    yield { at: some.at(-1)?.key ?? at, moment: { begun, done } };
  }
}

/** One after the other, so that it holds after each, and where one stops half-way; or where it breaks. */
function ordered({ shifts, forced, holds }: Question): readonly string[] | Break {
  const own = new Set(shifts.map(({ key }) => key));
  const before = new Map(
    shifts.map(({ key }) => [key, [...(forced.get(key) ?? [])].filter((other) => other !== key && own.has(other))]),
  );
  const tried = new Set<string>();
  let first: Break = { at: shifts[0]?.key ?? "", moment: { begun: own, done: own } };
  let broken = false;
  const breaks = (at: string, moment: Moment): undefined => {
    if (!broken) first = { at, moment };
    broken = true;
    return undefined;
  };
  const place = (placed: readonly string[]): readonly string[] | undefined => {
    const done = new Set(placed);
    const free = (): readonly Shift[] =>
      shifts.filter(({ key }) => !done.has(key) && (before.get(key) ?? []).every((other) => done.has(other)));
    const pure = (): readonly Shift[] => free().filter(({ takes }) => !takes);
    // Giving never breaks anything.
    for (let some = pure(); some.length > 0; some = pure()) for (const { key } of some) done.add(key);
    const left = shifts.filter(({ key }) => !done.has(key));
    if (left.every(({ gives }) => !gives)) {
      const found = firstBreak([...done], left, holds);
      return found === undefined ? [...done, ...left.map(({ key }) => key)] : breaks(found.at, found.moment);
    }
    const here = [...done].sort().join("\n");
    if (tried.has(here) || tried.size > SEARCH) return undefined;
    tried.add(here);
    for (const { key, atomic } of free()) {
      const begun = new Set([...done, key]);
      const moments = [...(atomic ? [] : [{ begun, done }]), { begun, done: begun }];
      const bad = moments.find((moment) => !holds(moment));
      const rest = bad === undefined ? place([...begun]) : breaks(key, bad);
      if (rest !== undefined) return rest;
    }
    return undefined;
  };
  return place([]) ?? first;
}

/** Where nothing more is given, any order will do as long as it holds in the end. */
function firstBreak(done: readonly string[], takers: readonly Shift[], holds: Holds): Break | undefined {
  const given = new Set(done);
  if (holds({ begun: new Set([...done, ...takers.map(({ key }) => key)]), done: given })) return undefined;
  const some = new Set(done);
  for (const { key } of takers) {
    some.add(key);
    if (!holds({ begun: some, done: given })) return { at: key, moment: { begun: new Set(some), done: given } };
  }
  return undefined;
}

/** Without the givers without whom it holds as well. Of the takers all wait for the others: none of them is better. */
function fewest(question: Question, pairs: readonly Pair[]): readonly Pair[] {
  let kept = pairs;
  for (const giver of [...new Set(pairs.map(([, key]) => key))].reverse()) {
    const fewer = kept.filter(([, other]) => other !== giver);
    if (brokenWith(question, fewer) === undefined) kept = fewer;
  }
  return kept;
}

/** Of each key all that it follows, over others too. */
export function closed(keys: Iterable<string>, follows: (key: string) => Iterable<string>): Follows {
  const closure = new Map<string, ReadonlySet<string>>();
  for (const key of keys) {
    const reached = new Set<string>();
    const open = [...follows(key)];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      open.push(...follows(at));
    }
    closure.set(key, reached);
  }
  return closure;
}
