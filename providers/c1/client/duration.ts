/** Durations are `"8h"` in a stack and `"28800s"` on the wire; minutes and hours there answer 400 (c1.md §2). */
const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
];

/** Seconds of `90s`, `30m`, `8h`, `30d`; undefined where the text is none. */
export function secondsOf(duration: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(duration);
  const unit = UNITS.find(([letter]) => letter === match?.[2]);
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit[1];
}

/** The one way each duration is written: in the largest unit that divides it, `24h` as `1d`. */
export function durationText(seconds: number): string {
  const [letter, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ["s", 1];
  return `${seconds / size}${letter}`;
}

export function toWire(duration: string): string | undefined {
  const seconds = secondsOf(duration);
  return seconds === undefined ? undefined : `${seconds}s`;
}

/** `"28800s"` → `8h`; undefined for unset and zero. */
export function fromWire(wire: unknown): string | undefined {
  const match = typeof wire === "string" ? /^(\d+)(?:\.\d+)?s$/.exec(wire) : null;
  const seconds = match === null ? 0 : Number(match[1]);
  return seconds === 0 ? undefined : durationText(seconds);
}
