/** ⇄ A pull request looked at: every stack that it concerns planned, and all of it told in one comment and one check. */

import { filesBelow } from "../../config/files.ts";
import { loadStack } from "../../config/load.ts";
import type { Pull } from "../../gitops/github.ts";
import { type Hearing, hear } from "../../gitops/hearing.ts";
import { openText } from "../../gitops/keeping.ts";
import type { Outlook, Showing, Target } from "../../gitops/model.ts";
import { sealFor } from "../../gitops/showing.ts";
import { ProblemError, problemsOf } from "../../problem.ts";
import { asSpec } from "../../value.ts";
import { DEFAULT_ENVIRONMENT } from "../place.ts";
import { openWorkspace } from "../workspace.ts";
import { claimsOn } from "./claims.ts";
import { type Both, isBoth, type Look, lookAt, openTarget, placeIn, remarksOn } from "./look.ts";
import type { Session } from "./session.ts";
import { type Concerned, concerned } from "./targets.ts";

/** A look at a whole pull request. */
export interface PullLook {
  readonly pull: Pull;
  readonly outlooks: readonly Outlook[];
  /** The plans among them, for whoever keeps or executes them. */
  readonly looks: readonly Look[];
  /** Sentences about the pull request as a whole. */
  readonly remarks: readonly string[];
  /** What is to be seen once it is published. */
  readonly showings: readonly Omit<Showing, "at">[];
  readonly artifact: string;
}

export interface Sides {
  /** What judges: the tree that the base has without the pull request. */
  readonly before: string;
  /** What is planned: the tree that it would have with it. */
  readonly after: string;
}

/** `trusted`: somebody who may write has asked for it, of a fork's commit that they have looked at. */
export async function lookAtPull(
  session: Session,
  pull: Pull,
  sides: Sides,
  { trusted = false } = {},
): Promise<PullLook> {
  const { github, invocation } = session;
  const key = invocation.world.env.ACCORD_STATE_KEY;
  const seal = sealFor(key, github.repository, pull.number);
  const hearing = await hear({ github, pull, seal, open: (bytes) => openText(bytes, key ?? "") });
  const artifact = session.artifactFor(pull.number, pull.head.commit);
  const outlooks: Outlook[] = [];
  const looks: Look[] = [];
  const remarks = hearing.handsKnown
    ? []
    : [
        "Some of its commits are by somebody whom GitHub does not know: whether they approve their own is not to be told.",
      ];
  const held = await claimsOn(session, pull);
  for (const one of await concerned(session, sides.before, sides.after)) {
    for (const environment of one.environments) {
      const target = await targetOf(one, environment);
      outlooks.push(
        await outlookOf(session, one, target, pull.fork && !trusted, hearing, looks).catch((error: unknown) => {
          invocation.world.signal.throwIfAborted();
          return failed(target, error);
        }),
      );
    }
  }
  const showings = looks.map(({ target, delta }) => {
    return { target, commit: pull.head.commit, digest: delta.digest, artifact };
  });
  return { ...{ pull, outlooks, looks, showings, artifact }, remarks: [...remarks, ...held] };
}

async function outlookOf(
  session: Session,
  one: Concerned,
  target: Target,
  foreign: boolean,
  hearing: Hearing,
  looks: Look[],
): Promise<Outlook> {
  const { environment } = target;
  if (one.after === undefined) {
    const owned = await ownedBy(session, one, environment);
    return { kind: "removed", target, owned };
  }
  if (!isBoth(one)) {
    await validated(session, one.after, one.directory, environment);
    return {
      ...{ kind: "withheld", target },
      why: "Nothing on the base branch says yet how this stack is judged.",
      next: "Merge its accord.yaml and policies first, in a pull request of their own; its documents are planned from then on.",
    };
  }
  if (foreign) {
    await validated(session, one.after, one.directory, environment);
    return {
      ...{ kind: "withheld", target },
      why: "It comes from a fork, and those are evaluated without credentials.",
      next: "Somebody who may write looks at it and comments `/accord plan`.",
    };
  }
  return plannedOutlook(session, one, environment, hearing, looks);
}

async function plannedOutlook(
  session: Session,
  both: Both,
  environment: string,
  hearing: Hearing,
  looks: Look[],
): Promise<Outlook> {
  const workspace = await openTarget(session, both, environment);
  const look = await lookAt(workspace, both.directory);
  const { target, delta, needs, made } = look;
  if (made.unsettled.length > 0) return { kind: "failed", target, problems: made.unsettled };
  looks.push(look);
  const standing = await hearing.standing(target, delta, needs, workspace.stack.ci.approvers);
  const remarks = await remarksOn(both, environment);
  return { kind: "planned", target, plan: made.plan, digest: made.digest, delta, standing, remarks };
}

/** Offline: what is wrong with it is thrown; nothing is connected. */
async function validated(session: Session, at: string, directory: string, environment: string): Promise<void> {
  const place = placeIn(session, at, directory, environment);
  const workspace = await openWorkspace(session.invocation, { place });
  await workspace.policies();
}

/** How many objects a stack that goes leaves behind. */
async function ownedBy(session: Session, { before = "", directory }: Concerned, environment: string): Promise<number> {
  const place = placeIn(session, before, directory, environment);
  const { backend } = await openWorkspace(session.invocation, { place, documents: false });
  return (await backend.state.read())?.state.resources.length ?? 0;
}

/** As its base calls it: a pull request may rename a stack, and its state stays where it is. */
export async function targetOf({ directory, ...one }: Concerned, environment: string): Promise<Target> {
  const named = environment === DEFAULT_ENVIRONMENT ? undefined : environment;
  const from = one.before ?? one.after ?? "";
  const stack = await loadStack(filesBelow(from), named, { documents: false }).then(
    ({ file }) => String(asSpec(file.value).stack ?? directory),
    (error: unknown) => {
      if (error instanceof ProblemError) return directory;
      throw error;
    },
  );
  return { stack, environment, directory };
}

/** What a stage has found is told; anything else is a bug, and said as one. */
function failed(target: Target, error: unknown): Outlook {
  return { kind: "failed", target, problems: problemsOf(error) };
}
