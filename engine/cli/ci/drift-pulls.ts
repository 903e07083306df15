/**
 * ⇄ The two ways out of drift as pull requests, each kept up to date on a branch of its own: one whose documents say what
 * is live, and one that changes nothing but a note, on whose merge what the base declares is applied.
 */
import { type FileChange, pushBranch } from "../../gitops/branches.ts";
import type { Way } from "../../gitops/drift-issue.ts";
import type { Target } from "../../gitops/model.ts";
import { problemsText } from "../../report/problems.ts";
import type { DriftAdoption } from "../adopting-drift.ts";
import type { Session } from "./session.ts";

export interface DriftPulls {
  readonly target: Target;
  /** Commit that the stack was read at. */
  readonly commit: string;
  /** Body of the issue: what drifted, and who did it. */
  readonly body: string;
  readonly adoption: DriftAdoption;
  /** How both are done by hand. */
  readonly commands: { readonly adopt: string; readonly revert: string };
}

/** Runs of a workflow's own token start no other: a comment by somebody does. */
const PLANNED = "Comment `/accord plan` where no check of it appears: pull requests that a workflow opens start none.";

export async function driftPulls(session: Session, pulls: DriftPulls): Promise<{ adopt: Way; revert: Way }> {
  const { target, adoption, commands, body } = pulls;
  const name = `${target.stack} (${target.environment})`;
  const adopt =
    adoption.files.length === 0
      ? undefined
      : await kept(session, pulls, "adopt", {
          title: `Adopt what changed outside Accord in ${name}`,
          text: `The documents come to say what is live; nothing is applied.${left(adoption)}`,
          files: adoption.files.map(({ path, after }) => ({ path: within(target, path), text: after })),
        });
  const revert = await kept(session, pulls, "revert", {
    title: `Take back what changed outside Accord in ${name}`,
    text: "The documents stay as they are, and what differs from them is taken back on merge. The note below it is the record.",
    files: [{ path: within(target, `drift/${target.environment}.md`), text: note(body) }],
  });
  return {
    adopt: { command: commands.adopt, ...(adopt === undefined ? {} : { pull: adopt }) },
    revert: { command: commands.revert, pull: revert },
  };
}

/** Nothing has drifted any more: what was offered is withdrawn. */
export async function withdrawDriftPulls({ github }: Session, target: Target): Promise<void> {
  for (const way of ["adopt", "revert"] as const) {
    const pull = await github.pullFrom(branchOf(target, way));
    if (pull !== undefined) await github.updatePull(pull.number, { open: false });
  }
}

interface Offer {
  readonly title: string;
  readonly text: string;
  readonly files: readonly FileChange[];
}

async function kept(
  { github, root, invocation, mask }: Session,
  { target, commit, body }: DriftPulls,
  way: "adopt" | "revert",
  { title, text, files }: Offer,
): Promise<number> {
  const { env, signal } = invocation.world;
  const branch = branchOf(target, way);
  const described = mask(`${text}\n\n${PLANNED}\n\n---\n\n${body}`);
  await pushBranch(root, "origin", { branch, base: commit, message: title, files }, { env, signal });
  const open = await github.pullFrom(branch);
  if (open !== undefined) {
    await github.updatePull(open.number, { title, body: described });
    return open.number;
  }
  const base = env.GITHUB_REF_NAME ?? "main";
  return (await github.createPull({ title, body: described, branch, base })).number;
}

function branchOf({ stack, environment, directory }: Target, way: "adopt" | "revert"): string {
  const place = directory === "" ? "" : `${directory.replaceAll(/[^A-Za-z0-9/_-]/g, "-")}/`;
  return `accord-drift/${place}${stack}/${environment}/${way}`;
}

function within({ directory }: Target, path: string): string {
  return directory === "" ? path : `${directory}/${path}`;
}

function left({ problems }: DriftAdoption): string {
  if (problems.length === 0) return "";
  return ` What could not be edited in place is left to do by hand:\n\n\`\`\`\n${problemsText({ problems, again: "" }, { color: false }).trim()}\n\`\`\``;
}

/** Without the hidden line by which the issue is found. */
function note(body: string): string {
  return `${body.replace(/^<!--.*?-->\s*/s, "").trim()}\n`;
}
