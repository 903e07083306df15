/** One run of one command: its arguments, the world, and a voice. */
import type { Arguments } from "./arguments.ts";
import type { Registry } from "./registry.ts";
import type { Voice } from "./voice.ts";
import type { World } from "./world.ts";

export interface Invocation {
  readonly command: string;
  readonly arguments: Arguments;
  readonly world: World;
  readonly voice: Voice;
  readonly registry: Registry;
  /** Every secret read so far: nothing that is printed may hold one. */
  readonly secrets: Set<string>;
  /** Version of Accord. */
  readonly version: string;
  /** Runs when the command is over, whatever became of it; in the order in which they were asked for. */
  atEnd(work: () => Promise<void>): void;
}
