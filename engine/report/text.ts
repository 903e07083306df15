/** The plan for a person at a terminal: verdict, people, objections, drift, changes, and what to do next. */
import { compareText } from "../address.ts";
import type { Change, Plan, Verdict } from "../model.ts";
import { driftSection } from "./drift.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { peopleLine } from "./people.ts";
import { actsOf, DEFAULT_LIMIT, identitiesOf, type PlanView, verdictLine } from "./plan-view.ts";
import { type Row, type RowGroup, rowGroupsOf, SYMBOLS } from "./rows.ts";
import { plain, sentence } from "./say.ts";
import { fieldWidth, lineText } from "./text-lines.ts";
import { namesUpTo, peopleSections } from "./text-people.ts";
import { undoRows } from "./undo.ts";
import { approvalsOf, approverWords, denialsOf, exceptedOf, overriddenOf, rulingOf, warningsOf } from "./verdicts.ts";

export function planText(view: PlanView, options: TextOptions): string {
  const paint = paintOf(options);
  const { plan } = view;
  const limit = view.limit ?? DEFAULT_LIMIT;
  const sections = [
    [headline(plan, paint), ...peopleLines(plan, paint)],
    ...peopleSections(plan, limit, paint),
    verdictSection("Denied", denialsOf(plan), paint.red("✗"), paint),
    verdictSection("Needs approval", approvalsOf(plan), paint.yellow("?"), paint),
    verdictSection("Warnings", warningsOf(plan), paint.yellow("!"), paint),
    verdictSection("Denied, and let pass", overriddenOf(plan), paint.yellow("!"), paint),
    verdictSection("Let pass by an exception", exceptedOf(plan), paint.yellow("!"), paint),
    driftSection(plan.drift, identitiesOf(view), limit, paint),
    ...rowGroupsOf(view).map((group) => groupSection(group, paint)),
    undoSection(plan, paint),
    noteSection(plan.notes, paint),
    [...callLines(plan, paint), ...nextLines(view, paint)],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

/** `--quiet`: the verdict line, nothing else. */
export function planLine(plan: Plan, options: TextOptions): string {
  return `${headline(plan, paintOf(options))}\n`;
}

function headline(plan: Plan, paint: Paint): string {
  const line = verdictLine(plan);
  const ruling = rulingOf(plan);
  if (ruling !== "allowed") return paint.bold(ruling === "denied" ? paint.red(line) : paint.yellow(line));
  return paint.bold(actsOf(plan).length > 0 ? line : paint.green(line));
}

function peopleLines(plan: Plan, paint: Paint): readonly string[] {
  const line = peopleLine(plan);
  return line === undefined ? [] : [paint.bold(line)];
}

function verdictSection(title: string, verdicts: readonly Verdict[], symbol: string, paint: Paint): readonly string[] {
  if (verdicts.length === 0) return [];
  const lines = [paint.bold(title)];
  for (const verdict of verdicts) {
    const where = verdict.address === undefined ? "" : `  ${plain(verdict.address)}`;
    const needs = verdict.approvers === undefined ? "" : `  ${approverWords([verdict], plain)}`;
    lines.push(`  ${symbol} ${paint.bold(plain(verdict.name))}${where}${needs}`, `      ${sentence(verdict.message)}`);
    if (verdict.overridden !== undefined) lines.push(`      let pass: ${sentence(verdict.overridden)}`);
    else if (verdict.hint !== undefined) lines.push(`      → ${sentence(verdict.hint)}`);
  }
  return lines;
}

function groupSection(group: RowGroup, paint: Paint): readonly string[] {
  return [paint.bold(plain(group.kind)), ...group.rows.flatMap((row) => rowLines(row, paint))];
}

function rowLines(row: Row, paint: Paint): readonly string[] {
  const { change } = row;
  const title = [
    symbolOf(change.action, paint),
    `${paint.bold(plain(change.address))}${row.privileged ? `  ${paint.yellow("(privileged)")}` : ""}`,
  ].join(" ");
  const lines = row.lines();
  const notes = row.notes.map((note) => paint.dim(`      · ${sentence(note)}`));
  const [only] = lines;
  if (change.action === "update" && only !== undefined && lines.length === 1) {
    return [`  ${title}  ${lineText(only, 0, paint)}`, ...notes];
  }
  const width = fieldWidth(lines);
  const meaning = row.meaning === "" ? "" : `  ${row.meaning}`;
  return [`  ${title}${meaning}`, ...lines.map((line) => `      ${lineText(line, width, paint)}`), ...notes];
}

function symbolOf(action: Exclude<Change["action"], "none">, paint: Paint): string {
  const symbol = SYMBOLS[action];
  if (action === "create") return paint.green(symbol);
  if (action === "delete" || action === "replace") return paint.red(symbol);
  return action === "update" ? paint.yellow(symbol) : paint.cyan(symbol);
}

function undoSection(plan: Plan, paint: Paint): readonly string[] {
  const rows = undoRows(plan);
  if (rows.length === 0) return [];
  return [
    paint.bold("What undo cannot restore exactly"),
    ...rows.map((row) => `  ${namesUpTo(row.addresses, DEFAULT_LIMIT)}: ${row.effect}`),
  ];
}

function noteSection(notes: readonly string[], paint: Paint): readonly string[] {
  return notes.length === 0 ? [] : [paint.bold("Notes"), ...notes.map((note) => `  · ${sentence(note)}`)];
}

/** `Calls: okta 7 (groups 3, users 4)`: what the plan cost, per rate-limit bucket. */
function callLines(plan: Plan, paint: Paint): readonly string[] {
  const words = callWords(plan);
  return words === "" ? [] : [paint.dim(`Calls made: ${words}`)];
}

export function callWords(plan: Plan): string {
  return Object.entries(plan.calls)
    .sort(([a], [b]) => compareText(a, b))
    .map(([instance, buckets]) => {
      const entries = Object.entries(buckets).sort(([a], [b]) => compareText(a, b));
      const total = entries.reduce((sum, [, calls]) => sum + calls, 0);
      const each = entries.map(([bucket, calls]) => `${plain(bucket)} ${calls}`).join(", ");
      return `${plain(instance)} ${total}${entries.length > 1 ? ` (${each})` : ""}`;
    })
    .join("; ");
}

function nextLines(view: PlanView, paint: Paint): readonly string[] {
  const next = nextStep(view);
  return next === undefined ? [] : [`${paint.bold("Next:")} ${next}`];
}

/** What to do with the plan; nothing when there is nothing to do. */
export function nextStep(view: PlanView): string | undefined {
  const { plan } = view;
  const ruling = rulingOf(plan);
  if (ruling === "denied") return "change the stack as the denials say, then plan again; apply refuses this plan.";
  if (ruling === "needs-approval") return "get the approvals named above; apply refuses this plan without them.";
  if (actsOf(plan).length === 0 || view.next === false) return undefined;
  const file = view.savedAs === undefined ? "" : ` ${view.savedAs}`;
  return `accord apply${plain(`${file}${view.again ?? ""}`)}`;
}
