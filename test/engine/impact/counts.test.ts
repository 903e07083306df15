import { expect, test } from "vitest";
import { expectedCounts, expectedNow } from "../../../engine/impact/counts.ts";
import type { ChangeEvent, LedgerEvent } from "../../../engine/ledger/event.ts";
import type { Owned, Plan } from "../../../engine/model.ts";

const RULE = "okta/group-rule/x";
const owned = [{ address: RULE, id: "0pr1" }] as unknown as readonly Owned[];

function event(minute: number, more: Partial<ChangeEvent>): LedgerEvent {
  const change: ChangeEvent = {
    type: "change",
    run: "r",
    address: RULE,
    action: "update",
    kind: "okta/group-rule",
    id: "0pr1",
    fields: [],
    outcome: "confirmed",
    requestIds: [],
    ...more,
  };
  return { ...change, seq: minute, at: `2026-11-22T09:0${minute}:00Z`, prev: "", hash: "" };
}

const matches = { least: 2, most: 3 };

test("the newest prediction of a rule counts, as long as the rule is the same and nothing else was done to it", () => {
  const of = (...events: readonly LedgerEvent[]) =>
    expectedCounts(events, owned).map(({ since }) => new Date(since).getMinutes());
  expect(of(event(1, { matches }), event(2, { matches }))).toEqual([2]);
  expect(of(event(1, { matches }), event(2, {}))).toEqual([]);
  expect(of(event(1, { matches, id: "0pr0" }))).toEqual([]);
  expect(of(event(1, { matches, address: "okta/group-rule/gone" }))).toEqual([]);
});

test("of a run, what was confirmed and predicted", () => {
  const plan = {
    changes: [{ address: RULE, kind: "okta/group-rule" }],
    populations: [{ address: RULE, matches }],
  } as unknown as Plan;
  const result = { address: RULE, action: "create", outcome: "confirmed", id: "0pr1" } as const;
  expect(expectedNow(plan, [result], 7)).toEqual([
    { address: RULE, kind: "okta/group-rule", id: "0pr1", matches, since: 7 },
  ]);
  expect(expectedNow(plan, [{ ...result, outcome: "failed" }], 7)).toEqual([]);
  expect(expectedNow({ ...plan, populations: [] }, [result], 7)).toEqual([]);
});
