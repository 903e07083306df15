/** ⇄ `accord ci drift`: every stack of the repository against live; one issue for each that somebody changed by hand. */
import { STACK_FILE } from "../../config/load.ts";
import { type DriftIssue, driftIssueOf } from "../../gitops/drift-issue.ts";
import { isDriftIssueOf } from "../../gitops/marker.ts";
import type { Target } from "../../gitops/model.ts";
import type { Drift } from "../../model.ts";
import { type Problem, ProblemError, problemsOf } from "../../problem.ts";
import { count } from "../../words.ts";
import { adoptedDrift } from "../adopting-drift.ts";
import { attributed } from "../attribution.ts";
import { identitiesOfState } from "../identities.ts";
import { openState } from "../open-state.ts";
import { makePlan, type PlanRequest } from "../planning.ts";
import { openWorkspace } from "../workspace.ts";
import { driftPulls, withdrawDriftPulls } from "./drift-pulls.ts";
import { placeIn } from "./look.ts";
import { summarise } from "./publish.ts";
import type { Session } from "./session.ts";
import { environmentsOf } from "./targets.ts";

const LABEL = "accord drift";
const ALL: Omit<PlanRequest, "mode"> = { targets: [], excludes: [], replace: [], overrides: [] };

/** True where there is some. What could not be looked at is thrown at the end: the rest has been told by then. */
export async function runDrift(session: Session): Promise<boolean> {
  const { invocation, trees } = session;
  const commit = await trees.commitOf("HEAD");
  const tree = await trees.treeOf(commit);
  const problems: Problem[] = [];
  let drifted = false;
  for (const [place, directory] of (await trees.directoriesWith(tree, STACK_FILE)).entries()) {
    const into = session.scratch(`drift-${place}`);
    await trees.writeOut(tree, directory, into);
    for (const environment of await environmentsOf(into)) {
      try {
        const found = await driftOf(session, { into, directory, commit }, environment);
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
  { into, directory, commit }: { readonly into: string; readonly directory: string; readonly commit: string },
  environment: string,
): Promise<readonly Drift[]> {
  const { invocation } = session;
  const place = placeIn(session, into, directory, environment);
  const workspace = await openWorkspace(invocation, { place });
  const { context } = await openState(workspace);
  const refreshed = await makePlan(context, { ...ALL, mode: "refresh-only" });
  const drift = await attributed(refreshed, context.state, workspace);
  const target: Target = { stack: workspace.stack.name, environment, directory };
  const back = drift.length === 0 ? refreshed : await makePlan(context, { ...ALL, mode: "normal" });
  const commands = {
    adopt: `accord drift --adopt${optionsFor(target)}`,
    revert: `accord apply${optionsFor(target)}`,
  };
  const view = {
    ...{ target, drift, back: back.plan, identities: identitiesOfState(context.state) },
    checked: context.state.resources.length,
    at: new Date(invocation.world.clock.now()).toISOString(),
    adopt: { command: commands.adopt },
    revert: { command: commands.revert },
    ...(session.run === undefined ? {} : { run: session.run }),
  };
  // The issue first: where pull requests are not to be had, it is there all the same.
  const issue = driftIssueOf(view);
  await told(session, target, issue);
  if (invocation.arguments.flag("pulls")) {
    if (drift.length === 0) await withdrawDriftPulls(session, target);
    else {
      const adoption = await adoptedDrift(context, refreshed, drift);
      const ways = await driftPulls(session, { target, commit, body: session.mask(issue.body), adoption, commands });
      await told(session, target, driftIssueOf({ ...view, ...ways }));
    }
  }
  invocation.voice.data(
    drift.length === 0
      ? `${target.stack} (${environment}): no drift.`
      : `${target.stack} (${environment}): ${count(drift.length, "object")} changed outside Accord.`,
  );
  return drift;
}

/** One open issue for each target: an older one that says the same is the one. */
async function told(session: Session, target: Target, { title, body: text, open: isOpen }: DriftIssue): Promise<void> {
  const { github } = session;
  const body = session.mask(text);
  const [first, ...more] = (await github.openIssues(LABEL)).filter((one) => isDriftIssueOf(target, one.body));
  for (const { number } of more) await github.updateIssue(number, { open: false });
  if (first !== undefined) await github.updateIssue(first.number, { title, body, open: isOpen });
  else if (isOpen) await github.createIssue({ title, body, labels: [LABEL] });
  if (isOpen) await summarise(session, body);
}

function optionsFor({ directory, environment }: Target): string {
  return [
    ...(directory === "" ? [] : [` --dir ${directory}`]),
    ...(environment === "default" ? [] : [` --env ${environment}`]),
  ].join("");
}
