/** ⇄ `state.json`: replaced whole, the version before it kept as `state.json.backup`. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { ProblemError } from "../problem.ts";
import type { Lease, StateStore } from "./backend.ts";
import { type Files, onDisk, replaceFile, sweep } from "./files.ts";
import { decodeState, encodeState } from "./format.ts";
import type { State } from "./state.ts";
import { refuseMoved } from "./swap.ts";

export interface FileState {
  readonly path: string;
  readonly stack: string;
  readonly environment: string;
  readonly files: Files;
  /** Throws unless the lease is the newest. */
  fence(lease: Lease): Promise<void>;
}

export function fileState(options: FileState): StateStore {
  const { path, files } = options;
  const expected = { stack: options.stack, environment: options.environment, where: path };
  /** What the bytes last seen mean, so that a run decodes them once and not at every checkpoint. */
  let known: Known | undefined;

  const look = async (): Promise<{ readonly content: Buffer; readonly digest: string } | undefined> => {
    const content = await onDisk(`Reading ${path}`, () => files.read(path));
    return content === undefined ? undefined : { content, digest: sha256(content) };
  };
  const decode = (content: Buffer, digest: string): State => {
    const state = decodeState(utf8(content, path), expected);
    known = { digest, lineage: state.lineage, serial: state.serial };
    return state;
  };

  return {
    async read() {
      const found = await look();
      return found && { state: decode(found.content, found.digest), digest: found.digest };
    },
    async write(state, expectedSerial, lease) {
      await options.fence(lease);
      const found = await look();
      const stored = found && (known?.digest === found.digest ? known : decode(found.content, found.digest));
      refuseMoved(stored, state, expectedSerial, path);
      const content = encodeState(state);
      await onDisk(`Writing ${path}`, async () => {
        await files.makeDirectory(dirname(path));
        await sweep(files, path);
        // Again: encoding and sweeping took time, and from here on it is a rename.
        await options.fence(lease);
        await replaceFile(files, path, content, `${path}.backup`);
      });
      known = { digest: sha256(content), lineage: state.lineage, serial: state.serial };
    },
  };
}

interface Known {
  readonly digest: string;
  readonly lineage: string;
  readonly serial: number;
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Bytes that are no UTF-8 are damage; replacing them would alter a value without a word. */
function utf8(content: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    const problem = {
      code: "state-unreadable",
      message: `The state in ${path} cannot be read: it is not UTF-8.`,
      hint: "Restore it from Git or from state.json.backup beside it. Without either, move it away and run accord state rebuild.",
      source: { file: path, line: 1, column: 1 },
    };
    throw new ProblemError(problem, { cause });
  }
}
