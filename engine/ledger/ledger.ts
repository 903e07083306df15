/** ⇄ The ledger of one stack and environment: appended under a lease, anchored in state. */
import type { Clock } from "../outside.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Lease, Log } from "../state/backend.ts";
import { groupCommit } from "../state/group-commit.ts";
import { isRecord, parseJson } from "../state/shape.ts";
import type { LedgerPosition } from "../state/state.ts";
import { append, START, type Verification, verify, verifyFrom } from "./chain.ts";
import type { EventBody, LedgerEvent } from "./event.ts";

export interface Ledger {
  /** Chained in the order of the calls, durable when it resolves; events of one moment share an fsync. */
  append(...bodies: readonly EventBody[]): Promise<void>;
  /** How far it is durable: what state keeps. */
  position(): LedgerPosition;
}

/**
 * Continues the chain after `anchor`, the position in state. Events beyond it are those of a run that ended between
 * the ledger and state; they are taken over if they chain. Anything else is tampering, and nothing is appended to it.
 */
export async function openLedger(
  log: Log,
  anchor: LedgerPosition,
  { lease, clock }: { readonly lease: Lease; readonly clock: Clock },
): Promise<Ledger> {
  const found = await log.readAll();
  const lines = wholeLines(found, anchor);
  const checked = verifyTail(lines, anchor);
  if (!checked.intact) throw new ProblemError(tampered(checked, log));
  if (lines.length < found.length) await log.replace(lines, lease);
  let chained = checked.position;
  let durable = chained;
  const commits = groupCommit(log, lease);
  return {
    async append(...bodies) {
      const at = new Date(clock.now()).toISOString();
      for (const body of bodies) {
        const link = append(chained, body, at);
        commits.add(link.line);
        chained = link.position;
      }
      const reached = chained;
      await commits.commit();
      if (reached.length > durable.length) durable = reached;
    },
    position: () => durable,
  };
}

/** Every event, oldest first, each checked; a broken chain is a ProblemError. */
export async function readLedger(log: Log, anchor: LedgerPosition): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  const lines = wholeLines(await log.readAll(), anchor);
  const checked = verifyFrom(START, lines, anchor, (event) => events.push(event));
  if (!checked.intact) throw new ProblemError(tampered(checked, log));
  return events;
}

/** Is the record intact, from its first line to the anchor and beyond? */
export async function verifyLedger(log: Log, anchor: LedgerPosition): Promise<Verification> {
  return verify(wholeLines(await log.readAll(), anchor), anchor);
}

/** Without a torn last line: an append that a crash cut short, which nobody was told of. */
function wholeLines(lines: readonly string[], anchor: LedgerPosition): readonly string[] {
  const torn = lines.length > anchor.length && !isRecord(parseJson(lines.at(-1) ?? ""));
  return torn ? lines.slice(0, -1) : lines;
}

/** Opening checks the anchor and what follows; all the rest is for `accord verify`. */
function verifyTail(lines: readonly string[], anchor: LedgerPosition): Verification {
  if (anchor.length === 0 || lines.length < anchor.length) return verify(lines, anchor);
  const raw = parseJson(lines[anchor.length - 1] ?? "");
  if (!isRecord(raw) || raw.seq !== anchor.length || raw.hash !== anchor.head) return verify(lines, anchor);
  return verifyFrom(anchor, lines.slice(anchor.length), anchor);
}

/** What a broken ledger means for the user, at its first bad line. */
export function tampered({ line, message }: Extract<Verification, { intact: false }>, { name }: Log): Problem {
  return {
    code: "ledger-broken",
    message: `The ledger is not what was written. ${message}`,
    hint: "Restore it from Git (its history shows who changed it) or a backup, then run accord verify. Nothing is appended to a broken record.",
    source: { file: name, line, column: 1 },
  };
}
