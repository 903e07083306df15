import { buildGraph } from "../../graph/build.ts";
import type { Policies } from "../../guardrails/policies.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { problemsData, problemsText } from "../../report/problems.ts";
import { count } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { type Command, EXIT } from "../command.ts";
import { separationsIn } from "../separating.ts";
import { openWorkspace } from "../workspace.ts";

export const validate: Command = {
  name: "validate",
  summary: "Check the documents offline",
  description: [
    "Syntax, schema, references, cycles, CEL and rule types, and the examples of guardrails. Calls nobody and needs no",
    "credentials.",
  ],
  examples: [
    ["accord validate", "Before a commit"],
    ["accord validate --json", "For an editor or a bot"],
  ],
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    buildGraph(workspace.resources, (kind) => workspace.catalog.rulesOf(kind), workspace.instanceProviders);
    await separationsIn(workspace, workspace.resources);
    const policies = await workspace.policies();
    const rules = Object.values(policies).flat();
    const warnings = [...workspace.warnings, ...(await tryPolicies(policies, workspace.outside.clock.now()))];
    const again = placeAgain(invocation);
    if (voice.json) voice.data(JSON.stringify(problemsData({ problems: [], warnings, again })));
    else {
      if (warnings.length > 0)
        voice.complain(problemsText({ problems: [], warnings, again }, { color: voice.errorColor }));
      const guardrails = rules.length === 0 ? "" : ` and ${count(rules.length, "guardrail")}`;
      voice.data(`Valid: ${count(workspace.resources.length, "document")}${guardrails}.`);
    }
    return EXIT.ok;
  },
};

/** Runs the examples of the stack's own guardrails; what is left are words about exceptions. */
async function tryPolicies({ guardrails, separations }: Policies, now: number): Promise<readonly Problem[]> {
  if (guardrails.length + separations.length === 0) return [];
  const { runExamples } = await import("../../guardrails/check.ts");
  const { exceptionWarnings } = await import("../../guardrails/exceptions.ts");
  const problems = guardrails.filter(({ shipped }) => !shipped).flatMap(runExamples);
  if (problems.length > 0) throw new ProblemError(problems);
  return [...guardrails, ...separations].flatMap((rule) => exceptionWarnings(rule, now));
}
