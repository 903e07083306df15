/**
 * The plan as a pull-request comment. Read on a phone: short lines, lists, folds; no tables. It never exceeds the limit
 * of a comment: sections have their share of it, changes lose their details first, then their line, and what is left
 * out is counted.
 */

import type { Plan, Verdict } from "../model.ts";
import { count, listed } from "../words.ts";
import { culprits } from "./drift.ts";
import { fieldLines } from "./lines.ts";
import { code, prose } from "./markdown-escape.ts";
import { rowSections } from "./markdown-rows.ts";
import { dangerWord, type Holders, type Side, sideOf } from "./people.ts";
import {
  actsOf,
  countsOf,
  countWords,
  denialsOf,
  identitiesOf,
  instanceOf,
  overriddenOf,
  type PlanView,
  warningsOf,
} from "./plan-view.ts";
import { populationRows, ROTA_TITLE, rotaRows } from "./populations.ts";
import { plain, sayIn } from "./say.ts";
import { callWords, nextStep } from "./text.ts";
import { uncertainOf } from "./uncertain.ts";
import { undoRows } from "./undo.ts";
import { clipped } from "./visible.ts";

/** What GitHub takes as the body of a comment. */
const COMMENT_LIMIT = 65_536;
/** Below this no section has room for one honest line. */
const SMALLEST_LIMIT = 8_000;
const NAMES = 10;

export interface MarkdownOptions {
  /** Characters at most; callers that add a marker of their own leave room for it. */
  readonly limit?: number;
}

export function planMarkdown(view: PlanView, options: MarkdownOptions = {}): string {
  const limit = Math.max(SMALLEST_LIMIT, options.limit ?? COMMENT_LIMIT);
  const { plan } = view;
  const share = (percent: number): number => Math.floor((limit * percent) / 100);
  const shown = { ...view, limit: view.limit ?? NAMES };
  const before = [
    headline(view),
    ...peopleSection("gain", sideOf(plan.impact.gained), shown.limit, share(12)),
    ...peopleSection("lose", sideOf(plan.impact.lost), shown.limit, share(12)),
    ...populationSection(plan, shown.limit, share(10)),
    ...rotaSection(plan, shown.limit, share(4)),
    ...uncertainSection(plan, share(6)),
    ...verdictSection("❌ Denied", denialsOf(plan), share(12)),
    ...verdictSection("⚠️ Warnings", warningsOf(plan), share(6)),
    ...verdictSection("⚠️ Denied, and let pass", overriddenOf(plan), share(6)),
    ...driftSection(shown, share(8)),
  ];
  const after = [...undoSection(view, share(5)), ...noteSection(plan.notes, share(4)), ...footer(view, share(3))];
  const used = [...before, ...after].reduce((sum, section) => sum + section.length + 2, 0);
  return `${[...before, ...rowSections(shown, limit - used - 2), ...after].join("\n\n")}\n`;
}

function headline(view: PlanView): string {
  const { plan } = view;
  const place = `${code(plan.stack)}${plan.environment === "default" ? "" : ` in ${code(plan.environment)}`}`;
  const partial = plan.complete ? "" : "\n\nPartial plan: `--target` or `--exclude` left resources out.";
  if (actsOf(plan).length === 0 && denialsOf(plan).length === 0) {
    return `## ✅ No changes\n\n${place}: ${count(plan.changes.length, "resource")}, live as declared.${partial}`;
  }
  const modes = { normal: "", "refresh-only": "Refresh only: ", destroy: "Destroy: " } as const;
  return `## ${verdictTitle(view)}\n\n${place}: ${modes[plan.mode]}**${countWords(countsOf(plan.changes))}**${partial}`;
}

function verdictTitle({ plan }: PlanView): string {
  const denials = denialsOf(plan).length;
  if (denials > 0) return `❌ Denied by ${count(denials, "guardrail")}`;
  const but = [
    ...(overriddenOf(plan).length > 0 ? [count(overriddenOf(plan).length, "overridden denial")] : []),
    ...(warningsOf(plan).length > 0 ? [count(warningsOf(plan).length, "warning")] : []),
  ];
  return but.length === 0 ? "✅ Allowed" : `⚠️ Allowed, with ${listed(but)}`;
}

function peopleSection(verb: "gain" | "lose", side: Side, names: number, room: number): readonly string[] {
  if (side.people === 0) return [];
  const title = `### ${count(side.people, "person", "people")} ${side.people === 1 ? `${verb}s` : verb} access`;
  return [
    listSection(
      title,
      side.holders.map((holders) => holderItem(holders, names)),
      room,
      "entitlement",
    ),
  ];
}

function populationSection(plan: Plan, limit: number, room: number): readonly string[] {
  const items = populationRows(plan, limit).map(({ address, entitlement, summary, movers, rest, remarks }) =>
    [
      `- ${code(entitlement)}: ${summary}`,
      ...movers.map(({ mark, person, why }) => `${code(`${mark} ${person}`)}${why === "" ? "" : ` ${prose(why)}`}`),
      ...(rest > 0 ? [`… and ${count(rest, "more person", "more people")}`] : []),
      ...remarks.map(prose),
      `through ${code(address)}`,
    ].join("<br>\n  "),
  );
  return items.length === 0 ? [] : [listSection("### Whom changed rules take in and let go", items, room, "rule")];
}

function rotaSection(plan: Plan, limit: number, room: number): readonly string[] {
  const items = rotaRows(plan, limit).map(({ address, turns, rest }) =>
    [
      `- ${code(address)}`,
      ...turns.map(([when, who]) => `${when}: ${prose(who)}`),
      ...(rest > 0 ? [`… and ${count(rest, "more handover")}`] : []),
    ].join("<br>\n  "),
  );
  return items.length === 0 ? [] : [folded(ROTA_TITLE, items, room, "schedule")];
}

function uncertainSection(plan: Plan, room: number): readonly string[] {
  const uncertain = uncertainOf(plan);
  if (uncertain === undefined) return [];
  const items = uncertain.rows.map(({ address, effect }) => `- ${code(address)}<br>\n  ${prose(effect)}`);
  return [listSection(`### ❔ ${uncertain.title}`, items, room, "uncertain effect")];
}

function holderItem(holders: Holders, names: number): string {
  const danger = dangerWord(holders);
  return [
    `- ${danger === "" ? "" : `🔑 **${danger}** `}${code(holders.entitlement)}`,
    codes(holders.people, names),
    `through ${codes(holders.through, 3)}`,
    ...(holders.ways.length === 0 ? [] : [`as ${codes(holders.ways, 3)}`]),
  ].join("<br>\n  ");
}

function codes(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).map(code).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

function verdictSection(title: string, verdicts: readonly Verdict[], room: number): readonly string[] {
  if (verdicts.length === 0) return [];
  const items = verdicts.map((verdict) =>
    [
      `- **${code(verdict.name)}**${verdict.address === undefined ? "" : ` on ${code(verdict.address)}`}`,
      prose(verdict.message),
      ...(verdict.overridden === undefined ? [] : [`let pass: ${prose(verdict.overridden)}`]),
      ...(verdict.hint === undefined || verdict.overridden !== undefined ? [] : [`→ ${prose(verdict.hint)}`]),
    ].join("<br>\n  "),
  );
  return [listSection(`### ${title}`, items, room, "verdict")];
}

function driftSection(view: PlanView & { readonly limit: number }, room: number): readonly string[] {
  const { drift } = view.plan;
  if (drift.length === 0) return [];
  const identities = identitiesOf(view);
  const items = drift.map((item) => {
    const say = sayIn(instanceOf(item.address), identities, view.limit);
    const lines = fieldLines(item.fields, say, view.limit).map((line) =>
      code(`${line.field} ${line.mark === "" ? "" : `${line.mark} `}${line.text}`),
    );
    const by = culprits(item.by).map((words) => `by ${prose(words)}`);
    const gone = item.gone ? ["gone: somebody deleted it"] : [];
    return [`- ${code(item.address)}`, ...gone, ...lines, ...by].join("<br>\n  ");
  });
  return [listSection("### Changed outside Accord", items, room, "object")];
}

function undoSection({ plan }: PlanView, room: number): readonly string[] {
  const rows = undoRows(plan).map((row) => `- ${codes(row.addresses, NAMES)}: ${prose(row.effect)}`);
  return rows.length === 0 ? [] : [folded("What undo cannot restore exactly", rows, room, "reason")];
}

function noteSection(notes: readonly string[], room: number): readonly string[] {
  if (notes.length === 0) return [];
  return [
    folded(
      count(notes.length, "note"),
      notes.map((note) => `- ${prose(note)}`),
      room,
      "note",
    ),
  ];
}

function footer(view: PlanView, room: number): readonly string[] {
  const calls = callWords(view.plan);
  const next = nextStep(view);
  const lines = [
    ...(next === undefined ? [] : [`Next: ${next.startsWith("accord ") ? code(next) : prose(next)}`]),
    ...(calls === "" ? [] : [`<sub>Calls made: ${prose(clipped(calls, room))}</sub>`]),
  ];
  return lines.length === 0 ? [] : [lines.join("\n\n")];
}

/** As many items as there is room for, and the count of the rest. */
function listSection(title: string, items: readonly string[], room: number, noun: string): string {
  return [title, "", ...fitting(items, room - title.length, noun)].join("\n");
}

function folded(title: string, items: readonly string[], room: number, noun: string): string {
  const head = `<details>\n<summary>${plain(title)}</summary>\n`;
  return [head, ...fitting(items, room - head.length - 14, noun), "", "</details>"].join("\n");
}

function fitting(items: readonly string[], room: number, noun: string): readonly string[] {
  const shown: string[] = [];
  let left = room - 40;
  for (const item of items) {
    if (item.length + 1 > left) break;
    shown.push(item);
    left -= item.length + 1;
  }
  const rest = items.length - shown.length;
  return rest === 0 ? shown : [...shown, `- … and ${count(rest, `more ${noun}`)}`];
}
