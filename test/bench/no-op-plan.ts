/** A plan that finds nothing to do: how long a reviewer waits when nobody has changed anything, and how that grows. */
import { join } from "node:path";
import { accord, best, bestInTurn, type Measured, once, type Work } from "./process.ts";
import { atMost, type Measurement, megabytes, notMeasured, type Row, seconds } from "./row.ts";
import { nullStack, terraformStack, terraformState } from "./stacks.ts";
import { initialise, NO_TERRAFORM, terraform, terraformVersion } from "./terraform.ts";

const SIZE = 5_000;
const RUNS = 5;
const MANY = 10_000;
const MOST = 50_000;

export const noOpPlan: Measurement = {
  name: "plan",
  async run(directory) {
    const ours = accord(["plan"], await appliedStack(directory, SIZE), { runs: RUNS });
    const rivals = (await terraformVersion()) === undefined ? [ours] : [ours, await terraformPlan(directory)];
    const [some, theirs] = (await bestInTurn(rivals)).map(noOp);
    const many = noOp(await best(accord(["plan"], await appliedStack(directory, MANY))));
    const most = noOp(await best(accord(["plan"], await appliedStack(directory, MOST))));
    return [...beside(some, theirs), ...growth(many, most)];
  },
};

async function appliedStack(directory: string, size: number): Promise<string> {
  const stack = await nullStack(join(directory, `accord-${size}`), size);
  await once(accord(["apply", "--yes", "--quiet"], stack));
  return stack;
}

async function terraformPlan(directory: string): Promise<Work> {
  const stack = await terraformStack(join(directory, "terraform"), SIZE);
  await initialise(stack);
  await terraformState(stack, SIZE);
  return terraform(["plan", "-input=false"], stack, { runs: RUNS });
}

/** Both say so in these words. */
function noOp(plan: Measured): Measured {
  if (!plan.stdout.includes("No changes")) throw new Error(`The plan is no no-op:\n${plan.stdout.slice(0, 500)}`);
  return plan;
}

function beside(ours: Measured | undefined, theirs: Measured | undefined): readonly Row[] {
  const time = `No-op plan of ${SIZE} resources: time`;
  const memory = `No-op plan of ${SIZE} resources: memory`;
  const timeBudget = "a tenth of Terraform's";
  const memoryBudget = "a third of Terraform's";
  if (ours === undefined || theirs === undefined) {
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
