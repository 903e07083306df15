import { CONCURRENCY, RESERVE, SEEDS, WRITES } from "../../../providers/entra/client/limits.ts";
import { createEntraEmulator } from "../../../providers/entra/emulator.ts";
import { entra } from "../../../providers/entra/provider.ts";
import type { System } from "./system.ts";

/** References in one write (entra.md §0). */
const AT_ONCE = 20;
const { limit = 1, window = 1 } = SEEDS[WRITES] ?? {};
/** A new group is not everywhere at once: what follows is tried again after 1, 2 and 4 s (entra.md §3.4). */
const TRIES = 3;
const SPREADS = 7_000;

export const entraGroups: System = {
  name: "Entra groups",
  kind: "group",
  person: "user",
  provider: entra,
  create: createEntraEmulator,
  settings: (emulator) => emulator.settings,
  spec: (displayName, members) => ({ displayName, members }),
  hire: ({ host, actors }, { login, first, last }) =>
    new Request(`https://${host}/v1.0/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${actors?.trent}`, "content-type": "application/json" },
      body: JSON.stringify({
        accountEnabled: true,
        displayName: `${first} ${last}`,
        mailNickname: login.split("@")[0],
        userPrincipalName: login,
        passwordProfile: { password: "Long-enough-for-anybody-1", forceChangePasswordNextSignIn: true },
      }),
    }),
  counts: ({ method, url }) => method !== "GET" && !url.includes("/oauth2/"),
  // The group itself takes the first twenty along.
  fewest: ({ groups, members }) => groups * (Math.ceil(members / AT_ONCE) + TRIES),
  fewestBecause: `${AT_ONCE} members in a write, the first with the group, and ${TRIES} tries until it has spread`,
  shortest: (calls, { groups }) =>
    Math.max(0, calls / (limit * (1 - RESERVE)) - 1) * window + (groups / CONCURRENCY) * SPREADS,
  shortestBecause: `a bucket of ${limit} writes in ${window / 1_000} s × ${1 - RESERVE}, and ${SPREADS / 1_000} s until a new group has spread, ${CONCURRENCY} at a time`,
};
