/**
 * ⇄ Brings a declared object about, once. What is already there and ours is completed instead: an answer that was lost,
 * or an object whose key this very run made known, so that no plan could look for it.
 *
 *   look (only where the plan could not) → create → no answer? wait for the reads → look → complete, or create again
 */

import { diffFields } from "../diff/fields.ts";
import { goalOf } from "../diff/goal.ts";
import { existsAlready } from "../diff/refusals.ts";
import type { WriteContext } from "../kind.ts";
import type { Live, Resource, Spec } from "../model.ts";
import { ProblemError, problemsOf, UNCLEAR_OUTCOME } from "../problem.ts";
import { asSpec, knownPart } from "../value.ts";
import { candidates, lookForLost, mayBeTaken, readById } from "./lost.ts";
import type { StepContext } from "./step.ts";

export interface Making {
  /** As planned. */
  readonly resource: Resource;
  /** As the vendor is to get it. */
  readonly spec: Spec;
  readonly write: WriteContext;
  /** Ids that the vendor has given so far. */
  readonly made: readonly string[];
  readonly context: StepContext;
}

export async function make(making: Making): Promise<Live> {
  const { spec, write, context } = making;
  const { facts } = context;
  const since = context.clock.now();
  const there = await foundMeanwhile(making, since);
  if (there !== undefined) return complete(there, making);
  const create = (): Promise<Live> => context.hands(facts.key(spec)).create(facts.name, spec, write);
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof ProblemError) || !isUnclear(error)) throw error;
    // Nobody knows whether it was made: look before trying again.
    const found = await lookForLost({ ...making, since }).catch((second: unknown) => {
      throw stillUnclear(error, second);
    });
    if (found === undefined) return create();
    await write.made(found.id);
    return complete(await settled(found, making), making);
  }
}

/** Looking failed too: what is unknown stays so, whatever the second failure was. */
function stillUnclear(first: ProblemError, second: unknown): ProblemError {
  return new ProblemError([...first.problems, ...problemsOf(second)], { cause: second });
}

export function isUnclear(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some((problem) => problem.code === UNCLEAR_OUTCOME);
}

/** A key that hung on something this run has made: nobody has looked yet whether there is such an object. */
async function foundMeanwhile(making: Making, since: number): Promise<Live | undefined> {
  const { resource, context } = making;
  const { facts } = context;
  const plannedKey = facts.key(asSpec(knownPart(resource.spec) ?? {}));
  if (plannedKey !== undefined || !facts.can.list || !facts.can.update) return undefined;
  const [only, ...more] = await candidates(making);
  if (only === undefined) return undefined;
  if (more.length === 0 && mayBeTaken(only, { ...making, since })) return only;
  throw new ProblemError(existsAlready(resource, facts, only));
}

/** Reads of what was just made may lack what was written, and even what the vendor added of its own. */
async function settled(found: Live, making: Making): Promise<Live> {
  const { facts, clock, signal } = making.context;
  const window = facts.consistency ?? 0;
  if (window === 0 || !facts.can.get) return found;
  await clock.sleep(window, signal);
  return (await readById(found.id, making)) ?? found;
}

async function complete(found: Live, { resource, spec, write, context }: Making): Promise<Live> {
  const { facts, rules } = context;
  const fields = diffFields(spec, found.spec, rules.spec, {
    manage: resource.manage,
    ignore: resource.ignore,
    // Why somebody is in it is asked by the next plan; nobody is removed on a guess.
    explained: () => true,
    secretMoved: () => true,
  });
  if (fields.length === 0) return found;
  const goal = goalOf({ declared: spec, live: found.spec, fields, ignore: resource.ignore }, rules.spec);
  return context.hands().update(facts.name, found, goal, fields, write);
}
