/** State as text: stable, so that Git shows what changed and nothing else. */
import { compareText } from "../address.ts";
import type { Source } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { anything, type Check, each, flag, isRecord, list, oneOf, parseJson, shape, text, whole } from "./shape.ts";
import { STATE_VERSION, type State } from "./state.ts";

/** Where content comes from. */
export interface Place {
  /** How messages call it. */
  readonly where: string;
  /** How to bring a damaged one back, where it is no file. */
  readonly restore?: string;
}

/** What the reader is looking for. */
export interface Expected extends Place {
  readonly stack: string;
  readonly environment: string;
}

/** Version that it reads → the content one version later. */
export type Migrations = Readonly<
  Record<number, (older: Readonly<Record<string, unknown>>) => Record<string, unknown>>
>;

/** One entry per format that was ever released and is no longer written. */
const MIGRATIONS: Migrations = {};

/** The head in a fixed order for readers, everything below it sorted; ends in a line break. */
export function encodeState(state: State): string {
  const { version, stack, environment, lineage, serial, moved, ledger, tenants } = state;
  const resources = [...state.resources].sort((a, b) => compareText(a.address, b.address));
  const body = { ledger: sorted(ledger), tenants: sorted(tenants), resources: sorted(resources) };
  return `${JSON.stringify({ version, stack, environment, lineage, serial, moved, ...body }, null, 2)}\n`;
}

/** The same from bytes. Those that are no UTF-8 are damage; replacing them would alter a value without a word. */
export function decodeBytes(content: Buffer, expected: Expected): State {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new ProblemError(damaged("it is not UTF-8", expected), { cause });
  }
  return decodeState(text, expected);
}

/** Throws ProblemError for everything that is not this stack's state, whole. */
export function decodeState(content: string, expected: Expected): State {
  const raw = parseJson(content);
  if (!isRecord(raw)) throw new ProblemError(unreadable(content, expected));
  const current: unknown = migrate(raw, MIGRATIONS, STATE_VERSION, expected);
  const defect = STATE(current);
  if (defect !== undefined) throw new ProblemError(damaged(defect.replace(/^[. ]/, ""), expected));
  const state = current as State;
  for (const name of ["stack", "environment"] as const) {
    if (state[name] !== expected[name]) {
      throw new ProblemError({
        code: "state-of-another-stack",
        message: `The state in ${expected.where} belongs to ${name} "${state[name]}", not to "${expected[name]}".`,
        hint: "Check the directory and --env. A stack that was renamed goes on with its state once the name in it is edited.",
        source: placeIn(content, new RegExp(`^  "${name}":`, "m"), expected.where),
      });
    }
  }
  return state;
}

/** Brings older content forward, one version at a time; refuses newer. */
export function migrate(
  raw: Readonly<Record<string, unknown>>,
  migrations: Migrations,
  current: number,
  place: Place,
): Readonly<Record<string, unknown>> {
  const { version } = raw;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) {
    throw new ProblemError(damaged('"version" is missing or no version', place));
  }
  if (version > current) {
    throw new ProblemError({
      code: "state-newer",
      message: `The state in ${place.where} was written by a newer Accord (format ${version}; this one knows ${current}).`,
      hint: "Update Accord to the version that your colleagues or CI use.",
      source: { file: place.where, line: 1, column: 1 },
    });
  }
  let content = raw;
  for (let from = version; from < current; from += 1) {
    const step = migrations[from];
    if (step === undefined) throw new ProblemError(damaged(`"version" ${from} was never released`, place));
    content = { ...step(content), version: from + 1 };
  }
  return content;
}

/** What is wrong with a value that should be an Owned; the journal's entries hold the same. */
export const ownedDefect: Check = shape(
  {
    address: text,
    kind: text,
    id: text,
    applied: each(anything),
    people: each(text),
    secrets: each(shape({}, { digest: text, version: text })),
    protect: flag,
    origin: oneOf("created", "adopted"),
    dependsOn: list(text),
  },
  {
    computed: each(anything),
    onRemoval: oneOf("delete", "disable", "forget"),
    shownBy: text,
    uncertainSince: text,
    converging: list(
      shape({ change: shape({ op: oneOf("add", "remove", "set"), path: list(anything) }), until: text }),
    ),
  },
);

const STATE: Check = shape(
  {
    lineage: text,
    serial: whole,
    stack: text,
    environment: text,
    tenants: each(shape({ id: text, host: text })),
    resources: list(ownedDefect),
    ledger: shape({ head: text, length: whole }),
  },
  { moved: whole },
);

function unreadable(content: string, place: Place): Problem {
  const { where } = place;
  if (content.trim() === "") return damaged("it is empty", place);
  const marker = /^(<{7}|={7}|>{7})(?: |$)/m;
  if (marker.test(content)) {
    return {
      code: "state-unreadable",
      message: `The state in ${where} holds conflict markers of a Git merge.`,
      hint: "Take one side whole (git checkout --theirs or --ours), then run accord plan: live is what counts.",
      source: placeIn(content, marker, where),
    };
  }
  return damaged("it ends early or is not JSON", place);
}

/** Where the file backend has the version before. */
const FILE =
  "Restore it from Git or from state.json.backup beside it. Without either, move it away and run accord state rebuild.";

function damaged(what: string, { where, restore = FILE }: Place): Problem {
  return {
    code: "state-unreadable",
    message: `The state in ${where} cannot be read: ${what}.`,
    hint: restore,
    source: { file: where, line: 1, column: 1 },
  };
}

/** Where a pattern first matches; the beginning where it does not. */
function placeIn(content: string, pattern: RegExp, file: string): Source {
  const before = content.slice(0, Math.max(0, content.search(pattern)));
  return { file, line: before.split("\n").length, column: 1 };
}

/** A copy with the keys of every object sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
