/** ⇄ `state.json`: replaced whole, the version before it kept as `state.json.backup`. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Lease, StateStore } from "./backend.ts";
import { type Files, onDisk, replaceFile, sweep } from "./files.ts";
import { decodeBytes, encodeState } from "./format.ts";
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
    const state = decodeBytes(content, expected);
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
