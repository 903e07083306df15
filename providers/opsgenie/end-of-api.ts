/** The announced end (oncall.md §2.1): sale ended on 4 June 2025, the REST API stops on 5 April 2027. */
import type { InstanceFinding } from "../../engine/provider.ts";

const END = Date.parse("2027-04-05T00:00:00Z");
const DAY = 86_400_000;
/** How near the end is worth saying how near. */
const SOON = 90;

/** Said once for an instance, in a plan and by `accord doctor`. */
export function endOfApi(now: number): InstanceFinding {
  return { code: "opsgenie-api-ends", severity: "warning", message: sentence(now), hint: whatEnds(now) };
}

/** What to do about it. */
export function whatEnds(now: number): string {
  return now < END
    ? "Until then, move who is on call to a system that stays, and let documents name that one."
    : "Name who is on call in another system, and `accord forget` what was bound here.";
}

function sentence(now: number): string {
  const moved = "an instance is switched off 120 days after its data was moved to Jira Service Management or Compass";
  if (now >= END) return `Opsgenie's REST API ended on 5 April 2027; ${moved}.`;
  const days = Math.ceil((END - now) / DAY);
  const left = days <= SOON ? `, in ${days} ${days === 1 ? "day" : "days"}` : "";
  return `Opsgenie's REST API ends on 5 April 2027${left}; ${moved}.`;
}
