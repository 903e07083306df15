/** Third part of the tour: many objects, few calls. */
import { expect } from "vitest";
import type { Schemas } from "../../engine/config/schemas.ts";
import type { KindFacts } from "../../engine/provider.ts";
import { requiredPart } from "./fields.ts";
import type { Scenes } from "./scene.ts";
import type { Sample } from "./subject.ts";

const MANY = 250;

export function scales(kind: string, { can }: KindFacts, schemas: Schemas, sample: Sample): Scenes {
  if (!can.list) return {};
  return {
    [`lists ${MANY} of them in a few calls`]: async (bench) => {
      const { stage, facts } = bench;
      const specs = [];
      for (let n = 1; n <= MANY; n += 1) {
        const spec = (await sample.bulk?.spec?.(n, stage.tenant)) ?? (await bench.spec(n));
        specs.push(spec);
        if (can.create) await stage.hands().create(facts.name, spec, await bench.context(spec, bench.address(n)));
        else await sample.make?.(spec, stage.tenant);
      }
      await bench.wait();
      const objects = specs.map((spec) => ({
        key: bench.key(spec),
        fields: sample.bulk?.fields ?? Object.keys(requiredPart(schemas, kind, spec)),
        known: [spec],
      }));
      const before = stage.exchanges.length;
      const keys = new Set<string | undefined>();
      for await (const live of stage.view().list(facts.name, { objects })) keys.add(facts.key(live.spec));
      const calls = stage.exchanges.slice(before).map(({ method, path }) => `${method} ${path}`);
      expect(objects.filter(({ key }) => !keys.has(key)).map(({ key }) => key)).toEqual([]);
      expect(calls.length, calls.slice(0, 20).join("\n")).toBeLessThanOrEqual(sample.bulk?.calls ?? 6);
    },
  };
}
