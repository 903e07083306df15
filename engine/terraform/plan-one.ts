/** ⇄ What a plan says of one resource: as configured, and refused where every document would be. */
import { ENVELOPE } from "../config/terraform/envelope.ts";
import type { Attribute, ResourceShape } from "../config/terraform/shape.ts";
import type { Change, Owned, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec } from "../value.ts";
import { changedIn, planned } from "./difference.ts";
import { declaredIn } from "./document.ts";
import { UNKNOWN } from "./dynamic-value.ts";
import { lookAt } from "./one.ts";
import type { Session } from "./session.ts";
import { ownedBefore, type Said, type State, whole } from "./state.ts";

export interface Planning extends Said {
  readonly values: Spec;
  readonly replace: readonly Attribute[];
}

/** `replaced` is the object that goes for this one to come. `session` is absent while the provider's own settings are not known: then nothing is asked of any tenant. */
export async function planOne(
  config: Spec,
  prior: State | null,
  shape: ResourceShape,
  session: Session | undefined,
  replaced?: Owned,
): Promise<Planning> {
  const { attributes } = shape;
  const before = prior?.values ?? {};
  const values: Record<string, Value> = { ...planned(config, before, attributes) };
  // What is only looked at is never changed, whether or not it is known by now what the configuration says.
  const modes = asSpec(asSpec(config[ENVELOPE] ?? {}).manage ?? {});
  for (const { name, field } of attributes) {
    if (modes[field] === "observe" && (before[name] ?? null) !== null) values[name] = before[name] ?? null;
  }
  let changed = changedIn(values, before, attributes);
  const around = JSON.stringify(config[ENVELOPE] ?? null) !== JSON.stringify(before[ENVELOPE] ?? null);
  const settled = prior !== null && changed.length === 0 && !around;
  if (settled || session === undefined)
    return answer(values, config, prior, changed, around, shape, { problems: [], warnings: [] });
  const declared = declaredIn(config, shape, session.config);
  if (declared.resource === undefined) return answer(values, config, prior, changed, around, shape, declared);
  const { change, problems } = await decided(declared.resource, prior, session, replaced);
  const warnings = [...declared.warnings, ...notesOf(change)];
  if (prior !== null && change !== undefined && problems.length === 0) {
    const fields = new Set("fields" in change ? change.fields.map(({ path }) => path[0]) : []);
    const rules = session.catalog.rulesOf(shape.kind).spec.properties;
    for (const { name, field } of changed) {
      // What no vendor holds (the version of a secret) was not compared.
      if (fields.has(field) || rules?.get(field)?.local === true) continue;
      // Equal but for what the vendor ignores: the spelling before stays, and with it the second plan is empty.
      if ((before[name] ?? null) !== null) values[name] = before[name] ?? null;
    }
    changed = changedIn(values, before, attributes);
  }
  return answer(values, config, prior, changed, around, shape, { problems, warnings });
}

function answer(
  values: Spec,
  config: Spec,
  prior: State | null,
  changed: readonly Attribute[],
  around: boolean,
  shape: ResourceShape,
  said: Said,
): Planning {
  const still = prior !== null && changed.length === 0 && !around;
  const replace = prior === null ? [] : changed.filter(({ immutable }) => immutable);
  const outputs = ["id", ...shape.outputs.map(({ name }) => name)].map((name): [string, Value] => {
    if (prior === null) return [name, UNKNOWN];
    // The same object has the same id; what else the vendor says of it may follow from the change.
    return [name, still || name === "id" ? (prior.values[name] ?? null) : UNKNOWN];
  });
  const all = { ...Object.fromEntries(outputs), [ENVELOPE]: config[ENVELOPE] ?? null, ...values };
  return { values: whole(all, shape), replace, problems: said.problems, warnings: said.warnings };
}

/** The engine's own decision; what it has against it becomes an error of the plan. */
async function decided(
  resource: Resource,
  prior: State | null,
  session: Session,
  replaced: Owned | undefined,
): Promise<{ readonly change: Change | undefined; readonly problems: readonly Problem[] }> {
  const { address } = resource;
  const owned = replaced === undefined ? ownedBefore(resource, prior) : { ...replaced, address };
  const anew = replaced === undefined ? [] : [address];
  const { reading, planned: made } = await lookAt(resource, owned, session.shared(), session, anew);
  const change = made.changes.find((one) => one.address === address);
  return { change, problems: [...reading.problems, ...made.problems] };
}

function notesOf(change: Change | undefined): readonly Problem[] {
  if (change === undefined || change.action === "none") return [];
  return change.notes.map((message) => ({ code: "note", message }));
}
