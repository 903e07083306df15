import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffFields } from "../../../engine/diff/fields.ts";
import type { Change, Spec } from "../../../engine/model.ts";
import { planDigest } from "../../../engine/plan/digest.ts";
import { RULE, spec } from "../diff/arbitrary.ts";
import { changeOf, liveOf, resourceOf } from "./samples.ts";

const TENANTS = { okta: { id: "00o1", host: "acme.okta.com" } };

function digest(changes: readonly Change[], more: Partial<Parameters<typeof planDigest>[0]> = {}): string {
  const impact = { gained: [], lost: [] };
  return planDigest({
    stack: "acme",
    environment: "default",
    mode: "normal",
    tenants: TENANTS,
    impact,
    changes,
    ...more,
  });
}

/** The same object with its keys in another order, all the way down. */
function otherKeyOrder<T>(value: T): T {
  if (Array.isArray(value)) return value.map(otherKeyOrder) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, otherKeyOrder(item)]);
  return Object.fromEntries(entries.reverse()) as T;
}

const update = (want: Spec, have: Spec): Change =>
  changeOf("update", {
    address: "okta/group/prod",
    before: liveOf("00g1", have),
    after: resourceOf("okta/group/prod", "okta/group", want),
    fields: diffFields(want, have, RULE),
  });

describe("a plan's digest", () => {
  test("does not depend on the order of keys in a document", () => {
    fc.assert(
      fc.property(spec, spec, (want, have) => {
        expect(digest([update(otherKeyOrder(want), have)])).toBe(digest([update(want, have)]));
      }),
    );
  });

  test("differs where other people move by a rule, not where they do so for another reason", () => {
    const of = (personId: string, value: string) => {
      const mover = { person: "ada", personId, by: [{ attribute: "department", value }] };
      const moves = {
        enters: [],
        leaves: [mover],
        uncertain: [],
        held: 3,
        matches: { least: 2, most: 2 },
        remarks: [],
      };
      return digest([], { populations: [{ address: "okta/group-rule/r", entitlement: "member of g", ...moves }] });
    };
    expect(of("00u1", "SRE")).toBe(of("00u1", "Sales"));
    expect(of("00u1", "SRE")).not.toBe(of("00u2", "SRE"));
    expect(digest([], { populations: [] })).toBe(digest([]));
  });

  test("differs where what would be done differs", () => {
    const plans = [
      digest([]),
      digest([changeOf("create", { address: "okta/group/a" })]),
      digest([changeOf("create", { address: "okta/group/b" })]),
      digest([changeOf("delete", { address: "okta/group/a" })]),
      digest([update({ members: ["ada"] }, { members: [] })]),
      digest([update({ members: ["grace"] }, { members: [] })]),
      digest([], { stack: "other" }),
      digest([], { environment: "prod" }),
      digest([], { mode: "destroy" }),
      digest([], { tenants: { okta: { id: "00o2", host: "acme.okta.com" } } }),
      digest([], { impact: { gained: [{ person: "ada", entitlement: "x", address: "okta/group/a" }], lost: [] } }),
    ];
    expect(new Set(plans).size).toBe(plans.length);
  });

  test("does not depend on how the plan is explained, nor on what does nothing", () => {
    const change = update({ members: ["ada"] }, { members: [] });
    const explained: Change = { ...change, notes: ["by the way"], reason: "because" };
    expect(digest([explained, changeOf("none", { address: "okta/group/other" })])).toBe(digest([change]));
  });
});
