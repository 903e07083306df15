import { describe, expect, it } from "vitest";
import { acquireLease } from "../../../engine/state/lease.ts";
import { encodeLock, type Locks, type NumberedLock } from "../../../engine/state/locks.ts";
import { ada, bob, codesOf, steppingClock } from "../../conformance/backend.ts";

/** Lock records whose updates take time, as over a slow network. */
function slowLocks() {
  const clock = steppingClock();
  const records: NumberedLock[] = [];
  const slow = { ms: 0 };
  const locks: Locks = {
    newest: async () => records.at(-1),
    async claim(token, record) {
      records.push({ token, content: encodeLock(record) });
      return true;
    },
    async update(token, record) {
      clock.pass(slow.ms);
      records[token - 1] = { token, content: encodeLock(record) };
    },
  };
  return { clock, slow, records, world: { locks, clock, isDead: async () => false } };
}

describe("a heartbeat over a slow network", () => {
  it("counts from when it was sent, not from when it arrived", async () => {
    const { clock, slow, world } = slowLocks();
    const lease = await acquireLease(world, ada, { duration: 10_000 });
    slow.ms = 6_000;
    await lease.heartbeat();
    clock.pass(3_999);
    lease.assertHeld();
    clock.pass(1);
    expect(() => lease.assertHeld()).toThrowError(/lost its lease/);
  });

  it("that arrives after the lease has run out does not bring it back", async () => {
    const { clock, slow, world } = slowLocks();
    const lease = await acquireLease(world, ada, { duration: 10_000 });
    clock.pass(5_000);
    slow.ms = 5_000;
    expect(await codesOf(lease.heartbeat())).toEqual(["lease-lost"]);
    slow.ms = 0;
    expect(await codesOf(lease.heartbeat())).toEqual(["lease-lost"]);
  });

  it("that failed is told as the cause when the lease runs out", async () => {
    const { clock, world } = slowLocks();
    const unplugged = new Error("unplugged");
    let reachable = true;
    const update: Locks["update"] = (token, record) =>
      reachable ? world.locks.update(token, record) : Promise.reject(unplugged);
    const lease = await acquireLease({ ...world, locks: { ...world.locks, update } }, ada, { duration: 10_000 });
    reachable = false;
    await expect(lease.heartbeat()).rejects.toBe(unplugged);
    lease.assertHeld();
    clock.pass(10_000);
    expect(() => lease.assertHeld()).toThrowError(expect.objectContaining({ cause: unplugged }));
  });
});

describe("a lock record that cannot be read", () => {
  it("is held by somebody unknown, and taken over like any other", async () => {
    const { clock, records, world } = slowLocks();
    records.push({ token: 1, content: '{"owner":' });
    await expect(acquireLease(world, bob)).rejects.toThrowError("held by a lock that cannot be read");
    const before = clock.now();
    expect((await acquireLease(world, bob, { wait: 600_000 })).token).toBe(2);
    expect(clock.now() - before).toBeGreaterThan(120_000);
  });
});
