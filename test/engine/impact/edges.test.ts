/** Who gains and loses what, by what a kind says of its objects. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffFields } from "../../../engine/diff/fields.ts";
import { impactOf } from "../../../engine/impact/edges.ts";
import type { Change, Edge, Impact, Spec } from "../../../engine/model.ts";
import { isList } from "../../../engine/value.ts";
import { changeOf, factsOf, liveOf, RULES, resourceOf } from "../plan/samples.ts";

const ADDRESS = "okta/group/prod";

function* edges({ spec }: { readonly spec: Spec }): Iterable<Edge> {
  for (const person of isList(spec.members) ? spec.members : [])
    yield { person: String(person), entitlement: "member" };
}

function impact(...changes: readonly Change[]): Impact {
  const factsOfGroup = { ...factsOf("okta/group"), edges };
  return impactOf(changes, { rulesOf: () => RULES, factsOf: () => factsOfGroup, peopleOf: () => ({}) });
}

const people = (edgesOf: readonly Edge[]): readonly string[] => edgesOf.map((edge) => edge.person);

function update(have: readonly string[], want: readonly string[]): Change {
  const before = liveOf("00g1", { members: have });
  const fields = diffFields({ members: want }, before.spec, RULES.spec);
  return changeOf("update", {
    address: ADDRESS,
    before,
    fields,
    after: resourceOf(ADDRESS, "okta/group", { members: want }),
  });
}

const members = fc.uniqueArray(fc.constantFrom("ada", "grace", "linus", "alan", "edsger"), { maxLength: 5 });

describe("impact", () => {
  test("of an update is the difference, person by person", () => {
    fc.assert(
      fc.property(members, members, (have, want) => {
        const { gained, lost } = impact(update(have, want));
        expect([...people(gained)].sort()).toEqual(want.filter((one) => !have.includes(one)).sort());
        expect([...people(lost)].sort()).toEqual(have.filter((one) => !want.includes(one)).sort());
      }),
    );
  });

  test("of a deletion, and of a replacement that does not declare them, is everybody", () => {
    const before = liveOf("00g1", { members: ["ada", "grace"] });
    const replaced = (spec: Spec): Impact =>
      impact(changeOf("replace", { address: ADDRESS, before, after: resourceOf(ADDRESS, "okta/group", spec) }));
    expect(people(impact(changeOf("delete", { address: ADDRESS, before })).lost)).toEqual(["ada", "grace"]);
    expect(people(replaced({}).lost)).toEqual(["ada", "grace"]);
    expect(people(replaced({ members: ["ada"] }).lost)).toEqual(["grace"]);
  });

  test("of stopping to manage, and of doing nothing, is nothing", () => {
    expect(impact(changeOf("forget", { address: ADDRESS }), changeOf("none", { address: ADDRESS }))).toEqual({
      gained: [],
      lost: [],
    });
  });

  test("case of a login makes no difference", () => {
    const before = liveOf("00g1", { members: ["Ada"] });
    const after = resourceOf(ADDRESS, "okta/group", { members: ["ada"] });
    expect(impact(changeOf("replace", { address: ADDRESS, before, after }))).toEqual({ gained: [], lost: [] });
  });
});
