import { RESERVE } from "../../../providers/okta/client/transport.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { okta } from "../../../providers/okta/provider.ts";
import type { System } from "./system.ts";

const MINUTE = 60_000;
/** Requests a minute that the emulated licence gives one credential for everything below /groups (okta.md §3). */
const RATE = 250;

export const oktaGroups: System = {
  name: "Okta groups",
  kind: "group",
  person: "user",
  provider: okta,
  create: createOktaEmulator,
  settings: (emulator) => ({ ...emulator.settings, scopes: "okta.groups.manage okta.users.manage" }),
  spec: (name, members) => ({ name, members }),
  hire: ({ host, actors }, { login, first, last }) =>
    new Request(`https://${host}/api/v1/users?activate=true`, {
      method: "POST",
      headers: { authorization: `SSWS ${actors?.trent}`, "content-type": "application/json" },
      body: JSON.stringify({ profile: { login, email: login, firstName: first, lastName: last } }),
    }),
  counts: ({ url }) => new URL(url).pathname.startsWith("/api/v1/groups"),
  fewest: ({ groups, members }) => groups + groups * members,
  fewestBecause: "one call for each pair, and for each group",
  shortest: (calls) => (calls / (RATE * (1 - RESERVE))) * MINUTE,
  shortestBecause: `calls ÷ (${RATE} a minute × ${1 - RESERVE})`,
};
