/** How much a plan takes and gives, held against the limits; what the window has already seen counts too. Pure. */
import { type Budgets, budgetsOf, type Limits } from "../config/limits.ts";
import type { KindRules } from "../config/rules.ts";
import { hasPrivilege } from "../impact/privileged.ts";
import type { Address, Change, Impact, PopulationChange, Verdict } from "../model.ts";
import { count, listed } from "../words.ts";
import { type HeldByKind, letGoBy, perhapsTakenInBy, weightOf } from "./weight.ts";

/** What earlier runs in the window did, from the ledger. */
export interface Spent {
  readonly kinds: Readonly<Record<string, SpentOfKind>>;
  /** Vendor id of a rule, with its instance and kind → people whom it has let go and taken in, run by run. */
  readonly rules: Readonly<Record<string, readonly Flow[]>>;
  /** Owned resources without a ledger: nobody knows what the window held, so it counts as used up. */
  readonly exhausted: boolean;
}

/** What one run took, and what it brought in the same unit. */
export interface Flow {
  readonly run: string;
  readonly taken: number;
  readonly brought: number;
}

export interface SpentOfKind {
  readonly removed: number;
  /** Elements and objects, oldest first. */
  readonly flows: readonly Flow[];
  /** People whom its rules have let go. */
  readonly released: number;
  readonly granted: number;
  readonly privileged: number;
  readonly emptied: number;
}

export const NOTHING: SpentOfKind = { removed: 0, flows: [], released: 0, granted: 0, privileged: 0, emptied: 0 };
export const NOTHING_SPENT: Spent = { kinds: {}, rules: {}, exhausted: false };

export interface BudgetInput {
  readonly changes: readonly Change[];
  readonly impact: Impact;
  readonly populations?: readonly PopulationChange[] | undefined;
  readonly limits: Limits;
  readonly spent: Spent;
  readonly held: HeldByKind;
  readonly rulesOf: (kind: string) => KindRules;
}

export function budgetVerdicts(input: BudgetInput): readonly Verdict[] {
  return [...removals(input), ...releases(input), ...emptying(input), ...grants(input)];
}

/** A rule by what no rename changes. */
export function ruleKey(address: Address, kind: string, id: string | null | undefined): string {
  return `${address.slice(0, address.indexOf("/"))} ${kind} ${id ?? address}`;
}

/** A number in one plan, with what the window has seen before it. */
interface Amount {
  readonly now: number;
  readonly before: number;
}

/** Which count is exceeded, in words; undefined where none is. */
function tooMany(
  { now, before }: Amount,
  most: { readonly count?: number; readonly perRun?: number },
): string | undefined {
  if (most.perRun !== undefined && now > most.perRun) return `${most.perRun} in one run`;
  return most.count !== undefined && now + before > most.count ? String(most.count) : undefined;
}

interface Share {
  readonly of: number;
  /** Taken since there was so much. */
  readonly before: number;
  readonly words: string;
}

/**
 * The share that is exceeded most, if any. A share of what there was at some moment of the window: all that was taken
 * since then could have been taken at once. So neither small steps nor bringing something first make it look smaller.
 */
function tooLarge(
  now: number,
  held: number,
  flows: readonly Flow[],
  { share, floor }: Budgets["removals"],
): Share | undefined {
  let [of, before] = [held, 0];
  let worst: Share | undefined;
  const consider = (): void => {
    const taken = now + before;
    if (of < floor || taken <= of * share) return;
    if (worst === undefined || taken * worst.of > (now + worst.before) * of)
      worst = { of, before, words: `${Math.round(share * 100)} %` };
  };
  consider();
  for (const { taken, brought } of [...flows].reverse()) {
    of += taken - brought;
    before += taken;
    consider();
  }
  return worst;
}

/** Of each rule by itself a share of the people whom it holds; of a kind's rules together the count. */
function releases({ changes, populations = [], limits, spent }: BudgetInput): Verdict[] {
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  const kindOf = (address: Address): string => byAddress.get(address)?.kind ?? "";
  const released = (kind: string): number =>
    populations.reduce((sum, one) => sum + (kindOf(one.address) === kind ? letGoBy(one).removed : 0), 0);
  return populations.flatMap((population) => {
    const now = letGoBy(population).removed;
    if (now === 0) return [];
    const { held, address, entitlement } = population;
    const kind = kindOf(address);
    const change = byAddress.get(address);
    const id = change !== undefined && "before" in change ? change.before?.id : undefined;
    const flows = spent.rules[ruleKey(address, kind, id)] ?? [];
    const { removals: budget } = budgetsOf(limits, kind);
    const share = tooLarge(now, held, flows, budget);
    const many = tooMany({ now: released(kind), before: spent.kinds[kind]?.released ?? 0 }, budget);
    if (many === undefined && share === undefined && !spent.exhausted) return [];
    const before = share?.before ?? flows.reduce((sum, { taken }) => sum + taken, 0);
    const why = spent.exhausted
      ? ", and there is no ledger to tell what was removed lately: the budget counts as used up"
      : `${before === 0 ? "" : `, after ${before} earlier in the window`}: more than ${many ?? share?.words}`;
    const whole = share?.of ?? held;
    return [
      denial(
        "removals",
        `${now} of ${count(whole, "person", "people")} would leave by a rule (${entitlement}, ${address})${why}.`,
      ),
    ];
  });
}

function removals({ changes, limits, spent, held, rulesOf }: BudgetInput): Verdict[] {
  const byKind = new Map<string, { now: number; addresses: Address[] }>();
  for (const change of changes) {
    const { removed } = weightOf(change, rulesOf(change.kind));
    if (removed === 0) continue;
    const kind = byKind.get(change.kind) ?? { now: 0, addresses: [] };
    kind.now += removed;
    kind.addresses.push(change.address);
    byKind.set(change.kind, kind);
  }
  return [...byKind].flatMap(([kind, { now, addresses }]) => {
    const { removed, flows } = spent.kinds[kind] ?? NOTHING;
    const { removals: budget } = budgetsOf(limits, kind);
    const share = tooLarge(now, held[kind] ?? 0, flows, budget);
    const many = tooMany({ now, before: removed }, budget);
    const most = many ?? share?.words;
    if (most === undefined && !spent.exhausted) return [];
    const before = many === undefined ? (share?.before ?? 0) : removed;
    const of = many === undefined ? (share?.of ?? 0) : (held[kind] ?? 0) + removed;
    const earlier = before === 0 ? "" : `, with ${before} taken earlier in the window`;
    return [
      denial(
        "removals",
        spent.exhausted
          ? `${count(now, "removal")} of ${kind}, and there is no ledger to tell what was removed lately: the budget counts as used up.`
          : `${count(now, "removal")} of ${kind} out of ${of}${earlier}: more than ${most} (${listed(addresses, 3)}).`,
      ),
    ];
  });
}

/** Kinds with a limit of their own are judged by it, the others together. */
function emptying({ changes, populations = [], limits, spent, rulesOf }: BudgetInput): Verdict[] {
  const kinds = new Map(changes.map(({ address, kind }) => [address, kind]));
  const own = (kind: string): string => (limits.kinds[kind]?.emptying === undefined ? "" : kind);
  const groups = new Map<string, string[]>();
  const add = (kind: string, what: string): void => {
    groups.set(own(kind), [...(groups.get(own(kind)) ?? []), what]);
  };
  for (const change of changes) {
    for (const field of weightOf(change, rulesOf(change.kind)).emptied) add(change.kind, `${change.address} ${field}`);
  }
  for (const population of populations.filter((one) => letGoBy(one).empties)) {
    const { address, entitlement } = population;
    add(kinds.get(address) ?? "", `${address} (${entitlement})`);
  }
  return [...groups].flatMap(([group, emptied]) => {
    const before = sumOf(spent, "emptied", (kind) => own(kind) === group);
    const budget = group === "" ? limits.emptying : budgetsOf(limits, group).emptying;
    const within = tooMany({ now: emptied.length, before }, budget) === undefined && !spent.exhausted;
    return within ? [] : [denial("emptying", `${listed(emptied, 5)} would be left with nobody.`)];
  });
}

/** In all, and of the kinds that have a limit of their own. */
function grants({ changes, impact, populations = [], limits, spent }: BudgetInput): Verdict[] {
  const kinds = new Map(changes.map(({ address, kind }) => [address, kind]));
  const given = impact.gained.map((move) => ({ address: move.address, people: 1, privileged: hasPrivilege(move) }));
  // Whom a rule takes in is among what is gained; whom it may take in is not.
  for (const one of populations) {
    const privileged = given.some((other) => other.address === one.address && other.privileged);
    given.push({ address: one.address, people: perhapsTakenInBy(one), privileged });
  }
  const over = (name: "grants" | "privilegedGrants", kind: string | undefined): Verdict[] => {
    const most = kind === undefined ? limits[name] : limits.kinds[kind]?.[name];
    if (most === undefined) return [];
    const mine = (other: string | undefined): boolean => kind === undefined || other === kind;
    const counted = given.filter(
      ({ address, privileged }) => mine(kinds.get(address)) && (privileged || name === "grants"),
    );
    const now = counted.reduce((sum, { people }) => sum + people, 0);
    const before = sumOf(spent, name === "grants" ? "granted" : "privileged", mine);
    const many = tooMany({ now, before }, most);
    if (now === 0 || (many === undefined && !spent.exhausted)) return [];
    const noun = name === "grants" ? "grant" : "privileged grant";
    const why = spent.exhausted
      ? `, and there is no ledger to tell what was granted lately: the budget of ${most.count ?? most.perRun} counts as used up.`
      : `${before === 0 ? "" : ` after ${before} in the window`}: more than ${many}.`;
    return [denial(name, `${count(now, noun)}${kind === undefined ? "" : ` by ${kind}`}${why}`)];
  };
  return (["grants", "privilegedGrants"] as const).flatMap((name) =>
    [undefined, ...Object.keys(limits.kinds)].flatMap((kind) => over(name, kind)),
  );
}

function sumOf({ kinds }: Spent, what: Exclude<keyof SpentOfKind, "flows">, of: (kind: string) => boolean): number {
  return Object.entries(kinds).reduce((sum, [kind, spent]) => sum + (of(kind) ? spent[what] : 0), 0);
}

function denial(name: string, message: string): Verdict {
  return {
    name: `budget:${name}`,
    outcome: "deny",
    message,
    hint: `If this is meant: \`--allow budget:${name}@<plan digest> --reason "…"\` lets this one plan pass, and is recorded. The budget itself is \`limits:\` in accord.yaml.`,
  };
}
