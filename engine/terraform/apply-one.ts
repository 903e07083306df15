/** ⇄ Makes one object what is planned, and proves it. */
import type { StepResult } from "../apply/result.ts";
import type { ResourceShape } from "../config/terraform/shape.ts";
import type { FieldChange, Live, Owned, Resource, Spec } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { declaredIn } from "./document.ts";
import { envelopeKept, spellings, valuesAsSpelt } from "./memory.ts";
import { carryOut, lookAt } from "./one.ts";
import type { Session } from "./session.ts";
import { ownedAs, ownedBefore, type Said, type State, stateOf } from "./state.ts";

export interface Applied extends Said {
  readonly state: State | null;
}

/** Makes the object what is planned, and proves it. Nothing is thrown once a write may have been sent. */
export async function applyOne(
  config: Spec,
  plannedValues: Spec,
  prior: State | null,
  shape: ResourceShape,
  session: Session,
): Promise<Applied> {
  const declared = declaredIn(config, shape, session.config);
  if (declared.resource === undefined) throw new ProblemError(declared.problems);
  const { resource, secrets } = declared;
  const owned = ownedBefore(resource, prior);
  const looked = await lookAt(resource, owned, session.fresh(), session);
  const problems = [...looked.reading.problems, ...looked.planned.problems];
  const change = looked.planned.changes.find((one) => one.address === resource.address);
  if (problems.length > 0 || change === undefined) throw new ProblemError(problems);
  if (change.action === "replace") throw new ProblemError(mustBeReplaced(change.fields, resource));
  const wanted = looked.reading.wanted.get(resource.address) ?? resource.spec;
  const spelt = spellings(config, wanted, shape.attributes);
  if (change.action === "none") {
    const next = restated(resource, wanted, owned, change.before);
    return { state: stateOf(plannedValues, next, spelt, shape), problems: [], warnings: [] };
  }
  const { result, owned: remembered } = await carryOut(change, looked, owned, secrets, session);
  const said = saidOf(result);
  if (remembered === undefined) return { state: prior, ...said };
  if (said.problems.length === 0) return { state: stateOf(plannedValues, remembered, spelt, shape), ...said };
  // What did arrive, so that the next plan shows the rest.
  const arrived = valuesAsSpelt(remembered.applied, shape.attributes, spelt);
  const values = { ...(prior?.values ?? {}), ...arrived, ...envelopeKept(plannedValues) };
  return { state: stateOf(values, remembered, spelt, shape), ...said };
}

function restated(resource: Resource, applied: Spec, owned: Owned | undefined, live: Live | undefined): Owned {
  const id = owned?.id ?? live?.id ?? "";
  const computed = live?.computed ?? owned?.computed;
  return { ...(owned ?? ownedAs(resource, id, applied)), applied, ...(computed === undefined ? {} : { computed }) };
}

/** How a step ended, as Terraform is to be told: what is on its way is no error, and no success without a word. */
export function saidOf({ outcome, problems = [], note, url, address }: StepResult): Said {
  if (outcome === "confirmed") return { problems: [], warnings: problems };
  if (outcome === "awaiting" || outcome === "unconfirmed") {
    const open = {
      code: outcome,
      message: `${address} is ${outcome}: ${note ?? "the vendor has not shown it yet"}.`,
      ...(url === undefined ? {} : { hint: `Open ${url}.` }),
    };
    return problems.length > 0 ? { problems, warnings: [] } : { problems: [], warnings: [open] };
  }
  return {
    problems: problems.length > 0 ? problems : [{ code: outcome, message: `${address}: ${note ?? outcome}.` }],
    warnings: [],
  };
}

function mustBeReplaced(fields: readonly FieldChange[], { address }: Resource): Problem {
  const names = [...new Set(fields.map(({ path }) => String(path[0])))].join(", ");
  return {
    code: "must-be-replaced",
    message: `${address} can only be replaced: ${names} moved since the plan.`,
    hint: "Plan again.",
    address,
  };
}
