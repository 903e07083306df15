/** Twenty thousand memberships of each system: written under its limits, then adopted and planned by the real command. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { saveTenants } from "../../engine/sandbox/memory-file.ts";
import { entraGroups } from "./memberships/entra.ts";
import { write } from "./memberships/measure.ts";
import { oktaGroups } from "./memberships/okta.ts";
import type { Size, System } from "./memberships/system.ts";
import { zendeskGroups } from "./memberships/zendesk.ts";
import { accord, once } from "./process.ts";
import { atMost, type Measurement, megabytes, none, type Row, seconds, told } from "./row.ts";

const SIZE: Size = { groups: 300, members: 67, people: 5_000 };
const SYSTEMS: readonly System[] = [oktaGroups, entraGroups, zendeskGroups];
const MINUTE = 60_000;

export const memberships: Measurement = {
  name: "memberships",
  async run(directory) {
    const rows: Row[] = [];
    for (const system of SYSTEMS) {
      rows.push(...(await measured(system, join(directory, system.provider.name))));
    }
    return rows;
  },
};

async function measured(system: System, directory: string): Promise<readonly Row[]> {
  const what = `${SIZE.groups * SIZE.members} memberships of ${system.name}`;
  const { calls, took, repeated, emulator } = await write(system, SIZE);
  const fewest = system.fewest(SIZE);
  const shortest = system.shortest(calls, SIZE);
  return [
    atMost(
      `${what}: calls that write them`,
      `1.1 × the fewest: ${system.fewestBecause}`,
      `${calls}; fewest ${fewest}`,
      calls / (fewest * 1.1),
    ),
    atMost(
      `${what}: time under the limits`,
      `1.1 × the shortest: ${system.shortestBecause}`,
      `${minutes(took)}; shortest ${minutes(shortest)}`,
      took / (shortest * 1.1),
    ),
    none(`${what}: second 429 in a window`, repeated),
    ...(await read(system, what, directory, emulator.save())),
  ];
}

/** A stack adopted from that very tenant, and planned again: what a reviewer waits for. */
async function read(system: System, what: string, directory: string, tenant: unknown): Promise<readonly Row[]> {
  const { name } = system.provider;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "accord.yaml"), `version: 1\nstack: bench\nproviders:\n  ${name}: {}\n`);
  await saveTenants(join(directory, ".accord/default/sandbox"), { offset: 0, tenants: { [name]: tenant } });
  const adopting = await once(
    accord(["adopt", `${name}/${system.kind}`, `${name}/${system.person}`, "--sandbox"], directory),
  );
  const plan = await once(accord(["plan", "--sandbox"], directory));
  if (!plan.stdout.includes("No changes")) throw new Error(`The plan is no no-op:\n${plan.stdout.slice(0, 500)}`);
  const calls = /^Calls made: (.*)$/m.exec(plan.stdout)?.[1] ?? "none";
  const memory = (bytes: number | undefined): string => (bytes === undefined ? "memory unknown" : megabytes(bytes));
  return [
    told(
      `${what}: adopt, the emulated tenant in the same process`,
      `${seconds(adopting.ms)}, ${memory(adopting.memory)}`,
    ),
    told(`${what}: no-op plan, the same way`, `${seconds(plan.ms)}, ${memory(plan.memory)}; calls: ${calls}`),
  ];
}

function minutes(ms: number): string {
  return `${(ms / MINUTE).toFixed(1)} min`;
}
