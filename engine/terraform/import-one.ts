/** ⇄ Everything that is to be seen of one object, by the vendor's id. */
import { ENVELOPE, ENVELOPE_ATTRIBUTES } from "../config/terraform/envelope.ts";
import { readImportId } from "../config/terraform/import-id.ts";
import type { Attribute, ResourceShape } from "../config/terraform/shape.ts";
import { specOf, valuesOf } from "../config/terraform/values.ts";
import type { Live, Owned, Spec } from "../model.ts";
import { providerOf, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { asSpec, isObject } from "../value.ts";
import { rememberedAs } from "./document.ts";
import { valuesAsSpelt } from "./memory.ts";
import type { Session } from "./session.ts";
import { notConfigured, ownedAs, type State, stateOf } from "./state.ts";
import { wholeValues } from "./wire-schema.ts";

export async function importOne(text: string, shape: ResourceShape, session: Session): Promise<State> {
  const { kind, attributes } = shape;
  const { properties } = session.catalog.rulesOf(kind).spec;
  const facts = session.catalog.factsOf(kind);
  const remote = facts.can.get || facts.can.list;
  const told = attributes.filter(({ field, secret }) => !secret && (!remote || properties?.get(field)?.local === true));
  const { id, attributes: given } = readImportId(
    text,
    told.map(({ name }) => name),
  );
  const around = wholeValues(asSpec(given[ENVELOPE] ?? {}), ENVELOPE_ATTRIBUTES);
  const beside = ENVELOPE in given ? { [ENVELOPE]: around } : {};
  if (!remote) {
    // What exists in state only is what it is said to be.
    const spec = specOf(given, attributes);
    const owned = ownedAs(rememberedAs(spec, beside, kind, session.config), id, spec);
    return stateOf({ ...valuesOf(spec, attributes), ...beside }, owned, {}, shape);
  }
  const target = session.shared().get(providerOf(kind));
  const fields = [...(session.catalog.rulesOf(kind).spec.properties?.keys() ?? [])];
  if (target === undefined) throw new ProblemError(notConfigured(kind));
  const wanted = [{ id, fields, known: [] }];
  const lives = facts.can.get
    ? target.view.get(shortKind(kind), wanted)
    : target.view.list(shortKind(kind), { objects: wanted, everything: true });
  for await (const live of lives) {
    if (live.id === id && !("gone" in live)) return importedState(live, shape, session, specOf(given, told), beside);
  }
  throw new ProblemError({
    code: "not-found",
    message: `There is no ${kind} with the id ${id}.`,
    hint: "Ids are the vendor's own; the object's page in its console shows it.",
  });
}

/** An object as it is live, with `given` fields that no vendor tells, and the envelope in `beside`. */
export function importedState(
  live: Live,
  shape: ResourceShape,
  session: Session,
  given: Spec = {},
  beside = {},
): State {
  const { kind, attributes } = shape;
  const spec = { ...importable(live, attributes), ...given };
  const resource = rememberedAs(spec, beside, kind, session.config);
  const owned: Owned = {
    ...ownedAs(resource, live.id, spec),
    ...(live.computed === undefined ? {} : { computed: live.computed }),
    people: live.people ?? {},
  };
  return stateOf({ ...valuesAsSpelt(spec, attributes, {}), ...beside }, owned, {}, shape);
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
