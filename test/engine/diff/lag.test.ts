/** Reads that lag behind our own writes, and reads that show somebody else's. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyFields, diffFields } from "../../../engine/diff/fields.ts";
import { caughtUp, converging, seen } from "../../../engine/diff/lag.ts";
import type { FieldChange, Owned, Spec } from "../../../engine/model.ts";
import { RULE, spec } from "./arbitrary.ts";

const NOW = Date.UTC(2026, 2, 3, 10);
const WINDOW = 10_000;

function owned(more: Partial<Owned> = {}): Owned {
  const base = { address: "okta/group/prod", kind: "okta/group", id: "00g1", applied: {}, people: {} } as const;
  return { ...base, secrets: {}, protect: false, origin: "created", dependsOn: [], ...more };
}

/** As state remembers these writes, one a second. */
function wrote(...writes: readonly (readonly FieldChange[])[]): Owned {
  return writes.reduce(
    (before, fields, index) => owned({ converging: converging(before, fields, WINDOW, NOW + index * 1_000) }),
    owned(),
  );
}

function read(given: Spec, by: Owned, now = NOW + 5_000): Spec {
  return caughtUp({ id: "00g1", spec: given }, by, RULE, now).live.spec;
}

const set = (before: string, after: string): FieldChange => ({ op: "set", path: ["name"], before, after });

test("a read from any moment of the window is brought up to what was written last", () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 4 }), fc.nat(), (wanted, moment) => {
      const past: Spec[] = [{}];
      const writes: (readonly FieldChange[])[] = [];
      for (const want of wanted) {
        const before = past.at(-1) ?? {};
        const fields = diffFields(want, before, RULE);
        writes.push(fields);
        past.push(applyFields(before, fields, RULE));
      }
      const now = read(past[moment % past.length] ?? {}, wrote(...writes));
      expect(diffFields(past.at(-1) ?? {}, now, RULE)).toEqual([]);
    }),
  );
});

describe("a value", () => {
  test("that is neither what we wrote nor what was there before is somebody else's", () => {
    expect(read({ name: "theirs" }, wrote([set("a", "b")]))).toEqual({ name: "theirs" });
    expect(read({ name: "a" }, wrote([set("a", "b")]))).toEqual({ name: "b" });
  });

  test("counts as read once the window is over", () => {
    const by = wrote([set("a", "b")]);
    expect(read({ name: "a" }, by, NOW + WINDOW - 1)).toEqual({ name: "b" });
    expect(read({ name: "a" }, by, NOW + WINDOW)).toEqual({ name: "a" });
  });

  test("written in an earlier step of the window is not forgotten for a later one", () => {
    const by = wrote([{ op: "add", path: ["members"], element: "ada" }], [set("a", "b")]);
    expect(read({ name: "a", members: [] }, by)).toEqual({ name: "b", members: ["ada"] });
  });
});

test("what did not show is told, and only that", () => {
  const add = (element: string): FieldChange => ({ op: "add", path: ["members"], element });
  const by = wrote([add("ada"), add("grace")], [{ op: "remove", path: ["members"], element: "grace" }]);
  const { lag } = caughtUp({ id: "00g1", spec: { members: [] } }, by, RULE, NOW);
  expect(lag).toEqual([add("ada")]);
});

describe("what was made a moment ago and is not found", () => {
  const made = owned({ applied: { name: "prod" }, shownBy: new Date(NOW + WINDOW).toISOString() });

  test("is there all the same, where even a read by id lags", () => {
    const lagging = { proof: { by: "response" } } as const;
    expect(seen(undefined, made, lagging, RULE, NOW)).toMatchObject({ state: "present", live: { id: "00g1" } });
    expect(seen(undefined, made, lagging, RULE, NOW + WINDOW)).toEqual({ state: "gone", id: "00g1" });
  });

  test("is gone, where a read by id is the truth", () => {
    expect(seen(undefined, made, { proof: { by: "read" } }, RULE, NOW)).toEqual({ state: "gone", id: "00g1" });
  });
});
