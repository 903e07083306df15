/** The changes of a Markdown report, in the room that is left: details go first, then lines, never the count of either. */
import { count } from "../words.ts";
import type { Line } from "./lines.ts";
import { code, html, prose } from "./markdown-escape.ts";
import { countsOf, type PlanView, shortCountWords } from "./plan-view.ts";
import { type Row, type RowGroup, rowGroupsOf, urgency } from "./rows.ts";
import { plain } from "./say.ts";

/** Rows of a plan that is small enough to be read unfolded. */
const FEW_ROWS = 15;
const TITLE = "### Changes";
/** Room for the title, and for the sentence that counts what was left out. */
const TAIL = TITLE.length + 300;

export function rowSections(view: PlanView, room: number): readonly string[] {
  const groups = rowGroupsOf(view);
  const rows = groups.flatMap((group) => group.rows.map((row) => ({ row, group })));
  if (rows.length === 0) return [];
  const open = rows.length <= FEW_ROWS;
  const texts = allot(rows, room - TAIL, open);
  const sections = groups
    .map((group) => ({ group, shown: group.rows.flatMap((row) => texts.shown.get(row) ?? []) }))
    .filter(({ shown }) => shown.length > 0)
    .map(({ group, shown }) => {
      const notes = shown.flatMap((text) => text.notes);
      const list = notes.length === 0 ? "" : `${notes.join("\n")}\n\n`;
      return `${headOf(group, open)}${shown.map(({ fenced }) => fenced).join("\n")}${FENCE}${list}${FOOT}`;
    });
  const left = rows.map(({ row }) => row).filter((row) => !texts.shown.has(row));
  const tail = leftOut(left, texts.withoutDetails);
  return [TITLE, ...sections, ...(tail === undefined ? [] : [tail])];
}

/** A row in the fence of its kind, and what is said about it below, where sentences wrap. */
interface RowText {
  readonly fenced: string;
  readonly notes: readonly string[];
}

interface Allotted {
  readonly shown: ReadonlyMap<Row, RowText>;
  readonly withoutDetails: number;
}

/** The urgent rows first, whatever their kind: none of them may give way to a harmless one. */
function allot(rows: readonly { row: Row; group: RowGroup }[], room: number, open: boolean): Allotted {
  const ordered = [...rows].sort((a, b) => urgency(a.row) - urgency(b.row));
  const frames = new Set(rows.map(({ group }) => group));
  const titles =
    ordered.reduce((sum, { row }) => sum + titleOf(row).length + 1, 0) +
    [...frames].reduce((sum, group) => sum + frameOf(group, open), 0);
  // Every row has its line before any has its details; but the most urgent keep theirs when not all can be named.
  let details = Math.max(room - titles, Math.floor(room / 3));
  let left = room;
  let withoutDetails = 0;
  const shown = new Map<Row, RowText>();
  const begun = new Set<RowGroup>();
  for (const { row, group } of ordered) {
    const title = titleOf(row);
    const frame = begun.has(group) ? 0 : frameOf(group, open);
    if (title.length + 1 + frame > left) break;
    const brief = { fenced: title, notes: [] };
    const text = details > 0 ? rowText(row) : brief;
    const size = sizeOf(text);
    const whole = size - title.length <= details && size + 1 + frame <= left;
    if (!whole || (details <= 0 && hasDetails(row))) withoutDetails += 1;
    shown.set(row, whole ? text : brief);
    if (whole) details -= size - title.length;
    left -= (whole ? size : title.length) + 1 + frame;
    begun.add(group);
  }
  return { shown, withoutDetails };
}

function sizeOf({ fenced, notes }: RowText): number {
  return notes.reduce((sum, note) => sum + note.length + 1, fenced.length);
}

function hasDetails(row: Row): boolean {
  return row.change.action !== "forget";
}

/** What a group costs beside its rows and their notes: its fold, its fence and the blank lines. */
function frameOf(group: RowGroup, open: boolean): number {
  return headOf(group, open).length + FENCE.length + FOOT.length + 4;
}

const FENCE = "\n```\n\n";
const FOOT = "</details>";

function headOf(group: RowGroup, open: boolean): string {
  const counts = countsOf(group.rows.map((row) => row.change));
  return `<details${open ? " open" : ""}>\n<summary><code>${html(group.kind)}</code> ${shortCountWords(counts)}</summary>\n\n\`\`\`diff\n`;
}

/** Words, where the terminal has symbols: the first column belongs to the colours of a diff. */
const SIGNS: Readonly<Record<Row["change"]["action"], string>> = {
  create: "+ create",
  update: "! update",
  replace: "- replace",
  delete: "- delete",
  adopt: "! adopt",
  forget: "! forget",
};

function titleOf(row: Row): string {
  // In front: a phone shows only the beginning of a line.
  const privileged = row.privileged ? "🔑 " : "";
  const meaning = row.meaning === "" ? "" : `: ${row.meaning}`;
  return `${SIGNS[row.change.action]} ${privileged}${plain(row.change.address)}${meaning}`;
}

/**
 * Every line starts with a sign or four spaces, and holds no line break: a fence ends only at backticks with at most
 * three spaces before them, so nothing in a name can end it.
 */
function rowText(row: Row): RowText {
  const { address } = row.change;
  return {
    fenced: [titleOf(row), ...row.lines().map((line) => lineText(line, row))].join("\n"),
    notes: row.notes.map((note) => `- ${code(address)}: ${prose(note)}`),
  };
}

/** Not in columns: a phone shows some forty characters of a line. */
function lineText(line: Line, row: Row): string {
  const { action } = row.change;
  const sign = line.mark !== "" ? line.mark : action === "create" ? "+" : action === "delete" ? "-" : " ";
  return `${sign}   ${line.field}: ${line.text}`;
}

function leftOut(rows: readonly Row[], withoutDetails: number): string | undefined {
  if (rows.length === 0 && withoutDetails === 0) return undefined;
  const counts = countsOf(rows.map((row) => row.change));
  const parts = [
    ...(rows.length === 0 ? [] : [`${count(rows.length, "more change")} (${shortCountWords(counts)})`]),
    ...(withoutDetails === 0 ? [] : [`the details of ${count(withoutDetails, "change")}`]),
  ];
  return `**Left out for length: ${parts.join(", and ")}.** \`accord plan\` shows everything.`;
}
