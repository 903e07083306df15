/** The records that leases are made of. A backend supplies the three operations; `lease.ts` is the rest. */
import type { Owner } from "./backend.ts";
import { type Check, flag, parseJson, shape, text, whole } from "./shape.ts";

/**
 * Numbered records; the one with the largest number counts. A number is claimed once and never given to another, so it
 * serves as the fencing token, and a takeover never touches what the holder before it writes.
 *
 *   1 released   2 released   3 held, silent   4 held     ← newest; 3 finds out when it looks, or by its own clock
 */
export interface Locks {
  newest(): Promise<NumberedLock | undefined>;
  /** Makes the record, whole and at once; false where the number is taken. */
  claim(token: number, record: LockRecord): Promise<boolean>;
  /** Overwrites a record of one's own: heartbeat and release. */
  update(token: number, record: LockRecord): Promise<void>;
}

export interface NumberedLock {
  readonly token: number;
  /** As stored: whoever waits sees a heartbeat as a change of it. */
  readonly content: string;
}

export interface LockRecord {
  readonly owner: Owner;
  /** ISO time; for people only, nobody computes with another machine's clock. */
  readonly since: string;
  readonly duration: number;
  readonly callTimeout: number;
  readonly beat: number;
  readonly released: boolean;
}

export function encodeLock(record: LockRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Undefined for a damaged record: it is held, by somebody unknown. */
export function decodeLock(content: string): LockRecord | undefined {
  const raw = parseJson(content);
  return LOCK(raw) === undefined ? (raw as LockRecord) : undefined;
}

const LOCK: Check = shape({
  owner: shape(
    { user: text, host: text, pid: whole, command: text },
    { boot: text, pidNamespace: text, started: text },
  ),
  since: text,
  duration: whole,
  callTimeout: whole,
  beat: whole,
  released: flag,
});
