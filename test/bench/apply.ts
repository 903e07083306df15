/** Creates with the journal on: every intent on disk before it is acted on, every outcome in the ledger. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { accord, best, type Measured } from "./process.ts";
import { atMost, type Measurement, notMeasured, type Row, seconds } from "./row.ts";
import { nullStack, terraformStack } from "./stacks.ts";
import { initialise, NO_TERRAFORM, terraform, terraformVersion } from "./terraform.ts";

const SIZE = 1_000;
const MORE = 5_000;

export const applying: Measurement = {
  name: "apply",
  async run(directory) {
    const some = await applied(directory, SIZE);
    const theirs = (await terraformVersion()) === undefined ? undefined : await terraformApplied(directory);
    const more = await applied(directory, MORE);
    const both = `${seconds(some.ms)}; ${seconds(more.ms)}`;
    return [
      beside(some, theirs),
      atMost(`Apply of ${SIZE} and of ${MORE} creates`, "5.5 ×", both, more.ms / some.ms / 5.5),
    ];
  },
};

async function applied(directory: string, size: number): Promise<Measured> {
  const stack = await nullStack(join(directory, `accord-${size}`), size);
  const prepare = () => rm(join(stack, ".accord"), { recursive: true, force: true });
  return best(accord(["apply", "--yes"], stack, { runs: 5, prepare }));
}

async function terraformApplied(directory: string): Promise<Measured> {
  const stack = await terraformStack(join(directory, "terraform"), SIZE);
  await initialise(stack);
  const prepare = async (): Promise<void> => {
    for (const file of ["terraform.tfstate", "terraform.tfstate.backup"]) await rm(join(stack, file), { force: true });
  };
  return best(terraform(["apply", "-auto-approve", "-input=false"], stack, { prepare }));
}

function beside(ours: Measured, theirs: Measured | undefined): Row {
  const what = `Apply of ${SIZE} creates`;
  const budget = "a twentieth of Terraform's";
  if (theirs === undefined) return notMeasured(what, budget, NO_TERRAFORM);
  return atMost(what, budget, `${seconds(ours.ms)}; Terraform ${seconds(theirs.ms)}`, (ours.ms * 20) / theirs.ms);
}
