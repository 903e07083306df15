/**
 * ⇄ Whether a plan makes somebody hold what nobody may hold together, and in what order it has to be applied for nobody
 * to do so in between. Who holds the other set is read here, and only where the plan gives somebody something of one.
 */

import { stepsOf } from "../graph/stages.ts";
import { type Concerned, type SeparationView, separationVerdicts, separationWaits } from "../guardrails/separated.ts";
import { entitlementOf, type Separation } from "../guardrails/separation.ts";
import type { AccessObject, Unread } from "../impact/access.ts";
import { together } from "../impact/together.ts";
import { worldsOf } from "../impact/worlds.ts";
import type { Change, Edge, Mover, PopulationChange, Verdict } from "../model.ts";
import { type ImpactInput, wordsOf } from "./impact.ts";
import { createObjects, type Objects, type Remembered } from "./objects.ts";
import { type Waiting, type WantedWait, withWaits } from "./waits.ts";

export interface SeparationsInput extends ImpactInput, Pick<SeparationView, "now"> {
  readonly separations: readonly Separation[];
  readonly populations: readonly PopulationChange[];
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
  const ruled = ruledObjects(input);
  const inWords = wordsOf(input);
  for (let round = 0; ; round += 1) {
    const all = [...objects.all(beside), ...ruled.objects];
    const worlds = worldsOf(all, instanceFor);
    const concerned = separations.flatMap((separation): Concerned[] => {
      const [left, right] = separation.between;
      const sides = [left.map(entitlementOf), right.map(entitlementOf)] as const;
      const found = together(sides, { worlds, objects: all, inWords, doubtful: ruled.doubtful });
      return found === undefined ? [] : [{ separation, together: found }];
    });
    const unread = concerned.flatMap((one) => one.together.unread);
    if (round === DEEPEST || !(await objects.read(unread))) return concerned;
  }
}

/**
 * Whom changed rules take in, as objects of their own. Whom they let go holds on to it here: the vendor lets go in its own
 * time, and nobody can wait for that.
 */
function ruledObjects({ populations, changes }: SeparationsInput): {
  readonly objects: readonly AccessObject[];
  readonly doubtful: ReadonlySet<Edge>;
} {
  const kinds = new Map(changes.map(({ address, kind }) => [address, kind]));
  const doubtful = new Set<Edge>();
  const objects = populations.map(({ address, entitlement, object, enters, uncertain }): AccessObject => {
    const edgeOf = ({ person, personId }: Mover): Edge => ({
      person,
      personId,
      entitlement,
      ...(object === undefined ? {} : { object }),
    });
    const perhaps = uncertain.filter(({ held }) => !held).map(edgeOf);
    for (const edge of perhaps) doubtful.add(edge);
    const after = [...enters.map(edgeOf), ...perhaps];
    const instance = address.slice(0, address.indexOf("/"));
    return { address, instance, kind: kinds.get(address) ?? "", before: [], after, whole: false };
  });
  return { objects, doubtful };
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
