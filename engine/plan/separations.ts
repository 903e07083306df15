/**
 * ⇄ Whether a plan makes somebody hold what nobody may hold together, and in what order it has to be applied for nobody
 * to do so in between. Who holds the other set is read here, and only where the plan gives somebody something of one.
 */

import { stepsOf } from "../graph/stages.ts";
import { type Concerned, type SeparationView, separationVerdicts, separationWaits } from "../guardrails/separated.ts";
import { entitlementOf, type Separation } from "../guardrails/separation.ts";
import type { AccessObject, Unread } from "../impact/access.ts";
import { withRules } from "../impact/ruled.ts";
import { together } from "../impact/together.ts";
import { worldsOf } from "../impact/worlds.ts";
import type { Change, Edge, Verdict } from "../model.ts";
import { type ImpactInput, wordsOf } from "./impact.ts";
import { createObjects, type Objects, type Remembered } from "./objects.ts";
import { type Waiting, type WantedWait, withWaits } from "./waits.ts";

export interface SeparationsInput extends ImpactInput, Pick<SeparationView, "now"> {
  readonly separations: readonly Separation[];
  /** What the plan is not about: it may be in a set, or on the way to one. */
  readonly beside: readonly Remembered[];
  /** What was read before, where it was. */
  readonly objects?: Objects;
}

export interface Separated {
  /** With what they wait for. */
  readonly changes: readonly Change[];
  readonly verdicts: readonly Verdict[];
}

/** A group in a group in a group: deeper than this, who is behind them stays open. */
const DEEPEST = 8;

export async function readSeparations(input: SeparationsInput): Promise<Separated> {
  const { now } = input;
  const concerned = await concernedBy(input);
  const wanted = concerned.flatMap((one) => separationWaits(one, now));
  const { changes, refused } = ordered(wanted, input);
  const inWords = wordsOf(input);
  const nameOf = ({ instance, kind, id }: Unread): string => `${kind} ${inWords(id, instance)} of ${instance}`;
  const view = { now, refused, nameOf };
  return { changes, verdicts: concerned.flatMap((one) => separationVerdicts(one, view)) };
}

async function concernedBy(input: SeparationsInput): Promise<readonly Concerned[]> {
  const { separations, instanceFor, beside, objects = createObjects(input) } = input;
  const inWords = wordsOf(input);
  for (let round = 0; ; round += 1) {
    const { all, doubtful } = withEntering(objects.all(beside), input);
    const worlds = worldsOf(all, instanceFor);
    const concerned = separations.flatMap((separation): Concerned[] => {
      const [left, right] = separation.between;
      const sides = [left.map(entitlementOf), right.map(entitlementOf)] as const;
      const found = together(sides, { worlds, objects: all, inWords, doubtful });
      return found === undefined ? [] : [{ separation, together: found }];
    });
    const unread = concerned.flatMap((one) => one.together.unread);
    const more = await Promise.all([objects.read(unread), objects.look(worlds.unknown())]);
    if (round === DEEPEST || !more.includes(true)) return concerned;
  }
}

/**
 * The objects with the rules beside them that change. Whom they let go holds on to it here: the vendor lets go in its own
 * time, and nobody can wait for that. Whom they may take in is in doubt.
 */
function withEntering(
  objects: readonly AccessObject[],
  { populations, changes, instanceFor }: SeparationsInput,
): { readonly all: readonly AccessObject[]; readonly doubtful: ReadonlySet<Edge> } {
  const kinds = new Map(changes.map(({ address, kind }) => [address, kind]));
  const doubtful = new Set<Edge>();
  const ruled = withRules(objects, populations, (address) => kinds.get(address) ?? "", instanceFor);
  const all = ruled.map((one, at): AccessObject => {
    if (at < objects.length) return one;
    const { before, after, perhaps = [], ...rule } = one;
    const entering = perhaps.filter((edge) => !before.includes(edge));
    for (const edge of entering) doubtful.add(edge);
    return { ...rule, before, after: [...new Set([...before, ...after, ...entering])] };
  });
  return { all, doubtful };
}

/** Where a change has to take before it gives, its additions come last; tried only where nothing else is an order. */
function ordered(wanted: readonly WantedWait[], { changes, catalog }: SeparationsInput): Waiting {
  const factsOf = (kind: string) => catalog.factsOf(kind);
  const plain = withWaits(changes, wanted, factsOf);
  if (plain.refused.length === 0) return plain;
  const why = wanted[0]?.why ?? "";
  const taking = new Set(wanted.map((one) => one.for.address));
  const turned = changes.flatMap((change): WantedWait[] => {
    const { address } = change;
    if (!taking.has(address) || !wanted.some((one) => one.address === address)) return [];
    const parts = stepsOf([change], factsOf).stages.flatMap(({ layers }) => layers.flat());
    return parts.length > 1 ? [{ address, part: "give", for: { address, part: "take" }, why }] : [];
  });
  const other = withWaits(changes, [...turned, ...wanted], factsOf);
  return other.refused.length < plain.refused.length ? other : plain;
}
