/** What a plan gives and takes in a large tenant, through all that lies between: in a process of its own. */
import { fileURLToPath } from "node:url";
import { once } from "./process.ts";
import { atMost, type Measurement, megabytes, notMeasured, type Row, seconds } from "./row.ts";

const RUNS = 3;
const PROGRAM = fileURLToPath(new URL("./impact/program.js", import.meta.url));

interface Told {
  readonly edges: number;
  /** Milliseconds. */
  readonly whole: number;
  readonly after: number;
  readonly moves: number;
  readonly movesOfOne: number;
}

export const impact: Measurement = {
  name: "impact",
  async run(directory) {
    const runs: { readonly told: Told; readonly memory: number | undefined }[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { stdout, memory } = await once({ command: process.execPath, argv: [PROGRAM], cwd: directory, runs: 1 });
      runs.push({ told: JSON.parse(stdout), memory });
    }
    return rowsOf(
      runs.map(({ told }) => told),
      Math.min(...runs.flatMap(({ memory }) => memory ?? [])),
    );
  },
};

function rowsOf(runs: readonly Told[], memory: number): readonly Row[] {
  const [{ edges, moves, movesOfOne } = { edges: 0, moves: 0, movesOfOne: 0 }] = runs;
  if (edges < 1_000_000 || moves === 0 || movesOfOne === 0)
    throw new Error("The plan moves nobody, or too few know it");
  const what = `Impact of a plan over 100000 people and ${edges} edges, ${moves} moves with their paths`;
  const whole = Math.min(...runs.map((one) => one.whole));
  const after = Math.min(...runs.map((one) => one.after));
  return [
    atMost(`${what}: time`, seconds(3_000), seconds(whole), whole / 3_000),
    Number.isFinite(memory)
      ? atMost(`${what}: memory, the tenant's objects included`, "800 MB", megabytes(memory), memory / 800_000_000)
      : notMeasured(`${what}: memory`, "800 MB", "this system does not tell a process's peak"),
    atMost(`One changed edge after that, ${movesOfOne} moves`, seconds(300), seconds(after), after / 300),
  ];
}
