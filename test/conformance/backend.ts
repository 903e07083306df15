/** What every state backend keeps. Run by `memory-backend.test.ts`, `file-backend.test.ts` and whichever comes next. */
import { describe, expect, it } from "vitest";
import type { Clock } from "../../engine/outside.ts";
import { problemsOf } from "../../engine/problem.ts";
import type { Lease, Log, Owner, StateBackend } from "../../engine/state/backend.ts";
import { emptyState, replay, type State, successor } from "../../engine/state/state.ts";
import { owned } from "../engine/state/samples.ts";

/** One storage; each `open` is another process that works on it. */
export interface BackendStorage {
  /** Stacks share it, each with its own. Elsewhere another stack has come to the wrong place. */
  readonly holdsMany?: boolean;
  /** Milliseconds between two looks at somebody else's lease. */
  readonly poll?: number;
  /** Leases taken one after the other; fewer where each one costs processes. */
  readonly leases?: number;
  open(process: {
    readonly clock: Clock;
    readonly stack?: string;
    isDead?(owner: Owner): Promise<boolean>;
  }): StateBackend;
}

/** Time that passes only while somebody sleeps; `during` is what the world does meanwhile. */
export function steppingClock(during: () => Promise<void> = async () => {}): Clock & { pass(ms: number): void } {
  let now = Date.parse("2026-03-03T12:00:00Z");
  let waiting: { readonly due: number; readonly wake: () => void }[] = [];
  const pass = (ms: number): void => {
    now += ms;
    const due = waiting.filter((one) => one.due <= now);
    waiting = waiting.filter((one) => one.due > now);
    for (const one of due) one.wake();
  };
  return {
    now: () => now,
    monotonic: () => now - 1_000,
    async sleep(ms) {
      pass(ms);
      await during();
    },
    background: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => reject(signal?.reason);
        const wake = (): void => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        signal?.addEventListener("abort", abort);
        waiting.push({ due: now + ms, wake });
      }),
    pass,
  };
}

export const ada: Owner = { user: "ada", host: "laptop", pid: 11, command: "accord apply" };
export const bob: Owner = { user: "bob", host: "ci-7", pid: 12, command: "accord ci apply" };

/** The codes of the problems that a promise is rejected with. */
export async function codesOf(work: Promise<unknown>): Promise<readonly string[]> {
  return work.then(
    () => [],
    (error: unknown) => problemsOf(error).map((problem) => problem.code),
  );
}

export function backendConformance(name: string, fresh: () => Promise<BackendStorage>): void {
  const first = successor(emptyState("acme", "prod", "lineage-1"));

  describe(`${name}: state`, () => {
    const setUp = async (): Promise<{ backend: StateBackend; other: StateBackend; lease: Lease }> => {
      const storage = await fresh();
      const clock = steppingClock();
      const backend = storage.open({ clock });
      return { backend, other: storage.open({ clock }), lease: await backend.lease(ada) };
    };

    it("is nothing before the first write", async () => {
      const { backend } = await setUp();
      expect(await backend.state.read()).toBeUndefined();
    });

    it("is read back as it was written, by everybody", async () => {
      const { backend, other, lease } = await setUp();
      const state: State = {
        ...replay(
          first,
          [owned("okta/group/ops"), owned("okta/group/räksmörgås", { applied: { a: [1, null, "“\u2028"] } })].map(
            (one) => ({ address: one.address, owned: one }),
          ),
        ),
        tenants: { okta: { id: "00o1", host: "acme.okta.com" } },
        ledger: { head: "ab".repeat(32), length: 7 },
      };
      await backend.state.write(state, 0, lease);
      expect((await other.state.read())?.state).toEqual(state);
      expect((await other.state.read())?.digest).toBe((await backend.state.read())?.digest);
    });

    it("refuses a write that was made from an older serial", async () => {
      const { backend, lease } = await setUp();
      await backend.state.write(first, 0, lease);
      await backend.state.write(successor(first), 1, lease);
      expect(await codesOf(backend.state.write(successor(first), 1, lease))).toEqual(["state-moved"]);
      expect(await codesOf(backend.state.write(first, 0, lease))).toEqual(["state-moved"]);
      expect((await backend.state.read())?.state.serial).toBe(2);
    });

    it("refuses to replace a state of another lineage", async () => {
      const { backend, lease } = await setUp();
      await backend.state.write(first, 0, lease);
      const stranger = { ...first, lineage: "lineage-2", serial: 2 };
      expect(await codesOf(backend.state.write(stranger, 1, lease))).toEqual(["state-moved"]);
    });

    it("is never that of another stack", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      const backend = storage.open({ clock });
      const lease = await backend.lease(ada);
      await backend.state.write(first, 0, lease);
      const stranger = storage.open({ clock, stack: "other" });
      if (storage.holdsMany !== true) {
        expect(await codesOf(stranger.state.read())).toEqual(["state-of-another-stack"]);
        return;
      }
      await backend.ledger.append(['{"seq":1}'], lease);
      expect(await stranger.state.read()).toBeUndefined();
      const its = await stranger.lease(bob);
      await stranger.state.write({ ...first, stack: "other" }, 0, its);
      await stranger.ledger.replace([], its);
      expect((await backend.state.read())?.state).toEqual(first);
      expect(await backend.ledger.readAll()).toEqual(['{"seq":1}']);
    });

    it("is not written under a lease that was given back", async () => {
      const { backend, lease } = await setUp();
      await lease.release();
      expect(await codesOf(backend.state.write(first, 0, lease))).toEqual(["lease-lost"]);
      expect(await backend.state.read()).toBeUndefined();
    });
  });

  describe.each(["journal", "ledger"] as const)(`${name}: %s`, (which) => {
    const setUp = async (): Promise<{ log: Log; other: Log; backend: StateBackend; lease: Lease }> => {
      const storage = await fresh();
      const clock = steppingClock();
      const backend = storage.open({ clock });
      return { log: backend[which], other: storage.open({ clock })[which], backend, lease: await backend.lease(ada) };
    };

    it("is empty at first", async () => {
      expect(await (await setUp()).log.readAll()).toEqual([]);
    });

    it("keeps lines in order, for everybody who reads", async () => {
      const { log, other, lease } = await setUp();
      await log.append(['{"n":1}', '{"n":2}'], lease);
      await log.append(['{"n":3,"text":"ä\\n"}'], lease);
      expect(await other.readAll()).toEqual(['{"n":1}', '{"n":2}', '{"n":3,"text":"ä\\n"}']);
    });

    it("reads the same lines from the end, however long they are", async () => {
      const { log, other, lease } = await setUp();
      const backwards = async (): Promise<readonly string[]> => {
        const lines: string[] = [];
        for await (const piece of other.readBack?.() ?? [await other.readAll()]) lines.unshift(...piece);
        return lines;
      };
      expect(await backwards()).toEqual([]);
      const line = (letters: number): string => JSON.stringify({ text: "ä".repeat(letters) });
      const lines = [1, 70_000, 3, 400_000, 131_060, 131_061, 131_062, 0].map(line);
      await log.append(lines, lease);
      expect((await backwards()).map((text) => text.length)).toEqual(lines.map((text) => text.length));
      expect(await backwards()).toEqual(await other.readAll());
    });

    it("is replaced and emptied whole", async () => {
      const { log, other, lease } = await setUp();
      await log.append(['{"n":1}', '{"n":2}'], lease);
      await log.replace(['{"n":2}'], lease);
      await log.append(['{"n":3}'], lease);
      expect(await other.readAll()).toEqual(['{"n":2}', '{"n":3}']);
      await log.replace([], lease);
      expect(await other.readAll()).toEqual([]);
    });

    it("takes nothing from a holder whose lease was ended", async () => {
      const { log, backend, lease } = await setUp();
      await backend.unlock(bob);
      expect(await codesOf(log.append(['{"n":1}'], lease))).toEqual(["lease-lost"]);
      expect(await codesOf(log.replace(['{"n":1}'], lease))).toEqual(["lease-lost"]);
      expect(await log.readAll()).toEqual([]);
    });
  });

  describe(`${name}: lease`, () => {
    it("has one holder, and tells the second one who", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      await storage.open({ clock }).lease(ada);
      const refused = storage.open({ clock }).lease(bob);
      await expect(refused).rejects.toThrowError(
        "The stack is held by ada@laptop (pid 11) since 2026-03-03T12:00:00.000Z, command: accord apply.",
      );
      expect(await codesOf(refused)).toEqual(["lease-held"]);
    });

    it("goes to exactly one of many who ask at once", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      const asked = Array.from({ length: 12 }, () => storage.open({ clock }).lease(bob));
      const won = (await Promise.allSettled(asked)).filter((answer) => answer.status === "fulfilled");
      expect(won).toHaveLength(1);
    });

    it("has a token that grows with every holder", async () => {
      const { leases = 40, ...storage } = await fresh();
      const backend = storage.open({ clock: steppingClock() });
      const tokens: number[] = [];
      for (let round = 0; round < leases; round += 1) {
        const lease = await backend.lease(ada);
        tokens.push(lease.token);
        await lease.release();
        await lease.release();
      }
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
    });

    it("is waited for no longer than asked", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      await storage.open({ clock }).lease(ada);
      const before = clock.now();
      const refused = storage.open({ clock }).lease(bob, { wait: 30_000 });
      await expect(refused).rejects.toThrowError(/still held by ada@laptop .* after 30 s of waiting/);
      expect(clock.now() - before).toBe(30_000);
    });

    it("is had as soon as it is given back", async () => {
      const storage = await fresh();
      const clock = steppingClock(() => held.release());
      const held = await storage.open({ clock }).lease(ada);
      const before = clock.now();
      const lease = await storage.open({ clock }).lease(bob, { wait: 30_000 });
      expect(lease.token).toBeGreaterThan(held.token);
      expect(clock.now() - before).toBeLessThanOrEqual(storage.poll ?? 500);
    });

    it("of a silent holder is taken over a lease and a call timeout after its last heartbeat was seen", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      const silent = await storage.open({ clock }).lease(ada, { duration: 10_000, callTimeout: 5_000 });
      const before = clock.now();
      const lease = await storage.open({ clock }).lease(bob, { wait: 60_000 });
      expect(clock.now() - before).toBeGreaterThan(15_000);
      // The last heartbeat was seen at one look, and its age at another.
      expect(clock.now() - before).toBeLessThanOrEqual(15_000 + 2 * (storage.poll ?? 500));
      expect(lease.token).toBeGreaterThan(silent.token);
    });

    it("that is kept alive is never taken over", async () => {
      const storage = await fresh();
      const clock = steppingClock(() => held.heartbeat());
      const held = await storage.open({ clock }).lease(ada, { duration: 10_000, callTimeout: 5_000 });
      const asked = storage.open({ clock }).lease(bob, { wait: 40_000 });
      expect(await codesOf(asked)).toEqual(["lease-held"]);
      held.assertHeld();
    });

    it("is over for its holder before it can be anybody else's", async () => {
      const backend = (await fresh()).open({ clock: steppingClock() });
      const clock = steppingClock();
      const lease = await (await fresh()).open({ clock }).lease(ada, { duration: 10_000 });
      clock.pass(9_999);
      lease.assertHeld();
      clock.pass(1);
      expect(() => lease.assertHeld()).toThrowError(/lost its lease/);
      expect(await codesOf(lease.heartbeat())).toEqual(["lease-lost"]);
      expect(await codesOf(backend.state.write(first, 0, lease))).toEqual(["lease-lost"]);
    });

    it("that was taken over lets its old holder write nothing, whatever that one's clock says", async () => {
      const storage = await fresh();
      const stopped = storage.open({ clock: steppingClock() });
      const paused = await stopped.lease(ada, { duration: 10_000, callTimeout: 0 });
      await storage.open({ clock: steppingClock() }).lease(bob, { wait: 60_000 });
      paused.assertHeld();
      expect(await codesOf(stopped.state.write(first, 0, paused))).toEqual(["lease-lost"]);
      expect(await codesOf(stopped.journal.append(["{}"], paused))).toEqual(["lease-lost"]);
      await expect(paused.heartbeat()).rejects.toThrowError("bob@ci-7 (accord ci apply) has it now.");
      expect(() => paused.assertHeld()).toThrowError(/lost its lease/);
      await paused.release();
      expect((await stopped.holder())?.owner).toEqual(bob);
    });

    it("of a process that is provably dead is free at once", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      await storage.open({ clock }).lease(ada);
      const other = storage.open({ clock, isDead: async (owner) => owner.pid === ada.pid });
      expect((await other.lease(bob)).token).toBe(2);
    });

    it("is ended by force, and whose it was is told", async () => {
      const storage = await fresh();
      const clock = steppingClock();
      const backend = storage.open({ clock });
      const held = await backend.lease(ada);
      expect(await backend.unlock(bob)).toEqual({ token: 1, owner: ada, since: "2026-03-03T12:00:00.000Z" });
      expect(await backend.holder()).toBeUndefined();
      expect(await backend.unlock(bob)).toBeUndefined();
      expect(await codesOf(held.heartbeat())).toEqual(["lease-lost"]);
      expect((await backend.lease(bob)).token).toBeGreaterThan(held.token);
    });
  });
}
