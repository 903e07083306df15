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
  /** Version of Accord. */
  readonly version: string;
}
