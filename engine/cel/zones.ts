/**
 * Parts of a moment in a time zone, as CEL names them. The library leaves zones to the platform, which takes no offset
 * (`+02:00`) before Node 22, and answers duration parts as totals.
 */

const zones = new Map<string, Intl.DateTimeFormat>();

/** The moment's clock in the zone, as if it were UTC; throws where there is no such zone. */
function clockIn(moment: Date, zone: string): Date {
  const [, sign = "+", hours, minutes] = /^([+-]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(moment.getTime() + (sign === "-" ? -offset : offset));
  }
  if (zone === "" || zone === "UTC") return moment;
  const format = zones.get(zone) ?? new Intl.DateTimeFormat("en-US", { ...PARTS, timeZone: zone });
  zones.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const clock = new Date(0);
  clock.setUTCFullYear(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1);
  clock.setUTCHours(part.hour ?? 0, part.minute ?? 0, part.second ?? 0, moment.getUTCMilliseconds());
  return clock;
}

const PARTS = {
  calendar: "iso8601",
  numberingSystem: "latn",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

const DAY = 86_400_000;

const CLOCK: Readonly<Record<string, (clock: Date) => number>> = {
  getFullYear: (clock) => clock.getUTCFullYear(),
  getMonth: (clock) => clock.getUTCMonth(),
  getDate: (clock) => clock.getUTCDate(),
  getDayOfMonth: (clock) => clock.getUTCDate() - 1,
  getDayOfWeek: (clock) => clock.getUTCDay(),
  getDayOfYear: (clock) => {
    const first = new Date(clock);
    first.setUTCMonth(0, 1);
    return Math.round((clock.getTime() - first.getTime()) / DAY);
  },
  getHours: (clock) => clock.getUTCHours(),
  getMinutes: (clock) => clock.getUTCMinutes(),
  getSeconds: (clock) => clock.getUTCSeconds(),
  getMilliseconds: (clock) => clock.getUTCMilliseconds(),
};

export const CLOCK_PARTS: readonly string[] = Object.keys(CLOCK);

export function clockPart(name: string, moment: Date, zone = "UTC"): bigint {
  return BigInt(CLOCK[name]?.(clockIn(moment, zone)) ?? 0);
}
