/** What a ledger keeps on every backend. */
import { describe, expect, it } from "vitest";
import { START } from "../../engine/ledger/chain.ts";
import type { EventBody, LedgerEvent } from "../../engine/ledger/event.ts";
import { openLedger, readBackTo, readLedger, verifyLedger } from "../../engine/ledger/ledger.ts";
import { observationOf, type Sight, seriesOf, sightsIn } from "../../engine/ledger/observation.ts";
import type { Lease, StateBackend } from "../../engine/state/backend.ts";
import { ada, type BackendStorage, bob, codesOf, steppingClock } from "./backend.ts";

const moved = (to: string): EventBody => ({
  type: "move",
  actor: "ada@acme.example",
  from: "okta/group/a",
  to: `okta/group/${to}`,
  id: "00g1",
});

const sight = (people: readonly string[]): Sight => ({
  ...{ read: "2026-03-03T10:00:00.000Z", coverage: ["okta"], gaps: [], instances: { okta: "okta" }, names: new Map() },
  objects: [
    {
      ...{ address: "okta/group/a", instance: "okta", kind: "okta/group", id: "00g1", whole: true },
      edges: people.map((person) => ({ person, entitlement: "member of a", object: "self" })),
    },
  ],
});

const isAlone = (event: LedgerEvent): boolean => event.type === "observation" && event.after === undefined;

export function ledgerConformance(name: string, fresh: () => Promise<BackendStorage>): void {
  const clock = steppingClock();
  const setUp = async (): Promise<{ backend: StateBackend; lease: Lease }> => {
    const backend = (await fresh()).open({ clock });
    return { backend, lease: await backend.lease(ada) };
  };

  describe(`${name}: ledger`, () => {
    it("goes on where it ended, in one chain", async () => {
      const { backend, lease } = await setUp();
      const first = await openLedger(backend.ledger, START, { lease, clock });
      await first.append(moved("b"), moved("c"));
      const second = await openLedger(backend.ledger, first.position(), { lease, clock });
      await second.append(moved("d"));
      expect(second.position().length).toBe(3);
      const events = await readLedger(backend.ledger, second.position());
      expect(events.map((event) => [event.seq, event.type === "move" && event.to])).toEqual([
        [1, "okta/group/b"],
        [2, "okta/group/c"],
        [3, "okta/group/d"],
      ]);
    });

    it("chains what is appended concurrently, in the order of the calls", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      await Promise.all(Array.from({ length: 50 }, (_, index) => ledger.append(moved(`g${index}`))));
      expect(await verifyLedger(backend.ledger, ledger.position())).toMatchObject({ intact: true, beyond: 0 });
    });

    it("keeps events that state had no time to remember", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      await ledger.append(moved("b"));
      const remembered = ledger.position();
      await ledger.append(moved("c"), moved("d"));
      expect(await verifyLedger(backend.ledger, remembered)).toMatchObject({ intact: true, beyond: 2 });
      const next = await openLedger(backend.ledger, remembered, { lease, clock });
      expect(next.position()).toEqual(ledger.position());
    });

    it("appends nothing to a record that is shorter than state remembers, or another one", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      await ledger.append(moved("b"), moved("c"));
      const lines = await backend.ledger.readAll();
      await backend.ledger.replace(lines.slice(0, 1), lease);
      expect(await codesOf(openLedger(backend.ledger, ledger.position(), { lease, clock }))).toEqual(["ledger-broken"]);
      expect(await codesOf(readLedger(backend.ledger, ledger.position()))).toEqual(["ledger-broken"]);

      await backend.ledger.replace([], lease);
      const forged = await openLedger(backend.ledger, START, { lease, clock });
      await forged.append(moved("x"), moved("y"));
      expect(await verifyLedger(backend.ledger, ledger.position())).toMatchObject({ line: 2, why: "rewritten" });
      expect(await codesOf(openLedger(backend.ledger, ledger.position(), { lease, clock }))).toEqual(["ledger-broken"]);
    });

    it("drops a torn last line, which nobody was told of", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      await ledger.append(moved("b"));
      await backend.ledger.replace([...(await backend.ledger.readAll()), '{"actor":"ada@ac'], lease);
      expect(await verifyLedger(backend.ledger, ledger.position())).toMatchObject({ intact: true, beyond: 0 });
      const next = await openLedger(backend.ledger, ledger.position(), { lease, clock });
      await next.append(moved("c"));
      expect(await verifyLedger(backend.ledger, next.position())).toMatchObject({ intact: true, beyond: 0 });
    });

    it("gives back who held what, from observations that say only what is different, and knows when one was changed", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      const seen: (readonly string[])[] = [];
      for (const people of [["ada"], ["ada", "grace"], ["grace"]]) {
        const series = seriesOf(await readBackTo(backend.ledger, ledger.position(), isAlone));
        await ledger.append(observationOf("r-1", sight(people), series), moved("b"));
      }
      for (const { objects } of sightsIn(await readLedger(backend.ledger, ledger.position())))
        seen.push(objects.flatMap(({ edges }) => edges.map(({ person }) => person)));
      expect(seen).toEqual([["ada"], ["ada", "grace"], ["grace"]]);
      const lines = await backend.ledger.readAll();
      await backend.ledger.replace(
        lines.map((line) => line.replace('"grace"', '"eve"')),
        lease,
      );
      expect(await verifyLedger(backend.ledger, ledger.position())).toMatchObject({ intact: false, why: "edited" });
    });

    it("keeps its position at what is durable when the lease is lost", async () => {
      const { backend, lease } = await setUp();
      const ledger = await openLedger(backend.ledger, START, { lease, clock });
      await ledger.append(moved("b"));
      const before = ledger.position();
      await backend.unlock(bob);
      expect(await codesOf(ledger.append(moved("c")))).toEqual(["lease-lost"]);
      expect(await codesOf(ledger.append(moved("d")))).toEqual(["lease-lost"]);
      expect(ledger.position()).toEqual(before);
      expect(await verifyLedger(backend.ledger, before)).toMatchObject({ intact: true, beyond: 0 });
    });
  });
}
