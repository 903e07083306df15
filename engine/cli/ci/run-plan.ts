/** ⇄ `accord ci plan`: what happened on GitHub → what to look at, and where to tell it. */
import { checkOf } from "../../gitops/check.ts";
import type { HubEvent } from "../../gitops/event.ts";
import type { Pull } from "../../gitops/github.ts";
import { CHECK } from "../../gitops/hearing.ts";
import type { Outlook } from "../../gitops/model.ts";
import { ProblemError } from "../../problem.ts";
import { lookAtPull, type PullLook, type Sides, targetOf } from "./flow-plan.ts";
import { publish } from "./publish.ts";
import type { Session } from "./session.ts";
import { concerned } from "./targets.ts";

/** Undefined: the event is not about this. */
export async function runPlan(session: Session): Promise<PullLook | undefined> {
  const { event, github, invocation } = session;
  switch (event.kind) {
    case "pull":
      return event.closed ? undefined : planned(session, event.number, false);
    case "reviewed": {
      const number = await openAt(session, event.commit);
      return number === undefined ? undefined : planned(session, number, false);
    }
    case "command":
      if (event.words[0] !== "plan") return undefined;
      await refuseStranger(session, event);
      return planned(session, event.number, true);
    case "queue":
      return queued(session, event);
    default:
      invocation.voice.say("Nothing to plan: this event is about no pull request.");
      return undefined;
  }

  async function planned(of: Session, number: number, trusted: boolean): Promise<PullLook | undefined> {
    const found = await github.pull(number);
    if (!found.open) {
      invocation.voice.say(`#${number} is closed: there is nothing to plan.`);
      return undefined;
    }
    const { pull, base } = await fetched(of, found);
    const look = await sidesOf(of, base, pull.head.commit).then(
      (sides) => lookAtPull(of, pull, sides, { trusted }),
      (error: unknown) => inConflict(of, pull, base, error),
    );
    await publish(of, look);
    return look;
  }
}

/** Where the pull request and its base are now: the event may be older than either. */
export async function fetched({ trees }: Session, pull: Pull): Promise<{ readonly pull: Pull; readonly base: string }> {
  const base = await trees.fetch(`refs/heads/${pull.base.branch}`);
  if (base === undefined) throw gone(`the branch ${pull.base.branch}`, pull);
  const head = await trees.fetch(`refs/pull/${pull.number}/head`);
  if (head === undefined) throw gone(`refs/pull/${pull.number}/head`, pull);
  return { pull: { ...pull, head: { ...pull.head, commit: head } }, base };
}

export async function sidesOf({ trees }: Session, base: string, head: string): Promise<Sides> {
  return { before: await trees.treeOf(base), after: await trees.merge(base, head) };
}

/** Only somebody who may write says what is run with credentials. */
export async function refuseStranger(
  { github }: Session,
  { login }: Extract<HubEvent, { kind: "command" }>,
): Promise<void> {
  const permission = await github.permission(login);
  if (permission === "write" || permission === "maintain" || permission === "admin") return;
  throw new ProblemError({
    code: "no-permission",
    message: `${login} may not write to ${github.repository}, so their /accord comment does nothing.`,
    hint: "Somebody who may write comments the same.",
  });
}

/** The open pull request with this head, where GitHub has said no more than that. */
async function openAt({ github, invocation }: Session, commit: string): Promise<number | undefined> {
  const found = (await github.pullsOf(commit)).find(({ open, head }) => open && head.commit === commit);
  if (found === undefined) {
    invocation.voice.say(
      `Nothing to plan: no open pull request has ${commit.slice(0, 7)} as its head. To look at one all the same, comment /accord plan on it.`,
    );
  }
  return found?.number;
}

/** Two groups of a queue may stand on one another: what judges is what this one stands on. */
export async function sidesOfGroup(
  { trees }: Session,
  { ref, base, number, before, after }: Extract<HubEvent, { kind: "queue" }>,
): Promise<Sides> {
  await trees.fetch(`refs/heads/${base}`);
  if ((await trees.fetch(ref)) !== after) {
    throw new ProblemError({
      code: "no-ref",
      message: `#${number} is not in the merge queue as ${after.slice(0, 7)} any more.`,
      hint: "Nothing is to be done here: whatever the queue makes next is looked at by itself.",
    });
  }
  return { before: await trees.treeOf(before), after: await trees.treeOf(after) };
}

/** In the queue the pull request stands on others: the check is of the commit that would become the base. */
async function queued(session: Session, event: Extract<HubEvent, { kind: "queue" }>): Promise<PullLook> {
  const { github } = session;
  const pull = await github.pull(event.number);
  const look = await lookAtPull(session, pull, await sidesOfGroup(session, event));
  const check = checkOf({
    outlooks: look.outlooks,
    when: "in-queue",
    remarks: look.remarks,
  });
  await github.createCheck({
    ...check,
    ...{ name: CHECK, commit: event.after, summary: session.mask(check.summary), text: "" },
  });
  return look;
}

/** What it would leave cannot be planned: every stack that it touches says so. */
async function inConflict(session: Session, pull: Pull, base: string, error: unknown): Promise<PullLook> {
  if (!(error instanceof ProblemError) || error.problems[0]?.code !== "merge-conflict") throw error;
  const { trees } = session;
  const both = await concerned(session, await trees.treeOf(base), await trees.treeOf(pull.head.commit));
  const outlooks: Outlook[] = [];
  for (const one of both) {
    for (const environment of one.environments) {
      outlooks.push({ kind: "failed", target: await targetOf(one, environment), problems: error.problems });
    }
  }
  return { pull, outlooks, looks: [], remarks: [], showings: [], artifact: "" };
}

function gone(what: string, pull: Pull): ProblemError {
  return new ProblemError({
    code: "no-ref",
    message: `#${pull.number} cannot be planned: ${what} is not there any more.`,
    hint: "Close the pull request, or restore the branch.",
  });
}
