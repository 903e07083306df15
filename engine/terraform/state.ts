/** What Terraform keeps of one resource: its attributes, all of them, and our memory of it. Pure. */
import { ENVELOPE } from "../config/terraform/envelope.ts";
import type { ResourceShape } from "../config/terraform/shape.ts";
import type { Owned, Resource, Spec } from "../model.ts";
import { providerOf } from "../plan/tenants.ts";
import type { Problem } from "../problem.ts";
import { hasUnknown } from "../value.ts";
import { type Memory, outputValues } from "./memory.ts";
import { wholeValues } from "./wire-schema.ts";

/** Attributes and what is kept beside them. */
export interface State {
  readonly values: Spec;
  readonly memory: Memory | undefined;
}

export interface Said {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Every attribute that the resource has, null where nothing is said. */
export function whole(values: Spec, { attributes, outputs }: ResourceShape): Spec {
  const own = Object.fromEntries(
    ["id", ENVELOPE, ...outputs.map(({ name }) => name)].map((name) => [name, values[name] ?? null]),
  );
  return { ...own, ...wholeValues(values, attributes) };
}

/** `values` with what the vendor says of the object. */
export function stateOf(values: Spec, owned: Owned, spelt: Memory["spelt"], shape: ResourceShape): State {
  const outputs = outputValues(shape, owned.id, owned.computed);
  return { values: whole({ ...known(values), ...outputs }, shape), memory: { owned, spelt } };
}

function known(values: Spec): Spec {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hasUnknown(value) ? null : value]));
}

/** What is owned by nothing but an id: taken over, or its memory was lost. */
export function ownedAs(resource: Resource, id: string, applied: Spec): Owned {
  const { address, kind } = resource;
  return { address, kind, id, applied, people: {}, secrets: {}, protect: false, origin: "adopted", dependsOn: [] };
}

/** What state and memory say of the object before the change. */
export function ownedBefore(resource: Resource, prior: State | null): Owned | undefined {
  if (prior === null) return undefined;
  const { address } = resource;
  const id = String(prior.values.id);
  return { ...(prior.memory?.owned ?? ownedAs(resource, id, resource.spec)), id, address };
}

export function notConfigured(kind: string): Problem {
  const name = providerOf(kind);
  return {
    code: "not-configured",
    message: `The provider block says nothing of ${name}.`,
    hint: `Add it: provider "accord" { ${name} = { … } }.`,
  };
}
