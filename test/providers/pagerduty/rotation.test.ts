import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finalTurns, layerTurns } from "../../../providers/pagerduty/emulator/layers.ts";
import type { Layer, ShiftEvent, ShiftScheduleRow } from "../../../providers/pagerduty/emulator/memory.ts";
import { finalShifts } from "../../../providers/pagerduty/emulator/shifts.ts";
import { formatTime, fromLocal, toLocal } from "../../../providers/shared/zone.ts";

const BERLIN = "Europe/Berlin";
const time = (text: string): number => Date.parse(text);
const window = (start: string, end: string): { start: number; end: number } => ({ start: time(start), end: time(end) });

const layer: Layer = {
  id: "L",
  name: "Weekly",
  start: time("2026-10-05T07:00:00Z"),
  end: null,
  users: ["ada", "grace"],
  virtualStart: time("2026-10-05T07:00:00Z"),
  turnSeconds: 7 * 86_400,
  restrictions: [],
};

const show = (turns: readonly { start: number; end: number; userId: string | null }[], zone: string): string[] =>
  turns.map((turn) => `${turn.userId} ${formatTime(turn.start, zone)} ${formatTime(turn.end, zone)}`);

describe("layers", () => {
  test("hand over at the same local hour before and after the clocks change", () => {
    expect(show(layerTurns(layer, BERLIN, window("2026-10-20T00:00:00Z", "2026-10-30T00:00:00Z")), BERLIN)).toEqual([
      "ada 2026-10-19T09:00:00+02:00 2026-10-26T09:00:00+01:00",
      "grace 2026-10-26T09:00:00+01:00 2026-11-02T09:00:00+01:00",
    ]);
  });

  test("assign only within daily hours", () => {
    const nine = { type: "daily_restriction" as const, startSecond: 9 * 3_600, durationSeconds: 8 * 3_600 };
    const turns = layerTurns(
      { ...layer, restrictions: [nine] },
      BERLIN,
      window("2026-11-03T00:00:00Z", "2026-11-05T00:00:00Z"),
    );
    expect(show(turns, BERLIN)).toEqual([
      "ada 2026-11-03T09:00:00+01:00 2026-11-03T17:00:00+01:00",
      "ada 2026-11-04T09:00:00+01:00 2026-11-04T17:00:00+01:00",
    ]);
  });

  test("assign only within weekly hours, which may run over midnight", () => {
    const weekend = {
      type: "weekly_restriction" as const,
      startSecond: 20 * 3_600,
      durationSeconds: 2 * 86_400,
      startDay: 5,
    };
    const turns = layerTurns(
      { ...layer, restrictions: [weekend] },
      BERLIN,
      window("2026-11-02T09:00:00Z", "2026-11-09T07:00:00Z"),
    );
    expect(show(turns, BERLIN)).toEqual(["ada 2026-11-06T20:00:00+01:00 2026-11-08T20:00:00+01:00"]);
  });

  test("assign nobody before their start and after their end", () => {
    const short = { ...layer, start: time("2026-10-06T00:00:00Z"), end: time("2026-10-07T00:00:00Z") };
    expect(show(layerTurns(short, "UTC", window("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")), "UTC")).toEqual([
      "ada 2026-10-06T00:00:00Z 2026-10-07T00:00:00Z",
    ]);
  });

  test("later ones win, and overrides over all", () => {
    const schedule = {
      id: "S",
      name: "S",
      timeZone: "UTC",
      description: "",
      teams: [],
      layers: [layer, { ...layer, id: "L2", users: ["linus"], end: time("2026-10-07T00:00:00Z") }],
      overrides: [{ id: "O", userId: "alan", start: time("2026-10-06T23:00:00Z"), end: time("2026-10-07T01:00:00Z") }],
    };
    expect(show(finalTurns(schedule, window("2026-10-05T08:00:00Z", "2026-10-08T00:00:00Z")), "UTC")).toEqual([
      "linus 2026-10-05T07:00:00Z 2026-10-06T23:00:00Z",
      "alan 2026-10-06T23:00:00Z 2026-10-07T01:00:00Z",
      "ada 2026-10-07T01:00:00Z 2026-10-12T07:00:00Z",
    ]);
  });

  test("never leave a gap and never put two people on call at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 }), (day, days) => {
        const start = layer.start + day * 86_400_000;
        const turns = layerTurns(layer, BERLIN, { start, end: start + days * 86_400_000 });
        for (const [index, turn] of turns.entries()) {
          const next = turns[index + 1];
          if (next !== undefined) expect(next.start).toBe(turn.end);
        }
      }),
    );
  });
});

describe("shifts", () => {
  const event: ShiftEvent = {
    id: "E",
    name: "Weekdays",
    timeZone: "UTC",
    start: time("2026-11-02T09:00:00Z"),
    end: time("2026-11-02T17:00:00Z"),
    effectiveSince: time("2026-11-02T09:00:00Z"),
    effectiveUntil: null,
    rule: "RRULE:FREQ=WEEKLY;BYDAY=MO,TU",
    strategy: "rotating_member_assignment_strategy",
    shiftsPerMember: 2,
    members: ["ada", null],
  };
  const schedule = (changed: Partial<ShiftEvent>): ShiftScheduleRow => ({
    id: "S",
    name: "S",
    timeZone: "UTC",
    description: "",
    teams: [],
    rotations: [{ id: "R", events: [{ ...event, ...changed }] }],
    overrides: [],
  });
  const twoWeeks = window("2026-11-01T00:00:00Z", "2026-11-15T00:00:00Z");

  test("rotate after as many occurrences as each member covers; an empty member is a gap on purpose", () => {
    expect(show(finalShifts(schedule({}), twoWeeks), "UTC")).toEqual([
      "ada 2026-11-02T09:00:00Z 2026-11-02T17:00:00Z",
      "ada 2026-11-03T09:00:00Z 2026-11-03T17:00:00Z",
      "null 2026-11-09T09:00:00Z 2026-11-09T17:00:00Z",
      "null 2026-11-10T09:00:00Z 2026-11-10T17:00:00Z",
    ]);
  });

  test("every-member puts all on call at once; an interval skips weeks", () => {
    const changed = {
      strategy: "every_member_assignment_strategy" as const,
      members: ["ada", "grace"],
      rule: "RRULE:FREQ=WEEKLY;INTERVAL=2",
    };
    expect(show(finalShifts(schedule(changed), twoWeeks), "UTC")).toEqual([
      "ada 2026-11-02T09:00:00Z 2026-11-02T17:00:00Z",
      "grace 2026-11-02T09:00:00Z 2026-11-02T17:00:00Z",
    ]);
  });
});

describe("wall time", () => {
  test("goes there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: time("2020-01-01T00:00:00Z"), max: time("2030-01-01T00:00:00Z") }), (instant) => {
        const local = toLocal(instant, "America/New_York");
        expect(toLocal(fromLocal(local, "America/New_York"), "America/New_York")).toBe(local);
      }),
    );
  });

  test("an hour that spring skips becomes the next", () => {
    const skipped = Date.UTC(2026, 2, 29, 2, 30);
    expect(formatTime(fromLocal(skipped, BERLIN), BERLIN)).toBe("2026-03-29T03:30:00+02:00");
  });
});
