/** A stack adopted from a tenant as it was saved, and planned again, by the real command: what a reviewer waits for. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { saveTenants } from "../../engine/sandbox/memory-file.ts";
import { accord, once } from "./process.ts";
import { megabytes, type Row, seconds, told } from "./row.ts";

/** `kinds`: without their provider's name. Throws where the stack does not plan to nothing. */
export async function byCommand(
  what: string,
  directory: string,
  provider: string,
  kinds: readonly string[],
  tenant: unknown,
): Promise<readonly Row[]> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "accord.yaml"), `version: 1\nstack: bench\nproviders:\n  ${provider}: {}\n`);
  await saveTenants(join(directory, ".accord/default/sandbox"), { offset: 0, tenants: { [provider]: tenant } });
  const named = kinds.map((kind) => `${provider}/${kind}`);
  const adopting = await once(accord(["adopt", ...named, "--sandbox"], directory));
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
