/** A run turned round: what a scenario cannot bring about cheaply. */
import { expect, test } from "vitest";
import { inverseOf } from "../../../engine/cli/inverse.ts";
import type { ChangeEvent } from "../../../engine/ledger/event.ts";
import type { Live, Owned } from "../../../engine/model.ts";
import { factsOf, RULES } from "../plan/samples.ts";

const ADDRESS = "okta/group/prod";

const event: ChangeEvent = {
  ...{ type: "change", run: "r1", address: ADDRESS, action: "update", kind: "okta/group", id: "00g1" },
  fields: [{ op: "set", path: ["description"], before: "old", after: "new" }],
  ...{ outcome: "confirmed", requestIds: [] },
};
const owned: Owned = {
  ...{ address: ADDRESS, kind: "okta/group", id: "00g1", applied: { description: "new" }, people: {}, secrets: {} },
  ...{ protect: false, origin: "created", dependsOn: [] },
};

function inverse(live: Live) {
  return inverseOf({
    done: [event],
    owned: new Map([[owned.address, owned]]),
    lives: new Map([[owned.address, live]]),
    catalog: { rulesOf: () => RULES, factsOf: () => factsOf("okta/group") },
    stack: "acme",
  });
}

test("what was ours when the run changed it, and carries another's mark now, is left alone", () => {
  const live = { id: "00g1", spec: { description: "new" } };
  expect(inverse(live).changes).toMatchObject([{ action: "update" }]);
  expect(inverse({ ...live, marker: { tool: "terraform" } })).toEqual({
    changes: [],
    notes: [`${ADDRESS}: it carries the mark of terraform now.`],
  });
});
