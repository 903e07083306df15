/**
 * What somebody's changes by hand come to: who holds what by them, and who lost what. The plan that would take them back
 * tells: what it takes was given by hand, and what it gives was taken. Pure.
 */
import { compareText } from "../address.ts";
import type { Address, Drift, Move, Plan } from "../model.ts";
import { sideOf } from "../report/people.ts";

/** What matters most first. */
export const SORTS = ["privileged", "given", "taken", "settings"] as const;
export type Sort = (typeof SORTS)[number];

export interface BackDoor {
  readonly sort: Sort;
  readonly drift: Drift;
  /** Access that somebody has by it. */
  readonly given: readonly Move[];
  /** Access that somebody lost by it. */
  readonly taken: readonly Move[];
}

/** `back`: the plan that takes it all back. */
export function backDoorsOf(drift: readonly Drift[], back: Pick<Plan, "impact">): readonly BackDoor[] {
  const [lost, gained] = [byAddress(back.impact.lost), byAddress(back.impact.gained)];
  return drift
    .map((item) => {
      const given = movesBy(item, "add", lost.get(item.address) ?? []);
      const taken = movesBy(item, "remove", gained.get(item.address) ?? []);
      const door: BackDoor = { sort: sortOf(given, taken), drift: item, given, taken };
      return { door, people: sideOf(given).people };
    })
    .sort(
      (a, b) =>
        SORTS.indexOf(a.door.sort) - SORTS.indexOf(b.door.sort) ||
        b.people - a.people ||
        compareText(a.door.drift.address, b.door.drift.address),
    )
    .map(({ door }) => door);
}

function byAddress(moves: readonly Move[]): ReadonlyMap<Address, readonly Move[]> {
  const groups = new Map<Address, Move[]>();
  for (const move of moves) {
    const group = groups.get(move.address);
    if (group === undefined) groups.set(move.address, [move]);
    else group.push(move);
  }
  return groups;
}

function sortOf(given: readonly Move[], taken: readonly Move[]): Sort {
  if (given.some(({ privileged, administers }) => privileged === true || administers === true)) return "privileged";
  if (given.length > 0) return "given";
  return taken.length > 0 ? "taken" : "settings";
}

/**
 * Where people alone came or went, only they count: the same plan may move others by what the documents say. Where it is
 * an object that came, or a setting, whoever moves through the address does so by that.
 */
function movesBy({ fields, gone }: Drift, op: "add" | "remove", here: readonly Move[]): readonly Move[] {
  const elements = fields.flatMap((field) => (field.op === op ? [field.element] : []));
  const people = elements.filter((element) => typeof element === "string");
  const wider = gone || fields.some(({ op }) => op === "set") || people.length < elements.length;
  if (wider) return here;
  const named = new Set(people.map((login) => login.toLowerCase()));
  return here.filter(({ person }) => named.has(person.toLowerCase()));
}
