import { expect, test } from "vitest";
import { turnsOf } from "../../../providers/shared/turns.ts";

const at = (hour: number): number => Date.parse("2026-11-23T00:00:00Z") + hour * 3_600_000;
const shift = (start: number, end: number, person: string) => ({ start: at(start), end: at(end), person });

/** `0 ada | 8 bob`: from which hour on, who. */
function shown(shifts: readonly ReturnType<typeof shift>[], now = 0, until = 24): string {
  return turnsOf(shifts, at(now), at(until))
    .map(({ from, people }) => `${(Date.parse(from) - at(0)) / 3_600_000} ${people.join("+") || "-"}`)
    .join(" | ");
}

test("the turn that runs, then each handover", () => {
  expect(shown([shift(-4, 8, "ada"), shift(8, 16, "bob"), shift(16, 40, "ada")], 3)).toBe("3 ada | 8 bob | 16 ada");
});

test("gaps and company are turns too, and who follows on themselves hands nothing over", () => {
  expect(shown([shift(0, 8, "ada"), shift(8, 10, "ada"), shift(12, 20, "bob"), shift(14, 16, "ada")])).toBe(
    "0 ada | 10 - | 12 bob | 14 ada+bob | 16 bob | 20 -",
  );
  expect(shown([])).toBe("0 -");
});
