/** Adds to a plan what some of its changes wait for, and never what would go in a circle. Pure. */
import { stepsOf } from "../graph/stages.ts";
import type { Address, Change, Wait } from "../model.ts";
import type { KindFacts } from "../provider.ts";

/** A wait that somebody would like, and whose it is. */
export interface WantedWait extends Wait {
  readonly address: Address;
}

export interface Waiting {
  readonly changes: readonly Change[];
  /** What cannot be: the steps would follow themselves. */
  readonly refused: readonly WantedWait[];
}

/** In the order given: of two that go in a circle the later one is refused. */
export function withWaits(
  changes: readonly Change[],
  wanted: readonly WantedWait[],
  factsOf: (kind: string) => KindFacts,
): Waiting {
  const refused: WantedWait[] = [];
  let so = changes;
  for (const one of wanted) {
    if (so.some((change) => change.address === one.address && change.waits?.some((wait) => isSame(wait, one))))
      continue;
    const { address, ...wait } = one;
    const next = so.map((change) =>
      change.address === address ? { ...change, waits: [...(change.waits ?? []), wait] } : change,
    );
    if (stepsOf(next, factsOf).circle.length > 0) refused.push(one);
    else so = next;
  }
  return { changes: so, refused };
}

function isSame(a: Wait, b: Wait): boolean {
  return a.part === b.part && a.for.part === b.for.part && a.for.address === b.for.address;
}
