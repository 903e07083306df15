/**
 * Whom changed rules take in and let go, as links of the access graph: what a rule gives leads on to whatever that one
 * gives. Pure.
 */
import type { Address, Edge, Mover, PopulationChange } from "../model.ts";
import type { AccessObject, InstanceFor } from "./access.ts";
import { isObjectNamed } from "./names.ts";

/** The objects with the rules beside them. Whoever leaves is no longer on the list of what they leave. */
export function withRules(
  objects: readonly AccessObject[],
  populations: readonly PopulationChange[],
  kindOf: (address: Address) => string,
  instanceFor: InstanceFor,
): readonly AccessObject[] {
  const acting = populations.filter(({ enters, leaves, uncertain }) => [enters, leaves, uncertain].some(isSome));
  if (acting.length === 0) return objects;
  const known = [...objects];
  const rules = acting.map((population): AccessObject => {
    const { address, entitlement, object, enters, leaves, uncertain } = population;
    const rule = { address, instance: address.slice(0, address.indexOf("/")), kind: kindOf(address), whole: false };
    const at = object === undefined ? -1 : known.findIndex((one) => isObjectNamed(object, rule, one, instanceFor));
    const target = known[at];
    const listed = new Map((target?.before ?? []).filter(isMembership).flatMap((edge) => namesOf(edge, edge)));
    const edgeOf = (mover: Mover): Edge => {
      const was = namesOf(mover, undefined).flatMap(([name]) => listed.get(name) ?? [])[0];
      const { person, personId } = was ?? mover;
      const what = object === undefined ? {} : { object };
      return {
        ...(was ?? { entitlement }),
        person,
        ...(personId === undefined ? {} : { personId }),
        ...what,
        rule: true,
      };
    };
    const held = uncertain.filter((one) => one.held);
    if (target !== undefined) known[at] = without(target, [...leaves, ...held]);
    const staying = held.map(edgeOf);
    return {
      ...rule,
      before: [...leaves.map(edgeOf), ...staying],
      after: [...enters.map(edgeOf), ...staying],
      perhaps: [...staying, ...uncertain.filter((one) => !one.held).map(edgeOf)],
    };
  });
  return [...known, ...rules];
}

function isSome({ length }: readonly unknown[]): boolean {
  return length > 0;
}

function isMembership({ object, holder }: Edge): boolean {
  return object === "self" && holder === undefined;
}

function without(target: AccessObject, movers: readonly Mover[]): AccessObject {
  if (movers.length === 0) return target;
  const gone = new Set(movers.flatMap((mover) => namesOf(mover, undefined)).map(([name]) => name));
  const stays = (edge: Edge): boolean => !isMembership(edge) || !namesOf(edge, edge).some(([name]) => gone.has(name));
  return { ...target, before: target.before.filter(stays), after: target.after.filter(stays) };
}

/** A system's own id is one person, whatever the login; so is the login, where another system names them. */
function namesOf<T>({ person, personId }: Pick<Edge, "person" | "personId">, value: T): readonly [string, T][] {
  const names: [string, T][] = [[`login ${person.toLowerCase()}`, value]];
  return personId === undefined ? names : [[`id ${personId}`, value], ...names];
}
