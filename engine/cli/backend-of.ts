/** ⇄ The backend that a stack asks for. All but the default are loaded with the first stack that wants one. */
import type { Stack } from "../config/stack.ts";
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
      throw new Error("The git backend is not part of this build.");
  }
}
