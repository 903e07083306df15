/**
 * ⇄ A pull request applied: each stack under its lease, planned anew from live, and only where that plan is within what
 * was approved. What is judged, and by whom it was approved, is asked at this moment; nothing that was said before permits.
 */

import { isActing } from "../../gitops/delta.ts";
import type { Pull } from "../../gitops/github.ts";
import { type Hearing, hear } from "../../gitops/hearing.ts";
import { openText } from "../../gitops/keeping.ts";
import type { Ending, MetNeed, Target } from "../../gitops/model.ts";
import { sealFor } from "../../gitops/showing.ts";
import type { Verdict } from "../../model.ts";
import { type Problem, problemsOf } from "../../problem.ts";
import { denialsOf } from "../../report/verdicts.ts";
import type { Lease } from "../../state/backend.ts";
import { withLease } from "../../state/keep-lease.ts";
import { thisProcess } from "../../state/owner.ts";
import { carryOut, countNotes, freshOrStale, type Shown, waitUntil } from "../carrying-out.ts";
import { durationOf } from "../duration.ts";
import type { Workspace } from "../workspace.ts";
import { claimLabel, refuseClaimed } from "./claims.ts";
import { type Sides, targetOf } from "./flow-plan.ts";
import { type Both, isBoth, type Look, lookAt, openTarget } from "./look.ts";
import type { Session } from "./session.ts";
import { type Moved, refuseSuperseded } from "./superseded.ts";
import { concerned } from "./targets.ts";

/** By what a pull request is applied. */
export type By = "merge" | "queue" | "comment";

export interface ApplyOptions {
  /** Why it may not be now, whatever is approved. */
  readonly problems?: readonly Problem[];
  /** Tree of the base by now, where that may be another one than what is applied. */
  readonly now?: string;
}

/** `pull`: absent where somebody pushed without one. */
export async function applyPull(
  session: Session,
  pull: Pull | undefined,
  sides: Sides,
  by: By,
  { problems = [], now = sides.after }: ApplyOptions = {},
): Promise<readonly Ending[]> {
  const { invocation } = session;
  const hearing = pull === undefined ? undefined : await heard(session, pull);
  const endings: Ending[] = [];
  for (const one of await concerned(session, sides.before, sides.after)) {
    for (const environment of one.environments) {
      const target = await targetOf(one, environment);
      if (invocation.world.stopping()) {
        endings.push(notBegun(target));
        continue;
      }
      // Nothing of it is applied either way, and its merge is what tells so.
      if (by === "queue" && !isBoth(one)) continue;
      const refused = [...problems, ...(isBoth(one) ? [] : [oneSided(one.after === undefined)])];
      if (pull === undefined || hearing === undefined) refused.push(unreviewed(target));
      if (!isBoth(one) || pull === undefined || hearing === undefined || refused.length > 0) {
        endings.push({ kind: "failed", target, problems: refused });
        continue;
      }
      endings.push(
        await applyTarget(session, one, target, { pull, hearing, by, moved: { after: sides.after, now } }).catch(
          (error: unknown) => {
            invocation.world.signal.throwIfAborted();
            return { kind: "failed", target, problems: problemsOf(error) };
          },
        ),
      );
    }
  }
  return endings;
}

function heard({ github, invocation }: Session, pull: Pull): Promise<Hearing> {
  const key = invocation.world.env.ACCORD_STATE_KEY;
  const seal = sealFor(key, github.repository, pull.number);
  return hear({ github, pull, seal, open: (bytes) => openText(bytes, key ?? "") });
}

interface Applying {
  readonly pull: Pull;
  readonly hearing: Hearing;
  readonly by: By;
  readonly moved: Moved;
}

async function applyTarget(
  session: Session,
  both: Both,
  target: Target,
  { pull, hearing, by, moved }: Applying,
): Promise<Ending> {
  const { invocation } = session;
  const workspace = await openTarget(session, both, target.environment);
  // Whatever has been left out before it is merged is applied on merge.
  if (by !== "merge" && workspace.stack.ci.apply !== by) return notThen(target, workspace.stack.ci.apply, by);
  const wait = durationOf(invocation.arguments.text("lock-timeout") ?? "5m", "--lock-timeout");
  const command = `accord ci apply (${session.github.repository}#${pull.number})`;
  const owner = await thisProcess(command);
  return withLease(workspace.backend, owner, workspace.world.clock, { wait }, async (lease) => {
    // Under the lease: of two that hold nothing yet, one sees what the other has put there.
    await refuseClaimed(session, pull, target);
    const look = await lookAt(workspace, both.directory, (moment) => waitUntil(workspace, moment));
    if (look.made.unsettled.length > 0) return { kind: "failed", target, problems: look.made.unsettled };
    if (denialsOf(look.made.plan).length > 0) return { kind: "denied", target, plan: look.made.plan };
    const standing = await hearing.standing(target, look.delta, look.needs, workspace.stack.ci.approvers);
    if (!standing.met) return { kind: "unapproved", target, standing };
    await refuseSuperseded(session, pull, both, look, moved);
    return execute(session, workspace, lease, look, standing.needs, { pull, command, by });
  });
}

async function execute(
  session: Session,
  workspace: Workspace,
  lease: Lease,
  look: Look,
  needs: readonly MetNeed[],
  { pull, command, by }: { readonly pull: Pull; readonly command: string; readonly by: By },
): Promise<Ending> {
  const { voice } = session.invocation;
  const { opened, target, delta } = look;
  const approvedBy = [...new Set(needs.flatMap(({ by }) => by))];
  const made: Shown = { ...look.made, plan: { ...look.made.plan, verdicts: approved(look.made.plan.verdicts, needs) } };
  const acting = made.plan.changes.filter(({ action }) => action !== "none");
  voice.progress({ type: "stage", title: `Applying ${target.stack}`, total: acting.length });
  const fresh = await freshOrStale(workspace, opened, made.plan);
  // Before anything is done: a run that dies half-way holds what it has begun to change.
  if (by === "comment") await session.github.addLabel(pull.number, claimLabel(target));
  const began = workspace.outside.clock.now();
  const { run, results } = await carryOut(workspace, lease, opened, made, {
    ...{ fresh, command },
    approvals: approvedBy.map((login) => `${login} (${pull.url})`),
    reason: `${session.github.repository}#${pull.number}: ${pull.title}`,
    onStep: ({ action, address, outcome }) => voice.progress({ type: "ended", what: address, action, outcome }),
  });
  // What was kept in order alone (an interrupted run, a protection) is in the record, and nobody waits to hear of it.
  if (acting.length === 0 && !isActing(delta)) return { kind: "unchanged", target };
  const notes = workspace.world.stopping() ? [] : await countNotes(workspace, made.plan, results, began);
  return { kind: "applied", target, run, results, notes, approvedBy };
}

/** Verdicts that asked for an approval, with who gave it: ask and answer stand in the record together. */
function approved(verdicts: readonly Verdict[], needs: readonly MetNeed[]): readonly Verdict[] {
  const met = new Map(needs.map(({ name, by }) => [name, by]));
  return verdicts.map((verdict) => {
    const by = met.get(verdict.name);
    if (verdict.outcome !== "approve" || verdict.overridden !== undefined || by === undefined) return verdict;
    return { ...verdict, overridden: `approved by ${by.join(", ")}` };
  });
}

function notThen(target: Target, when: By, by: By): Ending {
  if (by === "queue") return { kind: "unchanged", target };
  const moment = when === "queue" ? "in the merge queue" : "on merge";
  const problem = {
    code: "not-on-comment",
    message: `${target.stack} is applied ${moment}, as its accord.yaml says.`,
    hint: "ci: { apply: comment } there would allow it before merging.",
  };
  return { kind: "failed", target, problems: [problem] };
}

function unreviewed({ stack }: Target): Problem {
  return {
    code: "no-pull-request",
    message: `What changed in ${stack} was pushed without a pull request: nobody has approved it, and nothing of it was applied.`,
    hint: "Take it back and open a pull request; or look at accord plan, and apply it by hand.",
  };
}

function oneSided(gone: boolean): Problem {
  return gone
    ? {
        code: "stack-removed",
        message: "The pull request took this stack away: what it owns stays live, and its state stays where it is.",
        hint: "To end what it owns, bring accord.yaml back and run accord apply --destroy; then remove it.",
      }
    : {
        code: "stack-not-judged",
        message: "Nothing on the base branch said how this new stack is judged when the pull request was merged.",
        hint: "It is applied with the next pull request that changes it; until then nothing of it was done.",
      };
}

function notBegun(target: Target): Ending {
  const problem = {
    code: "interrupted",
    message: "The run was stopped before this stack was begun.",
    hint: "Run the job again: it goes on where it was.",
  };
  return { kind: "failed", target, problems: [problem] };
}
