/** ⇄ The backend that a stack asks for. All but the default are loaded with the first stack that wants one. */
import { resolveSettings, type SecretSource } from "../config/secrets.ts";
import { sourceAt } from "../config/source-at.ts";
import type { Stack } from "../config/stack.ts";
import type { GitSetting, PostgresSetting } from "../config/state-setting.ts";
import { ProblemError } from "../problem.ts";
import { absentBackend } from "../state/absent.ts";
import type { StateBackend } from "../state/backend.ts";
import { fileBackend } from "../state/file.ts";
import type { Invocation } from "./invocation.ts";
import { placed } from "./located.ts";

export interface BackendOptions {
  readonly stack: Stack;
  readonly environment: string;
  /** The stack's, absolute. */
  readonly directory: string;
  /** `<directory>/.accord/<environment>`. */
  readonly stateDirectory: string;
  readonly sandboxed: boolean;
  readonly settingsSource: SecretSource;
  readonly invocation: Invocation;
}

export async function backendOf(options: BackendOptions): Promise<StateBackend> {
  const { stack, environment, stateDirectory, sandboxed, invocation } = options;
  const { clock } = invocation.world;
  // Emulated tenants are this machine's alone, and so is what is remembered of them.
  const setting = sandboxed ? { backend: "file" as const } : stack.state;
  switch (setting.backend) {
    case "file":
      return fileBackend({ directory: stateDirectory, stack: stack.name, environment, clock });
    case "git":
      return gitBackendOf(setting, options);
    case "postgres":
      return postgresBackendOf(setting, options);
  }
}

async function gitBackendOf({ backend: _, ...setting }: GitSetting, options: BackendOptions): Promise<StateBackend> {
  const { gitBackend } = await import("../state/git.ts");
  const { stack, environment, directory, stateDirectory, invocation } = options;
  const { actor, env, clock, signal } = invocation.world;
  const cache = `${stateDirectory}/cache/state.git`;
  return gitBackend({ ...setting, directory, cache, stack: stack.name, environment, actor, env, clock, signal });
}

/** Closed with the command. Its URL may be missing or wrong where nobody asks for state: `validate` needs none. */
async function postgresBackendOf({ url, schema }: PostgresSetting, options: BackendOptions): Promise<StateBackend> {
  const { stack, environment, settingsSource, invocation } = options;
  const { sources } = stack;
  try {
    const given = await resolveSettings({ url }, settingsSource, { path: ["state"], sources });
    const address = String(given.url);
    invocation.secrets.add(address);
    const { postgresBackend } = await import("../state/postgres.ts");
    const { clock } = invocation.world;
    const backend = postgresBackend({ url: address, schema, stack: stack.name, environment, clock });
    invocation.atEnd(backend.close);
    return backend;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const source = sourceAt(sources, ["state", "url"]);
    const problems = source === undefined ? error.problems : placed(error.problems, source);
    return absentBackend(`PostgreSQL (schema ${schema})`, new ProblemError(problems, { cause: error }));
  }
}
