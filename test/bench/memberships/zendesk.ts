import { JOBS_AT_ONCE, RESERVE } from "../../../providers/zendesk/client/limits.ts";
import { createZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import { zendesk } from "../../../providers/zendesk/provider.ts";
import type { Size, System } from "./system.ts";

const MINUTE = 60_000;
/** Memberships in one job (zendesk.md §1.6). */
const AT_ONCE = 100;
/** Requests a minute of the emulated plan, Enterprise (zendesk.md §1.3). */
const RATE = 700;
/** The emulated account takes 2.5 s for a job of a hundred; who asks after 1 s and 2 s more knows after 3 s. */
const ASKED = 2;
const KNOWN = 3_000;

const jobs = ({ groups, members }: Size): number => groups * Math.ceil(members / AT_ONCE);

export const zendeskGroups: System = {
  name: "Zendesk groups",
  kind: "group",
  person: "agent",
  // A thousand, of which some are taken.
  seats: 950,
  provider: zendesk,
  create: createZendeskEmulator,
  settings: (emulator) => emulator.settings,
  spec: (name, members) => ({ name, members }),
  hire: ({ host, actors }, { login, first, last }) =>
    new Request(`https://${host}/api/v2/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${actors?.trent}`, "content-type": "application/json" },
      body: JSON.stringify({
        user: { name: `${first} ${last}`, email: login, role: "agent", skip_verify_email: true },
      }),
    }),
  counts: ({ url }) => url.includes("/api/v2/"),
  // Names are unique nowhere, so each group is looked for before it is made.
  fewest: (size) => 2 * size.groups + (1 + ASKED) * jobs(size),
  fewestBecause: `a look for namesakes and the group; ${AT_ONCE} memberships in a job, asked about ${ASKED} times`,
  shortest: (calls, size) => Math.max((calls / (RATE * (1 - RESERVE))) * MINUTE, (jobs(size) * KNOWN) / JOBS_AT_ONCE),
  shortestBecause: `the longer of calls ÷ (${RATE} a minute × ${1 - RESERVE}) and ${KNOWN / 1_000} s for each job, ${JOBS_AT_ONCE} at a time`,
};
