import { join } from "node:path";
import { byCommand } from "./by-command.ts";
import { entraGroups } from "./memberships/entra.ts";
import { write } from "./memberships/measure.ts";
import { oktaGroups } from "./memberships/okta.ts";
import type { Size, System } from "./memberships/system.ts";
import { zendeskGroups } from "./memberships/zendesk.ts";
import { atMost, type Measurement, none, type Row } from "./row.ts";

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
    ...(await byCommand(what, directory, system.provider.name, [system.kind, system.person], emulator.save())),
  ];
}

function minutes(ms: number): string {
  return `${(ms / MINUTE).toFixed(1)} min`;
}
