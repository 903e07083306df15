import type { Plan } from "../../model.ts";
import { encodePlan, isPlanText } from "../../plan/file.ts";
import { ProblemError } from "../../problem.ts";
import { rulingOf } from "../../report/verdicts.ts";
import { type Command, EXIT } from "../command.ts";
import { refuseOverwrite, writeOut } from "../files.ts";
import type { Invocation } from "../invocation.ts";
import { openState } from "../open-state.ts";
import { PLAN_OPTIONS, planRequest } from "../plan-options.ts";
import { makePlan } from "../planning.ts";
import { formatOf, printPlan } from "../print-plan.ts";
import { openWorkspace } from "../workspace.ts";

export const plan: Command = {
  name: "plan",
  summary: "Say who would gain and lose which access, and what would change",
  description: [
    "Reads the documents and the live tenants, and shows what apply would do: people first, then changes.",
    "Nothing is written anywhere but to --out.",
  ],
  options: {
    out: { type: "string", value: "FILE", description: "Save the plan: `accord apply FILE` does exactly this." },
    format: { type: "string", value: "FORMAT", description: "text (default), markdown or json." },
    "detailed-exitcode": { type: "boolean", description: "Exit 2 when there are changes." },
    ...PLAN_OPTIONS,
  },
  examples: [
    ["accord plan", "What would change?"],
    ["accord plan --out plan.json && accord apply plan.json", "Review first, then do exactly that"],
    ["accord plan --format markdown", "For a pull request"],
    ["accord plan --target okta/group/prod-breakglass", "One resource and what it needs"],
  ],
  exits: { 2: "there are changes (with --detailed-exitcode)", 3: "denied by a guardrail" },
  async run(invocation) {
    const format = formatOf(invocation);
    const out = invocation.arguments.text("out");
    if (out !== undefined) await refuseOut(invocation, out);
    const workspace = await openWorkspace(invocation);
    const { context } = await openState(workspace);
    const made = await makePlan(context, planRequest(invocation));
    if (out !== undefined) await writeOut(workspace.world.cwd, out, encodePlan(made.plan, workspace.version));
    printPlan(invocation, workspace, context.state, made, format, out);
    return exitOf(invocation, made.plan);
  },
};

/** Before anything is read: a plan goes over no file but an older plan, and never where a document would be looked for. */
async function refuseOut({ world }: Invocation, out: string): Promise<void> {
  if (/\.ya?ml$/i.test(out)) {
    throw new ProblemError({
      code: "usage",
      message: `${out} would be read as a document of the stack.`,
      hint: "Give the plan another name: --out plan.json.",
    });
  }
  await refuseOverwrite(world.cwd, out, isPlanText);
}

function exitOf(invocation: Invocation, made: Plan): number {
  if (rulingOf(made) !== "allowed") return EXIT.denied;
  const changes =
    made.changes.some((change) => change.action !== "none") || (made.mode === "refresh-only" && made.drift.length > 0);
  return changes && invocation.arguments.flag("detailed-exitcode") ? EXIT.changes : EXIT.ok;
}
