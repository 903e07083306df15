/** ⇄ The end of one object, in the way that its kind or its `on_removal` says. */
import { ENVELOPE } from "../config/terraform/envelope.ts";
import type { ResourceShape } from "../config/terraform/shape.ts";
import { specOf } from "../config/terraform/values.ts";
import type { Owned } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { asSpec } from "../value.ts";
import { type Applied, saidOf } from "./apply-one.ts";
import { rememberedAs } from "./document.ts";
import { carryOut, lookAt } from "./one.ts";
import type { Session } from "./session.ts";
import { ownedAs, type Said, type State } from "./state.ts";

/** Ends the object, in the way that its kind or its `on_removal` says. */
export async function endOne(prior: State, shape: ResourceShape, session: Session): Promise<Applied> {
  const { owned, change, looked, problems } = await endingOf(prior, shape, session, true);
  if (problems.length > 0) throw new ProblemError(problems);
  if (change === undefined) return { state: null, problems: [], warnings: [] };
  const { result } = await carryOut(change, looked, owned, new Map(), session);
  const said = saidOf(result);
  return { state: said.problems.length === 0 ? null : prior, ...said };
}

/** What destroying it would be: said with the plan, where the object stays live. */
export async function planEnd(prior: State, shape: ResourceShape, session: Session): Promise<Said> {
  const { change, problems, owned } = await endingOf(prior, shape, session, false);
  const stays = change?.action === "forget" || (change?.action === "delete" && change.how === "disable");
  const message = `${owned.address} ${change?.action === "forget" ? "is forgotten and stays live" : "is disabled, not deleted"}.`;
  return {
    problems,
    warnings: stays
      ? [{ code: "stays-live", message, hint: "accord = { on_removal = … } says what destroying does." }]
      : [],
  };
}

async function endingOf({ values, memory }: State, shape: ResourceShape, session: Session, fresh: boolean) {
  const applied = memory?.owned.applied ?? specOf(values, shape.attributes);
  const resource = rememberedAs(applied, values, shape.kind, session.config);
  const said = asSpec(values[ENVELOPE] ?? null).on_removal;
  const how = said === "delete" || said === "disable" || said === "forget" ? ({ onRemoval: said } as const) : {};
  const id = String(values.id);
  const owned: Owned = { ...(memory?.owned ?? ownedAs(resource, id, applied)), id, address: resource.address, ...how };
  const looked = await lookAt(undefined, owned, fresh ? session.fresh() : session.shared(), session);
  const change = looked.planned.changes.find((one) => one.address === owned.address);
  return { owned, looked, change, problems: [...looked.reading.problems, ...looked.planned.problems] };
}
