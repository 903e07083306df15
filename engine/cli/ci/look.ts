/** ⇄ One stack in one environment, planned as a pull request would leave it and judged as its base has it. */
import { join } from "node:path";

import { filesBelow } from "../../config/files.ts";
import { loadStack } from "../../config/load.ts";
import { openSchemas } from "../../config/schemas.ts";
import { readStack } from "../../config/stack.ts";
import { settingsThatWait } from "../../config/stack-under.ts";
import { deltaOf } from "../../gitops/delta.ts";
import type { Delta, Need, Target } from "../../gitops/model.ts";
import { needsOf } from "../../gitops/standing.ts";
import { ProblemError } from "../../problem.ts";
import { listed } from "../../words.ts";
import type { Opened } from "../carrying-out.ts";
import { openState } from "../open-state.ts";
import type { Place } from "../place.ts";
import { DEFAULT_ENVIRONMENT } from "../place.ts";
import { type Made, makePlan } from "../planning.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import type { Session } from "./session.ts";
import type { Concerned } from "./targets.ts";

export interface Look {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly opened: Opened;
  readonly made: Made;
  readonly delta: Delta;
  readonly needs: readonly Need[];
}

/** Both sides on disk. */
export type Both = Concerned & Required<Pick<Concerned, "before" | "after">>;

export function isBoth(concerned: Concerned): concerned is Both {
  return concerned.before !== undefined && concerned.after !== undefined;
}

export async function openTarget(session: Session, both: Both, environment: string): Promise<Workspace> {
  const place = placeIn(session, both.after, both.directory, environment);
  const workspace = await openWorkspace(session.invocation, { place, judgedBy: both.before });
  refuseLostState(workspace);
  return workspace;
}

/** What a hosted runner writes to its own disk is gone with it: the next one would know of nothing that is owned. */
function refuseLostState({ stack, world, backend }: Workspace): void {
  if (stack.state.backend !== "file" || world.env.RUNNER_ENVIRONMENT !== "github-hosted") return;
  throw new ProblemError({
    code: "state-would-be-lost",
    message: `${stack.name} keeps its state in files (${backend.name}), and those go with the runner.`,
    hint: "Write state: { backend: git } into accord.yaml on the base branch.",
  });
}

/** Files as written out; state and what is kept beside it where the checkout has them. */
export function placeIn({ root }: Session, at: string, directory: string, environment: string): Place {
  const stateDirectory = join(root, directory, ".accord", environment);
  return { directory: at, environment, stateDirectory, repository: root };
}

/** `until`: whoever holds the lease may wait for reads to catch up. */
export async function lookAt(
  workspace: Workspace,
  directory: string,
  until?: (moment: number) => Promise<void>,
): Promise<Look> {
  const opened = await openState(workspace);
  const context = until === undefined ? opened.context : { ...opened.context, until, notes: [] };
  const made = await makePlan(context, { mode: "normal", targets: [], excludes: [], replace: [], overrides: [] });
  const delta = deltaOf(made.plan, {
    owned: opened.context.state.resources,
    rulesOf: (kind) => workspace.catalog.rulesOf(kind),
  });
  return {
    ...{ workspace, opened, made, delta },
    target: { stack: workspace.stack.name, environment: workspace.environment, directory },
    needs: needsOf(delta, made.plan.verdicts, workspace.stack.ci.reviews),
  };
}

/** What the pull request would change about how it is judged, and what does not hold yet. */
export async function remarksOn(concerned: Both, environment: string): Promise<readonly string[]> {
  const schemas = openSchemas();
  const named = environment === DEFAULT_ENVIRONMENT ? undefined : environment;
  const read = async (directory: string) =>
    readStack(await loadStack(filesBelow(directory), named, { documents: false }), schemas);
  const [reviewed, own] = [await read(concerned.before), await read(concerned.after)];
  const waiting = [...settingsThatWait(reviewed, own), ...(concerned.policies ? ["policies"] : [])];
  if (waiting.length === 0) return [];
  return [
    `This pull request also changes ${listed(waiting)} of the stack. It is judged, and will be applied, by those of its base; the new ones hold for what comes after it.`,
  ];
}
