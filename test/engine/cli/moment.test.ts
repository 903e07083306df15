import { expect, test } from "vitest";
import { momentOf } from "../../../engine/cli/moment.ts";
import { problemsOf } from "../../../engine/problem.ts";

const NOW = Date.parse("2026-03-03T12:00:00Z");
const of = (text: string): string => new Date(momentOf(text, NOW)).toISOString();
const refused = (text: string): string => {
  try {
    return of(text);
  } catch (error) {
    return problemsOf(error)[0]?.message ?? "";
  }
};

test("a date is its end in UTC, and today is now", () => {
  expect(of("2026-02-28")).toBe("2026-02-28T23:59:59.999Z");
  expect(of("2026-03-03")).toBe("2026-03-03T12:00:00.000Z");
});

test("a time is a moment, in UTC unless it says otherwise", () => {
  expect(of("2026-03-01T14:00")).toBe("2026-03-01T14:00:00.000Z");
  expect(of("2026-03-01T14:00:30Z")).toBe("2026-03-01T14:00:30.000Z");
  expect(of("2026-03-01T14:00+02:00")).toBe("2026-03-01T12:00:00.000Z");
});

test("what is no time, and what has not come yet, is refused", () => {
  expect(["yesterday", "2026-02-31", "2026-13-01", "3.3.2026", "2026-03-01T25:00"].map(refused)).toEqual(
    ["yesterday", "2026-02-31", "2026-13-01", "3.3.2026", "2026-03-01T25:00"].map(
      (text) => `--at "${text}" is no time.`,
    ),
  );
  expect(refused("2026-03-04")).toBe("--at 2026-03-04 has not come yet.");
});
