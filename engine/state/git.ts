/**
 * ⇄ State on a branch of a Git repository, for runs on many machines.
 *
 *   accord/<stack>/<env>                 state.json  ledger.jsonl      a branch, with a history to read
 *   refs/accord/accord/<stack>/<env>     lock.json   journal.jsonl     beside it, without one
 *   .accord/<env>/cache/state.git        the objects, on this machine; may vanish
 */
import type { Clock } from "../outside.ts";
import type { Lease, LeaseOptions, Owner, StateBackend } from "./backend.ts";
import { gitLocks, newestIn } from "./git-locks.ts";
import { gitLog } from "./git-log.ts";
import { ledgerMessage } from "./git-message.ts";
import { nameOf, openGitPlace, runRefOf } from "./git-place.ts";
import { gitRegister } from "./git-register.ts";
import { gitState } from "./git-state.ts";
import { type GitView, LEDGER, STATE } from "./git-view.ts";
import { acquireLease, assertNewest, breakLease, currentHolding } from "./lease.ts";
import { isDead } from "./owner.ts";

export interface GitBackend {
  /** The stack's. */
  readonly directory: string;
  /** This machine's, for objects: `<stack>/.accord/<env>/cache/state.git`. */
  readonly cache: string;
  readonly stack: string;
  readonly environment: string;
  /** A remote of the repository that holds the stack, or a URL. */
  readonly remote: string;
  /** `accord/<stack>/<env>` unless told. */
  readonly branch?: string;
  /** Who runs this: author of the commits. */
  readonly actor: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Ends the waiting for an answer, while nothing is written. */
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks at somebody else's lease; each is a question to the server. */
  readonly poll?: number;
  isDead?(owner: Owner): Promise<boolean>;
}

/** Each heartbeat is a push, and four of them fit in. */
const DURATION = 120_000;
const POLL = 5_000;

export function gitBackend(options: GitBackend): StateBackend {
  const { directory, cache, stack, environment, remote, actor, env, clock, signal } = options;
  const branch = options.branch ?? `accord/${stack}/${environment}`;
  const name = nameOf(remote, branch);
  const register = gitRegister({
    open: () => openGitPlace({ directory, cache, remote, branch, env }),
    clock,
    author: actor,
    first: { "README.md": readme(stack, environment) },
  });
  const locks = gitLocks(register);
  const world = { locks, clock, isDead: options.isDead ?? isDead, duration: DURATION, poll: options.poll ?? POLL };
  let held: Lease | undefined;

  const fence = async (lease: Lease, now: GitView): Promise<void> =>
    assertNewest({ newest: async () => newestIn(now) }, lease);
  /** The holder knows what is there. Everybody else asks once for each thing that is to be read again. */
  const viewer = () => {
    let last: GitView | undefined;
    return async (): Promise<GitView> => {
      const known = await register.known(signal);
      last = last === known && !isHeld(held) ? await register.look(signal) : known;
      return last;
    };
  };

  return {
    name,
    state: gitState({
      expected: { stack, environment, where: `${name}:${STATE}`, restore: RESTORE },
      ...{ register, fence, view: viewer() },
    }),
    journal: gitLog({
      name: `${runRefOf(branch)}:journal.jsonl`,
      ...{ register, fence, view: viewer() },
      stored: (view, along) => register.journal(view, along),
      written: (journal) => ({ journal }),
    }),
    ledger: gitLog({
      name: `${name}:${LEDGER}`,
      ...{ register: { write: register.write }, fence, view: viewer() },
      stored: (view) => register.file(view, LEDGER),
      written: (content, added) => ({
        branch: { message: ledgerMessage(linesIn(content), added), files: { [LEDGER]: content } },
      }),
    }),
    async lease(owner: Owner, wanted: LeaseOptions = {}) {
      const lease = await acquireLease(world, owner, wanted);
      held = lease;
      const release = async (): Promise<void> => {
        await lease.release();
        await register.tidy();
      };
      return { ...lease, release };
    },
    holder: () => currentHolding(locks),
    unlock: (owner) => breakLease(world, owner),
  };
}

const RESTORE =
  "git log shows its earlier versions: put the last good one back on the branch. Without one, take it off the branch and run accord state rebuild.";

function isHeld(lease: Lease | undefined): boolean {
  try {
    lease?.assertHeld();
    return lease !== undefined;
  } catch {
    // Why does not matter to who reads; who writes is told.
    return false;
  }
}

function linesIn(content: Buffer): number {
  let lines = 0;
  for (let at = content.indexOf("\n"); at >= 0; at = content.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

function readme(stack: string, environment: string): Buffer {
  return Buffer.from(`# ${stack}, ${environment}

Written by Accord, and by nobody else: \`state.json\` says what is owned, \`ledger.jsonl\` what was decided and done.
Each commit is one write; \`accord history\` and \`accord verify\` read them. Protect this branch against deletion and
forced pushes.
`);
}
