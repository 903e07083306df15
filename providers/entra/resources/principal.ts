/** Who an assignment is for: a person, a group, or an application, each in a field of its own. */
import type { Finding } from "../../../engine/kind.ts";
import type { Edge, Ref, Spec } from "../../../engine/model.ts";
import { type KnownPeople, personIds } from "../../shared/people.ts";
import { refId, textAt } from "../../shared/spec.ts";

export type PrincipalSpec = Spec & {
  readonly user?: string;
  readonly group?: Ref;
  readonly application?: Ref;
};

export function* namesOnePrincipal(spec: PrincipalSpec): Iterable<Finding> {
  const named = ["user", "group", "application"].filter((field) => spec[field] !== undefined);
  if (named.length === 1) return;
  yield {
    code: "entra-principal",
    message: `It names ${named.length === 0 ? "nobody" : named.join(" and ")}: an assignment is for one user, one group, or one application.`,
    hint: "Write a document for each.",
    path: named[1] === undefined ? [] : [named[1]],
  };
}

/** Among principals; undefined while it is unknown. */
export function principalKey(spec: Partial<PrincipalSpec>): string | undefined {
  return textAt(spec, "user")?.toLowerCase() ?? refId(spec.group) ?? refId(spec.application);
}

export function principalIdOf(spec: PrincipalSpec, ...people: readonly KnownPeople[]): string {
  if (spec.user !== undefined) return personIds(...people)(spec.user);
  const id = refId(spec.group) ?? refId(spec.application);
  if (id === undefined) throw new Error("an assignment to nobody");
  return id;
}

/** `direct`: only who is in the group itself, not in a group of it. */
export function* edgesOf(
  spec: PrincipalSpec,
  people: KnownPeople,
  held: Pick<Edge, "entitlement" | "privileged" | "administers" | "object">,
  { direct = false } = {},
): Iterable<Edge> {
  const group = refId(spec.group);
  const application = refId(spec.application);
  if (spec.user !== undefined) {
    const personId = people?.[spec.user];
    yield { person: spec.user, ...(personId === undefined ? {} : { personId }), ...held };
  }
  if (group !== undefined) {
    const holder = { kind: "entra/group", id: group, ...(direct ? { direct } : {}) };
    yield { person: `group ${group}`, personId: group, holder, ...held };
  }
  if (application !== undefined) yield { person: `application ${application}`, personId: application, ...held };
}
