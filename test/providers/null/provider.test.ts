import { expect, test } from "vitest";
import type { Connection } from "../../../engine/provider.ts";
import { nullProvider } from "../../../providers/null/provider.ts";
import { testClock } from "../../support/clock.ts";
import { noSink } from "../../support/no-sink.ts";

const context = {
  address: "null/resource/x" as const,
  marker: { tool: "accord" },
  people: {},
  made: async () => {},
  deliver: noSink,
};

test("a resource can be made and deleted, and nothing else: its live value is what state holds", () => {
  expect(nullProvider.kinds.get("resource")?.can).toEqual({
    list: false,
    get: false,
    find: false,
    create: true,
    update: false,
    delete: true,
    disable: false,
    grants: false,
    progress: false,
    population: false,
    holders: false,
    rota: false,
    counted: false,
  });
});

test("each one made has an id of its own and the triggers it was given", async () => {
  const hands = connected().hands(noRequests);
  const spec = { triggers: { group: "00g1" } };
  const [one, two] = [await hands.create("resource", spec, context), await hands.create("resource", spec, context)];
  expect([one.spec, two.spec]).toEqual([spec, spec]);
  expect(one.id).not.toBe(two.id);
  await hands.delete("resource", one, context);
  await hands.delete("resource", one, context);
});

test("the world is never asked", async () => {
  const connection = connected();
  expect(await connection.view().tenant()).toEqual({ id: "null", host: "null" });
  expect(connection.calls()).toEqual({});
});

const noRequests = {
  intent: (): Promise<never> => Promise.reject(new Error("the null provider sends nothing")),
};

function connected(): Connection {
  return nullProvider.connect(
    {},
    {
      fetch: () => Promise.reject(new Error("the null provider reaches nothing")),
      clock: testClock(),
      signal: new AbortController().signal,
    },
  );
}
