/** Creates with the journal on: every intent on disk before it is acted on, every outcome in the ledger. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { accord, best, bestInTurn, type Measured, type Work } from "./process.ts";
import { atMost, type Measurement, notMeasured, type Row, seconds } from "./row.ts";
import { nullStack, terraformStack } from "./stacks.ts";
import { initialise, NO_TERRAFORM, terraform, terraformVersion } from "./terraform.ts";

const SIZE = 1_000;
const MORE = 5_000;

export const applying: Measurement = {
  name: "apply",
  async run(directory) {
    const ours = await creates(directory, SIZE);
    const known = (await terraformVersion()) !== undefined;
    const rivals = known ? [ours, await terraformCreates(directory)] : [ours];
    const [some, theirs] = await bestInTurn(rivals);
    if (some === undefined) throw new Error("Nothing was measured");
    const more = await best(await creates(directory, MORE));
    const both = `${seconds(some.ms)}; ${seconds(more.ms)}`;
    return [
      beside(some, theirs),
      atMost(`Apply of ${SIZE} and of ${MORE} creates`, "5.5 ×", both, more.ms / some.ms / 5.5),
    ];
  },
};

async function creates(directory: string, size: number): Promise<Work> {
  const stack = await nullStack(join(directory, `accord-${size}`), size);
  const prepare = () => rm(join(stack, ".accord"), { recursive: true, force: true });
  return accord(["apply", "--yes"], stack, { runs: 5, prepare });
}

/** Two runs: it writes its whole state after each create, and takes long over it. */
async function terraformCreates(directory: string): Promise<Work> {
  const stack = await terraformStack(join(directory, "terraform"), SIZE);
  await initialise(stack);
  const prepare = async (): Promise<void> => {
    for (const file of ["terraform.tfstate", "terraform.tfstate.backup"]) await rm(join(stack, file), { force: true });
  };
  return terraform(["apply", "-auto-approve", "-input=false"], stack, { runs: 2, prepare });
}

function beside(ours: Measured, theirs: Measured | undefined): Row {
  const what = `Apply of ${SIZE} creates`;
  const budget = "a twentieth of Terraform's";
  if (theirs === undefined) return notMeasured(what, budget, NO_TERRAFORM);
  return atMost(what, budget, `${seconds(ours.ms)}; Terraform ${seconds(theirs.ms)}`, (ours.ms * 20) / theirs.ms);
}
