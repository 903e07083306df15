/**
 * ⇄ A job that comes late, or is run again: its base has moved on meanwhile. What was approved then and taken back since
 * is still approved, and would come back; so only what the base says now as well is applied.
 */
import { digestOf } from "../../canonical.ts";
import { beyond } from "../../gitops/delta.ts";
import { describeFirst } from "../../gitops/describe.ts";
import type { Pull } from "../../gitops/github.ts";
import { ProblemError } from "../../problem.ts";
import { openWorkspace } from "../workspace.ts";
import { type Both, type Look, lookAt, placeIn } from "./look.ts";
import type { Session } from "./session.ts";

/** `after`: the tree that is being applied; `now`: the one that its base has by now. */
export interface Moved {
  readonly after: string;
  readonly now: string;
}

export async function refuseSuperseded(
  session: Session,
  pull: Pull,
  both: Both,
  look: Look,
  { after, now }: Moved,
): Promise<void> {
  const { trees } = session;
  const { directory } = both;
  const { environment } = look.target;
  const changed = await trees.changed(after, now);
  if (!changed.some((path) => directory === "" || path.startsWith(`${directory}/`))) return;
  const into = session.scratch(`now-${digestOf([pull.number, directory, environment, after]).slice(0, 12)}`);
  await trees.writeOut(now, directory, into);
  const place = placeIn(session, into, directory, environment);
  const workspace = await openWorkspace(session.invocation, { place, judgedBy: both.before });
  const more = beyond(look.delta, (await lookAt(workspace, directory)).delta);
  if (more.length === 0) return;
  throw new ProblemError({
    code: "superseded",
    message: `${pull.base.branch} has moved on since #${pull.number} and says otherwise by now: this run also ${describeFirst(more)}.`,
    hint: "Run the job of the newest merge again; it applies what is declared now, as far as that was approved.",
  });
}
