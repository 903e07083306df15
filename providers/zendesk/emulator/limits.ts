/** The account's minute, and the limits of single endpoints (zendesk.md §1.3). On tenant time. */
import { tooMany } from "./refusal.ts";

export interface Limits {
  /** Counts a request; gives the headers that every answer carries. */
  count(): Readonly<Record<string, string>>;
  /** One update of any user a second, five a minute of one. */
  userUpdate(id: string): void;
  organizationUpdate(id: string): void;
}

const MINUTE = 60_000;
const PER_MINUTE = { enterprise: 700, growth: 400 } as const;

export function createLimits(now: () => number, plan: () => keyof typeof PER_MINUTE): Limits {
  let start = Number.NEGATIVE_INFINITY;
  let used = 0;
  const recent = new Map<string, number[]>();

  function spaced(name: string, most: number, window: number): void {
    const times = (recent.get(name) ?? []).filter((time) => now() - time < window);
    const [first] = times;
    if (times.length >= most && first !== undefined) {
      const wait = Math.ceil((first + window - now()) / 1_000);
      throw tooMany(wait, {
        [`zendesk-ratelimit-${name.split(" ")[0]}`]: `total=${most}; remaining=0; resets=${wait}`,
      });
    }
    recent.set(name, [...times, now()]);
  }

  return {
    count() {
      if (now() - start >= MINUTE) {
        start = now();
        used = 0;
      }
      used += 1;
      const limit = PER_MINUTE[plan()];
      const reset = Math.ceil((start + MINUTE - now()) / 1_000);
      const remaining = Math.max(0, limit - used);
      const headers = {
        "x-rate-limit": String(limit),
        "x-rate-limit-remaining": String(remaining),
        "ratelimit-limit": String(limit),
        "ratelimit-remaining": String(remaining),
        "ratelimit-reset": String(reset),
      };
      if (used > limit) throw tooMany(reset, headers);
      return headers;
    },
    userUpdate(id) {
      spaced(`user-update of ${id}`, 5, MINUTE);
      spaced("user-update", 1, 1_000);
    },
    organizationUpdate(id) {
      spaced(`organization-update of ${id}`, 5, MINUTE);
    },
  };
}
