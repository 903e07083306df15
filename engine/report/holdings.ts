/** Who holds it, and what somebody holds: the dangerous first, each with the ways by which it is held. */
import type { Decision, Holding, Way } from "../impact/holdings.ts";
import type { Address } from "../model.ts";
import { count, listed } from "../words.ts";
import { folded } from "./fold.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { plain, sentence } from "./say.ts";
import { minuteOf } from "./time.ts";

/** What an answer rests on, and what it does not cover. */
export interface HoldingsView {
  readonly holdings: readonly Holding[];
  /** ISO time of the picture. */
  readonly at: string;
  /** Instances of which everything that the stack has was seen. */
  readonly coverage: readonly string[];
  /** What was not seen, in sentences. */
  readonly gaps: readonly string[];
  /** Absent: live. */
  readonly recorded?: Recorded;
}

/** The observation that an answer about the past is taken from. */
export interface Recorded {
  /** ISO time that was asked about. */
  readonly asked: string;
  readonly run: string;
  /** Who ran what recorded it. */
  readonly actor: string;
  /** ISO time at which it was written, and that since which what it shows had been read. */
  readonly at: string;
  readonly read: string;
  /** Changes since, up to the time asked about, that touch what the answer rests on. */
  readonly since: readonly Decision[];
}

export interface HoldingsOptions extends TextOptions {
  /** Width to fold at; absent where nobody looks: then a row stays one line, for grep. */
  readonly columns?: number;
  /** People and ways named before a count takes over. */
  readonly limit: number;
}

export interface WhoView extends HoldingsView {
  readonly address: Address;
  /** Why nobody holds it, where that is not simply so. */
  readonly nobody?: string;
}

export interface AccessView extends HoldingsView {
  readonly person: string;
}

export function whoText(view: WhoView, options: HoldingsOptions): string {
  const paint = paintOf(options);
  const lines = headed(`${plain(view.address)}: ${whoWords(view)}.`, view, options, paint);
  if (view.nobody !== undefined) lines.push(`  ${plain(view.nobody)}`);
  for (const [entitlement, holdings] of grouped(view.holdings, (one) => one.entitlement)) {
    lines.push("", titleOf(entitlement, holdings, paint));
    for (const holding of holdings.slice(0, options.limit)) {
      lines.push(...rowOf(nameOf(holding), holding, view.address, options, paint));
    }
    if (holdings.length > options.limit)
      lines.push(paint.dim(`  ${more(holdings.length - options.limit, "person", "people")}`));
  }
  return ended(lines, view, options, paint);
}

export function accessText(view: AccessView, options: HoldingsOptions): string {
  const paint = paintOf(options);
  const things = view.holdings.length;
  const what =
    things === 0
      ? "nothing that this stack gives"
      : `${count(things, "thing")}${dangerCount(dangerous(view.holdings).length, things)}`;
  const lines = headed(`${plain(view.person)} holds ${what}.`, view, options, paint);
  for (const [instance, holdings] of grouped(view.holdings, (one) => one.instance)) {
    lines.push("", paint.bold(plain(instance)));
    for (const holding of holdings.slice(0, options.limit)) {
      lines.push(
        ...rowOf(plain(holding.entitlement) + danger(holding, paint), holding, holding.address, options, paint),
      );
    }
    if (holdings.length > options.limit)
      lines.push(paint.dim(`  ${more(holdings.length - options.limit, "thing", "things")}`));
  }
  return ended(lines, view, options, paint);
}

/** The same as data: `schemas/holdings.schema.json`. */
export function holdingsData(view: WhoView | AccessView): unknown {
  const { holdings, at, coverage, gaps, recorded } = view;
  return {
    version: 1,
    ...("person" in view ? { person: view.person } : { address: view.address }),
    at,
    source: recorded === undefined ? "live" : "observation",
    ...(recorded === undefined ? {} : { recorded }),
    people: peopleIn(holdings),
    holdings,
    coverage,
    notCovered: gaps,
  };
}

function whoWords({ holdings, nobody }: WhoView): string {
  const people = peopleIn(holdings);
  const unread = holdings.filter((one) => one.unread === true).length;
  const beside = unread === 0 ? "" : `, and whoever is behind ${count(unread, "object")} that nobody has read`;
  if (people === 0) {
    return unread === 0 && nobody === undefined ? "nobody holds it" : `nobody is known to hold it${beside}`;
  }
  const danger = dangerCount(peopleIn(dangerous(holdings)), people);
  return `${count(people, "person", "people")} ${people === 1 ? "holds" : "hold"} it${danger}${beside}`;
}

function peopleIn(holdings: readonly Holding[]): number {
  return new Set(holdings.filter(({ unread }) => unread !== true).map(({ person }) => person.toLowerCase())).size;
}

function dangerCount(danger: number, all: number): string {
  return danger === 0 ? "" : danger === all ? ", privileged" : `, ${danger} of them privileged`;
}

function dangerous(holdings: readonly Holding[]): readonly Holding[] {
  return holdings.filter(({ privileged, administers }) => privileged === true || administers === true);
}

function headed(headline: string, view: HoldingsView, { columns }: HoldingsOptions, paint: Paint): string[] {
  const when = asOf(view);
  if (columns === undefined || headline.length + when.length < columns) return [`${paint.bold(headline)} ${when}`];
  return [...folded(headline, "", columns).map((line) => paint.bold(line)), when];
}

function asOf({ at, recorded }: HoldingsView): string {
  return recorded === undefined ? `Live, ${minuteOf(at)}.` : `As recorded ${minuteOf(recorded.at)}.`;
}

function titleOf(entitlement: string, holdings: readonly Holding[], paint: Paint): string {
  const worst = holdings.find(({ administers }) => administers) ?? holdings.find(({ privileged }) => privileged);
  return `${paint.bold(plain(entitlement))}${worst === undefined ? "" : danger(worst, paint)}`;
}

function danger({ administers, privileged }: Holding, paint: Paint): string {
  if (administers === true) return `  ${paint.red("(administrator)")}`;
  return privileged === true ? `  ${paint.red("(privileged)")}` : "";
}

function nameOf({ person, unread }: Holding): string {
  return unread === true ? `whoever is behind ${plain(person)}` : plain(person);
}

/** Ways told of one person before a count takes over. */
const MOST_WAYS = 5;

function rowOf(
  name: string,
  { ways }: Holding,
  about: Address | undefined,
  { columns, limit }: HoldingsOptions,
  paint: Paint,
): readonly string[] {
  const most = Number.isFinite(limit) ? MOST_WAYS : limit;
  const lines = ways.slice(0, most).flatMap((way) => {
    const words = [wayWords(way, about), ...decisionWords(way)];
    return words.flatMap((text) => folded(text, "      ", columns));
  });
  if (ways.length > most) lines.push(`      ${more(ways.length - most, "way", "ways")}`);
  return [`  ${name}`, ...lines.map((line) => paint.dim(line))];
}

/** `as member of prod (rule eng-all) → member of ops, through okta/app-assignment/prod-aws`. */
function wayWords(way: Way, about: Address | undefined): string {
  const last = way.at(-1);
  const before = way.slice(0, -1).map(({ entitlement, why }) => `${plain(entitlement)}${reason(why)}`);
  const how = before.length === 0 ? "directly" : `as ${before.join(" → ")}`;
  const where = last?.address === undefined || last.address === about ? "" : `, through ${plain(last.address)}`;
  return `${how}${reason(last?.why)}${where}`;
}

function reason(why: string | undefined): string {
  return why === undefined ? "" : ` (${plain(why)})`;
}

/** Who decided: of the steps of a way the newest decision completed it. */
function decisionWords(way: Way): readonly string[] {
  const decisions = way.flatMap(({ decided }) => decided ?? []);
  const newest = decisions.reduce<Decision | undefined>((a, b) => (a === undefined || a.at < b.at ? b : a), undefined);
  const outside = way.filter(({ decided, why }) => decided === null && why === undefined);
  return [
    ...(newest === undefined ? [] : [`decided: ${runWords(newest)}`]),
    ...outside.map(({ entitlement }) => `${plain(entitlement)}: by no change on record`),
  ];
}

function runWords({ run, at, actor, plan, reason: why, approvals = [], address, action }: Decision): string {
  return [
    `${plain(action)} of ${plain(address)} in run ${plain(run)} by ${plain(actor)}, ${minuteOf(at)}, plan ${plain(plan.slice(0, 12))}`,
    ...(approvals.length === 0 ? [] : [`approved by ${listed(approvals.map(plain))}`]),
    ...(why === undefined ? [] : [sentence(why)]),
  ].join("; ");
}

function more(number: number, one: string, several: string): string {
  return `${count(number, `more ${one}`, `more ${several}`)} (--all)`;
}

function ended(
  lines: string[],
  { coverage, gaps, recorded }: HoldingsView,
  { columns }: HoldingsOptions,
  paint: Paint,
): string {
  const tell = (text: string, mark = "", indent = ""): void =>
    void lines.push(
      ...folded(text, indent, columns).map((line, at) =>
        mark === "" || at > 0 ? line : `${mark}${line.slice(mark.length)}`,
      ),
    );
  lines.push("");
  if (recorded !== undefined) {
    tell(
      `The newest observation before ${minuteOf(recorded.asked)} that tells: run ${plain(recorded.run)} by ${plain(recorded.actor)}, recorded ${minuteOf(recorded.at)}, ${ageWords(recorded.at, recorded.asked)} before; read from ${minuteOf(recorded.read)} on.`,
    );
    if (recorded.since.length === 0) tell("No change on record touched it from then to the time asked about.");
    else {
      const runs = new Set(recorded.since.map(({ run }) => run)).size;
      tell(`Since then ${count(recorded.since.length, "change")} in ${count(runs, "run")} touched it:`);
      for (const change of recorded.since) tell(`${runWords(change)}`, "", "  ");
    }
  }
  tell(
    `Covered: ${coverage.length === 0 ? "nothing whole" : coverage.map(plain).join(", ")}: objects of this stack and what they lead to. What the tenants have beside it is not looked at.`,
  );
  for (const gap of gaps) tell(sentence(gap), "!", "  ");
  return `${lines.map((line) => (line.startsWith("!") ? paint.yellow(line) : line)).join("\n")}\n`;
}

function ageWords(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 120) return count(minutes, "minute");
  return minutes < 2 * 24 * 60 ? count(Math.round(minutes / 60), "hour") : count(Math.round(minutes / 1440), "day");
}

function grouped(
  holdings: readonly Holding[],
  by: (holding: Holding) => string,
): ReadonlyMap<string, readonly Holding[]> {
  const groups = new Map<string, Holding[]>();
  for (const one of holdings) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}
