/** What people do in the vendors' consoles between two commands. */

import type { Clock } from "../../engine/outside.ts";
import { loadTenants, saveTenants } from "../../engine/sandbox/memory-file.ts";
import { openTenants, type Tenants } from "../../engine/sandbox/tenants.ts";
import { emulators } from "../../providers/emulators.ts";

/** How each vendor wants a token. */
const SCHEMES: Readonly<Record<string, string>> = { okta: "SSWS ", pagerduty: "Token token=" };

export interface Hands {
  readonly tenants: Tenants;
  /** A request by another actor, with a token of theirs: `okta`'s trent, say. */
  send(provider: string, actor: string, method: string, path: string, body?: unknown): Promise<Response>;
}

/** Opens the sandbox of a stack directory, lets `work` act, and keeps what it did. */
export async function byHand<T>(directory: string, clock: Clock, work: (hands: Hands) => Promise<T>): Promise<T> {
  const place = `${directory}/.accord/default/sandbox`;
  const registry = await emulators();
  const tenants = await openTenants({ registry, names: Object.keys(registry), clock, saved: await loadTenants(place) });
  const result = await work({
    tenants,
    async send(provider, actor, method, path, body) {
      const emulator = tenants.emulators.get(provider);
      const token = emulator?.actors?.[actor];
      if (emulator === undefined || token === undefined) throw new Error(`${provider} knows no ${actor}`);
      return tenants.fetch(
        new Request(`https://${emulator.host}${path}`, {
          method,
          headers: {
            authorization: `${SCHEMES[provider] ?? "Bearer "}${token}`,
            "content-type": "application/json",
            accept: "application/json",
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    },
  });
  await saveTenants(place, tenants.save());
  return result;
}
