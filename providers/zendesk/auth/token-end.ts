/** API tokens are being withdrawn; what still works of them depends on the day (zendesk.md §1.1). */
import type { Check } from "../../../engine/provider.ts";

const DAY = 24 * 3_600_000;
const NO_NEW_ONES = Date.UTC(2026, 9, 27);
const END = Date.UTC(2027, 3, 30);

export function tokenEnd(now: number): Check {
  const name = "end of API tokens";
  const hint = "Make a confidential OAuth client, tie it to an administrator, and give clientId and clientSecret.";
  if (now >= END) return { name, status: "fail", detail: "API tokens stopped working on 30 April 2027.", hint };
  const days = Math.ceil((END - now) / DAY);
  const renewal =
    now >= NO_NEW_ONES
      ? "No new one can be made since 27 October 2026"
      : "No new one can be made after 27 October 2026";
  return {
    name,
    status: "warn",
    detail: `All API tokens stop working on 30 April 2027, in ${days} days. ${renewal}, and one that is unused for 30 days is switched off.`,
    hint,
  };
}
