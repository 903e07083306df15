/** `limits:` and `sinks:` as their schema passed them → what the guardrails and the sinks work with, defaults filled in. */
import type { Spec, Value } from "../model.ts";
import { asSpec, isList } from "../value.ts";

/** The budgets of `limits:`. */
export interface Limits {
  /** Removed access and deleted objects, per kind: at most this share, once a kind holds `floor` or more. */
  readonly removals: { readonly share: number; readonly floor: number; readonly count?: number };
  /** Most grants in the window; unlimited where absent. */
  readonly grants?: { readonly count: number };
  readonly privilegedGrants?: { readonly count: number };
  /** Collections that may be emptied; no floor. */
  readonly emptying: { readonly count: number };
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
  window: 24 * 3_600_000,
  administrators: 1,
  breakGlass: [],
};

/** Where generated secrets go, encrypted for the holder of a key. */
export interface Sink {
  readonly name: string;
  /** Public JWK. */
  readonly key: Spec;
  readonly to: { readonly directory: string } | { readonly command: readonly string[] };
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function limitsOf(given: Spec): Limits {
  const removals = asSpec(given.removals ?? {});
  const count = number(removals.count);
  const grants = counted(given.grants);
  const privilegedGrants = counted(given.privilegedGrants);
  return {
    removals: {
      share: number(removals.share) ?? DEFAULT_LIMITS.removals.share,
      floor: number(removals.floor) ?? DEFAULT_LIMITS.removals.floor,
      ...(count === undefined ? {} : { count }),
    },
    ...(grants === undefined ? {} : { grants }),
    ...(privilegedGrants === undefined ? {} : { privilegedGrants }),
    emptying: counted(given.emptying) ?? DEFAULT_LIMITS.emptying,
    window: duration(given.window) ?? DEFAULT_LIMITS.window,
    administrators: number(given.administrators) ?? DEFAULT_LIMITS.administrators,
    breakGlass: isList(given.breakGlass) ? given.breakGlass.map(String) : DEFAULT_LIMITS.breakGlass,
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

function counted(value: Value | undefined): { readonly count: number } | undefined {
  const count = number(asSpec(value ?? {}).count);
  return count === undefined ? undefined : { count };
}

function number(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** `24h` in milliseconds. */
function duration(value: Value | undefined): number | undefined {
  const [, amount, unit] = typeof value === "string" ? (/^(\d+)([mhd])$/.exec(value) ?? []) : [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 0);
}
