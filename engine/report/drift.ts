/** What somebody else changed since the last apply, and who, where the vendor's audit log tells. */
import { compareText } from "../address.ts";
import type { AuditEvent, Drift } from "../model.ts";
import { count } from "../words.ts";
import { fieldLines } from "./lines.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { DEFAULT_LIMIT, type Identities, instanceOf } from "./plan-view.ts";
import { plain, sayIn } from "./say.ts";
import { fieldWidth, lineText } from "./text-lines.ts";
import { minuteOf } from "./time.ts";

/** Audit entries named for one item of drift; the rest are counted. */
const MOST_EVENTS = 3;

export interface DriftView {
  readonly drift: readonly Drift[];
  readonly identities: Identities;
  /** Resources compared. */
  readonly checked: number;
  /** Options that `plan` needs too, each after a space: ` --sandbox`. */
  readonly again?: string;
}

/** `accord drift` for a terminal. */
export function driftText(view: DriftView, options: TextOptions): string {
  const paint = paintOf(options);
  const checked = count(view.checked, "resource");
  if (view.drift.length === 0) return `${paint.bold(paint.green(`No drift: ${checked}, live as last applied.`))}\n`;
  const next = `${paint.bold("Next:")} accord plan${plain(view.again ?? "")} shows what an apply would take back; change the stack to keep it.`;
  return `${[...driftLines(view, paint), "", next].join("\n")}\n`;
}

/** What drifted, under its headline. */
export function driftLines(view: DriftView, paint: Paint): readonly string[] {
  const headline = `Drift: ${view.drift.length} of ${count(view.checked, "resource")} changed outside Accord.`;
  return [paint.bold(headline), "", ...driftSection(view.drift, view.identities, DEFAULT_LIMIT, paint).slice(1)];
}

/** The same as data. */
export function driftData(view: DriftView): {
  readonly checked: number;
  readonly drift: readonly Drift[];
} {
  return { checked: view.checked, drift: view.drift };
}

/** Title first; empty without drift. */
export function driftSection(
  drift: readonly Drift[],
  identities: Identities,
  limit: number,
  paint: Paint,
): readonly string[] {
  if (drift.length === 0) return [];
  const lines = [paint.bold("Changed outside Accord since the last apply")];
  for (const item of [...drift].sort((a, b) => compareText(a.address, b.address))) {
    lines.push(...itemLines(item, identities, limit, paint));
  }
  return lines;
}

function itemLines(item: Drift, identities: Identities, limit: number, paint: Paint): readonly string[] {
  const say = sayIn(instanceOf(item.address), identities, limit);
  const lines = fieldLines(item.fields, say, limit);
  const width = fieldWidth(lines);
  return [
    `  ${paint.bold(plain(item.address))}${item.gone ? paint.red("  gone: somebody deleted it") : ""}`,
    ...lines.map((line) => `      ${lineText(line, width, paint)}`),
    ...culprits(item.by).map((words) => paint.dim(`      by ${words}`)),
  ];
}

/** `trent@acme.example, 2026-11-21 18:04 UTC (group.user_membership.add)`, newest first. */
export function culprits(events: readonly AuditEvent[] | undefined): readonly string[] {
  // Nobody asked, and nobody else found, are not the same.
  if (events === undefined) return [];
  if (events.length === 0) return ["unknown"];
  const words = events
    .slice(0, MOST_EVENTS)
    .map((event) => `${plain(event.actor)}, ${minuteOf(event.time)} (${plain(event.action)})`);
  const rest = events.length - MOST_EVENTS;
  return rest > 0 ? [...words, `${count(rest, "more entry", "more entries")} in the audit log`] : words;
}
