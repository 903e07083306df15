import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import type { Invocation } from "../invocation.ts";

const STEPS = ["plan", "apply", "drift"];

export const ci: Command = {
  name: "ci",
  arguments: "plan | apply | drift",
  summary: "The pull-request flow on GitHub: plan and tell, apply what was approved, report drift",
  description: [
    "Run by the workflows that accord init --github writes; each reads the event that started it.",
    "plan    plans every stack that a pull request concerns, as merged onto its base, and keeps one comment and one",
    "        check run up to date. Settings and guardrails are those of the base. Writes to no tenant.",
    "apply   on merge, in the merge queue, or on a comment /accord apply: plans anew, and applies each stack if its plan",
    "        is within what reviewers approved.",
    "drift   compares live with what was last applied, and keeps one issue for each stack up to date; with --pulls two",
    "        pull requests, one that adopts what is live and one that takes it back.",
  ],
  options: {
    pull: { type: "string", value: "N", description: "plan: this pull request, whatever the event is." },
    "out-dir": {
      type: "string",
      value: "DIR",
      description: "plan: where saved plans go, for an artifact. Default: $RUNNER_TEMP/accord.",
    },
    "lock-timeout": {
      type: "string",
      value: "D",
      description: "apply: how long to wait for another run: 30s, 5m. Default: 5m.",
    },
    pulls: { type: "boolean", description: "drift: open two pull requests, to adopt it or to revert it." },
  },
  examples: [
    ["accord ci plan", "In a workflow on pull_request_target"],
    ["accord ci plan --pull 12", "Look at #12 again"],
    ["accord ci apply", "In a workflow on push to main"],
    ["accord ci drift --pulls", "On a schedule"],
  ],
  exits: {
    2: "drift: there is some",
    3: "denied by a guardrail, or not approved",
    4: "apply: something is unconfirmed, failed, skipped or awaits a person",
    5: "apply: the plan is stale",
  },
  async run(invocation) {
    const step = invocation.arguments.positionals[0];
    switch (step) {
      case "plan":
        return plan(invocation);
      case "apply":
        return apply(invocation);
      case "drift":
        return drift(invocation);
      default:
        throw new ProblemError({
          code: "usage",
          message: step === undefined ? "accord ci what?" : `There is no accord ci ${step}.`,
          hint: `${nearest(step ?? "", STEPS)} accord ci plan, apply or drift.`.trim(),
        });
    }
  },
};

async function plan(invocation: Invocation): Promise<number> {
  const { openSession } = await import("../ci/session.ts");
  const { runPlan } = await import("../ci/run-plan.ts");
  const { printOutlooks } = await import("../ci/print.ts");
  const { outcomeOf } = await import("../ci/publish.ts");
  const look = await runPlan(await openSession(invocation));
  if (look === undefined) return EXIT.ok;
  printOutlooks(invocation, look.outlooks);
  const outcome = outcomeOf(look.outlooks);
  return outcome === "failed" ? EXIT.error : outcome === "allowed" ? EXIT.ok : EXIT.denied;
}

async function apply(invocation: Invocation): Promise<number> {
  const { openSession } = await import("../ci/session.ts");
  const { runApply } = await import("../ci/run-apply.ts");
  const { exitOf, printEndings } = await import("../ci/print.ts");
  const endings = await runApply(await openSession(invocation));
  printEndings(invocation, endings);
  return exitOf(endings);
}

async function drift(invocation: Invocation): Promise<number> {
  const { openSession } = await import("../ci/session.ts");
  const { runDrift } = await import("../ci/run-drift.ts");
  return (await runDrift(await openSession(invocation))) ? EXIT.changes : EXIT.ok;
}
