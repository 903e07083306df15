/**
 * A C1 tenant that its connector filled from a big Okta: adopted under a limit that it publishes nowhere, on a clock that
 * jumps from wait to wait, then adopted and planned by the real command.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openTenants, type Tenants } from "../../engine/sandbox/tenants.ts";
import { type C1Emulator, createC1Emulator } from "../../providers/c1/emulator.ts";
import { createOktaEmulator, type OktaEmulator } from "../../providers/okta/emulator.ts";
import type { TenantWorld } from "../../providers/shared/emulator.ts";
import { type Grown, grow } from "../support/grown.ts";
import { accordIn } from "../support/run.ts";
import { byCommand } from "./by-command.ts";
import { atMost, type Measurement, none, told } from "./row.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

const SIZE: Grown = { groups: 300, people: 5_000, memberships: 20_000 };
const WHAT = `${SIZE.groups} entitlements of C1, ${SIZE.people} people, ${SIZE.memberships} memberships`;
const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22, 9);
/** Requests a minute that the tenant allows while it is adopted: few enough to be told to wait several times. */
const LIMIT = 8;
/** Beyond the floor: as much more as a plan may ask. */
const SPARE = 2;
const PAGE = 100;
const KINDS = ["app", "entitlement"];
const STACK =
  "version: 1\nstack: bench\nproviders:\n  c1: { clientId: '${env:C1_ID}', clientSecret: '${env:C1_SECRET}' }\n";

export const adoptC1: Measurement = {
  name: "adopt-c1",
  async run(directory) {
    const clock = virtualClock(START, async () => undefined);
    const { tenants, c1, took } = await synced(clock);
    const saved = tenants.save();
    const floor = floorOf(c1);
    const { calls, requests, waited, early } = await adopted(join(directory, "limited"), clock, c1);
    const shortest = (Math.ceil(requests / LIMIT) - 1) * MINUTE;
    return [
      told(`${WHAT}: the emulated sync, under Okta's limits`, minutes(took)),
      atMost(
        `${WHAT}: calls that adopt them, tokens and preflight aside`,
        `${floor} (the floor: pages of ${PAGE}, and owners of apps and of what no sync found) + ${SPARE}`,
        String(calls),
        calls / (floor + SPARE),
      ),
      atMost(
        `${WHAT}: time to adopt them under a limit that is not published`,
        `1.1 × the shortest: the minutes that ${LIMIT} requests each take`,
        `${minutes(waited)}; shortest ${minutes(shortest)}`,
        waited / (shortest * 1.1),
      ),
      none(`${WHAT}: calls sent before a 429's time was over`, early),
      ...(await byCommand(WHAT, join(directory, "command"), "c1", KINDS, saved.tenants.c1)),
    ];
  },
};

interface Filled {
  readonly tenants: Tenants;
  readonly c1: C1Emulator;
  readonly took: number;
}

/** Filled as a real tenant is: its connector reads Okta, within Okta's limits, and somebody sets a policy on each. */
async function synced(clock: VirtualClock): Promise<Filled> {
  let okta: OktaEmulator | undefined;
  let c1: C1Emulator | undefined;
  const tenants = await openTenants({
    registry: {
      okta: { port: 0, load: async () => (world: TenantWorld) => (okta = createOktaEmulator(world)) },
      c1: { port: 0, load: async () => (world: TenantWorld) => (c1 = createC1Emulator(world)) },
    },
    names: ["okta", "c1"],
    clock,
  });
  if (okta === undefined || c1 === undefined) throw new Error("The tenants are not open");
  grow(okta, SIZE, clock.now());
  const { connectors, entitlements, policies } = c1.tenant;
  const isDone = () => connectors.rows().some(({ status }) => status?.status === "SYNC_STATUS_DONE");
  let took = 0;
  for (; !isDone(); took += MINUTE) {
    if (took > 10 * MINUTE) throw new Error("The emulated sync does not end");
    await tenants.tick(MINUTE);
  }
  const [policy] = policies.rows();
  for (const row of entitlements.rows()) {
    if (row.slug === "member") entitlements.put({ ...row, grantPolicyId: policy?.id ?? "" });
  }
  return { tenants, c1, took };
}

/** What the reference derives (c1.md §3): a call for each page, and for owners, in both generations, one each. */
function floorOf({ tenant: { apps, entitlements, resources } }: C1Emulator): number {
  const pages = (rows: number): number => Math.ceil(rows / PAGE);
  const own = entitlements.rows().filter((row) => row.externalId === "" && !row.systemBuiltin);
  const once = ["apps", "resource types", "policies", "people", "profiles, whose parts are left out"];
  return once.length + pages(entitlements.size) + pages(resources.size) + 2 * (apps.size + own.length);
}

interface Adopted {
  readonly calls: number;
  /** Everything that the tenant counts, refused ones aside. */
  readonly requests: number;
  readonly waited: number;
  /** Sent although C1 had asked to wait, by somebody who had heard it. */
  readonly early: number;
}

async function adopted(directory: string, clock: VirtualClock, c1: C1Emulator): Promise<Adopted> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "accord.yaml"), STACK);
  c1.budget.perMinute = LIMIT;
  let [calls, requests, early, notBefore] = [0, 0, 0, 0];
  const fetch = async (request: Request): Promise<Response> => {
    clock.busy();
    if (clock.monotonic() < notBefore) early += 1;
    const response = await c1.fetch(request);
    if (response.status === 429) {
      notBefore = clock.monotonic() + Number(response.headers.get("retry-after")) * 1_000;
    } else {
      requests += 1;
      if (!/\/(token|introspect)$/.test(new URL(request.url).pathname)) calls += 1;
    }
    clock.busy();
    return response;
  };
  const env = { C1_ID: String(c1.settings.clientId), C1_SECRET: String(c1.settings.clientSecret) };
  const started = clock.monotonic();
  const said = await clock.carry(
    accordIn(directory, { clock, fetch, env })("adopt", ...KINDS.map((kind) => `c1/${kind}`)),
  );
  if (said.code !== 0) throw new Error(`The adoption failed:\n${said.stderr}${said.stdout}`);
  return { calls, requests, waited: clock.monotonic() - started, early };
}

function minutes(ms: number): string {
  return `${(ms / MINUTE).toFixed(1)} min`;
}
