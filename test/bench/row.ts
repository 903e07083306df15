/** A line of the table: what was promised, what was measured, and whether the promise is kept. */

export interface Row {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  /** Absent: not measured, and `measured` says why. */
  readonly kept?: boolean;
  /** Measured ÷ allowed: 1 is the whole budget. */
  readonly used?: number;
}

/** Budget of what has none. */
const NONE = "–";

/** A group of rows that share their preparation; `directory` is empty, theirs, and removed afterwards. */
export interface Measurement {
  readonly name: string;
  run(directory: string): Promise<readonly Row[]>;
}

export function atMost(what: string, budget: string, measured: string, used: number): Row {
  return { what, budget, measured, used, kept: used <= 1 };
}

/** For what may not happen at all. */
export function none(what: string, count: number): Row {
  return { what, budget: "none", measured: String(count), kept: count === 0 };
}

export function notMeasured(what: string, budget: string, why: string): Row {
  return { what, budget, measured: why };
}

/** Worth knowing; nothing was promised. */
export function told(what: string, measured: string): Row {
  return { what, budget: NONE, measured };
}

export function misses(row: Row): boolean {
  return row.kept === false;
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${[row.what, row.budget, row.measured, verdictOf(row)].join(" | ")} |`);
  return ["| Row | Budget | Measured | Verdict |", "|---|---|---|---|", ...lines].join("\n");
}

function verdictOf({ budget, kept, used }: Row): string {
  if (kept === undefined) return budget === NONE ? "for information" : "not measured";
  const share = used === undefined ? "" : `, ${Math.round(used * 100)} % of the budget`;
  return `${kept ? "kept" : "**missed**"}${share}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
