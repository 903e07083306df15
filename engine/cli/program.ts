/** ⇄ What stack.ts declares. Loaded where there is one: stacks of documents never pay for it. */

import type { Schemas } from "../config/schemas.ts";
import type { Stack } from "../config/stack.ts";
import { type Declared, readTerraform } from "../config/terraform-json.ts";
import { synthesise } from "../config/typescript.ts";
import type { Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Invocation } from "./invocation.ts";

export interface ProgramOptions {
  readonly directory: string;
  readonly stack: Stack;
  readonly schemas: Schemas;
  readonly isRemote: (kind: string) => boolean;
}

export interface ByProgram extends Declared {
  readonly warnings: readonly Problem[];
  /** As it was synthesised. */
  readonly json: Value;
}

export async function declaredByProgram(
  { directory, stack, schemas, isRemote }: ProgramOptions,
  { voice, world }: Invocation,
): Promise<ByProgram> {
  const made = await synthesise({ directory, stack: stack.name, signal: world.signal });
  if (made.printed.trim() !== "") voice.complain(made.printed.trimEnd());
  const problems: Problem[] = [];
  const { json, start, placeOf, warnings } = made;
  const declared = readTerraform(json, { stack, schemas, start, placeOf, isRemote }, problems);
  if (problems.length > 0) throw new ProblemError(problems);
  return { ...declared, warnings, json };
}
