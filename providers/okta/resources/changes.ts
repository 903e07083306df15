/** What the kinds of this provider need of field changes: elements of a list, attributes of a map. */
import type { FieldChange, Path, Spec, Value } from "../../../engine/model.ts";
import { type Problem, ProblemError, problemsOf } from "../../../engine/problem.ts";
import { CONCURRENCY } from "../client/transport.ts";

/** Did anything at or below the path change? */
export function touches(fields: readonly FieldChange[], ...path: Path): boolean {
  return fields.some((change) => path.every((step, index) => change.path[index] === step));
}

export interface Elements {
  readonly added: readonly Value[];
  readonly removed: readonly Value[];
}

/** Elements that come and go at a path; a list that is set as a whole is taken apart. */
export function elementsAt(fields: readonly FieldChange[], ...path: Path): Elements {
  const added: Value[] = [];
  const removed: Value[] = [];
  for (const change of fields) {
    if (change.path.length !== path.length || !path.every((step, index) => change.path[index] === step)) continue;
    if (change.op === "add") added.push(change.element);
    else if (change.op === "remove") removed.push(change.element);
    else {
      const before = listOfValues(change.before).map((value) => JSON.stringify(value));
      const after = listOfValues(change.after);
      added.push(...after.filter((value) => !before.includes(JSON.stringify(value))));
      const kept = after.map((value) => JSON.stringify(value));
      removed.push(...listOfValues(change.before).filter((value) => !kept.includes(JSON.stringify(value))));
    }
  }
  return { added, removed };
}

/** New values of the attributes of a map; null where one goes away. */
export function attributesAt(fields: readonly FieldChange[], ...path: Path): Readonly<Record<string, Value>> {
  const set: Record<string, Value> = {};
  for (const change of fields) {
    if (change.op !== "set" || !path.every((step, index) => change.path[index] === step)) continue;
    const [name, ...deeper] = change.path.slice(path.length);
    if (name === undefined) Object.assign(set, asMap(change.after));
    else if (deeper.length === 0) set[String(name)] = change.after;
    // An attribute that is a map of its own does not exist in a profile.
    else throw new Error(`${change.path.join(".")} is no attribute`);
  }
  return set;
}

/** Attributes laid over others; a null takes one away. */
export function merged(
  base: Readonly<Record<string, Value>>,
  set: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries({ ...base, ...set }).filter(([, value]) => value !== null));
}

/** Acts on every item, a few at a time, and gives the problems of those that failed; a dead credential ends it. */
export async function onEach<T>(
  items: readonly T[],
  label: (item: T) => string,
  act: (item: T) => Promise<unknown>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (problems.some((problem) => problem.fatal === true)) return;
      await act(item).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(
          ...problemsOf(error).map((problem) => ({ ...problem, message: `${label(item)}: ${problem.message}` })),
        );
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
  return problems;
}

export function throwAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}

/** In order, with a few reads under way at once. */
export async function* inParallel<T, R>(items: readonly T[], act: (item: T) => Promise<R>): AsyncIterable<R> {
  const started: Promise<R>[] = [];
  for (const index of items.keys()) {
    for (const item of items.slice(started.length, index + CONCURRENCY)) {
      const result = act(item);
      // Whoever consumes it sees the rejection; until then it must not count as unhandled.
      result.catch(() => undefined);
      started.push(result);
    }
    const next = started[index];
    if (next !== undefined) yield await next;
  }
}

/** Vendor id of a person that a spec or a live list names. */
export function personId(login: string, ...known: readonly (Readonly<Record<string, string>> | undefined)[]): string {
  for (const people of known) {
    if (people === undefined) continue;
    const exact =
      people[login] ?? Object.entries(people).find(([name]) => name.toLowerCase() === login.toLowerCase())?.[1];
    if (exact !== undefined) return exact;
  }
  throw new ProblemError({
    code: "unknown-person",
    message: `${login} has no id in Okta that was reviewed.`,
    hint: "Plan again: people are resolved while planning.",
  });
}

/** Id of a resolved reference. */
export function refId(value: Value | undefined): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}

export function textAt(spec: Partial<Spec>, field: string): string | undefined {
  const value = spec[field];
  return typeof value === "string" ? value : undefined;
}

function listOfValues(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function asMap(value: Value): Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Spec) : {};
}
