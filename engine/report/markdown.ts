/**
 * The plan as a pull-request comment. Read on a phone: short lines, lists, folds; no tables. It never exceeds the limit
 * of a comment: sections have their share of it, changes lose their details first, then their line, and what is left
 * out is counted.
 */

import type { Verdict } from "../model.ts";
import { count } from "../words.ts";
import { culprits } from "./drift.ts";
import { fieldLines } from "./lines.ts";
import { code, prose } from "./markdown-escape.ts";
import { folded, listSection } from "./markdown-fit.ts";
import { codes, peopleSections } from "./markdown-people.ts";
import { rowSections } from "./markdown-rows.ts";
import { peopleLine } from "./people.ts";
import { actsOf, countsOf, countWords, identitiesOf, instanceOf, type PlanView } from "./plan-view.ts";
import { sayIn } from "./say.ts";
import { callWords, nextStep } from "./text.ts";
import { undoRows } from "./undo.ts";
import {
  approvalsOf,
  approverWords,
  deciderWords,
  denialsOf,
  exceptedOf,
  overriddenOf,
  reservationWords,
  rulingOf,
  warningsOf,
} from "./verdicts.ts";
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
    ...peopleSections(plan, shown.limit, share),
    ...verdictSection("❌ Denied", denialsOf(plan), share(12)),
    ...verdictSection("✋ Needs approval", approvalsOf(plan), share(8)),
    ...verdictSection("⚠️ Warnings", warningsOf(plan), share(6)),
    ...verdictSection("⚠️ Denied, and let pass", overriddenOf(plan), share(6)),
    ...verdictSection("⚠️ Let pass by an exception", exceptedOf(plan), share(6)),
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
  if (actsOf(plan).length === 0 && rulingOf(plan) === "allowed") {
    return `## ✅ No changes\n\n${place}: ${count(plan.changes.length, "resource")}, live as declared.${partial}`;
  }
  const modes = { normal: "", "refresh-only": "Refresh only: ", destroy: "Destroy: " } as const;
  const people = peopleLine(plan);
  return [
    `## ${verdictTitle(view)}`,
    ...(people === undefined ? [] : [`**${people}**`]),
    `${place}: ${modes[plan.mode]}${countWords(countsOf(plan.changes))}${partial}`,
  ].join("\n\n");
}

function verdictTitle({ plan }: PlanView): string {
  switch (rulingOf(plan)) {
    case "denied":
      return `❌ Denied by ${deciderWords(plan, code)}`;
    case "needs-approval":
      return `✋ Needs approval by ${approverWords(approvalsOf(plan), code)}`;
    case "allowed": {
      const but = reservationWords(plan);
      return but === "" ? "✅ Allowed" : `⚠️ Allowed${but}`;
    }
  }
}

function verdictSection(title: string, verdicts: readonly Verdict[], room: number): readonly string[] {
  if (verdicts.length === 0) return [];
  const items = verdicts.map((verdict) =>
    [
      `- **${code(verdict.name)}**${verdict.address === undefined ? "" : ` on ${code(verdict.address)}`}${needsOf(verdict)}`,
      prose(verdict.message),
      ...(verdict.overridden === undefined ? [] : [`let pass: ${prose(verdict.overridden)}`]),
      ...(verdict.hint === undefined || verdict.overridden !== undefined ? [] : [`→ ${prose(verdict.hint)}`]),
    ].join("<br>\n  "),
  );
  return [listSection(`### ${title}`, items, room, "verdict")];
}

function needsOf({ approvers, ...verdict }: Verdict): string {
  return approvers === undefined ? "" : `: ${approverWords([{ ...verdict, approvers }], code)}`;
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
    ...(view.digest === undefined || rulingOf(view.plan) === "allowed" ? [] : [`Plan digest: ${code(view.digest)}`]),
    ...(calls === "" ? [] : [`<sub>Calls made: ${prose(clipped(calls, room))}</sub>`]),
  ];
  return lines.length === 0 ? [] : [lines.join("\n\n")];
}
