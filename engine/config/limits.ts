/** `limits:` and `sinks:` as their schema passed them → what the guardrails and the sinks work with, defaults filled in. */
import type { Spec, Value } from "../model.ts";
import { asSpec, isList } from "../value.ts";

/** Most in the window, and most in a single run. */
export interface Counted {
  readonly count?: number;
  readonly perRun?: number;
}

export interface Budgets {
  /** Removed access and deleted objects, per kind: at most this share, once a kind holds `floor` or more. */
  readonly removals: { readonly share: number; readonly floor: number } & Counted;
  /** Unlimited where absent. */
  readonly grants?: Counted;
  readonly privilegedGrants?: Counted;
  /** Collections that may be emptied; no floor. */
  readonly emptying: Counted;
}

/** What is said of one kind; the rest is as for all. */
export type BudgetsOfKind = { readonly [Name in keyof Budgets]?: Partial<NonNullable<Budgets[Name]>> };

/** The budgets of `limits:`. */
export interface Limits extends Budgets {
  /** By `<provider>/<kind>`. Its grants count towards those of all kinds as well. */
  readonly kinds: Readonly<Record<string, BudgetsOfKind>>;
  /** Milliseconds over which removals and grants add up. */
  readonly window: number;
  /** Administrators that must be left in each instance. */
  readonly administrators: number;
  /** Logins that no plan may take anything from. */
  readonly breakGlass: readonly string[];
}

export const DEFAULT_LIMITS: Limits = {
  removals: { share: 0.3, floor: 10 },
  emptying: { count: 0 },
  kinds: {},
  window: 24 * 3_600_000,
  administrators: 1,
  breakGlass: [],
};

/** What holds for the removals and the emptied collections of a kind. */
export function budgetsOf({ removals, emptying, kinds }: Limits, kind: string): Pick<Budgets, "removals" | "emptying"> {
  const own = kinds[kind];
  return {
    removals: { ...removals, ...own?.removals },
    // A limit for one run says nothing of the window.
    emptying: { ...emptying, ...own?.emptying },
  };
}

/** Where generated secrets go, encrypted for the holder of a key. */
export interface Sink {
  readonly name: string;
  /** Public JWK. */
  readonly key: Spec;
  readonly to: { readonly directory: string } | { readonly command: readonly string[] };
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function limitsOf(given: Spec): Limits {
  const all = budgetsIn(given);
  return {
    ...all,
    removals: { ...DEFAULT_LIMITS.removals, ...all.removals },
    emptying: { ...DEFAULT_LIMITS.emptying, ...all.emptying },
    kinds: Object.fromEntries(
      Object.entries(asSpec(given.kinds ?? {})).map(([kind, own]) => [kind, budgetsIn(asSpec(own))]),
    ),
    window: duration(given.window) ?? DEFAULT_LIMITS.window,
    administrators: number(given.administrators) ?? DEFAULT_LIMITS.administrators,
    breakGlass: isList(given.breakGlass) ? given.breakGlass.map(String) : DEFAULT_LIMITS.breakGlass,
  };
}

function budgetsIn({ removals, grants, privilegedGrants, emptying }: Spec): BudgetsOfKind {
  const share = number(asSpec(removals ?? {}).share);
  const floor = number(asSpec(removals ?? {}).floor);
  return {
    ...(removals === undefined
      ? {}
      : {
          removals: {
            ...(share === undefined ? {} : { share }),
            ...(floor === undefined ? {} : { floor }),
            ...counted(removals),
          },
        }),
    ...(grants === undefined ? {} : { grants: counted(grants) }),
    ...(privilegedGrants === undefined ? {} : { privilegedGrants: counted(privilegedGrants) }),
    ...(emptying === undefined ? {} : { emptying: counted(emptying) }),
  };
}

export function sinksOf(given: Spec): ReadonlyMap<string, Sink> {
  return new Map(
    Object.entries(given).map(([name, value]) => {
      const { key, directory, command } = asSpec(value);
      const to = isList(command) ? { command: command.map(String) } : { directory: String(directory) };
      return [name, { name, key: asSpec(key ?? {}), to }];
    }),
  );
}

function counted(value: Value): Counted {
  const count = number(asSpec(value).count);
  const perRun = number(asSpec(value).perRun);
  return { ...(count === undefined ? {} : { count }), ...(perRun === undefined ? {} : { perRun }) };
}

function number(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** `24h` in milliseconds. */
function duration(value: Value | undefined): number | undefined {
  const [, amount, unit] = typeof value === "string" ? (/^(\d+)([mhd])$/.exec(value) ?? []) : [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 0);
}
