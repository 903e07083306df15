/** ⇄ Moves the time of a sandbox that may be served by another process, or only lie in its directory. */
import type { Clock } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import { loadTenants, saveTenants } from "./memory-file.ts";
import { CONTROL, control, findServed } from "./served.ts";
import { type EmulatorRegistry, mustMoveForward, openTenants } from "./tenants.ts";

/** Tenant time afterwards. */
export async function tickServed(
  directory: string,
  ms: number,
  registry: () => Promise<EmulatorRegistry>,
  clock: Pick<Clock, "now">,
): Promise<number> {
  mustMoveForward(ms);
  const served = await findServed(directory);
  if (served === undefined) return tickSaved(directory, ms, await registry(), clock);
  const answer = await control(served, "POST", `${CONTROL}/tick`, { body: JSON.stringify({ ms }) });
  const body: unknown = answer.ok ? await answer.json() : undefined;
  if (typeof body === "object" && body !== null && "now" in body && typeof body.now === "number") return body.now;
  throw new ProblemError({
    code: "sandbox-tick-failed",
    message: `The sandbox that is being served did not move its time: status ${answer.status}.`,
    hint: "Look at what `accord sandbox serve` printed; stop it and start it again.",
  });
}

async function tickSaved(
  directory: string,
  ms: number,
  registry: EmulatorRegistry,
  clock: Pick<Clock, "now">,
): Promise<number> {
  const saved = await loadTenants(directory);
  if (saved === undefined) {
    throw new ProblemError({
      code: "no-sandbox",
      message: `There is no sandbox in ${directory}.`,
      hint: "Any command with --sandbox makes one, and so does `accord sandbox serve`.",
    });
  }
  const tenants = await openTenants({ registry, names: Object.keys(saved.tenants), clock, saved });
  await tenants.tick(ms);
  await saveTenants(directory, tenants.save());
  return tenants.now();
}
