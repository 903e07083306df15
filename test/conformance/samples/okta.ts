/** Okta's tenant, and how valid specs of its kinds look. */
import { createOktaEmulator, type OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { Sample, Skips, System } from "../subject.ts";

const SCOPES =
  "okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read okta.apiTokens.read";

export const system: System = {
  create: createOktaEmulator,
  settings: (emulator) => ({ ...emulator.settings, scopes: SCOPES }),
  administrator: async (emulator) => ({ authorization: `SSWS ${emulator.actors?.trent}` }),
  reads: [/^POST \/oauth2\/v1\/token$/],
  tooMany: (now, wait) =>
    new Response(JSON.stringify({ errorCode: "E0000047", errorSummary: "API call exceeded rate limit" }), {
      status: 429,
      headers: {
        "content-type": "application/json",
        date: new Date(now).toUTCString(),
        "x-rate-limit-limit": "250",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": String(Math.ceil((now + wait) / 1000)),
      },
    }),
  blind(emulator) {
    const { clientId, ...settings } = emulator.settings;
    return { ...settings, clientId: blindClient(emulator, clientId ?? ""), scopes: SCOPES };
  },
};

/** A service app with every scope and no admin role: Okta answers its lists `200 []` (okta.md §0). */
function blindClient(emulator: Emulator, like: string): string {
  if (!isOkta(emulator)) throw new Error("This is not Okta's emulator");
  const known = emulator.tenant.clients.get(like);
  if (known === undefined) throw new Error(`There is no client ${like}`);
  return emulator.addClient({ keys: known.keys, scopes: known.scopes });
}

function isOkta(emulator: Emulator): emulator is OktaEmulator {
  return "addClient" in emulator;
}

const group: Sample = {
  spec: (n) => ({
    name: `Group ${n}`,
    description: `The ${n}th`,
    members: ["ada@acme.example", "grace@acme.example", "linus@acme.example"],
    owners: ["katherine@acme.example", "trent@acme.example"],
  }),
  lookup: ({ name = "" }) => ({ name }),
  edits: {
    name: { to: "Another name" },
    description: { to: "Another description" },
    "description (emptied)": { to: "" },
    members: { to: ["ada@acme.example", "alan@acme.example"] },
    "members (emptied)": { to: [] },
    owners: { to: ["trent@acme.example", "rosalind@acme.example"] },
  },
  bulk: { spec: (n) => ({ name: `Group ${n}` }) },
  skips: {
    "changes profile alone": "the seeded organization has no custom group attributes",
  },
};

export const kinds: Readonly<Record<string, Sample>> = { group };

export const skips: Skips = {};
