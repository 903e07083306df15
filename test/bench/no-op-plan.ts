/** A plan that finds nothing to do: how long a reviewer waits when nobody has changed anything, and how that grows. */
import { join } from "node:path";
import { accord, best, type Measured, once } from "./process.ts";
import { atMost, type Measurement, megabytes, notMeasured, type Row, seconds } from "./row.ts";
import { nullStack, terraformStack, terraformState } from "./stacks.ts";
import { initialise, NO_TERRAFORM, terraform, terraformVersion } from "./terraform.ts";

const SIZE = 5_000;
const MANY = 10_000;
const MOST = 50_000;

export const noOpPlan: Measurement = {
  name: "plan",
  async run(directory) {
    const some = await planned(directory, SIZE, 5);
    const theirs = (await terraformVersion()) === undefined ? undefined : await terraformPlanned(directory);
    const many = await planned(directory, MANY, 3);
    const most = await planned(directory, MOST, 3);
    return [...beside(some, theirs), ...growth(many, most)];
  },
};

async function planned(directory: string, size: number, runs: number): Promise<Measured> {
  const stack = await nullStack(join(directory, `accord-${size}`), size);
  await once(accord(["apply", "--yes", "--quiet"], stack));
  const plan = await best(accord(["plan"], stack, { runs }));
  if (!plan.stdout.startsWith("No changes")) throw new Error(`The plan is no no-op:\n${plan.stdout.slice(0, 500)}`);
  return plan;
}

async function terraformPlanned(directory: string): Promise<Measured> {
  const stack = await terraformStack(join(directory, "terraform"), SIZE);
  await initialise(stack);
  await terraformState(stack, SIZE);
  const plan = await best(terraform(["plan", "-input=false"], stack, { runs: 3 }));
  if (!plan.stdout.includes("No changes")) throw new Error(`Terraform's plan is no no-op:\n${plan.stdout.slice(-500)}`);
  return plan;
}

function beside(ours: Measured, theirs: Measured | undefined): readonly Row[] {
  const time = `No-op plan of ${SIZE} resources: time`;
  const memory = `No-op plan of ${SIZE} resources: memory`;
  const timeBudget = "a tenth of Terraform's";
  const memoryBudget = "a third of Terraform's";
  if (theirs === undefined) {
    return [notMeasured(time, timeBudget, NO_TERRAFORM), notMeasured(memory, memoryBudget, NO_TERRAFORM)];
  }
  const compared = `${seconds(ours.ms)}; Terraform ${seconds(theirs.ms)}`;
  return [
    atMost(time, timeBudget, compared, (ours.ms * 10) / theirs.ms),
    ours.memory === undefined || theirs.memory === undefined
      ? notMeasured(memory, memoryBudget, "this system does not tell a process's peak")
      : atMost(
          memory,
          memoryBudget,
          `${megabytes(ours.memory)}; Terraform ${megabytes(theirs.memory)}`,
          (ours.memory * 3) / theirs.memory,
        ),
  ];
}

function growth(many: Measured, most: Measured): readonly Row[] {
  const each = ((most.ms - many.ms) * 1_000) / (MOST - MANY);
  const both = `${seconds(many.ms)}; ${seconds(most.ms)}`;
  return [
    atMost(`Each further resource, between ${MANY} and ${MOST}`, "150 µs", `${Math.round(each)} µs`, each / 150),
    atMost(`No-op plan of ${MANY} and of ${MOST}`, "6 ×", `${both}`, most.ms / many.ms / 6),
  ];
}
