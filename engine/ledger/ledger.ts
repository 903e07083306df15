/** ⇄ The ledger of one stack and environment: appended under a lease, anchored in state. */
import type { Clock } from "../outside.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Lease, Log } from "../state/backend.ts";
import { groupCommit } from "../state/group-commit.ts";
import { isRecord, parseJson } from "../state/shape.ts";
import type { LedgerPosition } from "../state/state.ts";
import { append, START, stepBack, type Verification, verify, verifyFrom } from "./chain.ts";
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
 * What came before the anchor is for `verifyLedger`.
 */
export async function openLedger(
  log: Log,
  anchor: LedgerPosition,
  { lease, clock }: { readonly lease: Lease; readonly clock: Clock },
): Promise<Ledger> {
  const found = await linesBeyond(log, anchor);
  const lines = found === undefined ? undefined : withoutTorn(found);
  const checked = lines === undefined ? await verifyLedger(log, anchor) : verifyFrom(anchor, lines, anchor);
  if (!checked.intact) throw new ProblemError(tampered(checked, log));
  if (lines !== undefined && found !== undefined && lines.length < found.length) {
    await log.replace((await log.readAll()).slice(0, -1), lease);
  }
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

/** Clocks may have been set back by this much between two events, milliseconds. */
const CLOCK_MARGIN = 3_600_000;

/**
 * The events since a moment (epoch milliseconds) and the last one in any case, oldest first; a few older ones may come
 * too. Read and checked back from the anchor, and no further: what it costs does not grow with history. A broken chain is
 * a ProblemError; what is older is for `readLedger` and `verifyLedger`.
 */
export async function readRecent(log: Log, anchor: LedgerPosition, since: number): Promise<readonly LedgerEvent[]> {
  return readBackTo(log, anchor, ({ at }) => Date.parse(at) < since - CLOCK_MARGIN);
}

/** The same back to an event; where there is none, everything. */
export async function readBackTo(
  log: Log,
  anchor: LedgerPosition,
  isEnough: (event: LedgerEvent) => boolean,
): Promise<readonly LedgerEvent[]> {
  const beyond: string[] = [];
  const events: LedgerEvent[] = [];
  let position = anchor;
  let enough = anchor.length === 0;
  for await (const line of linesBack(log)) {
    const step = stepBack(position, line);
    if (step === undefined) {
      // Whatever is wrong there, the walk from the front names it.
      if (events.length > 0) return readLedger(log, anchor);
      beyond.push(line);
      continue;
    }
    events.push(step.event);
    position = step.before;
    enough = isEnough(step.event);
    if (enough) break;
  }
  if (!enough && position.length > 0) return readLedger(log, anchor);
  const later: LedgerEvent[] = [];
  const checked = verifyFrom(anchor, withoutTorn(beyond.reverse()), anchor, (event) => later.push(event));
  return checked.intact ? [...events.reverse(), ...later] : readLedger(log, anchor);
}

/** The lines after the anchor; undefined where it is not in the log. */
async function linesBeyond(log: Log, anchor: LedgerPosition): Promise<readonly string[] | undefined> {
  if (anchor.length === 0) return log.readAll();
  const beyond: string[] = [];
  for await (const line of linesBack(log)) {
    if (stepBack(anchor, line) !== undefined) return beyond.reverse();
    beyond.push(line);
  }
  return undefined;
}

async function* linesBack(log: Log): AsyncIterable<string> {
  const pieces = log.readBack?.() ?? [await log.readAll()];
  for await (const piece of pieces) for (const line of piece.toReversed()) yield line;
}

/** Is the record intact, from its first line to the anchor and beyond? */
export async function verifyLedger(log: Log, anchor: LedgerPosition): Promise<Verification> {
  return verify(wholeLines(await log.readAll(), anchor), anchor);
}

function wholeLines(lines: readonly string[], anchor: LedgerPosition): readonly string[] {
  return lines.length > anchor.length ? withoutTorn(lines) : lines;
}

/** Without a torn last line: an append that a crash cut short, which nobody was told of. */
function withoutTorn(lines: readonly string[]): readonly string[] {
  const last = lines.at(-1);
  return last === undefined || isRecord(parseJson(last)) ? lines : lines.slice(0, -1);
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
