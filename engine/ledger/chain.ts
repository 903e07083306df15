/** The hash chain. Pure: lines in, verdict out; anyone can repeat it with SHA-256 and sorted keys. */
import { canonicalJson, digestOf, sha256 } from "../canonical.ts";
import { isRecord, parseJson } from "../state/shape.ts";
import { GENESIS, type LedgerPosition } from "../state/state.ts";
import type { EventBody, LedgerEvent } from "./event.ts";

export const START: LedgerPosition = { head: GENESIS, length: 0 };

/** The line that follows `position`, and the position after it. */
export function append(
  position: LedgerPosition,
  body: EventBody,
  at: string,
): { readonly line: string; readonly position: LedgerPosition } {
  const unsealed = { ...body, seq: position.length + 1, at, prev: position.head };
  const hash = digestOf(unsealed);
  return { line: canonicalJson({ ...unsealed, hash }), position: { head: hash, length: unsealed.seq } };
}

/** Why a line is not the one that was written there. */
export type Tampering =
  | "unreadable"
  | "edited"
  | "cut-front"
  | "missing"
  | "reordered"
  | "duplicate"
  | "inserted"
  | "rewritten"
  | "cut-end";

export type Verification =
  /** `beyond`: events after the anchor, of a run that ended before state was written. */
  | { readonly intact: true; readonly position: LedgerPosition; readonly beyond: number }
  /** `line` counts from 1; for `cut-end` it is the first one that is not there. */
  | { readonly intact: false; readonly line: number; readonly why: Tampering; readonly message: string };

/** Checks every line, and that the chain passes through the anchor that state keeps. */
export function verify(lines: readonly string[], anchor: LedgerPosition = START): Verification {
  return verifyFrom(START, lines, anchor);
}

/** The same for the lines after `from`, which the caller vouches for; `each` gets every sound event on the way. */
export function verifyFrom(
  from: LedgerPosition,
  lines: readonly string[],
  anchor: LedgerPosition,
  each?: (event: LedgerEvent) => void,
): Verification {
  let position = from;
  for (const [index, line] of lines.entries()) {
    const seal = sealOf(line);
    const why = typeof seal === "string" ? seal : misplaced(seal, position, lines, index);
    if (why !== undefined) return broken(position.length + 1, why);
    if (typeof seal !== "string") {
      position = { head: seal.hash, length: seal.seq };
      each?.(seal.event);
    }
    if (position.length === anchor.length && position.head !== anchor.head) return broken(position.length, "rewritten");
  }
  if (position.length < anchor.length) return broken(position.length + 1, "cut-end");
  return { intact: true, position, beyond: position.length - anchor.length };
}

/**
 * The event that a line must hold for the chain to end at `position`, and the position before it; undefined where it is
 * another line. Each event vouches for the one before it, so that a walk back from the anchor may stop anywhere.
 */
export function stepBack(
  position: LedgerPosition,
  line: string,
): { readonly event: LedgerEvent; readonly before: LedgerPosition } | undefined {
  const seal = sealOf(line);
  if (typeof seal === "string" || seal.seq !== position.length || seal.hash !== position.head) return undefined;
  return { event: seal.event, before: { head: seal.prev, length: seal.seq - 1 } };
}

interface Seal {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly event: LedgerEvent;
}

/**
 * A line on its own. What was hashed is its very text without its member `hash`, which is never the last one: a change of
 * a single byte shows, and text that is sound is canonical, since only canonical text was ever hashed. The one thing that
 * the hash cannot vouch for is its own place.
 */
function sealOf(line: string): Seal | "unreadable" | "edited" {
  const raw = parseJson(line);
  if (!isRecord(raw)) return "unreadable";
  const { seq, prev, hash } = raw;
  if (typeof seq !== "number" || typeof prev !== "string" || typeof hash !== "string") return "unreadable";
  const members = Object.keys(raw);
  if (members.some((name, index) => index > 0 && name < (members[index - 1] ?? ""))) return "edited";
  if (sha256(line.replace(`"hash":${JSON.stringify(hash)},`, "")) !== hash) return "edited";
  // Its own hash vouches for the shape: only `append` writes one. Types that this Accord does not know are kept too.
  return { seq, prev, hash, event: raw as unknown as LedgerEvent };
}

/** A sound line in the wrong place: what must have happened for it to stand here. */
function misplaced(seal: Seal, after: LedgerPosition, lines: readonly string[], index: number): Tampering | undefined {
  const expected = after.length + 1;
  if (seal.seq === expected) {
    if (seal.prev === after.head) return undefined;
    // It was sealed behind another line than the one above it.
    return expected === 1 ? "rewritten" : "inserted";
  }
  if (seal.seq < expected) return lines.indexOf(lines[index] ?? "") < index ? "duplicate" : "inserted";
  const later = lines.slice(index + 1).some((line) => seqOf(line) === expected);
  if (later) return "reordered";
  return expected === 1 ? "cut-front" : "missing";
}

function seqOf(line: string): unknown {
  const raw = parseJson(line);
  return isRecord(raw) ? raw.seq : undefined;
}

const MESSAGES: Readonly<Record<Tampering, string>> = {
  unreadable: "is no event",
  edited: "was edited: its hash does not fit its content",
  "cut-front": "should be the first event, but those before it were cut off",
  missing: "does not follow the line above: events between them were taken out",
  reordered: "stands in the wrong order",
  duplicate: "is there a second time",
  inserted: "does not belong there: it was sealed behind another line than the one above it",
  rewritten: "is not the event that state remembers: the ledger was rewritten up to there",
  "cut-end": "is missing: state remembers more events than there are",
};

function broken(line: number, why: Tampering): Verification {
  return { intact: false, line, why, message: `Line ${line} ${MESSAGES[why]}.` };
}
