/** ⇄ The backend that a stack asks for. All but the default are loaded with the first stack that wants one. */

import type { Stack } from "../config/stack.ts";
import type { GitSetting } from "../config/state-setting.ts";
import type { StateBackend } from "../state/backend.ts";
import { fileBackend } from "../state/file.ts";
import type { World } from "./world.ts";

export interface BackendOptions {
  readonly stack: Stack;
  readonly environment: string;
  /** The stack's, absolute. */
  readonly directory: string;
  /** `<directory>/.accord/<environment>`. */
  readonly stateDirectory: string;
  readonly sandboxed: boolean;
  readonly world: World;
}

export async function backendOf(options: BackendOptions): Promise<StateBackend> {
  const { stack, environment, stateDirectory, sandboxed, world } = options;
  // Emulated tenants are this machine's alone, and so is what is remembered of them.
  const setting = sandboxed ? { backend: "file" as const } : stack.state;
  switch (setting.backend) {
    case "file":
      return fileBackend({ directory: stateDirectory, stack: stack.name, environment, clock: world.clock });
    case "git":
      return gitBackendOf(setting, options);
  }
}

async function gitBackendOf({ backend: _, ...setting }: GitSetting, options: BackendOptions): Promise<StateBackend> {
  const { gitBackend } = await import("../state/git.ts");
  const { stack, environment, directory, stateDirectory, world } = options;
  const { actor, env, clock, signal } = world;
  const cache = `${stateDirectory}/cache/state.git`;
  return gitBackend({ ...setting, directory, cache, stack: stack.name, environment, actor, env, clock, signal });
}
