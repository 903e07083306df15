/** Who holds what as it stands: two questions of one graph, against each other and against brute force. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HeldObject, type Holding, holdingsOf } from "../../../engine/impact/holdings.ts";
import type { Address, Edge } from "../../../engine/model.ts";

const NAMES = ["ada", "grace", "linus"] as const;
const COUNT = 6;
const addressOf = (index: number): Address => `sys/thing/${index}`;
const ref = (index: number) => ({ kind: "sys/thing", id: `${index}` });

/** An edge of an object: somebody, or another object, holds it or something that it gives. */
const edge = fc
  .record({
    holder: fc.oneof(fc.constantFrom(...NAMES, "ADA", "Grace"), fc.nat(COUNT - 1)),
    gives: fc.oneof(fc.constant("self" as const), fc.nat(COUNT - 1), fc.constantFrom("leaf a", "leaf b")),
  })
  .map(
    ({ holder, gives }): Edge => ({
      ...(typeof holder === "number" ? { person: `thing ${holder}`, holder: ref(holder) } : { person: holder }),
      ...(gives === "self"
        ? { entitlement: "self", object: "self" }
        : typeof gives === "number"
          ? { entitlement: `thing ${gives}`, object: ref(gives) }
          : { entitlement: gives }),
    }),
  );
const stacks = fc.array(fc.array(edge, { maxLength: 4 }), { minLength: COUNT, maxLength: COUNT }).map((all) =>
  all.map(
    (edges, index): HeldObject => ({
      ...{ address: addressOf(index), instance: "sys", kind: "sys/thing", id: `${index}` },
      ...{ whole: true, edges },
    }),
  ),
);

const held = (objects: readonly HeldObject[]) =>
  holdingsOf(
    objects,
    () => "sys",
    (text) => text,
  );
const holds = (holding: Holding, address: Address): boolean =>
  holding.address === address || holding.ways.some((way) => way.at(-1)?.address === address);

describe("who and access", () => {
  test("are inverse of each other: whoever holds an object has it among what they hold", () => {
    fc.assert(
      fc.property(stacks, (objects) => {
        const holdings = held(objects);
        for (const { address } of objects) {
          if (address === undefined) continue;
          const who = new Set(holdings.who(address).map(({ person }) => person.toLowerCase()));
          for (const name of NAMES) {
            const all = holdings.of({ names: [name], ids: [] });
            expect(all.some((holding) => holds(holding, address))).toBe(who.has(name));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("say what brute force says, and every way they tell of exists", () => {
    fc.assert(
      fc.property(stacks, (objects) => {
        const holdings = held(objects);
        for (const name of NAMES) {
          const all = holdings.of({ names: [name.toUpperCase()], ids: [] });
          expect(new Set(all.map(({ address, entitlement }) => address ?? entitlement))).toEqual(
            closure(name, objects),
          );
          for (const { ways } of all) {
            for (const way of ways) expect(way.every(({ address }) => address !== undefined)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Whatever somebody holds, by adding until nothing is added. */
function closure(name: string, objects: readonly HeldObject[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const { address = "", edges } of objects) {
      for (const { person, holder, object, entitlement } of edges) {
        const has = typeof holder === "object" ? found.has(`sys/thing/${holder.id}`) : person.toLowerCase() === name;
        if (!has) continue;
        found.add(object === undefined ? entitlement : object === "self" ? address : `sys/thing/${object.id}`);
      }
    }
  }
  return found;
}

describe("a person", () => {
  const group = (address: Address, ...edges: readonly Edge[]): HeldObject => ({
    ...{ address, instance: "sys", kind: "sys/group", id: address, whole: true, edges },
  });
  const member = (person: string, personId: string): Edge => ({
    ...{ person, personId, entitlement: "member", object: "self" },
  });

  test("is one under two names, where an id of an instance says so", () => {
    const holdings = held([
      group("sys/group/a", member("ada@acme.example", "1")),
      group("sys/group/b", member("ada.lovelace@acme.example", "1")),
    ]);
    const all = holdings.of({ names: ["Ada@acme.example"], ids: [] });
    expect(all.map(({ address }) => address).sort()).toEqual(["sys/group/a", "sys/group/b"]);
    expect(holdings.of({ names: [], ids: [{ instance: "sys", id: "1" }] })).toHaveLength(2);
  });

  test("keeps the account apart from nobody: it is what they hold, too", () => {
    const account: Edge = { person: "ada", personId: "7", entitlement: "an active account", account: true };
    const holdings = held([group("sys/user/ada", account), group("sys/group/a", member("ada", "7"))]);
    expect(holdings.of({ names: ["ada"], ids: [] }).map(({ entitlement }) => entitlement)).toEqual([
      "an active account",
      "member",
    ]);
    expect(holdings.who("sys/user/ada")).toMatchObject([{ person: "ada", account: true }]);
  });

  test("stands for everybody where nobody has read who is behind an object", () => {
    const edge: Edge = {
      ...{ person: "group 00g", holder: { kind: "sys/group", id: "00g" }, entitlement: "application AWS" },
    };
    const holdings = held([group("sys/assignment/aws", edge)]);
    expect(holdings.who("sys/assignment/aws")).toMatchObject([{ person: "group 00g", unread: true }]);
    expect(holdings.unread("sys/assignment/aws")).toMatchObject([{ kind: "sys/group", id: "00g", holds: true }]);
  });
});
