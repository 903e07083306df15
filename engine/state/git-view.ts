/** ⇄ What the remote holds, in one look: two refs, and whatever of them is not here yet. */
import { ProblemError } from "../problem.ts";
import { readObjects } from "./git-objects.ts";
import type { GitPlace } from "./git-place.ts";

/** As the remote told, or took from us. */
export interface GitView {
  /** Commit of the branch. */
  readonly branch?: string;
  readonly run?: RunView;
}

/** The commit beside the branch: the lease and the journal. */
export interface RunView {
  readonly commit: string;
  /** Number of the newest lease. */
  readonly token: number;
  /** Its record, as stored. */
  readonly lock: string;
  /** Id of the journal, where there is one. */
  readonly journal?: string;
  /** What the branch held when it was written: its parent. Absent before the first. */
  readonly branch?: string;
}

/** On the branch. */
export const STATE = "state.json";
export const LEDGER = "ledger.jsonl";
/** Beside it. */
export const LOCK = "lock.json";
export const JOURNAL = "journal.jsonl";

/** The beginning of the run's commit message: `lease 14`. */
export function runMessage(token: number, nonce: string): string {
  return `lease ${token}\n\n${nonce}\n`;
}

export async function lookAt(place: GitPlace, signal?: AbortSignal): Promise<GitView> {
  const refs = await answered(place, ["ls-remote", "--quiet", place.remote, place.branchRef, place.runRef], signal);
  const tips = new Map(refs.split("\n").map((line) => [line.split("\t")[1] ?? "", line.split("\t")[0] ?? ""]));
  const branch = tips.get(place.branchRef);
  const commit = tips.get(place.runRef);
  let found = await objectsAt(place, branch, commit);
  if (found === undefined) {
    await fetch(place, { branch, run: commit }, signal);
    found = await objectsAt(place, branch, commit);
  }
  // Replaced between the two questions: what was fetched is newer.
  if (found === undefined) throw new ProblemError(movedOn(place));
  return { ...(branch === undefined ? {} : { branch }), ...found };
}

/** The newest commit of each, without the history behind it, and no more of that than is not here. */
async function fetch(
  place: GitPlace,
  there: { readonly branch: string | undefined; readonly run: string | undefined },
  signal: AbortSignal | undefined,
): Promise<void> {
  const quiet = ["--depth=1", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--force", "--quiet"];
  const refs = [
    ...(there.branch === undefined ? [] : [`${place.branchRef}:refs/seen/branch`]),
    ...(there.run === undefined ? [] : [`${place.runRef}:refs/seen/run`]),
  ];
  await answered(place, ["fetch", ...quiet, place.remote, ...refs], signal);
}

/** Undefined where a commit is not here. */
async function objectsAt(
  place: GitPlace,
  branch: string | undefined,
  run: string | undefined,
): Promise<Pick<GitView, "run"> | undefined> {
  const asked = run === undefined ? [] : [run, `${run}:${LOCK}`, `${run}:${JOURNAL}`];
  const [commit, lock, journal, people] = await readObjects(place, [
    ...asked,
    ...(branch === undefined ? [] : [branch]),
  ]);
  if (run === undefined) return branch === undefined || commit !== undefined ? {} : undefined;
  if (commit === undefined || (branch !== undefined && people === undefined)) return undefined;
  const text = commit.content.toString("utf8");
  const token = /\n\nlease (\d+)\n/.exec(text)?.[1];
  if (token === undefined) throw new ProblemError(foreign(place));
  const parent = /^parent ([0-9a-f]+)$/m.exec(text)?.[1];
  return {
    run: {
      ...{ commit: run, token: Number(token), lock: lock?.content.toString("utf8") ?? "" },
      ...(journal === undefined ? {} : { journal: journal.id }),
      ...(parent === undefined ? {} : { branch: parent }),
    },
  };
}

async function answered(place: GitPlace, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const answer = await place.network(args, signal);
  if (answer.code === 0) return answer.text;
  const moving = /couldn't find remote ref|shallow file has changed|not our ref|cannot lock ref/i.test(answer.stderr);
  throw new ProblemError(moving ? movedOn(place) : place.problem(args, answer));
}

function movedOn({ name }: GitPlace) {
  return {
    code: "git-contended",
    message: `${name} was written all the time while it was to be read.`,
    hint: "Run the command again.",
  };
}

function foreign({ runRef, remote }: GitPlace) {
  return {
    code: "git-foreign-ref",
    message: `${runRef} on ${remote} was not written by Accord.`,
    hint: "The lease lives there. Move it away, or name another branch as state.branch in accord.yaml.",
  };
}
