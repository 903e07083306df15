/**
 * ⇄ Two refs as one register with compare-and-swap.
 *
 *   refs/heads/accord/acme/prod     o──o──o──o     state.json, ledger.jsonl: a commit for each write, for people
 *                                             ╲
 *   refs/accord/accord/acme/prod               o   lock.json, journal.jsonl: replaced each time, on top of the branch
 *
 * Every push replaces the second ref and names what both held before; the server takes both or none. So it fails where
 * somebody has taken the lease or has written, and there is no moment in which that could go unnoticed.
 */
import { randomInt, randomUUID } from "node:crypto";
import type { Clock } from "../outside.ts";
import { type Problem, ProblemError, problemsOf } from "../problem.ts";
import { type NewCommit, readObjects, tidyUp, type WrittenCommit, writeCommits } from "./git-objects.ts";
import type { GitPlace } from "./git-place.ts";
import { type PushResult, pushResult } from "./git-push.ts";
import { type GitView, JOURNAL, LEDGER, LOCK, lookAt, runMessage, STATE } from "./git-view.ts";

/** What is to be different; the rest stays as it is. */
export interface GitWrite {
  readonly lock?: { readonly token: number; readonly content: string };
  readonly journal?: Buffer;
  /** A commit on the branch: these files anew. */
  readonly branch?: { readonly message: string; readonly files: Readonly<Record<string, Buffer>> };
}

/** Lines of the journal that wait for a write to go along with, and under which lease. */
export interface Carried {
  readonly lines: Buffer;
  readonly token: number;
}

export interface GitRegister {
  /** Asks the remote. */
  look(signal?: AbortSignal): Promise<GitView>;
  /** What is known without asking; asks where nothing is. */
  known(signal?: AbortSignal): Promise<GitView>;
  /** A file of the branch; undefined where there is none. A branch that was there and is not is a ProblemError. */
  file(view: GitView, path: string): Promise<Buffer | undefined>;
  /** With the lines that are still to go along: all of them, unless told. */
  journal(view: GitView, along?: Carried): Promise<Buffer | undefined>;
  /** Lines of the journal that go along with the next write under this lease, whatever it is. */
  carry(lines: Buffer, token: number): void;
  /**
   * One at a time. `change` is asked again when others have written meanwhile, and told what goes along; undefined: there
   * is nothing to do, and false comes back. Throws what `change` throws, what the server refuses, and what kept us from it in the end.
   */
  write(change: (now: GitView, along: Carried) => Promise<GitWrite | undefined>): Promise<boolean>;
  /** Tidies up our own objects, where there are many. */
  tidy(): Promise<void>;
}

/** Of one write, or of one look; the waits between them double. */
const ATTEMPTS = 6;
const FIRST_WAIT = 400;
/** State, ledger and journal, as they are and as they were before. */
const KEPT = 6;

export interface GitRegisterOptions {
  /** Asked once, with the first look. */
  open(): Promise<GitPlace>;
  readonly clock: Clock;
  /** Of the commits on the branch. */
  readonly author: string;
  /** Files of the branch's first commit. */
  readonly first: Readonly<Record<string, Buffer>>;
}

export function gitRegister(options: GitRegisterOptions): GitRegister {
  const { clock } = options;
  let place: Promise<GitPlace> | undefined;
  const open = (): Promise<GitPlace> => (place ??= options.open());
  let seen: GitView | undefined;
  let looking: Promise<GitView> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let carried: Carried = { lines: Buffer.alloc(0), token: 0 };
  /** Files by the name of their object: none ever changes. */
  const files = new Map<string, Buffer>();

  const keep = (name: string, content: Buffer): void => {
    files.delete(name);
    files.set(name, content);
    for (const oldest of files.keys()) if (files.size > KEPT) files.delete(oldest);
  };
  const read = async (name: string): Promise<Buffer | undefined> => {
    const content = files.get(name) ?? (await readObjects(await open(), [name]))[0]?.content;
    if (content !== undefined) keep(name, content);
    return content;
  };

  /** Half of it is left to chance, so that two that met do not meet again. */
  const pause = (attempt: number, signal?: AbortSignal): Promise<void> =>
    clock.sleep((FIRST_WAIT * 2 ** attempt * (100 + randomInt(100))) / 200, signal);

  const ask = async (signal?: AbortSignal): Promise<GitView> => {
    const place = await open();
    for (let attempt = 0; ; attempt += 1) {
      const before = seen;
      try {
        const found = await lookAt(place, signal);
        // What was written meanwhile is newer than what was seen.
        if (seen === undefined || seen === before) seen = found;
        return seen;
      } catch (error) {
        if (attempt + 1 >= ATTEMPTS || !passes(error)) throw error;
        await pause(attempt, signal);
      }
    }
  };
  const look = (signal?: AbortSignal): Promise<GitView> => {
    looking ??= ask(signal).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const known = async (signal?: AbortSignal): Promise<GitView> => seen ?? look(signal);

  const journal = async ({ run }: GitView, along = carried): Promise<Buffer | undefined> => {
    const stored = run?.journal === undefined ? undefined : await read(run.journal);
    if (along.lines.length === 0 || along.token !== run?.token) return stored;
    return Buffer.concat([stored ?? Buffer.alloc(0), along.lines]);
  };

  /** More may have come to wait meanwhile. */
  const taken = (along: Carried): true => {
    if (carried.token === along.token) carried = { ...carried, lines: carried.lines.subarray(along.lines.length) };
    return true;
  };

  const write: GitRegister["write"] = async (change) => {
    const place = await open();
    /** Our commits, and what went along with each. */
    const tried = new Map<string, Carried>();
    for (let attempt = 0; ; attempt += 1) {
      const now = await known();
      // The answer may have been lost, and not the push.
      const ours = tried.get(now.run?.commit ?? "");
      if (ours !== undefined) return taken(ours);
      refuseGone(place, now);
      const along = carried;
      const wanted = await change(now, along);
      if (wanted === undefined) return false;
      const lines = wanted.journal ?? (along.lines.length === 0 ? undefined : await journal(now, along));
      const next = await prepare(place, options, now, {
        ...wanted,
        ...(lines === undefined ? {} : { journal: lines }),
      });
      tried.set(next.run.commit, along);
      const result = await push(place, now, next);
      if (result.outcome === "taken") {
        const { files: written = {} } = wanted.branch ?? {};
        for (const path of [STATE, LEDGER]) {
          const content = written[path] ?? files.get(`${now.branch}:${path}`);
          if (content !== undefined) keep(`${next.branch}:${path}`, content);
        }
        if (lines !== undefined && next.run.journal !== undefined) keep(next.run.journal, lines);
        seen = next;
        return taken(along);
      }
      seen = undefined;
      if (result.outcome === "refused" || attempt + 1 >= ATTEMPTS) throw new ProblemError(result.problem);
      if (result.outcome === "unreachable" || attempt > 0) await pause(attempt);
    }
  };

  return {
    look,
    known,
    async file(view, path) {
      refuseGone(await open(), view);
      return view.branch === undefined ? undefined : read(`${view.branch}:${path}`);
    },
    journal,
    carry(lines, token) {
      const before = carried.token === token ? [carried.lines] : [];
      carried = { lines: Buffer.concat([...before, lines]), token };
    },
    write(change) {
      const done = turn.then(() => write(change));
      turn = done.catch(() => undefined);
      return done;
    },
    tidy: async () => tidyUp(await open()),
  };
}

type Prepared = GitView & { readonly run: NonNullable<GitView["run"]> };

/** The commits that say what is wanted, on top of what is there; nobody sees them yet. */
async function prepare(
  place: GitPlace,
  { clock, author, first }: GitRegisterOptions,
  now: GitView,
  { branch, journal, lock }: GitWrite,
): Promise<Prepared> {
  const held = lock ?? { token: now.run?.token ?? 0, content: now.run?.lock ?? "" };
  const kept = now.run?.journal === undefined ? undefined : { id: now.run.journal };
  const people: readonly NewCommit[] =
    branch === undefined ? [] : [{ ...branch, author, ...on(now.branch, branch.files, first) }];
  const below = branch === undefined ? now.branch : 0;
  const lines = journal ?? kept;
  const own: NewCommit = {
    // Two that say the same at the same moment are two commits all the same: only one can be taken.
    message: runMessage(held.token, randomUUID()),
    author: "accord",
    anew: true,
    ...(below === undefined ? {} : { parent: below }),
    files: { [LOCK]: Buffer.from(held.content), ...(lines === undefined ? {} : { [JOURNAL]: lines }) },
  };
  const written = await writeCommits(place, clock.now(), [...people, own]);
  const run = written.at(-1);
  if (run === undefined) throw new Error("git wrote no commit");
  const reached = branch === undefined ? now.branch : written[0]?.id;
  return {
    ...(reached === undefined ? {} : { branch: reached }),
    run: {
      ...{ commit: run.id, token: held.token, lock: held.content },
      ...journalIn(run),
      ...(reached === undefined ? {} : { branch: reached }),
    },
  };
}

function on(parent: string | undefined, files: NewCommit["files"], first: NewCommit["files"]) {
  return parent === undefined ? { files: { ...first, ...files } } : { parent };
}

function journalIn({ files }: WrittenCommit): { readonly journal?: string } {
  const journal = files[JOURNAL];
  return journal === undefined ? {} : { journal };
}

async function push(place: GitPlace, now: GitView, next: Prepared): Promise<PushResult> {
  const refs = [
    { ref: place.runRef, from: now.run?.commit, to: next.run.commit },
    { ref: place.branchRef, from: now.branch, to: next.branch },
  ].filter(({ from, to }) => to !== undefined && from !== to);
  const quiet = ["--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no"];
  const args = [
    ...["push", "--porcelain", "--atomic", ...quiet],
    ...refs.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`),
    place.remote,
    ...refs.map(({ ref, to }) => `${to}:${ref}`),
  ];
  try {
    return pushResult(place, await place.network(args));
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined || !passes(error)) throw error;
    return { outcome: "unreachable", problem };
  }
}

function passes(error: unknown): boolean {
  return problemsOf(error).every(({ code }) => code === "git-unreachable" || code === "git-contended");
}

function refuseGone(place: GitPlace, { branch, run }: GitView): void {
  if (branch === undefined && run?.branch !== undefined) throw new ProblemError(gone(place, run.branch));
}

function gone({ name, branch, branchRef, remote, runRef }: GitPlace, commit: string): Problem {
  return {
    code: "state-gone",
    message: `${name} is not there any more; it held state at commit ${commit.slice(0, 12)}.`,
    hint: `Bring it back: git fetch ${remote} ${runRef} && git push ${remote} FETCH_HEAD^:${branchRef}. To begin anew, with accord state rebuild, give up the rest as well: git push ${remote} :${runRef}. Protect ${branch} against deletion.`,
  };
}
