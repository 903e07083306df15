/**
 * ⇄ The journal: what is about to be done, on disk before it is done. It is the write-ahead log of state.
 *
 *   run → { intent → (request) → outcome … made … step } → checkpoint → …
 *         └ one fsync for all intents of a moment; outcomes travel with the next one
 */
import type { Recorder } from "../kind.ts";
import type { Owned } from "../model.ts";
import type { Clock } from "../outside.ts";
import type { Lease, Log } from "../state/backend.ts";
import { groupCommit } from "../state/group-commit.ts";
import type { JournalRecord, JournalStep } from "./journal-record.ts";
import { foldLines, type Recovered } from "./journal-recovery.ts";

export interface Journal {
  /** What runs before this one left behind, or this one so far. */
  recovered(): Recovered;
  /** For the write client of one step: its requests wait until their intent is on disk. */
  recorder(step: JournalStep): Recorder;
  /** Durable when it resolves: an object that exists is never forgotten. */
  made(step: JournalStep, id: string): Promise<void>;
  /** The step is over, and with it everything open at its address. Durable when it resolves. */
  done(step: JournalStep, end: StepEnd): Promise<void>;
  /** The last line so far. Take it in the same turn as the state that a checkpoint is about. */
  position(): number;
  /** State was written and holds every step up to `upTo`. */
  checkpoint(serial: number, upTo: number): Promise<void>;
  /** Writes what is buffered; empties the log where state holds everything and nothing is open. */
  close(): Promise<void>;
}

/** What state holds after a step. `unchanged`: looked up, and nothing had happened. */
export type StepEnd = { readonly owned: Owned } | { readonly removed: true } | { readonly unchanged: true };

export interface JournalRun {
  readonly run: string;
  /** Digest of the plan. */
  readonly plan: string;
  readonly lineage: string;
  readonly lease: Lease;
  readonly clock: Clock;
}

/** Reads what is there, then writes the beginning of this run. */
export async function openJournal(log: Log, { run, plan, lineage, lease, clock }: JournalRun): Promise<Journal> {
  const found = await log.readAll();
  const { fold, whole } = foldLines(found, log.name);
  if (whole < found.length) await log.replace(found.slice(0, whole), lease);
  const lines = groupCommit(log, lease);
  const now = (): string => new Date(clock.now()).toISOString();
  const add = (record: Unnumbered<JournalRecord>): number => {
    const numbered: JournalRecord = { ...record, n: fold.last() + 1 };
    fold.add(numbered);
    lines.add(JSON.stringify(numbered));
    return numbered.n;
  };

  add({ type: "run", run, plan, lineage, token: lease.token, at: now() });
  await lines.commitSoon();

  return {
    recovered: fold.recovered,
    recorder: ({ id, address, operation, key: own }) => ({
      async intent({ method, path, key: sent }) {
        lease.assertHeld();
        const key = own ?? sent;
        const request = { method, path: withoutQueryValues(path), ...(key === undefined ? {} : { key }) };
        const of = add({ type: "intent", step: id, address, operation, ...request, at: now() });
        await lines.commit();
        // The disk may have kept us waiting for longer than the lease lasts.
        lease.assertHeld();
        return {
          outcome({ status, requestId }) {
            add({ type: "outcome", of, status, ...(requestId === undefined ? {} : { requestId }) });
          },
        };
      },
    }),
    made(step, id) {
      const { address, operation } = step;
      add({ type: "made", step: step.id, address, operation, id, at: now() });
      return lines.commit();
    },
    done({ id, address }, end) {
      add({ type: "step", step: id, address, ...end });
      return lines.commit();
    },
    position: fold.last,
    checkpoint(serial, upTo) {
      add({ type: "checkpoint", serial, upTo });
      return lines.commitSoon();
    },
    async close() {
      await lines.commit();
      const { covered, open } = fold.recovered();
      if (covered.length === 0 && open.length === 0) await log.replace([], lease);
    },
  };
}

type Unnumbered<R> = R extends JournalRecord ? Omit<R, "n"> : never;

/** Names of query parameters tell what was asked; their values may be anything. */
function withoutQueryValues(path: string): string {
  const [before = "", query] = path.split("?", 2);
  if (query === undefined) return before;
  const names = query.split("&").map((pair) => pair.split("=", 1)[0]);
  return `${before}?${names.map((name) => `${name}=…`).join("&")}`;
}
