/** What a journal says after a crash. Pure: nothing is replayed against a vendor, addresses are read again. */
import type { Address } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { type OwnedChange, replay, type State } from "../state/state.ts";
import { type JournalRecord, type Operation, parseRecord } from "./journal-record.ts";

/** What the journal knows that state may not. */
export interface Recovered {
  /** Of the state that the runs worked on; undefined while the journal is empty. */
  readonly lineage: string | undefined;
  /** Finished steps that no checkpoint covers, oldest first. Replaying them over a newer state changes nothing. */
  readonly covered: readonly OwnedChange[];
  /** Steps whose effect nobody knows, oldest first: read each address before anything is planned for it. */
  readonly open: readonly OpenStep[];
  /** Of the journal, for messages. */
  readonly name?: string;
}

export interface OpenStep {
  readonly run: string;
  readonly step: string;
  readonly address: Address;
  readonly operation: Operation;
  /** ISO time of the first intent: what was made later may be ours. */
  readonly at: string;
  /** Requests that were about to be sent; without a status, or with 0, nobody saw an answer. */
  readonly requests: readonly OpenRequest[];
  /** Ids that the vendor gave. */
  readonly made: readonly string[];
}

export interface OpenRequest {
  readonly method: string;
  readonly path: string;
  readonly key?: string;
  readonly at: string;
  readonly status?: number;
  readonly requestId?: string;
}

/** A torn last line was never acted on and is dropped; a bad line before it is a ProblemError. `name` is the journal's. */
export function recover(lines: readonly string[], name?: string): Recovered {
  return { ...foldLines(lines, name).fold.recovered(), ...(name === undefined ? {} : { name }) };
}

/** State as it was about to be written when the run ended early. Refuses the journal of another state. */
export function recoverState(state: State, recovered: Recovered): State {
  if (recovered.covered.length === 0 || recovered.lineage === state.lineage) return replay(state, recovered.covered);
  throw new ProblemError({
    code: "journal-of-another-state",
    message: `The journal belongs to a state of lineage ${recovered.lineage}; the state here has ${state.lineage}.`,
    hint: "Put the state file back that belongs to the interrupted run. Without it, move the journal away, then run accord drift and import what it shows.",
    ...(recovered.name === undefined ? {} : { source: { file: recovered.name, line: 1, column: 1 } }),
  });
}

export interface JournalFold {
  add(record: JournalRecord): void;
  /** Number of the last line. */
  last(): number;
  recovered(): Recovered;
}

/** `whole` is how many lines count: all, or all but a torn last one. */
export function foldLines(
  lines: readonly string[],
  name?: string,
): { readonly fold: JournalFold; readonly whole: number } {
  const fold = journalFold();
  for (const [index, line] of lines.entries()) {
    const record = parseRecord(line);
    if (record === undefined && index === lines.length - 1) return { fold, whole: index };
    if (record === undefined || !follows(record, fold.last())) throw damaged(index + 1, name);
    fold.add(record);
  }
  return { fold, whole: lines.length };
}

/** The journal's meaning, line by line: the same for a running journal and for one that is found. */
export function journalFold(): JournalFold {
  let lineage: string | undefined;
  let run = "";
  let last = 0;
  const covered = new Map<Address, { readonly n: number; readonly change: OwnedChange }>();
  const steps = new Map<string, Step>();
  const intents = new Map<number, MutableRequest>();

  const stepOf = (record: Extract<JournalRecord, { type: "intent" | "made" }>): Step => {
    const key = `${run} ${record.step} ${record.address}`;
    const { step, address, operation, at } = record;
    const known = steps.get(key) ?? { run, step, address, operation, at, requests: [], made: [] };
    steps.set(key, known);
    return known;
  };
  const close = (address: Address): void => {
    for (const [key, step] of steps) if (step.address === address) steps.delete(key);
  };

  return {
    add(record) {
      last = record.n;
      switch (record.type) {
        case "run":
          ({ lineage, run } = record);
          intents.clear();
          return;
        case "intent": {
          const { method, path, key, at } = record;
          const request = { method, path, at, ...(key === undefined ? {} : { key }) };
          stepOf(record).requests.push(request);
          intents.set(record.n, request);
          return;
        }
        case "outcome": {
          const request = intents.get(record.of);
          if (request === undefined) return;
          request.status = record.status;
          if (record.requestId !== undefined) request.requestId = record.requestId;
          intents.delete(record.of);
          return;
        }
        case "made":
          stepOf(record).made.push(record.id);
          return;
        case "step":
          close(record.address);
          if (!("unchanged" in record)) {
            const { n, address } = record;
            covered.delete(address);
            covered.set(address, {
              n,
              change: "owned" in record ? { address, owned: record.owned } : { address, removed: true },
            });
          }
          return;
        case "checkpoint":
          for (const [address, { n }] of covered) if (n <= record.upTo) covered.delete(address);
      }
    },
    last: () => last,
    recovered: () => ({
      lineage,
      covered: [...covered.values()].map(({ change }) => change),
      open: [...steps.values()].filter(isOpen).map((step) => structuredClone(step)),
    }),
  };
}

type MutableRequest = { -readonly [key in keyof OpenRequest]: OpenRequest[key] };

interface Step extends Omit<OpenStep, "requests" | "made"> {
  readonly requests: MutableRequest[];
  readonly made: string[];
}

/** A step that the vendor refused, request by request, did nothing. */
function isOpen(step: Step): boolean {
  return step.made.length > 0 || step.requests.some((request) => !wasRefused(request.status));
}

/** 408 comes from the middle of the way: the request may have arrived. */
function wasRefused(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}

function follows(record: JournalRecord, last: number): boolean {
  return last === 0 || record.n === last + 1;
}

function damaged(line: number, name: string | undefined): ProblemError {
  return new ProblemError({
    code: "journal-damaged",
    message: `The journal cannot be read at line ${line}: a line is damaged or missing.`,
    hint: "Nothing was changed. Put the file back from a backup; without one, move it away, then run accord drift and import what it shows.",
    ...(name === undefined ? {} : { source: { file: name, line, column: 1 } }),
  });
}
