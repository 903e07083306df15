/** The lines of the journal. Bodies and query values are never among them. */
import type { Address, Owned } from "../model.ts";
import { ownedDefect } from "../state/format.ts";
import { type Check, isRecord, oneOf, parseJson, shape, text, whole } from "../state/shape.ts";

/** What a step does to the vendor, as far as recovery must know. */
export type Operation = "create" | "update" | "delete" | "disable" | "action";

/** One step of a run, as the journal tells it apart. */
export interface JournalStep {
  readonly id: string;
  readonly address: Address;
  readonly operation: Operation;
  /** Natural key of what it writes, as recovery finds it again. */
  readonly key?: string;
}

interface Numbered {
  /** Grows by one with every line of the journal. */
  readonly n: number;
}

interface OfStep extends Numbered {
  readonly step: string;
  readonly address: Address;
}

/** A run began under this lease, on a state of this lineage. */
export interface RunRecord extends Numbered {
  readonly type: "run";
  readonly run: string;
  readonly plan: string;
  readonly lineage: string;
  readonly token: number;
  readonly at: string;
}

/** A mutating request is about to be sent. */
export interface IntentRecord extends OfStep {
  readonly type: "intent";
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly key?: string;
  readonly at: string;
}

/** What came back for intent `of`; 0: nothing did. */
export interface OutcomeRecord extends Numbered {
  readonly type: "outcome";
  readonly of: number;
  readonly status: number;
  readonly requestId?: string;
}

/** The vendor named the new object. */
export interface MadeRecord extends OfStep {
  readonly type: "made";
  readonly operation: Operation;
  readonly id: string;
  readonly at: string;
}

/** The step is over: what state should hold from now on, or that it changes nothing. */
export type StepRecord = OfStep & { readonly type: "step" } & (
    | { readonly owned: Owned }
    | { readonly removed: true }
    | { readonly unchanged: true }
  );

/** State with this serial was written and holds every step up to line `upTo`. */
export interface CheckpointRecord extends Numbered {
  readonly type: "checkpoint";
  readonly serial: number;
  readonly upTo: number;
}

export type JournalRecord = RunRecord | IntentRecord | OutcomeRecord | MadeRecord | StepRecord | CheckpointRecord;

/** Undefined where the line is none of the journal's. */
export function parseRecord(line: string): JournalRecord | undefined {
  const raw = parseJson(line);
  if (!isRecord(raw) || typeof raw.type !== "string" || !Object.hasOwn(SHAPES, raw.type)) return undefined;
  return SHAPES[raw.type]?.(raw) === undefined ? (raw as unknown as JournalRecord) : undefined;
}

const OPERATION = oneOf("create", "update", "delete", "disable", "action");
const OF_STEP = { n: whole, step: text, address: text };
const TRUE: Check = (value) => (value === true ? undefined : " is not true");

const STEP = shape(OF_STEP, { owned: ownedDefect, removed: TRUE, unchanged: TRUE });

const SHAPES: Readonly<Record<string, Check>> = {
  run: shape({ n: whole, run: text, plan: text, lineage: text, token: whole, at: text }),
  intent: shape({ ...OF_STEP, operation: OPERATION, method: text, path: text, at: text }, { key: text }),
  outcome: shape({ n: whole, of: whole, status: whole }, { requestId: text }),
  made: shape({ ...OF_STEP, operation: OPERATION, id: text, at: text }),
  step: (value) => {
    const defect = STEP(value);
    if (defect !== undefined || !isRecord(value)) return defect;
    const ends = ["owned", "removed", "unchanged"].filter((end) => value[end] !== undefined);
    return ends.length === 1 ? undefined : " does not say how the step ended";
  },
  checkpoint: shape({ n: whole, serial: whole, upTo: whole }),
};
