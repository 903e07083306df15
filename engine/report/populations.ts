/** Whom changed rules take in and let go, row by row, with what of each person decides. */
import type { Address, Fact, Mover, Plan, PopulationChange } from "../model.ts";
import { count, listed } from "../words.ts";
import { word } from "./say.ts";

export interface MoverRow {
  readonly mark: "+" | "-" | "?";
  readonly person: string;
  /** `department Sales`; of a doubt, what it is. */
  readonly why: string;
}

export interface PopulationRow {
  readonly address: Address;
  readonly entitlement: string;
  /** `2 enter, 1 leaves, 1 uncertain: matches 12 people, or up to 13`. */
  readonly summary: string;
  readonly movers: readonly MoverRow[];
  /** How many of them are not shown. */
  readonly rest: number;
  readonly remarks: readonly string[];
}

/** At most `limit` people of each sort. */
export function populationRows(plan: Plan, limit: number): readonly PopulationRow[] {
  return (plan.populations ?? []).map((change) => {
    const { address, entitlement, enters, leaves, uncertain, remarks } = change;
    const movers = [
      ...leaves.slice(0, limit).map((mover) => moverRow("-", mover)),
      ...enters.slice(0, limit).map((mover) => moverRow("+", mover)),
      ...uncertain.slice(0, limit).map((mover) => doubtRow(mover)),
    ];
    const rest = enters.length + leaves.length + uncertain.length - movers.length;
    return { address, entitlement, summary: summaryOf(change), movers, rest, remarks };
  });
}

/** People, each counted once. */
export interface MoverCounts {
  readonly enter: number;
  readonly leave: number;
  readonly uncertain: number;
}

export function moverCounts({ populations = [] }: Pick<Plan, "populations">): MoverCounts {
  const people = (of: (change: PopulationChange) => readonly Mover[]): number =>
    new Set(populations.flatMap((change) => of(change).map(({ person }) => person.toLowerCase()))).size;
  return {
    enter: people((change) => change.enters),
    leave: people((change) => change.leaves),
    uncertain: people((change) => change.uncertain),
  };
}

/** `changed rules take in 2, let go 1 and leave 1 uncertain`; nothing where no rule moves anybody. */
export function moverWords(plan: Pick<Plan, "populations">): string {
  const { enter, leave, uncertain } = moverCounts(plan);
  const moves = [
    ...(enter > 0 ? [`take in ${enter}`] : []),
    ...(leave > 0 ? [`let go ${leave}`] : []),
    ...(uncertain > 0 ? [`leave ${uncertain} uncertain`] : []),
  ];
  return moves.length === 0 ? "" : `changed rules ${listed(moves)}`;
}

function summaryOf({ enters, leaves, uncertain, matches: { least, most } }: PopulationChange): string {
  const moves = [
    ...(enters.length > 0 ? [`${enters.length} ${enters.length === 1 ? "enters" : "enter"}`] : []),
    ...(leaves.length > 0 ? [`${leaves.length} ${leaves.length === 1 ? "leaves" : "leave"}`] : []),
    ...(uncertain.length > 0 ? [`${uncertain.length} uncertain`] : []),
  ];
  const whole = `matches ${count(least, "person", "people")}${most > least ? `, or up to ${most}` : ""}`;
  return `${moves.length === 0 ? "nobody moves" : moves.join(", ")}; ${whole}`;
}

function moverRow(mark: "+" | "-", { person, by }: Mover): MoverRow {
  return { mark, person, why: factWords(by) };
}

function doubtRow({ person, by, held, why }: PopulationChange["uncertain"][number]): MoverRow {
  const facts = by.length === 0 ? "" : ` (${factWords(by)})`;
  return { mark: "?", person, why: `${held ? "may leave" : "may enter"}: ${why}${facts}` };
}

/** A list of a hundred groups decides no better than its first. */
const MOST_FACTS = 4;

function factWords(by: readonly Fact[]): string {
  const shown = by.slice(0, MOST_FACTS).map(({ attribute, value }) => `${attribute} ${valueWords(value)}`);
  return [...shown, ...(by.length > MOST_FACTS ? [`and ${by.length - MOST_FACTS} more`] : [])].join(", ");
}

function valueWords(value: Fact["value"]): string {
  if (value === null) return "not set";
  return typeof value === "string" ? word(value) : JSON.stringify(value);
}

export interface RotaRow {
  readonly address: Address;
  /** `now`, `Mon 30 Nov 09:00`: when, and who then. */
  readonly turns: readonly (readonly [when: string, who: string])[];
  readonly rest: number;
}

/** Times in UTC, as the title says. */
export function rotaRows(plan: Plan, limit: number): readonly RotaRow[] {
  return (plan.rotas ?? []).map(({ address, turns }) => ({
    address,
    turns: turns
      .slice(0, limit)
      .map(({ from, people }, index) => [
        index === 0 ? "now" : momentWords(from),
        people.length === 0 ? "nobody" : listed(people),
      ]),
    rest: Math.max(0, turns.length - limit),
  }));
}

export const ROTA_TITLE = "Who takes turns in the next 14 days (UTC)";

/** `Mon 30 Nov 09:00` of `Mon, 30 Nov 2026 09:00:00 GMT`. */
function momentWords(iso: string): string {
  const text = new Date(iso).toUTCString();
  return `${text.slice(0, 3)} ${text.slice(5, 11)} ${text.slice(17, 22)}`;
}
