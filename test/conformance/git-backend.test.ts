import { afterAll } from "vitest";
import type { StateBackend } from "../../engine/state/backend.ts";
import { backendIn, type Server, server } from "../engine/state/git-repositories.ts";
import { type BackendStorage, backendConformance } from "./backend.ts";
import { ledgerConformance } from "./ledger.ts";

/** Each look is a process or two. */
const POLL = 8_000;

const servers: Server[] = [];

/** Every process has objects of its own, as clones on different machines have. */
async function fresh(): Promise<BackendStorage> {
  const one = await server();
  servers.push(one);
  const { directory } = await one.clone({ clock: { ...never } });
  let processes = 0;
  return {
    ...{ poll: POLL, leases: 5 },
    open(process): StateBackend {
      processes += 1;
      return backendIn(directory, {
        ...process,
        branch: "accord/acme/prod",
        cache: `${directory}/objects-${processes}.git`,
      });
    },
  };
}

const none = async (): Promise<void> => undefined;
const never = { now: () => 0, monotonic: () => 0, sleep: none, background: none };

afterAll(async () => {
  for (const one of servers) await one.remove();
});

backendConformance("git", fresh);
ledgerConformance("git", fresh);
