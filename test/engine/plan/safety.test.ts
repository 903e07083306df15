/** The identity that applies is never ended by its own plan, whichever object it is. */
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../engine/config/limits.ts";
import type { Change, Edge, Impact } from "../../../engine/model.ts";
import { instancesLosingAdministrators } from "../../../engine/plan/lock-out.ts";
import { safetyVerdicts } from "../../../engine/plan/safety.ts";
import { changeOf, factsOf, liveOf, RULES } from "./samples.ts";

const SELF = { id: "client-7", label: "app robot" };
const STANDING = new Map([["okta", { self: SELF, administrators: [{ id: "u1", label: "ada" }] }]]);

/** `lost`: what whoever the change is about loses by it. */
function judged(change: Change, lost: readonly Edge[] = []) {
  const impact: Impact = { gained: [], lost: lost.map((edge) => ({ ...edge, address: change.address })) };
  const asked = instancesLosingAdministrators({
    changes: [change],
    limits: DEFAULT_LIMITS,
    rulesOf: () => RULES,
    factsOf: (kind) => ({ ...factsOf(kind), edges: ({ spec }) => (spec.description === "less" ? [] : lost) }),
    peopleOf: () => ({}),
    instanceFor: (_, from) => from.instance,
  });
  const verdicts = safetyVerdicts({
    changes: [change],
    impact,
    owned: new Map(),
    limits: DEFAULT_LIMITS,
    standing: new Map([...STANDING].filter(([name]) => asked.includes(name))),
    rulesOf: () => RULES,
  });
  return verdicts.map(({ name, message }) => `${name}: ${message}`);
}

const robot = (action: Change["action"], id = SELF.id): Change =>
  changeOf(action, {
    address: "okta/app/robot",
    kind: "okta/app",
    before: liveOf(id, { members: [] }),
    fields: [{ op: "set", path: ["description"], before: "more", after: "less" }],
  });

test("deleted, disabled or replaced, although it makes no edge", () => {
  const disabled = { ...robot("delete"), how: "disable" } as Change;
  expect([judged(robot("delete")), judged(disabled), judged(robot("replace"))].flat()).toMatchInlineSnapshot(`
    [
      "lock-out: okta/app/robot is app robot, which Accord applies with, and this plan would delete it.",
      "lock-out: okta/app/robot is app robot, which Accord applies with, and this plan would disable it.",
      "lock-out: okta/app/robot is app robot, which Accord applies with, and this plan would replace it.",
    ]
  `);
  expect(judged(robot("delete", "client-8"))).toEqual([]);
});

test("suspended or demoted: its own object takes something from it", () => {
  const agent = { person: "robot@acme.example", personId: SELF.id, entitlement: "agent" };
  expect(judged(robot("update"), [agent])).toMatchInlineSnapshot(`
    [
      "lock-out: okta/app/robot is app robot, which Accord applies with, and this plan would take agent from it.",
    ]
  `);
  expect(judged(robot("update"))).toEqual([]);
  expect(judged(robot("update", "client-8"), [{ ...agent, personId: "client-8" }])).toEqual([]);
});

test("told once where an edge tells it too", () => {
  const account = { person: "robot", personId: SELF.id, entitlement: "an active account", account: true };
  expect(judged(robot("delete"), [account])).toHaveLength(1);
});
