import { describe, expect, test } from "vitest";
import { createLimiter, type Limiter, type LimiterOptions } from "../../../providers/shared/rate-limit.ts";
import { virtualClock } from "../../bench/virtual-clock.ts";
import { START } from "../../support/clock.ts";

const MINUTE = 60_000;

/** A limiter on a clock that jumps from wait to wait, and what was sent when. */
function limited(options: Partial<LimiterOptions> = {}) {
  const clock = virtualClock(START, async () => {});
  const outside = { clock, signal: new AbortController().signal };
  const limiter = createLimiter(outside, {
    seeds: { calls: { limit: 10, window: MINUTE } },
    fallback: { limit: 1_000, window: MINUTE },
    concurrency: 50,
    ...options,
  });
  const sent: number[] = [];
  /** One call that takes no time. */
  const call = async (bucket = "calls"): Promise<void> => {
    const release = await limiter.acquire(bucket);
    sent.push(clock.monotonic());
    release();
  };
  const calls = (count: number, bucket?: string): Promise<unknown> =>
    clock.carry(Promise.all(Array.from({ length: count }, () => call(bucket))));
  return { clock, limiter, sent, call, calls };
}

/** How many at each moment. */
function counted(moments: readonly number[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const moment of moments) counts[moment] = (counts[moment] ?? 0) + 1;
  return counts;
}

/** Takes what can be had at once. */
async function takeAll(limiter: Limiter, count: number): Promise<(() => void)[]> {
  const taken: (() => void)[] = [];
  for (let index = 0; index < count; index += 1) void limiter.acquire("calls").then((release) => taken.push(release));
  await new Promise(setImmediate);
  return taken;
}

describe("a window", () => {
  test("lets through what it holds, and the rest in the windows after it", async () => {
    const { calls, sent } = limited();
    await calls(25);
    expect(counted(sent)).toEqual({ 0: 10, [MINUTE]: 10, [2 * MINUTE]: 5 });
  });

  test("leaves the reserve to others", async () => {
    const { calls, sent } = limited({ reserve: 0.2 });
    await calls(20);
    expect(counted(sent)).toEqual({ 0: 8, [MINUTE]: 8, [2 * MINUTE]: 4 });
  });

  test("of a single request is not reserved away", async () => {
    const { calls, sent } = limited({ reserve: 0.9, seeds: { calls: { limit: 1, window: MINUTE } } });
    await calls(2);
    expect(sent).toEqual([0, MINUTE]);
  });

  test("counts what is under way as spent", async () => {
    const { limiter } = limited();
    expect(await takeAll(limiter, 20)).toHaveLength(10);
  });

  test("is each bucket's own; one without a seed has the fallback", async () => {
    const { calls, sent } = limited();
    await calls(10);
    await calls(500, "others");
    expect(counted(sent)).toEqual({ 0: 510 });
  });
});

describe("the server's word", () => {
  test("wins over a count that was too high", async () => {
    const { limiter, calls, sent } = limited();
    const release = await limiter.acquire("calls");
    limiter.learn("calls", { limit: 10, remaining: 2, resetIn: 30_000 });
    release();
    await calls(4);
    expect(sent).toEqual([0, 0, 30_000, 30_000]);
  });

  test("wins over a count that was too low, and says how large the next windows are", async () => {
    const { limiter, calls, sent } = limited();
    const release = await limiter.acquire("calls");
    limiter.learn("calls", { limit: 100, remaining: 99, resetIn: 30_000 });
    release();
    await calls(199);
    expect(counted(sent)).toEqual({ 0: 99, 30000: 100 });
  });

  test("that a window is over already is not waited for", async () => {
    const { limiter, calls, sent } = limited();
    const release = await limiter.acquire("calls");
    limiter.learn("calls", { limit: 10, remaining: 0, resetIn: -2_000 });
    release();
    await calls(1);
    expect(sent).toEqual([0]);
  });

  test("of a 429 stops its bucket and no other", async () => {
    const { limiter, clock, call, sent } = limited();
    limiter.block("calls", 7_000);
    await clock.carry(Promise.all([call(), call("others"), call()]));
    expect(sent).toEqual([0, 7_000, 7_000]);
  });

  test("is not shortened by a later, shorter one", async () => {
    const { limiter, calls, sent } = limited();
    limiter.block("calls", 7_000);
    limiter.block("calls", 1_000);
    await calls(1);
    expect(sent).toEqual([7_000]);
  });
});

describe("places", () => {
  test("are never more than agreed, over all buckets", async () => {
    const { limiter } = limited({ concurrency: 3 });
    const others = await Promise.all([limiter.acquire("others"), limiter.acquire("others")]);
    const taken = await takeAll(limiter, 5);
    expect(taken).toHaveLength(1);

    for (const release of others) release();
    await new Promise(setImmediate);
    expect(taken).toHaveLength(3);
  });

  test("are half as many for a minute after the vendor had too many at once, and one burst counts once", async () => {
    const { limiter, clock } = limited({ concurrency: 4 });
    const first = await takeAll(limiter, 4);
    limiter.crowded();
    limiter.crowded();
    for (const release of first) release();

    const second = await takeAll(limiter, 6);
    expect(second).toHaveLength(2);

    await clock.carry(clock.sleep(MINUTE, new AbortController().signal));
    second[0]?.();
    await new Promise(setImmediate);
    expect(second).toHaveLength(5);
  });

  test("given back twice are given back once", async () => {
    const { limiter } = limited({ concurrency: 1 });
    const release = await limiter.acquire("others");
    release();
    release();
    expect(await takeAll(limiter, 2)).toHaveLength(1);
  });

  test("pass on from whom must wait for its window", async () => {
    const { limiter, clock, call, sent } = limited({ concurrency: 1 });
    const release = await limiter.acquire("others");
    const waiting = Promise.all([call(), call("others")]);
    limiter.block("calls", MINUTE);
    release();
    await new Promise(setImmediate);
    expect(sent).toEqual([0]);

    await clock.carry(waiting);
    expect(sent).toEqual([0, MINUTE]);
  });
});
