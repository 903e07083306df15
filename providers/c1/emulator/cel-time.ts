/**
 * The tenant's own time functions (c1.md §12.3), in any zone. Layouts are Go's: its reference moment, piece by piece. That
 * `end_of` is the last millisecond of the unit is an assumption.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { formatTime, fromLocal, isZone, toLocal } from "../../shared/zone.ts";

const LAYOUTS: Readonly<Record<string, string>> = {
  rfc3339: "2006-01-02T15:04:05Z07:00",
  date: "2006-01-02",
  datetime: "2006-01-02 15:04:05",
  time: "15:04:05",
};
/** Numbers of `TimeFormat`. */
export const TIME_FORMATS = ["UNSPECIFIED", "RFC3339", "DATE", "DATETIME", "TIME"];
const T = "google.protobuf.Timestamp";
const PIECE = /2006|Z07:00|January|Monday|Jan|Mon|01|02|15|04|05/g;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** `namespace` is the type whose methods they are. */
export function registerTime(made: Environment, namespace: string): void {
  const method = (name: string, given: string, result: string, run: (...args: never[]) => unknown): void => {
    made.registerFunction(`${namespace}.${name}(${given}): ${result}`, (_: unknown, ...args: never[]) => run(...args));
  };
  for (const layout of ["string", "int"]) {
    method("parse", `string, ${layout}`, T, parsed);
    method("parse", `string, ${layout}, string`, T, parsed);
    method("try_parse", `string, ${layout}, ${T}`, T, (text: string, wanted: unknown, otherwise: Date) => {
      try {
        return parsed(text, wanted);
      } catch {
        return otherwise;
      }
    });
    method("format", `${T}, ${layout}`, "string", written);
    method("format", `${T}, ${layout}, string`, "string", written);
  }
  method("unix", "int", T, (seconds: bigint) => new Date(Number(seconds) * 1_000));
  method("unix_ms", "int", T, (ms: bigint) => new Date(Number(ms)));
  for (const given of [`${T}, string`, `${T}, string, string`]) {
    method("start_of", given, T, begin);
    method("truncate", given, T, begin);
    method("end_of", given, T, end);
  }
}

function zoneOf(zone: string | undefined): string {
  if (zone !== undefined && !isZone(zone)) throw new Error(`unknown time zone ${zone}`);
  return zone ?? "Etc/UTC";
}

function layoutOf(wanted: unknown): string {
  const name = typeof wanted === "bigint" ? TIME_FORMATS[Number(wanted)]?.toLowerCase() : String(wanted);
  return LAYOUTS[name ?? ""] ?? name ?? "";
}

function written(moment: Date, wanted: unknown, zone?: string): string {
  const local = new Date(toLocal(moment.getTime(), zoneOf(zone)));
  const iso = local.toISOString();
  const words = local.toUTCString();
  const pieces: Readonly<Record<string, string>> = {
    "2006": iso.slice(0, 4),
    "01": iso.slice(5, 7),
    "02": iso.slice(8, 10),
    "15": iso.slice(11, 13),
    "04": iso.slice(14, 16),
    "05": iso.slice(17, 19),
    "Z07:00": formatTime(moment.getTime(), zoneOf(zone)).slice(19),
    Mon: words.slice(0, 3),
    Jan: words.slice(8, 11),
    Monday: local.toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" }),
    January: local.toLocaleDateString("en-US", { month: "long", timeZone: "UTC" }),
  };
  return layoutOf(wanted).replace(PIECE, (piece) => pieces[piece] ?? piece);
}

function parsed(text: string, wanted: unknown, zone?: string): Date {
  const layout = layoutOf(wanted);
  const order: readonly string[] = layout.match(PIECE) ?? [];
  const pattern = layout
    .split(PIECE)
    .map((fixed) => fixed.replace(/[^\w\s]/g, "\\$&"))
    .reduce(
      (source, fixed, index) =>
        `${source}${order[index - 1] === "Z07:00" ? "(Z|[+-]\\d\\d:\\d\\d)" : "(\\d+)"}${fixed}`,
    );
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (found === null) throw new Error(`cannot parse ${text}`);
  const value = (piece: string, otherwise: string): string =>
    order.includes(piece) ? (found[order.indexOf(piece) + 1] ?? otherwise) : otherwise;
  const [year, month, day] = [value("2006", "0000"), value("01", "01"), value("02", "01")];
  const clock = `${value("15", "00")}:${value("04", "00")}:${value("05", "00")}`;
  const offset = value("Z07:00", "");
  const time = Date.parse(`${year}-${month}-${day}T${clock}${offset === "" ? "Z" : offset}`);
  const exists = new Date(Date.parse(`${year}-${month}-${day}T00:00:00Z`)).getUTCDate() === Number(day);
  if (Number.isNaN(time) || !exists) throw new Error(`cannot parse ${text}`);
  return new Date(offset === "" ? fromLocal(time, zoneOf(zone)) : time);
}

function begin(moment: Date, unit: string, zone?: string): Date {
  const name = zoneOf(zone);
  return new Date(fromLocal(floor(toLocal(moment.getTime(), name), unit, 0), name));
}

function end(moment: Date, unit: string, zone?: string): Date {
  const name = zoneOf(zone);
  return new Date(fromLocal(floor(toLocal(moment.getTime(), name), unit, 1), name) - 1);
}

/** Start of the unit that holds a local moment, or of one that comes so many later. Weeks begin on Monday. */
function floor(local: number, unit: string, later: number): number {
  const date = new Date(local);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const even = (size: number): number => (Math.floor(local / size) + later) * size;
  if (unit === "minute") return even(MINUTE);
  if (unit === "hour") return even(60 * MINUTE);
  if (unit === "day") return even(DAY);
  if (unit === "week") return Math.floor(local / DAY) * DAY - ((date.getUTCDay() + 6) % 7) * DAY + later * 7 * DAY;
  if (unit === "month") return Date.UTC(year, month + later, 1);
  if (unit === "quarter") return Date.UTC(year, month - (month % 3) + 3 * later, 1);
  if (unit === "year") return Date.UTC(year + later, 0, 1);
  throw new Error(`unknown unit ${unit}`);
}
