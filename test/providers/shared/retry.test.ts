import { describe, expect, test } from "vitest";
import { type Attempt, retryAfter, waitBeforeRetry } from "../../../providers/shared/retry.ts";

const HALF = 0.5;

function wait(attempt: Partial<Attempt>, jitter = 0): number | undefined {
  return waitBeforeRetry({ status: 500, tries: 1, repeatable: true, ...attempt }, jitter);
}

/** The wait before each try, until it is given up. */
function waits(attempt: Partial<Attempt>): readonly number[] {
  const all: number[] = [];
  for (let tries = 1; ; tries += 1) {
    const next = wait({ ...attempt, tries });
    if (next === undefined) return all;
    all.push(next);
  }
}

describe("what may be sent twice", () => {
  test.each([0, 408, 500, 502, 503, 504])("is tried four times more after %i, each time later", (status) => {
    expect(waits({ status })).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  test.each([200, 301, 400, 401, 403, 404, 409, 412, 423])("is not tried again after %i", (status) => {
    expect(waits({ status })).toEqual([]);
  });

  test("waits as long as a 503 asks", () => {
    expect(wait({ status: 503, askedWait: 17_000 }, HALF)).toBe(17_000);
  });
});

describe("what must not be sent twice", () => {
  test.each([0, 408, 500, 503])("is not tried again after %i", (status) => {
    expect(waits({ status, repeatable: false })).toEqual([]);
  });

  test("is tried again after a 429, which did nothing", () => {
    expect(wait({ status: 429, repeatable: false, askedWait: 3_000 })).toBe(3_000);
  });

  test("is tried again where the vendor says that nothing was done", () => {
    expect(wait({ status: 423, repeatable: false, notNow: true })).toBe(2_000);
  });
});

describe("patience", () => {
  test("with limits and locks is longer than with failures, and each wait has an end", () => {
    expect(waits({ status: 429 })).toHaveLength(19);
    expect(waits({ status: 429 }).slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(waits({ status: 409, notNow: true })).toHaveLength(19);
    expect(Math.max(...waits({ status: 409, notNow: true }))).toBe(30_000);
  });

  test("is spread, and never shortened: clients that were refused together do not come back together", () => {
    expect(wait({}, HALF)).toBe(1_250);
    expect(wait({ status: 429, askedWait: 3_000 }, HALF)).toBe(3_125);
    expect(wait({ status: 423, notNow: true }, HALF)).toBe(2_500);
  });
});

describe("Retry-After", () => {
  const date = "Tue, 03 Mar 2026 10:00:00 GMT";
  const later = "Tue, 03 Mar 2026 10:00:42 GMT";

  test.each([
    ["seconds", { "retry-after": "42" }, 42_000],
    ["no seconds at all", { "retry-after": "0" }, 0],
    ["a date, by the server's own clock", { "retry-after": later, date }, 42_000],
    ["a date that is over", { "retry-after": date, date: later }, 0],
    ["a date, and nobody says what time it is there", { "retry-after": later }, undefined],
    ["something else", { "retry-after": "soon", date }, undefined],
    ["nothing", {}, undefined],
  ])("as %s", (_as, headers: Record<string, string>, expected) => {
    expect(retryAfter(new Headers(headers))).toBe(expected);
  });
});
