import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gates } from "../../../engine/apply/gates.ts";

interface Piece {
  readonly instance: string;
  readonly lane: string | undefined;
  readonly turns: number;
}

const piece: fc.Arbitrary<Piece> = fc.record({
  instance: fc.constantFrom("okta", "c1"),
  lane: fc.constantFrom(undefined, "rules", "schema"),
  turns: fc.nat(3),
});

/** Runs all pieces at once; gives the most that were inside together, of an instance and of a lane. */
async function crowds(pieces: readonly Piece[], width: number) {
  const enter = gates(() => width);
  const inside = new Map<string, number>();
  const most = new Map<string, number>();
  const count = (key: string, by: number): void => {
    const now = (inside.get(key) ?? 0) + by;
    inside.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
  };
  let done = 0;
  await Promise.all(
    pieces.map(({ instance, lane, turns }) =>
      enter(instance, lane, async () => {
        const keys = [instance, ...(lane === undefined ? [] : [`${instance} ${lane}`])];
        for (const key of keys) count(key, 1);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        for (const key of keys) count(key, -1);
        done += 1;
      }),
    ),
  );
  return { most, done };
}

describe("gates", () => {
  test("let in as many as an instance takes, one of a lane, and everybody in the end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), async (pieces, width) => {
        const { most, done } = await crowds(pieces, width);
        expect(done).toBe(pieces.length);
        for (const [key, crowd] of most) expect(crowd).toBeLessThanOrEqual(key.includes(" ") ? 1 : width);
      }),
    );
  });

  test("keep nobody waiting who could go", async () => {
    const free = Array.from({ length: 6 }, (): Piece => ({ instance: "okta", lane: undefined, turns: 3 }));
    expect((await crowds(free, 4)).most.get("okta")).toBe(4);
    // Those who wait for their lane hold no place that others could use.
    const laned = Array.from({ length: 3 }, (): Piece => ({ instance: "okta", lane: "rules", turns: 3 }));
    expect((await crowds([...laned, ...free], 4)).most.get("okta")).toBe(4);
  });

  test("open again after a failure", async () => {
    const enter = gates(() => 1);
    await expect(enter("okta", "rules", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await enter("okta", "rules", async () => "yes")).toBe("yes");
  });
});
