/** The budgets of `limits:` in accord.yaml, with their defaults. */
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
