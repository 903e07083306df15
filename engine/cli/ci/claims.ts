/**
 * ⇄ A stack that was applied from a pull request before it is merged is held by it until then: whatever else were applied
 * would take it back. What holds is read off the open pull requests, so that none outlives its own.
 */
import { createHash } from "node:crypto";
import type { Pull } from "../../gitops/github.ts";
import type { Target } from "../../gitops/model.ts";
import { ProblemError } from "../../problem.ts";
import { listed } from "../../words.ts";
import type { Session } from "./session.ts";

const PREFIX = "accord applied ";
/** GitHub's longest name of a label. */
const LONGEST = 50;

export function claimLabel({ stack, environment, directory }: Target): string {
  const name = `${PREFIX}${stack}/${environment}`;
  const same = createHash("sha256")
    .update(JSON.stringify([stack, environment, directory]))
    .digest("hex")
    .slice(0, 8);
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - same.length - 1)}~${same}`;
}

export function isClaim(label: string): boolean {
  return label.startsWith(PREFIX);
}

/** What others hold of what a pull request concerns, in sentences. */
export async function claimsOn({ github }: Session, pull: Pull): Promise<readonly string[]> {
  const others = (await github.openPulls(pull.base.branch)).filter(({ number }) => number !== pull.number);
  return others.flatMap(({ number, labels }) => {
    const held = labels.filter(isClaim).map((label) => label.slice(PREFIX.length));
    return held.length === 0
      ? []
      : [`#${number} is applied and not merged yet: ${listed(held)} is held by it until it is merged or closed.`];
  });
}

export async function refuseClaimed({ github }: Session, pull: Pull, target: Target): Promise<void> {
  const label = claimLabel(target);
  const holder = (await github.openPulls(pull.base.branch)).find(
    ({ number, labels }) => number !== pull.number && labels.includes(label),
  );
  if (holder === undefined) return;
  throw new ProblemError({
    code: "stack-claimed",
    message: `${target.stack} (${target.environment}) is held by #${holder.number}, which is applied and not merged yet.`,
    hint: `Merge or close #${holder.number} first.`,
  });
}
