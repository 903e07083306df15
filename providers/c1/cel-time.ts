/**
 * Time in C1's expressions (c1.md §12.3), in UTC: the layouts by name, and Go's own as far as they are numbers. What is
 * left (names of days, other zones, quarters of a fiscal year) is said to be unavailable.
 */
import { type CelImplementation, CelUnavailable } from "../../engine/cel/library.ts";

type Implementations = Readonly<Record<string, CelImplementation>>;

/** `now` stays the same within one evaluation. */
export function timeFunctions(now: number): Implementations {
  return {
    now: () => new Date(now),
    "time.unix": (seconds) => new Date(Number(seconds) * 1_000),
    "time.unix_ms": (ms) => new Date(Number(ms)),
    "time.parse": (value, layout, zone) => parsed(value, layoutOf(layout), zone),
    "time.try_parse": (value, layout, otherwise) => tried(value, layoutOf(layout)) ?? otherwise,
    "time.format": (moment, layout, zone) => formatted(momentOf(moment, zone), layoutOf(layout)),
    "time.start_of": (moment, unit, zone) => startOf(momentOf(moment, zone), String(unit)),
    "time.truncate": (moment, unit, zone) => startOf(momentOf(moment, zone), String(unit)),
    "time.end_of": (moment, unit, zone) => endOf(momentOf(moment, zone), String(unit)),
    ifEmpty: (value, otherwise) => (value === "" ? otherwise : value),
  };
}

function momentOf(moment: unknown, zone: unknown): Date {
  if (!(moment instanceof Date) || (zone !== undefined && zone !== "UTC")) {
    throw new CelUnavailable(`the time zone ${String(zone)} is not computed here`);
  }
  return moment;
}

const NAMED: Readonly<Record<string, string>> = {
  rfc3339: "2006-01-02T15:04:05Z07:00",
  date: "2006-01-02",
  datetime: "2006-01-02 15:04:05",
  time: "15:04:05",
  "1": "2006-01-02T15:04:05Z07:00",
  "2": "2006-01-02",
  "3": "2006-01-02 15:04:05",
  "4": "15:04:05",
};

function layoutOf(layout: unknown): string {
  return NAMED[String(layout)] ?? String(layout);
}

/** Pieces of Go's reference time, longest first, with what they stand for. */
const PIECES: readonly (readonly [string, string, (moment: Date) => string])[] = [
  ["2006", "(?<year>\\d{4})", (moment) => String(moment.getUTCFullYear()).padStart(4, "0")],
  ["Z07:00", "(?<zone>Z|[+-]\\d\\d:\\d\\d)", () => "Z"],
  ["01", "(?<month>\\d\\d)", (moment) => two(moment.getUTCMonth() + 1)],
  ["02", "(?<day>\\d\\d)", (moment) => two(moment.getUTCDate())],
  ["15", "(?<hour>\\d\\d)", (moment) => two(moment.getUTCHours())],
  ["04", "(?<minute>\\d\\d)", (moment) => two(moment.getUTCMinutes())],
  ["05", "(?<second>\\d\\d)", (moment) => two(moment.getUTCSeconds())],
];

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** The layout, piece by piece; anything else in it that Go would read as a part is refused. */
function piecesOf(layout: string): readonly (string | (typeof PIECES)[number])[] {
  const pieces: (string | (typeof PIECES)[number])[] = [];
  for (let at = 0; at < layout.length; ) {
    const piece = PIECES.find(([name]) => layout.startsWith(name, at));
    const next = piece?.[0] ?? layout[at] ?? "";
    if (piece === undefined && /[A-Za-z0-9_]/.test(next) && next !== "T") {
      throw new CelUnavailable(`the layout ${layout} is not computed here`);
    }
    pieces.push(piece ?? next);
    at += next.length;
  }
  return pieces;
}

function formatted(moment: Date, layout: string): string {
  return piecesOf(layout)
    .map((piece) => (typeof piece === "string" ? piece : piece[2](moment)))
    .join("");
}

function parsed(value: unknown, layout: string, zone: unknown): Date {
  if (zone !== undefined && zone !== "UTC") throw new CelUnavailable("other time zones are not computed here");
  const moment = tried(value, layout);
  if (moment === undefined) throw new Error(`cannot parse ${String(value)}`);
  return moment;
}

function tried(value: unknown, layout: string): Date | undefined {
  const source = piecesOf(layout).map((piece) => (typeof piece === "string" ? escaped(piece) : piece[1]));
  const found = new RegExp(`^${source.join("")}$`).exec(String(value))?.groups;
  if (found === undefined) return undefined;
  const { year = "0000", month = "01", day = "01", hour = "00", minute = "00", second = "00", zone = "Z" } = found;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  // 31 February is none, whatever a lenient parser makes of it.
  return Number.isNaN(time) || (zone === "Z" && new Date(time).getUTCDate() !== Number(day))
    ? undefined
    : new Date(time);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Weeks begin on Monday. */
function startOf(moment: Date, unit: string): Date {
  const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth()];
  const time = moment.getTime();
  switch (unit) {
    case "minute":
      return new Date(Math.floor(time / MINUTE) * MINUTE);
    case "hour":
      return new Date(Math.floor(time / (60 * MINUTE)) * 60 * MINUTE);
    case "day":
      return new Date(Math.floor(time / DAY) * DAY);
    case "week":
      return new Date(Math.floor(time / DAY) * DAY - ((moment.getUTCDay() + 6) % 7) * DAY);
    case "month":
      return new Date(Date.UTC(year, month));
    case "quarter":
      return new Date(Date.UTC(year, month - (month % 3)));
    case "year":
      return new Date(Date.UTC(year, 0));
    default:
      throw new CelUnavailable(`the unit ${unit} is not computed here`);
  }
}

/** Whether the end is the last moment of the unit or the first of the next is not documented. */
function endOf(_moment: Date, unit: string): Date {
  throw new CelUnavailable(`what time.end_of gives for a ${unit} is not documented to the moment`);
}
