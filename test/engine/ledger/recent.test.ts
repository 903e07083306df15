/** A plan reads and checks as much of the record as its window needs, however long the record is. */
import { expect, test } from "vitest";
import { append, START } from "../../../engine/ledger/chain.ts";
import type { EventBody } from "../../../engine/ledger/event.ts";
import { readLedger, readRecent, verifyLedger } from "../../../engine/ledger/ledger.ts";
import { problemsOf } from "../../../engine/problem.ts";
import type { Log } from "../../../engine/state/backend.ts";

const DAY = 86_400_000;
const DAYS = 365;
const BEGIN = Date.UTC(2025, 0, 1);
const NOW = BEGIN + DAYS * DAY;

const moved = (day: number): EventBody => ({
  type: "move",
  actor: "ada@acme.example",
  from: "okta/group/a",
  to: `okta/group/day-${day}`,
  id: "00g1",
});

/** An event a day for a year. */
const { lines: YEAR, end: ANCHOR } = chainOf(Array.from({ length: DAYS }, (_, day) => day));

function chainOf(days: readonly number[]) {
  const lines: string[] = [];
  let end = START;
  for (const day of days) {
    const link = append(end, moved(day), new Date(BEGIN + day * DAY).toISOString());
    lines.push(link.line);
    end = link.position;
  }
  return { lines, end };
}

function logOf(lines: readonly string[]): Log & { read(): number } {
  let read = 0;
  return {
    name: "ledger",
    append: async () => {},
    replace: async () => {},
    async readAll() {
      read += lines.length;
      return lines;
    },
    async *readBack() {
      for (const line of lines.toReversed()) {
        read += 1;
        yield [line];
      }
    },
    read: () => read,
  };
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "read",
    (error: unknown) =>
      problemsOf(error)
        .map(({ code, source }) => `${code}:${source?.line}`)
        .join(),
  );

test("no more than the window, whatever came before", async () => {
  const log = logOf(YEAR);
  const events = await readRecent(log, ANCHOR, NOW - 7 * DAY);
  expect(events.map((event) => event.type === "move" && event.to).slice(-7)).toEqual(
    Array.from({ length: 7 }, (_, index) => `okta/group/day-${DAYS - 7 + index}`),
  );
  expect(log.read()).toBeLessThanOrEqual(9);
  expect(await readRecent(logOf(YEAR), ANCHOR, BEGIN)).toEqual(await readLedger(logOf(YEAR), ANCHOR));
});

test("the last event in any case: that there is a record is known from it", async () => {
  expect(await readRecent(logOf(YEAR), ANCHOR, NOW + 99 * DAY)).toHaveLength(1);
  expect(await readRecent(logOf([]), START, NOW)).toEqual([]);
});

test("what a run added after state was written last, and not the line that it was writing", async () => {
  const more = chainOf(Array.from({ length: DAYS + 2 }, (_, day) => day));
  const events = await readRecent(logOf([...more.lines, '{"actor":"ada@ac']), ANCHOR, NOW - DAY);
  expect(events.slice(-2).map((event) => event.seq)).toEqual([DAYS + 1, DAYS + 2]);
  expect(await readRecent(logOf(more.lines), START, NOW)).toHaveLength(DAYS + 2);
});

/** What somebody may do to line `at` (from 0). */
const TAMPERINGS: readonly (readonly [string, (at: number) => readonly string[]])[] = [
  ["edited", (at) => YEAR.with(at, (YEAR[at] ?? "").replace("ada@", "eve@"))],
  ["taken out", (at) => YEAR.toSpliced(at, 1)],
  ["doubled", (at) => YEAR.toSpliced(at, 0, YEAR[at] ?? "")],
  ["swapped with the next", (at) => YEAR.toSpliced(at, 2, YEAR[at + 1] ?? "", YEAR[at] ?? "")],
  ["replaced by one of another chain", (at) => YEAR.with(at, chainOf([1, 2, 3]).lines[1] ?? "")],
];

test.each(TAMPERINGS)(
  "an event of the window that is %s is refused, and named as verify names it",
  async (_, tamper) => {
    for (const at of [DAYS - 2, DAYS - 5]) {
      const found = await verifyLedger(logOf(tamper(at)), ANCHOR);
      expect(found.intact).toBe(false);
      const line = found.intact ? 0 : found.line;
      expect(await codeOf(readRecent(logOf(tamper(at)), ANCHOR, NOW - 7 * DAY))).toBe(`ledger-broken:${line}`);
    }
  },
);

test.each(TAMPERINGS)("an older one that is %s is for verify, which finds it", async (_, tamper) => {
  expect(await codeOf(readRecent(logOf(tamper(40)), ANCHOR, NOW - 7 * DAY))).toBe("read");
  expect(await verifyLedger(logOf(tamper(40)), ANCHOR)).toMatchObject({ intact: false });
  expect(await codeOf(readLedger(logOf(tamper(40)), ANCHOR))).toMatch(/^ledger-broken/);
});

test("an end that is cut off, a front that is, and another record altogether are refused", async () => {
  const since = NOW - 7 * DAY;
  expect(await codeOf(readRecent(logOf(YEAR.slice(0, -1)), ANCHOR, since))).toBe(`ledger-broken:${DAYS}`);
  expect(await codeOf(readRecent(logOf(YEAR.slice(-3)), ANCHOR, since))).toBe("ledger-broken:1");
  expect(await codeOf(readRecent(logOf([]), ANCHOR, since))).toBe("ledger-broken:1");
  const other = chainOf(Array.from({ length: DAYS }, (_, day) => day + 1)).lines;
  expect(await codeOf(readRecent(logOf(other), ANCHOR, since))).toBe(`ledger-broken:${DAYS}`);
});
