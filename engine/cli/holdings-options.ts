/** What `who` and `access` are asked with. */

import type { HoldingsOptions } from "../report/holdings.ts";
import { DEFAULT_LIMIT } from "../report/plan-view.ts";
import type { OptionSpec } from "./command.ts";
import type { Invocation } from "./invocation.ts";

export const HOLDINGS_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  at: {
    type: "string",
    value: "T",
    description: "From the record: a date (its end, in UTC) or a time, 2026-03-03 or 2026-03-03T14:00Z.",
  },
  all: { type: "boolean", description: "Name everybody and every way, however many." },
};

export function holdingsOptions({ arguments: given, voice, world }: Invocation): HoldingsOptions {
  const { isTerminal, columns = 0 } = world.stdout;
  return {
    color: voice.color,
    limit: given.flag("all") ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT,
    // A terminal that does not say how wide it is has the width that terminals always had.
    ...(isTerminal ? { columns: Math.max(40, columns === 0 ? 80 : columns) } : {}),
  };
}
