import type { Outside } from "../../engine/outside.ts";

/** What one answer says about a bucket. */
export interface LimitReading {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the window renews, on the server's clock. */
  readonly resetIn: number;
}

/** A vendor's bucket before the first answer corrects it. */
export interface BucketSeed {
  /** Requests a window. */
  readonly limit: number;
  /** Window, milliseconds. */
  readonly window: number;
}

export interface LimiterOptions {
  readonly seeds?: Readonly<Record<string, BucketSeed>>;
  /** For a bucket that has no seed. */
  readonly fallback: BucketSeed;
  /** Share of each window left to people and other integrations; none where absent. */
  readonly reserve?: number;
  /** Most requests in flight at once, over all buckets. */
  readonly concurrency: number;
}

export interface Limiter {
  /**
   * Resolves when the bucket has room for so many units (1 where it counts requests); call the result when the answer
   * is there.
   */
  acquire(bucket: string, units?: number): Promise<() => void>;
  /** Takes the server's word, which always wins over our count. */
  learn(bucket: string, reading: LimitReading): void;
  /** After a 429: nobody sends in this bucket for `wait` milliseconds. */
  block(bucket: string, wait: number): void;
  /** The vendor refused a call because too many ran at once: half as many from now on, for a minute. */
  crowded(): void;
}

/** How long fewer calls run at once; the vendor's other clients are what crowds it, and they come and go. */
const CROWDED = 60_000;

interface Bucket {
  limit: number;
  window: number;
  remaining: number;
  renewsAt: number;
  blockedUntil: number;
  inFlight: number;
}

/**
 * A window counter per bucket. Requests in flight count as spent until their answer says otherwise, so that
 * concurrent callers never overrun a window together.
 */
export function createLimiter({ clock, signal }: Pick<Outside, "clock" | "signal">, options: LimiterOptions): Limiter {
  const { seeds = {}, reserve = 0 } = options;
  const buckets = new Map<string, Bucket>();
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let most = options.concurrency;
  let crowdedUntil = 0;

  function bucketOf(name: string): Bucket {
    const known = buckets.get(name);
    if (known !== undefined) return known;
    const seed = seeds[name] ?? options.fallback;
    const bucket = {
      limit: seed.limit,
      window: seed.window,
      remaining: seed.limit,
      renewsAt: clock.monotonic() + seed.window,
      blockedUntil: 0,
      inFlight: 0,
    };
    buckets.set(name, bucket);
    return bucket;
  }

  /** 0: room now; else how long until there may be. Infinity: wait for an answer. */
  function waitFor(bucket: Bucket, units: number): number {
    const now = clock.monotonic();
    if (now < bucket.blockedUntil) return bucket.blockedUntil - now;
    if (now >= bucket.renewsAt) {
      bucket.remaining = bucket.limit;
      bucket.renewsAt = now + bucket.window;
    }
    if (now >= crowdedUntil) most = options.concurrency;
    if (inFlight >= most) return Number.POSITIVE_INFINITY;
    const kept = Math.min(Math.floor(bucket.limit * reserve), bucket.limit - 1);
    const room = bucket.remaining - bucket.inFlight - kept;
    // What no window has room for is sent alone in one.
    if (room >= Math.min(units, bucket.limit - kept)) return 0;
    return bucket.renewsAt - now;
  }

  return {
    async acquire(name, units = 1) {
      const bucket = bucketOf(name);
      for (;;) {
        const wait = waitFor(bucket, units);
        if (wait === 0) break;
        if (wait === Number.POSITIVE_INFINITY) {
          await new Promise<void>((resolve) => waiting.push(resolve));
        } else {
          // Whoever was woken for a free place and must wait for its window hands the place on.
          if (inFlight < most) waiting.shift()?.();
          await clock.sleep(wait, signal);
        }
      }
      inFlight += 1;
      bucket.inFlight += units;
      // Places come back several at a time when the crowd is over, and each answer wakes only one.
      if (inFlight < most) waiting.shift()?.();
      let released = false;
      return () => {
        if (released) return;
        released = true;
        inFlight -= 1;
        bucket.inFlight -= units;
        bucket.remaining -= units;
        waiting.shift()?.();
      };
    },
    learn(name, reading) {
      const bucket = bucketOf(name);
      bucket.limit = reading.limit;
      // `release` takes one off for this very request, which the server has already counted.
      bucket.remaining = reading.remaining + 1;
      bucket.renewsAt = clock.monotonic() + Math.max(reading.resetIn, 0);
    },
    crowded() {
      // Refusals of one burst come together: only what is still sent when we have come down to it halves again.
      if (inFlight <= most) most = Math.max(1, Math.floor(inFlight / 2));
      crowdedUntil = clock.monotonic() + CROWDED;
    },
    block(name, wait) {
      const bucket = bucketOf(name);
      bucket.blockedUntil = Math.max(bucket.blockedUntil, clock.monotonic() + wait);
    },
  };
}
