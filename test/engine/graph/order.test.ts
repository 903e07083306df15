import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layersOf } from "../../../engine/graph/order.ts";
import type { Address } from "../../../engine/model.ts";

const at = (index: number): Address => `null/resource/r${index}`;

/** Needs that only point backwards, so that there is no cycle; in any order. */
const acyclic = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) => fc.subarray(Array.from({ length: index }, (_, i) => at(i)))),
    ),
  )
  .chain((needs) => {
    const entries = needs.map((own, index) => [at(index), own] as const);
    return fc.record({
      needs: fc.constant(new Map<Address, readonly Address[]>(entries)),
      order: fc.shuffledSubarray(
        entries.map(([a]) => a),
        { minLength: entries.length },
      ),
    });
  });

const layers = (order: readonly Address[], needs: ReadonlyMap<Address, readonly Address[]>) =>
  layersOf(order, (address) => needs.get(address) ?? []);

describe("layers", () => {
  test("hold everything, once", () => {
    fc.assert(
      fc.property(acyclic, ({ needs, order }) => {
        expect(layers(order, needs).flat().sort()).toEqual([...order].sort());
      }),
    );
  });

  test("come after all that they need", () => {
    fc.assert(
      fc.property(acyclic, ({ needs, order }) => {
        const place = new Map(layers(order, needs).flatMap((layer, index) => layer.map((address) => [address, index])));
        for (const [address, own] of needs) {
          for (const need of own) expect(place.get(need)).toBeLessThan(place.get(address) ?? -1);
        }
      }),
    );
  });

  test("are as early as they can be, whatever the order of the input", () => {
    fc.assert(
      fc.property(acyclic, ({ needs, order }) => {
        const sorted = (of: readonly Address[]) => layers(of, needs).map((layer) => [...layer].sort());
        expect(sorted(order)).toEqual(sorted([...order].reverse()));
        for (const [index, layer] of layers(order, needs).entries()) {
          const before = index === 0 ? [] : (layers(order, needs)[index - 1] ?? []);
          for (const address of layer) {
            expect(index === 0 || (needs.get(address) ?? []).some((need) => before.includes(need))).toBe(true);
          }
        }
      }),
    );
  });

  test("count needs outside the set as met", () => {
    expect(layersOf([at(1)], () => [at(0)])).toEqual([[at(1)]]);
  });
});
