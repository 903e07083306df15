import fc from "fast-check";
import { expect, test } from "vitest";
import { sharesOf } from "../../../engine/gitops/room.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test("those who want little have all of it, the others alike", () => {
  expect(sharesOf([100, 900, 50, 900], 1000, 10)).toEqual([100, 425, 50, 425]);
  expect(sharesOf([100, 900], 5000, 10)).toEqual([100, 900]);
});

test("where a share would say nothing, the last go without", () => {
  expect(sharesOf([900, 900, 900], 1000, 400)).toEqual([500, 500, 0]);
  expect(sharesOf([900, 900, 900], 300, 400)).toEqual([0, 0, 0]);
});

test("never more than there is, never more than is wanted, never less than says something", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 40 }), fc.integer({ min: -500, max: 60_000 }), (wanted, room) => {
      const shares = sharesOf(wanted, room, 300);
      expect(shares).toHaveLength(wanted.length);
      expect(sum(shares)).toBeLessThanOrEqual(Math.max(0, room));
      shares.forEach((share, index) => {
        const want = wanted[index] ?? 0;
        expect(share).toBeLessThanOrEqual(want);
        if (share > 0) expect(share).toBeGreaterThanOrEqual(Math.min(want, 300));
      });
      if (sum(wanted) <= room) expect(shares).toEqual(wanted);
    }),
  );
});
