/** What somebody holds before a run and after it: they are to hold it at every moment in between. Pure. */
import { BEFORE, isOf } from "./administrators.ts";
import { type Holding, isThere } from "./holdings.ts";
import type { Moment } from "./moments.ts";

export interface Person {
  /** Absent where only the login is known. */
  readonly id?: string;
  readonly label: string;
}

export interface Kept {
  /** All that leads to any of it. */
  readonly holdings: readonly Holding[];
  /** In words, what of it they do not hold at a moment. */
  missing(moment: Moment): readonly string[];
}

/** `after`: the moment at which all is done; what is gone then is judged elsewhere. `matters`: nodes that are asked about. */
export function keptBy(
  { id, label }: Person,
  all: readonly Holding[],
  after: Moment,
  matters: (node: string) => boolean,
): Kept {
  const out = new Map<string, Holding[]>();
  for (const holding of all) {
    const known = out.get(holding.from);
    if (known === undefined) out.set(holding.from, [holding]);
    else known.push(holding);
  }
  const own = all.filter(({ edge }) => edge.holder === undefined && isOf(edge, id, label));
  const starts = [...new Set(own.map(({ from }) => from))];
  /** Node → the holding by which it was reached first. */
  const reached = (there: (holding: Holding) => boolean): ReadonlyMap<string, Holding> => {
    const seen = new Map<string, Holding>();
    const open = [...starts];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const holding of out.get(at) ?? []) {
        if (seen.has(holding.to) || !there(holding)) continue;
        seen.set(holding.to, holding);
        open.push(holding.to);
      }
    }
    return seen;
  };
  const at = (moment: Moment) => reached((holding) => isThere(holding, moment));
  const [before, end] = [at(BEFORE), at(after)];
  const kept = [...before].filter(([node]) => end.has(node) && matters(node));
  const nodes = new Set([...starts, ...reached(() => true).keys()]);
  return {
    holdings: kept.length === 0 ? [] : all.filter(({ from }) => nodes.has(from)),
    missing(moment) {
      const now = at(moment);
      return kept.filter(([node]) => !now.has(node)).map(([, { edge }]) => edge.entitlement);
    },
  };
}
