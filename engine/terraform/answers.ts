/** Values and problems as Terraform's messages. Pure. */
import type { ResourceShape } from "../config/terraform/shape.ts";
import { type Problem, problemsOf } from "../problem.ts";
import { isObject } from "../value.ts";
import { type DynamicValue, decodeValue, encodeValue } from "./dynamic-value.ts";
import { identityOf } from "./identity.ts";
import { decodeMemory, encodeMemory } from "./memory.ts";
import { type Diagnostic, diagnosticOf } from "./places.ts";
import type { Said, State } from "./state.ts";

export type Answer = Readonly<Record<string, unknown>>;

export function stateIn(value: DynamicValue, bytes: Uint8Array): State | null {
  const values = decodeValue(value);
  return isObject(values) ? { values, memory: decodeMemory(bytes) } : null;
}

/** What the fields of an answer are called that holds a state. */
export interface StateFields {
  readonly state: string;
  readonly private: string;
  readonly identity: string;
}

export function stateAnswer(fields: StateFields, state: State | null): Answer {
  if (state === null) return { [fields.state]: encodeValue(null) };
  return {
    [fields.state]: encodeValue(state.values),
    [fields.private]: state.memory === undefined ? new Uint8Array() : encodeMemory(state.memory),
    [fields.identity]: identityOf(state),
  };
}

export function diagnosticsOf({ problems, warnings }: Said, shape: ResourceShape): readonly Diagnostic[] {
  const below = ([first]: readonly string[]) => {
    if (first === "spec") return { steps: [], skip: 1, attributes: shape.attributes };
    return undefined;
  };
  return [
    ...problems.map((problem) => diagnosticOf(problem, below)),
    ...warnings.map((problem) => diagnosticOf(problem, below, "WARNING")),
  ];
}

/** Every error is a diagnostic. */
export async function answered(
  work: () => Promise<Answer>,
  place = (problem: Problem) => diagnosticOf(problem, () => undefined),
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    return { diagnostics: problemsOf(error).map(place) };
  }
}
