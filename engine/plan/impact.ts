/**
 * ⇄ What a plan gives and takes, through everything that lies between. Whom a changed link is about may be in a list that
 * the plan had no reason to read: who is in a group that is given an application is read here, and only then.
 */
import { accessOf } from "../impact/access.ts";
import { withRules } from "../impact/ruled.ts";
import { type InWords, wordedBy } from "../impact/wording.ts";
import type { Address, Impact, Move, PopulationChange } from "../model.ts";
import { createObjects, type Objects, type ObjectsInput } from "./objects.ts";

export interface ImpactInput extends ObjectsInput {
  readonly instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) => string;
  /** Display names of vendor ids, `<instance> <id>` → name. */
  readonly names: ReadonlyMap<string, string>;
  /** Whom changed rules take in and let go. */
  readonly populations: readonly PopulationChange[];
}

export interface ReadImpact {
  readonly impact: Impact;
  readonly notes: readonly string[];
  /** What was read for it; absent where nothing changes. */
  readonly objects?: Objects;
}

/** A group in a group in a group: deeper than this, the rest stands for its people. */
export const DEEPEST = 8;

export async function readImpact(input: ImpactInput): Promise<ReadImpact> {
  const { changes, instanceFor, populations } = input;
  const still = changes.every(({ action }) => action === "none" || action === "forget");
  if (still) return { impact: { gained: [], lost: [] }, notes: [] };
  const objects = createObjects(input);
  const kinds = new Map(changes.map(({ address, kind }) => [address, kind]));
  const kindOf = (address: Address): string => kinds.get(address) ?? "";
  for (let round = 0; ; round += 1) {
    const access = accessOf(withRules(objects.all(), populations, kindOf, instanceFor), instanceFor);
    const more = await Promise.all([objects.read(access.unread()), objects.look(access.unknown())]);
    if (round === DEEPEST || !more.includes(true))
      return { impact: worded(access.impact(), input), notes: objects.notes(), objects };
  }
}

function worded({ gained, lost }: Impact, input: ImpactInput): Impact {
  const inWords = wordsOf(input);
  const moved = (move: Move): Move => {
    const instance = instanceOf(move);
    const entitlement = inWords(move.entitlement, instance);
    const paths = move.paths?.map((path) => path.map((step) => inWords(step, instance)));
    return { ...move, entitlement, ...(paths === undefined ? {} : { paths }) };
  };
  return { gained: gained.map(moved), lost: lost.map(moved) };
}

/** Kinds know ids only; a reader knows what an application is called. */
export function wordsOf({ names, changes, catalog }: ImpactInput): InWords {
  const known = new Map(names);
  for (const change of changes) {
    const live = "before" in change ? change.before : undefined;
    const key = live === undefined ? undefined : catalog.factsOf(change.kind).key(live.spec);
    if (live === undefined) continue;
    if (key !== undefined && key !== "") known.set(`${instanceOf(change)} ${live.id}`, key);
    for (const [id, name] of Object.entries(live.names ?? {})) known.set(`${instanceOf(change)} ${id}`, name);
  }
  return wordedBy(known);
}

function instanceOf({ address }: { readonly address: Address }): string {
  return address.slice(0, address.indexOf("/"));
}
