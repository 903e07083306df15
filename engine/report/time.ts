import { visible } from "./visible.ts";

/** `2026-11-21 18:04 UTC`: to the minute, in one zone, so that two reports compare. Other text stays as it is. */
export function minuteOf(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return visible(iso);
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
