/** What became of a push. Pure: what `git push --porcelain` said → taken, overtaken, or why not. */
import type { GitAnswer } from "../git.ts";
import { withoutCredentials } from "../git-problem.ts";
import type { Problem } from "../problem.ts";
import type { GitPlace } from "./git-place.ts";

export type PushResult =
  | { readonly outcome: "taken" }
  /** Somebody else has written, or is writing: look, and perhaps try again. */
  | { readonly outcome: "overtaken"; readonly problem: Problem }
  /** Nobody knows whether it was taken: look. */
  | { readonly outcome: "unreachable"; readonly problem: Problem }
  | { readonly outcome: "refused"; readonly problem: Problem };

/** What a server says when another push came first; also that of the ref beside it, when one of two is not taken. */
const CONTENTION =
  /stale info|fetch first|non-fast-forward|lock ref|failed to (?:update|lock)|unable to update|incorrect old value|already exists|atomic push fail|atomic transaction fail|transaction failed|is at .* but expected/i;

/** Of the people's branch, the second says nothing of its own: it goes with the first. */
const BESIDE = /atomic push fail|atomic transaction fail/i;

export function pushResult(
  place: Pick<GitPlace, "name" | "remote" | "branchRef" | "problem">,
  answer: GitAnswer,
): PushResult {
  if (answer.code === 0) return { outcome: "taken" };
  const rejected = answer.text.split("\n").flatMap((line) => rejectionIn(line) ?? []);
  const own = rejected.filter(({ reason }) => !BESIDE.test(reason));
  const refusals = own.filter(({ reason }) => !CONTENTION.test(reason));
  // A rule is about the branch; the ref beside it goes down with it.
  const refusal = refusals.find(({ ref }) => ref === place.branchRef) ?? refusals[0];
  if (refusal !== undefined) return { outcome: "refused", problem: refused(place, refusal, answer.stderr) };
  if (rejected.length > 0) return { outcome: "overtaken", problem: contended(place, own[0] ?? rejected[0]) };
  if (/does not support --atomic/i.test(answer.stderr)) return { outcome: "refused", problem: notAtomic(place) };
  const problem = place.problem(["push"], answer);
  return { outcome: problem.code === "git-unreachable" ? "unreachable" : "refused", problem };
}

interface Rejection {
  readonly ref: string;
  readonly reason: string;
}

/** `!<tab>from:to<tab>[remote rejected] (reason)`. */
function rejectionIn(line: string): Rejection | undefined {
  const [, to, summary] = /^!\t[^\t]*:([^\t:]*)\t(.*)$/.exec(line) ?? [];
  if (to === undefined || summary === undefined) return undefined;
  return { ref: to, reason: /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary };
}

function refused(
  { name, remote }: Pick<GitPlace, "name" | "remote">,
  { ref, reason }: Rejection,
  stderr: string,
): Problem {
  const said = stderr
    .split(/[\r\n]+/)
    .flatMap((line) => /^remote:\s*(?:error:\s*)?(\S.*?)\s*$/.exec(line)?.[1] ?? [])
    .slice(0, 4);
  const why = withoutCredentials([reason, ...said].join(" · ")).replace(/\.$/, "");
  return {
    code: "git-push-refused",
    message: `${withoutCredentials(remote)} does not let ${ref} be written: ${why}.`,
    hint: `Exempt whoever runs Accord from the rule that protects ${name}, or keep state on another branch (state.branch in accord.yaml).`,
  };
}

function contended({ name }: Pick<GitPlace, "name">, rejection: Rejection | undefined): Problem {
  return {
    code: "git-contended",
    message: `${name} could not be written: others write there all the time (${rejection?.reason ?? "rejected"}).`,
    hint: "Run the command again. Should it go on, look for a ref that stands in the way: git ls-remote shows them.",
  };
}

function notAtomic({ remote }: Pick<GitPlace, "remote">): Problem {
  return {
    code: "git-no-atomic",
    message: `${withoutCredentials(remote)} cannot take two refs in one step, which keeps the lease and the state together.`,
    hint: "Keep state on a server that knows atomic pushes (GitHub, GitLab, Gitea, Bitbucket, any git over SSH), or in postgres.",
  };
}
