/**
 * ⇄ `npm run bench`: measures what SPEC promises and writes RESULTS.md beside this file. `npm run bench -- plan apply`
 * measures only these, and writes nothing. Exit code 1 when a budget is missed.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { adoptC1 } from "./adopt-c1.ts";
import { applying } from "./apply.ts";
import { planCalls } from "./calls.ts";
import { impact } from "./impact.ts";
import { memberships } from "./memberships.ts";
import { noOpPlan } from "./no-op-plan.ts";
import { type Measurement, misses, type Row, table } from "./row.ts";
import { starting } from "./start.ts";
import { terraformVersion } from "./terraform.ts";

const MEASUREMENTS: readonly Measurement[] = [starting, noOpPlan, applying, planCalls, impact, memberships, adoptC1];

async function bench(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !MEASUREMENTS.some((one) => one.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`Nothing to measure is called ${unknown.join(", ")}; there are ${namesOf(MEASUREMENTS)}.\n`);
    return 2;
  }
  const chosen = MEASUREMENTS.filter((one) => names.length === 0 || names.includes(one.name));
  const [load = 0] = loadavg();
  const directory = await mkdtemp(join(tmpdir(), "accord-bench-"));
  const rows: Row[] = [];
  try {
    for (const { name, run } of chosen) {
      process.stderr.write(`Measuring ${name}\n`);
      await mkdir(join(directory, name));
      rows.push(...(await run(join(directory, name))));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const text = `${table(rows)}\n`;
  process.stdout.write(text);
  if (names.length === 0) await writeFile(resultsFile(), `${await head(load)}\n\n${text}`);
  return rows.some(misses) ? 1 : 0;
}

/** `load` of other work when it began: above the number of cores, every time is too long. */
async function head(load: number): Promise<string> {
  const terraform = await terraformVersion();
  const machine = `${availableParallelism()} cores (load ${load.toFixed(1)} when it began), Node ${process.version}, ${terraform === undefined ? "no Terraform" : `Terraform ${terraform}`}`;
  return [
    "# Results of the last `npm run bench`",
    "",
    `${machine}, ${new Date().toISOString().slice(0, 10)}. Each time is the best of several runs of a real process, its start included.`,
  ].join("\n");
}

function resultsFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve("accord-access/package.json")), "test/bench/RESULTS.md");
}

function namesOf(measurements: readonly Measurement[]): string {
  return measurements.map(({ name }) => name).join(", ");
}

process.exitCode = await bench(process.argv.slice(2));
