/** ⇄ What a refresh shows of one resource: where it drifted from what was applied, in the words of the configuration. */
import type { ResourceShape } from "../config/terraform/shape.ts";
import { specOf } from "../config/terraform/values.ts";
import { applyFields, invertField } from "../diff/fields.ts";
import type { Owned } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { rememberedAs } from "./document.ts";
import { outputValues, valuesAsSpelt } from "./memory.ts";
import { lookAt } from "./one.ts";
import { type Session, unjudging } from "./session.ts";
import { ownedAs, type State, whole } from "./state.ts";

/** As live now, in the words of the configuration; null where it is provably gone. */
export async function readOne(state: State, shape: ResourceShape, session: Session): Promise<State | null> {
  const { values, memory } = state;
  const { kind, attributes } = shape;
  const applied = memory?.owned.applied ?? specOf(values, attributes);
  const resource = rememberedAs(applied, values, kind, session.config);
  const id = String(values.id);
  const owned: Owned = { ...(memory?.owned ?? ownedAs(resource, id, applied)), id, address: resource.address };
  const { reading, planned: decided } = await lookAt(resource, owned, unjudging(session.shared()), session);
  const found = reading.found.get(resource.address);
  if (found === undefined) throw new ProblemError(reading.problems);
  if (
    found.state === "gone" ||
    found.state === "absent" ||
    (found.state === "present" && found.insteadOf !== undefined)
  )
    return null;
  const change = decided.changes.find((one) => one.address === resource.address);
  // Blank answers, another tool's mark: nothing is concluded from such a read.
  if (change === undefined) throw new ProblemError(decided.problems);
  const drift = "fields" in change ? change.fields.map(invertField) : [];
  const rules = session.catalog.rulesOf(kind).spec;
  const now = applyFields(applied, drift, rules);
  const touched = new Set(drift.map(({ path }) => path[0]));
  const seen = Object.fromEntries(Object.entries(now).filter(([field]) => touched.has(field)));
  const next = {
    ...values,
    ...outputValues(shape, found.live.id, found.live.computed),
    ...valuesAsSpelt(seen, attributes, memory?.spelt ?? {}),
  };
  const kept: Owned = { ...owned, ...(found.live.computed === undefined ? {} : { computed: found.live.computed }) };
  return {
    values: whole(next, shape),
    memory: {
      owned: { ...kept, applied: memory === undefined ? (reading.wanted.get(resource.address) ?? applied) : applied },
      spelt: memory?.spelt ?? {},
    },
  };
}
