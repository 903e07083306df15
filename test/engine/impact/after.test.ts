/** What people hold after a run: what was proven, and of what was not only what is known. */
import { expect, test } from "vitest";
import type { StepResult } from "../../../engine/apply/result.ts";
import { diffFields } from "../../../engine/diff/fields.ts";
import { objectsAfter } from "../../../engine/impact/after.ts";
import type { Change, Edge, Spec } from "../../../engine/model.ts";
import { isList } from "../../../engine/value.ts";
import { changeOf, factsOf, liveOf, RULES, resourceOf } from "../plan/samples.ts";

const ADDRESS = "okta/group/prod";

function* edges({ spec }: { readonly spec: Spec }): Iterable<Edge> {
  for (const person of isList(spec.members) ? spec.members : [])
    yield { person: String(person), entitlement: "member", object: "self" };
}

const members = (...people: readonly string[]): Spec => ({ members: people });
const resource = (...people: readonly string[]) => resourceOf(ADDRESS, "okta/group", members(...people));

function update(have: readonly string[], want: readonly string[]): Change {
  const before = liveOf("00g1", members(...have));
  const fields = diffFields(members(...want), before.spec, RULES.spec);
  return changeOf("update", { address: ADDRESS, before, fields, after: resource(...want) });
}

/** People, and whether that is all of them; undefined where there is no object. */
function after(change: Change, result?: Partial<StepResult>) {
  const results =
    result === undefined ? [] : [{ address: ADDRESS, action: change.action, outcome: "confirmed", ...result }];
  const [object] = objectsAfter([change], results as readonly StepResult[], {
    rulesOf: () => RULES,
    factsOf: () => ({ ...factsOf("okta/group"), edges }),
    showsHolders: () => true,
  });
  return object === undefined ? undefined : { people: object.edges.map(({ person }) => person), whole: object.whole };
}

test("of a confirmed change, what was planned", () => {
  expect(after(update(["ada"], ["ada", "grace"]), {})).toEqual({ people: ["ada", "grace"], whole: true });
  const create = changeOf("create", { address: ADDRESS, after: resource("ada") });
  expect(after(create, { id: "00g1" })).toEqual({ people: ["ada"], whole: true });
  const before = liveOf("00g1", members("ada"));
  expect(after(changeOf("delete", { address: ADDRESS, before }), {})).toBeUndefined();
  expect(after(changeOf("none", { address: ADDRESS, before }))).toEqual({ people: ["ada"], whole: true });
});

test("of one that failed or was skipped, what was there, with what arrived", () => {
  const change = update(["ada"], ["grace", "linus"]);
  expect(after(change, { outcome: "skipped" })).toEqual({ people: ["ada"], whole: true });
  expect(after(change, { outcome: "failed" })).toEqual({ people: ["ada"], whole: true });
  const arrived = [{ op: "add", path: ["members"], element: "grace" }] as const;
  expect(after(change, { outcome: "failed", arrived })).toEqual({ people: ["ada", "grace"], whole: true });
  const create = changeOf("create", { address: ADDRESS, after: resource("ada") });
  expect(after(create, { outcome: "failed" })).toBeUndefined();
});

test("of one that was sent and not proven, only what stays either way", () => {
  const change = update(["ada", "grace"], ["grace", "linus"]);
  expect(after(change, { outcome: "unconfirmed" })).toEqual({ people: ["grace"], whole: false });
});
