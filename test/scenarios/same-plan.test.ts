/**
 * Random stacks plan to the same, however they are said: as documents, as a program, and under stock Terraform, which
 * reads what the program synthesises. `THREE_WAYS_RUNS` says how many; each costs several processes.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomStack } from "../support/random-stack.ts";
import { type Bench, openBench, terraformHere } from "../support/three-ways.ts";

const RUNS = Number(process.env.THREE_WAYS_RUNS ?? 1);
/** The suite's own stack is the same each time; more of them are drawn anew. */
const SEED = process.env.THREE_WAYS_RUNS === undefined ? { seed: 7 } : {};
const here = terraformHere();
if (here === undefined) process.stdout.write("same-plan.test.ts: skipped, terraform is not on the PATH\n");

describe.skipIf(here === undefined)("documents, a program and Terraform", { timeout: 60_000 * (RUNS + 1) }, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test("plan every random stack alike", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        const { documents, program, terraform, declared, text } = await bench.plan(stack);
        expect(declared[1], text).toBe(declared[0]);
        expect(program, text).toEqual(documents);
        expect(terraform, text).toEqual(documents);
      }),
      { numRuns: RUNS, endOnFailure: true, ...SEED },
    );
  });
});
