/** What a command may touch: passed into `main`, so that a whole run is a function. Only `real-world.ts` makes the real one. */
import type { Clock } from "../outside.ts";

export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** One line from the terminal; undefined when there is nobody to ask. `hidden` echoes nothing (secrets). */
  readonly ask?: (question: string, options?: { readonly hidden?: boolean }) => Promise<string>;
  readonly clock: Clock;
  fetch(request: Request): Promise<Response>;
  /** Aborted by Ctrl-C: by the first where nothing is being changed, by the second within a run. */
  readonly signal: AbortSignal;
  /** True after the first Ctrl-C within a run: what is in flight is finished, nothing more is begun. */
  readonly stopping: () => boolean;
  /** Told when a run may begin to change things, and when it is over. */
  readonly running: (now: boolean) => void;
  /** Who runs this, for the ledger: a user at a host, or a CI job. */
  readonly actor: string;
}

export interface Sink {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns?: number;
}
