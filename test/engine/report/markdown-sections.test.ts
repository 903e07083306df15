import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../../engine/model.ts";
import { planMarkdown } from "../../../engine/report/markdown.ts";
import { LEAST_ROOM, planSections } from "../../../engine/report/markdown-sections.ts";
import { PLAN } from "./example.ts";
import { hostilePlan } from "./hostile.ts";
import { PLANS } from "./plans.ts";

/** Every section has more to say than any comment holds. */
const FULL: Plan = (() => {
  const words = hostilePlan("somebody.with.a.long.name@acme.example");
  const many = <T>(items: readonly T[]): readonly T[] => Array.from({ length: 120 }, () => items).flat();
  const gained = many(words.impact.gained).map((move, index) => ({
    ...move,
    entitlement: `${move.entitlement} ${index}`,
  }));
  return {
    ...words,
    impact: { gained, lost: gained },
    populations: many(words.populations ?? []),
    rotas: many(words.rotas ?? []),
    changes: many(words.changes),
    drift: many(words.drift),
    notes: many(words.notes),
    verdicts: many([
      ...words.verdicts,
      { name: "let-pass", outcome: "deny", message: "No.", overridden: "ada: it is meant" },
      { name: "excepted", outcome: "allow", message: "Let pass." },
      { name: "warned", outcome: "warn", message: "Look twice." },
    ]),
  };
})();

describe("sections of a plan", () => {
  test("stay within any room that says anything, however much there is to say", () => {
    fc.assert(
      fc.property(fc.integer({ min: LEAST_ROOM, max: 65_536 }), fc.constantFrom(FULL, PLAN), (room, plan) => {
        expect(planSections({ plan }, room).length).toBeLessThanOrEqual(room);
      }),
      { numRuns: 6 },
    );
  });

  test("leave a comment within its limit too, when all of them are full", () => {
    expect(planMarkdown({ plan: FULL }).length).toBeLessThanOrEqual(65_536);
  });

  test("use the room that there is: people have more of a small one where nothing else wants it", () => {
    const { plan } = PLANS["privileged-grant"];
    const whole = planSections({ plan }, 65_536);
    expect(whole.length).toBeLessThan(LEAST_ROOM);
    expect(planSections({ plan }, LEAST_ROOM)).toBe(whole);
  });
});
