import { describe, expect, it } from "vitest";
import { ProblemError } from "../../../engine/problem.ts";
import { withLease } from "../../../engine/state/keep-lease.ts";
import { memoryBackend, memoryStorage } from "../../../engine/state/memory.ts";
import { ada, bob, codesOf, steppingClock } from "../../conformance/backend.ts";

/** Lets everything run that is ready. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = steppingClock();
  const storage = memoryStorage();
  const open = () => memoryBackend({ stack: "acme", environment: "prod", storage, clock });
  return { clock, open };
}

describe("work under a lease", () => {
  it("keeps it alive for as long as it takes, and gives it back", async () => {
    const { clock, open } = setUp();
    const answer = await withLease(open(), ada, clock, {}, async (lease) => {
      for (let minute = 0; minute < 120; minute += 1) {
        clock.pass(30_000);
        await settled();
        lease.assertHeld();
      }
      return "done";
    });
    expect(answer).toBe("done");
    expect(await open().holder()).toBeUndefined();
  });

  it("gives it back when the work fails", async () => {
    const { clock, open } = setUp();
    const problem = { code: "broken", message: "It broke." };
    const work = withLease(open(), ada, clock, {}, async () => {
      throw new ProblemError(problem);
    });
    expect(await codesOf(work)).toEqual(["broken"]);
    expect(await open().holder()).toBeUndefined();
  });

  it("loses it when nothing turned for longer than a lease", async () => {
    const { clock, open } = setUp();
    await withLease(open(), ada, clock, {}, async (lease) => {
      clock.pass(61_000);
      await settled();
      expect(() => lease.assertHeld()).toThrowError(/lost its lease/);
    });
  });

  it("does not begin while somebody else holds it", async () => {
    const { clock, open } = setUp();
    await open().lease(bob);
    let began = false;
    const work = withLease(open(), ada, clock, {}, async () => {
      began = true;
    });
    expect(await codesOf(work)).toEqual(["lease-held"]);
    expect(began).toBe(false);
  });
});
