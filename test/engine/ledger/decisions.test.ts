/** Who decided that somebody is in a group, as far as the record tells. */
import { expect, test } from "vitest";
import { decisionsIn } from "../../../engine/ledger/decisions.ts";
import type { EventBody, LedgerEvent } from "../../../engine/ledger/event.ts";
import type { Recorded } from "../../../engine/ledger/observation.ts";
import type { Action, Address, FieldChange } from "../../../engine/model.ts";

const GROUP = "okta/group/prod";
const ada = { name: "Ada@acme.example", id: "00u1" };

function events(...bodies: readonly EventBody[]): readonly LedgerEvent[] {
  const link = { prev: "", hash: "" };
  return bodies.map((body, index) => ({ ...body, ...link, seq: index + 1, at: `2026-03-0${index + 1}T10:00:00.000Z` }));
}

const started = (run: string, more: { readonly reason?: string } = {}): EventBody => ({
  ...{ type: "run-started", run, actor: `${run}@host`, command: "accord apply", tool: "1", plan: `digest of ${run}` },
  ...{ verdicts: [], ...more },
});

function changed(
  run: string,
  action: Action,
  fields: readonly FieldChange[] = [],
  more: { readonly address?: Address; readonly outcome?: "confirmed" | "failed" | "skipped" } = {},
): EventBody {
  const { address = GROUP, outcome = "confirmed" } = more;
  return { type: "change", run, address, action, kind: "okta/group", id: "00g1", fields, outcome, requestIds: [] };
}

const joins: FieldChange = { op: "add", path: ["members"], element: "ada@acme.example" };
const leaves: FieldChange = { op: "remove", path: ["members"], element: "ada@acme.example" };

const seen = (run: string, address: Address, ...people: readonly string[]): Recorded => ({
  ...{ seq: 0, at: "", read: "", run, coverage: [], gaps: [], instances: {}, names: new Map() },
  objects: [
    {
      ...{ address, instance: "okta", kind: "okta/group", whole: true },
      edges: people.map((person) => ({ person, entitlement: "member of prod" })),
    },
  ],
});

const by = (all: readonly LedgerEvent[], sights: readonly Recorded[] = []): string | undefined =>
  decisionsIn(all, sights).of({ entitlement: "member of prod", address: GROUP }, ada)?.run;

test("the newest change that put them there, whatever the case of the name", () => {
  const all = events(started("a"), changed("a", "update", [joins]), changed("b", "update", [joins]));
  expect(by(all)).toBe("b");
});

test("nobody, where the last word was that they leave, or a change never took effect", () => {
  expect(by(events(changed("a", "update", [joins]), changed("b", "update", [leaves])))).toBeUndefined();
  expect(by(events(changed("a", "update", [joins], { outcome: "skipped" })))).toBeUndefined();
  expect(by(events(changed("a", "create")))).toBeUndefined();
});

test("a create, where the observation of its run has them; not the adoption of a group that they were in", () => {
  expect(by(events(changed("a", "create")), [seen("a", GROUP, "ada@acme.example")])).toBe("a");
  expect(by(events(changed("a", "create")), [seen("a", GROUP, "grace@acme.example")])).toBeUndefined();
  expect(by(events(changed("a", "adopt")), [seen("a", GROUP, "ada@acme.example")])).toBeUndefined();
});

test("under the name that the group had then", () => {
  const moved: EventBody = { type: "move", actor: "eve", from: "okta/group/old", to: GROUP, id: "00g1" };
  expect(by(events(changed("a", "update", [joins], { address: "okta/group/old" }), moved))).toBe("a");
});

test("with the reason of the run, or that of what was set aside for it", () => {
  const override: EventBody = {
    type: "override",
    run: "b",
    name: "budget:grants",
    plan: "",
    actor: "b",
    reason: "INC-7",
  };
  const all = events(
    ...[started("a", { reason: "JIRA-1" }), changed("a", "update", [joins])],
    ...[started("b"), override, changed("b", "update", [], { address: "okta/group/dev" })],
  );
  const decisions = decisionsIn(all, []);
  expect(decisions.of({ entitlement: "", address: GROUP }, ada)).toMatchObject({ actor: "a@host", reason: "JIRA-1" });
  expect(decisions.since(0, (address) => address === "okta/group/dev")).toMatchObject([{ run: "b", reason: "INC-7" }]);
  expect(decisions.since(6, () => true)).toEqual([]);
});
