/** ⇄ `accord ci apply`: on merge, in the queue, or before merging on a comment; what is applied is told where it was shown. */
import { appliedComment } from "../../gitops/applied.ts";
import type { HubEvent } from "../../gitops/event.ts";
import type { Pull } from "../../gitops/github.ts";
import { CHECK } from "../../gitops/hearing.ts";
import type { Ending } from "../../gitops/model.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { EXIT } from "../command.ts";
import { isClaim } from "./claims.ts";
import { applyPull } from "./flow-apply.ts";
import { exitOf } from "./print.ts";
import { summarise, upsertComment } from "./publish.ts";
import { fetched, refuseStranger, sidesOf, sidesOfGroup } from "./run-plan.ts";
import type { Session } from "./session.ts";
import { stepsOf } from "./steps.ts";

/** How each target ended, of all pull requests that the event is about. */
export async function runApply(session: Session): Promise<readonly Ending[]> {
  const { event, github, invocation } = session;
  switch (event.kind) {
    case "push":
      return onMerge(session, event.branch, event.before, event.after);
    case "command":
      if (event.words[0] !== "apply") return [];
      await refuseStranger(session, event);
      return beforeMerge(session, await github.pull(event.number));
    case "queue":
      return inQueue(session, event);
    case "pull":
      return event.closed ? closed(session, await github.pull(event.number)) : [];
    default:
      invocation.voice.say("Nothing to apply: this event merges nothing.");
      return [];
  }
}

/** What could not be applied is not merged: without this check the queue would wait for one until it gives up. */
async function inQueue(session: Session, event: Extract<HubEvent, { kind: "queue" }>): Promise<readonly Ending[]> {
  const { github } = session;
  const pull = await github.pull(event.number);
  const sides = await sidesOfGroup(session, event);
  const endings = await told(session, pull, await applyPull(session, pull, sides, "queue"), event.after);
  if (exitOf(endings) !== EXIT.ok) {
    await github.createCheck({
      ...{ name: CHECK, commit: event.after, conclusion: "failure", text: "", annotations: [] },
      title: "Not applied in the merge queue, or not all of it",
      summary: `The comment of #${event.number} says what was done and what was not.`,
    });
  }
  return endings;
}

async function onMerge(session: Session, branch: string, before: string, after: string): Promise<readonly Ending[]> {
  const { trees } = session;
  const tip = await trees.fetch(`refs/heads/${branch}`);
  if (/^0+$/.test(before)) return [];
  const now = await trees.treeOf(tip ?? after);
  const endings: Ending[] = [];
  for (const step of await stepsOf(session, branch, before, after)) {
    if (step.pull === undefined) {
      endings.push(...(await applyPull(session, undefined, step, "merge")));
      continue;
    }
    const done = await applyPull(session, step.pull, step, "merge", { now });
    endings.push(...(await told(session, step.pull, done, step.commit)));
  }
  return endings;
}

async function beforeMerge(session: Session, found: Pull): Promise<readonly Ending[]> {
  const { github } = session;
  const { pull, base } = await fetched(session, found);
  const sides = await sidesOf(session, base, pull.head.commit);
  const problems = await whyNotNow(session, pull);
  const endings = await applyPull(session, pull, sides, "comment", { problems });
  const now = await github.pull(pull.number);
  return told(session, pull, endings, pull.head.commit, meanwhile(pull, now));
}

/** What became of the pull request while it was applied: nobody stops it, and everybody has to know. */
function meanwhile({ number, head }: Pull, now: Pull): readonly string[] {
  return [
    ...(now.head.commit === head.commit
      ? []
      : [
          `The branch was pushed to while #${number} was applied: what is live is of ${head.commit.slice(0, 7)}. What came after it takes another \`/accord apply\`.`,
        ]),
    ...(now.open || now.merged
      ? []
      : [
          `#${number} was closed while it was applied: live has what its base does not declare. Reopen and merge it, or take the run back.`,
        ]),
  ];
}

/** What GitHub itself asks for before a merge it asks for before this: reviews, code owners, checks. */
async function whyNotNow(session: Session, { number, open, draft }: Pull): Promise<readonly Problem[]> {
  const problem = (message: string, hint: string): readonly Problem[] => [{ code: "not-mergeable", message, hint }];
  if (!open) return problem(`#${number} is closed.`, "What was merged is applied on merge.");
  if (draft) return problem(`#${number} is a draft.`, "Mark it as ready for review first.");
  const { github, invocation } = session;
  const { clock, signal } = invocation.world;
  for (const wait of [1_000, 2_000, 4_000, 8_000, 0]) {
    const { mergeable } = await github.pull(number);
    if (mergeable?.allowed === true) return [];
    if (mergeable !== undefined) {
      return problem(
        `GitHub would not merge #${number} now (${mergeable.state}).`,
        "It wants reviews, its code owners, checks or an up-to-date branch; its page says which. Then comment /accord apply again.",
      );
    }
    if (wait > 0) await clock.sleep(wait, signal);
  }
  return problem(
    `GitHub has not worked out yet whether #${number} can be merged.`,
    "Comment /accord apply again in a minute.",
  );
}

/** Over without a merge: what was applied from it stays live, and nobody declares it. Its hold ends with it. */
async function closed(session: Session, pull: Pull): Promise<readonly Ending[]> {
  const { github, run } = session;
  const held = pull.labels.filter(isClaim);
  if (pull.merged || held.length === 0) return [];
  const problem = {
    code: "applied-not-merged",
    message: `#${pull.number} was applied and then closed without being merged: live has what its base does not declare.`,
    hint: "Reopen and merge it, or take it back: accord history names the run, and accord apply --undo RUN plans the inverse. Until then the next plan of the stack would take it back.",
  };
  const remarks = [problem.message, problem.hint];
  const view = { endings: [], commit: pull.head.commit, remarks, ...(run === undefined ? {} : { run }) };
  await upsertComment(github, pull, appliedComment(view));
  throw new ProblemError(problem);
}

async function told(
  session: Session,
  pull: Pull,
  endings: readonly Ending[],
  commit: string,
  remarks: readonly string[] = [],
): Promise<readonly Ending[]> {
  if (endings.length === 0) return endings;
  const text = session.mask(
    appliedComment({ endings, commit, remarks, ...(session.run === undefined ? {} : { run: session.run }) }),
  );
  await upsertComment(session.github, pull, text);
  await summarise(session, text);
  return endings;
}
