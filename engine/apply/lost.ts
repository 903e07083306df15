/**
 * ⇄ Looks for an object whose creation got no answer. It is ours if it carries our marker, or if it is the only one
 * under the key and was made after we asked. Absence counts only after the consistency window.
 */
import { isOurs, unsettled } from "../diff/ours.ts";
import type { Live, Resource, Spec } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { asSpec, knownPart } from "../value.ts";
import type { StepContext } from "./step.ts";

export interface LostCreate {
  readonly resource: Resource;
  readonly spec: Spec;
  /** Epoch milliseconds at which the first request was about to be sent. */
  readonly since: number;
  /** Ids that the vendor had given. */
  readonly made: readonly string[];
  readonly context: Pick<StepContext, "facts" | "look" | "clock" | "signal" | "stack">;
}

/** The object, or undefined when it provably was not made. Throws `unsettled` where nobody can tell. */
export async function lookForLost(lost: LostCreate): Promise<Live | undefined> {
  const { facts, clock, signal } = lost.context;
  const id = lost.made.at(-1);
  if (id !== undefined && facts.can.get) return readById(id, lost);
  if (!facts.can.list) {
    if (!facts.can.get) return undefined;
    throw new ProblemError(unsettled(lost.resource));
  }
  const deadline = lost.since + (facts.consistency ?? 0);
  for (let wait = 1_000; ; wait = Math.min(wait * 2, 10_000)) {
    const found = await candidates(lost);
    const [only, ...more] = found.filter((live) => mayBeTaken(live, lost));
    if (only !== undefined && more.length === 0) return only;
    if (more.length > 0) throw new ProblemError(unsettled(lost.resource));
    // Nothing on it says whose it is: creating once more might make a twin where names are not unique.
    const nameless = found.some((live) => live.marker === undefined && live.createdAt === undefined);
    if (nameless) throw new ProblemError(unsettled(lost.resource));
    // Something else under this name: the vendor's own refusal will say so.
    if (found.length > 0 || clock.now() >= deadline) return undefined;
    await clock.sleep(Math.min(wait, Math.max(1, deadline - clock.now())), signal);
  }
}

/** As it is now; undefined when it is gone. */
export async function readById(
  id: string,
  { spec, context }: Pick<LostCreate, "spec" | "context">,
): Promise<Live | undefined> {
  const { facts, look } = context;
  for await (const answer of look().get(facts.name, [{ id, fields: Object.keys(spec) }])) {
    if (answer.id === id && !("gone" in answer)) return answer;
  }
  return undefined;
}

/** Everything that has the key of the document. */
export async function candidates({ spec, context }: Pick<LostCreate, "spec" | "context">): Promise<readonly Live[]> {
  const { facts, look } = context;
  const key = facts.key(asSpec(knownPart(spec) ?? {}));
  if (key === undefined) return [];
  const found: Live[] = [];
  for await (const live of look().list(facts.name, { objects: [{ key, fields: Object.keys(spec) }] })) {
    if (facts.key(live.spec) === key) found.push(live);
  }
  return found;
}

/** Ours, or made by the vendor itself, whose sync may come between our look and our request. */
export function mayBeTaken(live: Live, { resource, since, context }: Omit<LostCreate, "made" | "spec">): boolean {
  return live.synced === true || isOurs(live, resource.address, context.stack, since);
}
