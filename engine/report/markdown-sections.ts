/**
 * What a plan does, section by section, in a room of any size from LEAST_ROOM on: people first, then verdicts, drift,
 * changes, the rest. Sections have their share of the room; what is left out is counted.
 */
import type { Verdict } from "../model.ts";
import { count } from "../words.ts";
import { culprits } from "./drift.ts";
import { fieldLines } from "./lines.ts";
import { code, prose } from "./markdown-escape.ts";
import { folded, listSection } from "./markdown-fit.ts";
import { codes, peopleSections } from "./markdown-people.ts";
import { rowSections } from "./markdown-rows.ts";
import { identitiesOf, instanceOf, type PlanView } from "./plan-view.ts";
import { sayIn } from "./say.ts";
import { callWords } from "./text.ts";
import { undoRows } from "./undo.ts";
import { approvalsOf, approverWords, denialsOf, exceptedOf, overriddenOf, warningsOf } from "./verdicts.ts";
import { clipped } from "./visible.ts";

/** Below this no section has room for one honest line. */
export const LEAST_ROOM = 3_000;
const NAMES = 10;
/** The changes have at least a quarter of the room, however much there is to say before and after them. */
const MOST_BESIDE = 0.75;
/** How far sections grow where few of them say much, and shrink where all of them are full. */
const SCALES = [16, 8, 4, 2, 1, 0.7, 0.4];
/** No section of a small room says more than it would in a whole comment. */
const WHOLE = 65_536;

export interface SectionOptions {
  /** Paragraphs between the changes and the calls made. */
  readonly closing?: readonly string[];
  /** Of the section with what guardrails ask approval for. */
  readonly approvals?: string;
}

export function planSections(view: PlanView, room: number, options: SectionOptions = {}): string {
  const limit = Math.max(LEAST_ROOM, room);
  const shown = { ...view, limit: view.limit ?? NAMES };
  const [largest = 1, ...smaller] = SCALES.filter((scale) => scale <= Math.max(1, WHOLE / limit));
  let beside = besideChanges(shown, limit, largest, options);
  for (const scale of smaller) {
    if (beside.size <= limit * MOST_BESIDE) break;
    beside = besideChanges(shown, limit, scale, options);
  }
  const { before, after, size } = beside;
  return [...before, ...rowSections(shown, limit - size - 2), ...after].join("\n\n");
}

interface Beside {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly size: number;
}

function besideChanges(
  view: PlanView & { readonly limit: number },
  limit: number,
  scale: number,
  options: SectionOptions,
): Beside {
  const { plan } = view;
  const share = (percent: number): number => Math.floor((limit * percent * scale) / 100);
  const before = [
    ...peopleSections(plan, view.limit, share),
    ...verdictSection("❌ Denied", denialsOf(plan), share(12)),
    ...verdictSection(options.approvals ?? "✋ Needs approval", approvalsOf(plan), share(8)),
    ...verdictSection("⚠️ Warnings", warningsOf(plan), share(6)),
    ...verdictSection("⚠️ Denied, and let pass", overriddenOf(plan), share(6)),
    ...verdictSection("⚠️ Let pass by an exception", exceptedOf(plan), share(6)),
    ...driftSection(view, share(8)),
  ];
  const calls = callWords(plan);
  const closing = [
    ...(options.closing ?? []),
    ...(calls === "" ? [] : [`<sub>Calls made: ${prose(clipped(calls, share(3)))}</sub>`]),
  ];
  const after = [...undoSection(view, share(5)), ...noteSection(plan.notes, share(4)), ...closing];
  return { before, after, size: [...before, ...after].reduce((sum, section) => sum + section.length + 2, 0) };
}

export function verdictSection(title: string, verdicts: readonly Verdict[], room: number): readonly string[] {
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
