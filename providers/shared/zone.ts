/**
 * Wall time of a place. Rotations hand over at the same local hour all year, so turns are counted in "local
 * milliseconds": the wall clock read as if it were UTC.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

export function toLocal(instant: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const seconds = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return seconds + (((instant % 1_000) + 1_000) % 1_000);
}

/** A wall time that the spring change skips is taken an hour later; one that autumn repeats, the first time. */
export function fromLocal(local: number, zone: string): number {
  const first = local - (toLocal(local, zone) - local);
  const drift = toLocal(first, zone) - local;
  const second = first - drift;
  return toLocal(second, zone) === local ? second : Math.max(first, second);
}

/** `2026-11-23T04:00:00-05:00`; UTC is written `Z`. */
export function formatTime(instant: number, zone: string): string {
  const local = toLocal(instant, zone);
  const minutes = Math.round((local - instant) / 60_000);
  const text = new Date(local).toISOString().slice(0, 19);
  if (minutes === 0) return `${text}Z`;
  const size = Math.abs(minutes);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${text}${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, format);
  return format;
}
