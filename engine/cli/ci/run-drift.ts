/** ⇄ `accord ci drift`: every stack of the repository against live; one issue for each that somebody changed by hand. */
import { STACK_FILE } from "../../config/load.ts";
import { driftIssueOf } from "../../gitops/drift-issue.ts";
import { isDriftIssueOf } from "../../gitops/marker.ts";
import type { Target } from "../../gitops/model.ts";
import type { Drift } from "../../model.ts";
import { type Problem, ProblemError, problemsOf } from "../../problem.ts";
import { count } from "../../words.ts";
import { attributed } from "../attribution.ts";
import { identitiesOfState } from "../identities.ts";
import { openState } from "../open-state.ts";
import { makePlan, type PlanRequest } from "../planning.ts";
import { openWorkspace } from "../workspace.ts";
import { placeIn } from "./look.ts";
import { summarise } from "./publish.ts";
import type { Session } from "./session.ts";
import { environmentsOf } from "./targets.ts";

const LABEL = "accord drift";
const ALL: Omit<PlanRequest, "mode"> = { targets: [], excludes: [], replace: [], overrides: [] };

/** True where there is some. What could not be looked at is thrown at the end: the rest has been told by then. */
export async function runDrift(session: Session): Promise<boolean> {
  const { invocation, trees } = session;
  const tree = await trees.treeOf("HEAD");
  const problems: Problem[] = [];
  let drifted = false;
  for (const [place, directory] of (await trees.directoriesWith(tree, STACK_FILE)).entries()) {
    const into = session.scratch(`drift-${place}`);
    await trees.writeOut(tree, directory, into);
    for (const environment of await environmentsOf(into)) {
      try {
        const found = await driftOf(session, into, directory, environment);
        if (found.length > 0) drifted = true;
      } catch (error) {
        invocation.world.signal.throwIfAborted();
        problems.push(...problemsOf(error));
      }
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return drifted;
}

async function driftOf(
  session: Session,
  into: string,
  directory: string,
  environment: string,
): Promise<readonly Drift[]> {
  const { invocation, github } = session;
  const place = placeIn(session, into, directory, environment);
  const workspace = await openWorkspace(invocation, { place });
  const { context } = await openState(workspace);
  const refreshed = await makePlan(context, { ...ALL, mode: "refresh-only" });
  const drift = await attributed(refreshed, context.state, workspace);
  const target: Target = { stack: workspace.stack.name, environment, directory };
  const back = drift.length === 0 ? refreshed : await makePlan(context, { ...ALL, mode: "normal" });
  const issue = driftIssueOf({
    ...{ target, drift, back: back.plan, identities: identitiesOfState(context.state) },
    checked: context.state.resources.length,
    at: new Date(invocation.world.clock.now()).toISOString(),
    adopt: { command: `accord drift --adopt${optionsFor(target)}` },
    revert: { command: `accord apply${optionsFor(target)}` },
    ...(session.run === undefined ? {} : { run: session.run }),
  });
  const body = session.mask(issue.body);
  const [open, ...more] = (await github.openIssues(LABEL)).filter((one) => isDriftIssueOf(target, one.body));
  for (const { number } of more) await github.updateIssue(number, { open: false });
  if (open !== undefined) await github.updateIssue(open.number, { title: issue.title, body, open: issue.open });
  else if (issue.open) await github.createIssue({ title: issue.title, body, labels: [LABEL] });
  if (issue.open) await summarise(session, body);
  invocation.voice.data(
    drift.length === 0
      ? `${target.stack} (${environment}): no drift.`
      : `${target.stack} (${environment}): ${count(drift.length, "object")} changed outside Accord.`,
  );
  return drift;
}

function optionsFor({ directory, environment }: Target): string {
  return [
    ...(directory === "" ? [] : [` --dir ${directory}`]),
    ...(environment === "default" ? [] : [` --env ${environment}`]),
  ].join("");
}
