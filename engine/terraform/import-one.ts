/** ⇄ Everything that is to be seen of one object, by the vendor's id. */
import type { Attribute, ResourceShape } from "../config/terraform/shape.ts";
import type { Live, Owned, Spec } from "../model.ts";
import { providerOf, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { isObject } from "../value.ts";
import { rememberedAs } from "./document.ts";
import { valuesAsSpelt } from "./memory.ts";
import type { Session } from "./session.ts";
import { notConfigured, ownedAs, type State, stateOf } from "./state.ts";

export async function importOne(id: string, shape: ResourceShape, session: Session): Promise<State> {
  const { kind, attributes } = shape;
  const target = session.shared().get(providerOf(kind));
  const facts = session.catalog.factsOf(kind);
  const fields = [...(session.catalog.rulesOf(kind).spec.properties?.keys() ?? [])];
  if (target === undefined) throw new ProblemError(notConfigured(kind));
  if (facts.can.get) {
    for await (const live of target.view.get(shortKind(kind), [{ id, fields, known: [] }])) {
      if (live.id !== id || "gone" in live) continue;
      const spec = importable(live, attributes);
      const resource = rememberedAs(spec, {}, kind, session.config);
      const owned: Owned = {
        ...ownedAs(resource, id, spec),
        ...(live.computed === undefined ? {} : { computed: live.computed }),
        people: live.people ?? {},
      };
      return stateOf(valuesAsSpelt(spec, attributes, {}), owned, {}, shape);
    }
  }
  throw new ProblemError({
    code: "not-found",
    message: facts.can.get ? `There is no ${kind} with the id ${id}.` : `${kind} has no object to read by id.`,
    hint: "Ids are the vendor's own; the object's page in its console shows it.",
  });
}

/** Secrets that are in use are never shown, and so not imported. */
function importable(live: Live, attributes: readonly Attribute[]): Spec {
  const names = new Map(attributes.map((one) => [one.field, one]));
  return Object.fromEntries(
    Object.entries(live.spec).filter(
      ([field, value]) =>
        value !== null &&
        names.has(field) &&
        names.get(field)?.secret !== true &&
        !(isObject(value) && Object.keys(value).length === 0),
    ),
  );
}
