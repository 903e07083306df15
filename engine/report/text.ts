/** The plan for a person at a terminal: verdict, people, objections, drift, changes, and what to do next. */
import { compareText } from "../address.ts";
import type { Change, Plan, Verdict } from "../model.ts";
import { count } from "../words.ts";
import { driftSection } from "./drift.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { dangerWord, type Holders, type Side, sideOf } from "./people.ts";
import {
  actsOf,
  DEFAULT_LIMIT,
  denialsOf,
  identitiesOf,
  overriddenOf,
  type PlanView,
  verdictLine,
  warningsOf,
} from "./plan-view.ts";
import { populationRows, ROTA_TITLE, rotaRows } from "./populations.ts";
import { type Row, type RowGroup, rowGroupsOf, SYMBOLS } from "./rows.ts";
import { plain, sentence } from "./say.ts";
import { fieldWidth, lineText } from "./text-lines.ts";
import { uncertainOf } from "./uncertain.ts";
import { undoRows } from "./undo.ts";

export function planText(view: PlanView, options: TextOptions): string {
  const paint = paintOf(options);
  const { plan } = view;
  const limit = view.limit ?? DEFAULT_LIMIT;
  const sections = [
    [headline(plan, paint)],
    peopleSection("gain", sideOf(plan.impact.gained), limit, paint),
    peopleSection("lose", sideOf(plan.impact.lost), limit, paint),
    populationSection(plan, limit, paint),
    rotaSection(plan, limit, paint),
    uncertainSection(plan, limit, paint),
    verdictSection("Denied", denialsOf(plan), paint.red("✗"), paint),
    verdictSection("Warnings", warningsOf(plan), paint.yellow("!"), paint),
    verdictSection("Denied, and let pass", overriddenOf(plan), paint.yellow("!"), paint),
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
  if (denialsOf(plan).length > 0) return paint.bold(paint.red(line));
  return paint.bold(actsOf(plan).length > 0 ? line : paint.green(line));
}

function verdictSection(title: string, verdicts: readonly Verdict[], symbol: string, paint: Paint): readonly string[] {
  if (verdicts.length === 0) return [];
  const lines = [paint.bold(title)];
  for (const verdict of verdicts) {
    const where = verdict.address === undefined ? "" : `  ${plain(verdict.address)}`;
    lines.push(`  ${symbol} ${paint.bold(plain(verdict.name))}${where}`, `      ${sentence(verdict.message)}`);
    if (verdict.overridden !== undefined) lines.push(`      let pass: ${sentence(verdict.overridden)}`);
    else if (verdict.hint !== undefined) lines.push(`      → ${sentence(verdict.hint)}`);
  }
  return lines;
}

function peopleSection(verb: "gain" | "lose", side: Side, limit: number, paint: Paint): readonly string[] {
  if (side.people === 0) return [];
  const verbs = side.people === 1 ? `${verb}s` : verb;
  const lines = [paint.bold(`${count(side.people, "person", "people")} ${verbs} access`)];
  for (const holders of side.holders.slice(0, limit)) lines.push(...holderLines(verb, holders, limit, paint));
  const rest = side.holders.length - limit;
  if (rest > 0) lines.push(paint.dim(`  … and ${count(rest, "more entitlement")}`));
  return lines;
}

function populationSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const rows = populationRows(plan, limit);
  if (rows.length === 0) return [];
  const marks = { "+": paint.green("+"), "-": paint.red("-"), "?": paint.yellow("?") };
  return [
    paint.bold("Whom changed rules take in and let go"),
    ...rows.flatMap(({ address, entitlement, summary, movers, rest, remarks }) => [
      `  ${plain(entitlement)}: ${summary}`,
      ...movers.map(
        ({ mark, person, why }) =>
          `      ${marks[mark]} ${plain(person)}${why === "" ? "" : `  ${paint.dim(plain(why))}`}`,
      ),
      ...(rest > 0 ? [paint.dim(`      … and ${count(rest, "more person", "more people")}`)] : []),
      ...remarks.map((remark) => `      · ${sentence(remark)}`),
      paint.dim(`      through ${plain(address)}`),
    ]),
  ];
}

function rotaSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const rows = rotaRows(plan, limit);
  if (rows.length === 0) return [];
  return [
    paint.bold(ROTA_TITLE),
    ...rows.flatMap(({ address, turns, rest }) => [
      `  ${plain(address)}`,
      ...turns.map(([when, who]) => `      ${when.padEnd(16)}  ${plain(who)}`),
      ...(rest > 0 ? [paint.dim(`      … and ${count(rest, "more handover")}`)] : []),
    ]),
  ];
}

function uncertainSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const uncertain = uncertainOf(plan);
  if (uncertain === undefined) return [];
  const rest = uncertain.rows.length - limit;
  return [
    paint.bold(uncertain.title),
    ...uncertain.rows
      .slice(0, limit)
      .flatMap(({ address, effect }) => [`  ${paint.yellow("?")} ${plain(address)}`, `      ${sentence(effect)}`]),
    ...(rest > 0 ? [paint.dim(`  … and ${count(rest, "more uncertain effect")}`)] : []),
  ];
}

function holderLines(verb: "gain" | "lose", holders: Holders, limit: number, paint: Paint): readonly string[] {
  const danger = dangerWord(holders);
  const mark = verb === "gain" ? paint.green("+") : paint.red("-");
  const title = plain(holders.entitlement);
  return [
    `  ${mark} ${danger === "" ? title : `${paint.bold(title)}  ${paint.yellow(`(${danger})`)}`}`,
    `      ${namesUpTo(holders.people, limit)}`,
    paint.dim(`      through ${namesUpTo(holders.through, 3)}`),
    ...(holders.ways.length === 0 ? [] : [paint.dim(`      as ${namesUpTo(holders.ways, 3)}`)]),
  ];
}

function namesUpTo(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).map(plain).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
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
  if (denialsOf(plan).length > 0)
    return "change the stack as the denials say, then plan again; apply refuses this plan.";
  if (actsOf(plan).length === 0 || view.next === false) return undefined;
  const file = view.savedAs === undefined ? "" : ` ${view.savedAs}`;
  return `accord apply${plain(`${file}${view.again ?? ""}`)}`;
}
