/**
 * Which access a plan gives and takes, as each kind declares the edges of its objects. Direct edges only: an object's
 * edges before and after its own change.
 */
import type { KindRules } from "../config/rules.ts";
import { applyFields } from "../diff/fields.ts";
import type { Address, Change, Edge, Impact, Live, Resource, Spec } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { asSpec, knownPart } from "../value.ts";

export interface ImpactSource {
  rulesOf(kind: string): KindRules;
  factsOf(kind: string): KindFacts;
  peopleOf(address: Address): Readonly<Record<string, string>>;
}

type Tagged = Edge & { readonly address: Address };

export function impactOf(changes: readonly Change[], source: ImpactSource): Impact {
  const gained: Tagged[] = [];
  const lost: Tagged[] = [];
  for (const change of changes) {
    const { before, after } = edgesAround(change, source);
    for (const [key, edge] of after) if (!before.has(key)) gained.push({ ...edge, address: change.address });
    for (const [key, edge] of before) if (!after.has(key)) lost.push({ ...edge, address: change.address });
  }
  return { gained: sorted(gained), lost: sorted(lost) };
}

function edgesAround(change: Change, source: ImpactSource): { before: Map<string, Edge>; after: Map<string, Edge> } {
  const facts = source.factsOf(change.kind);
  const none = new Map<string, Edge>();
  if (facts.edges === undefined || change.action === "none" || change.action === "forget")
    return { before: none, after: none };
  const edgesOf = (spec: Spec, people: Readonly<Record<string, string>>, id?: string): Map<string, Edge> => {
    const object = { spec: asSpec(knownPart(spec) ?? {}), people, ...(id === undefined ? {} : { id }) };
    return new Map([...(facts.edges?.(object) ?? [])].map((edge) => [keyOf(edge), edge]));
  };
  const before = (live: Live): Map<string, Edge> => edgesOf(live.spec, live.people ?? {}, live.id);
  const people = source.peopleOf(change.address);
  switch (change.action) {
    case "create":
      return { before: none, after: edgesOf(change.after.spec, people) };
    case "delete":
      return { before: before(change.before), after: none };
    case "replace":
      // What the document does not declare goes with the old object.
      return { before: before(change.before), after: edgesOf(change.after.spec, people) };
    case "update":
    case "adopt": {
      const after = plannedSpec(change.before, change.after, change.fields, source.rulesOf(change.kind));
      const known = { ...change.before.people, ...people };
      return { before: before(change.before), after: edgesOf(after, known, change.before.id) };
    }
  }
}

/** An account that gets another login is the same person's. */
function keyOf({ person, personId, account, entitlement }: Edge): string {
  const who = account === true && personId !== undefined ? personId : person.toLowerCase();
  return `${who}\u0000${entitlement}`;
}

/** What will be live: what was there, with the changes made. */
export function plannedSpec(
  before: Live,
  after: Resource,
  fields: readonly Parameters<typeof applyFields>[1][number][],
  rules: KindRules,
): Spec {
  return { ...after.spec, ...applyFields(before.spec, fields, rules.spec) };
}

function sorted(edges: readonly Tagged[]): readonly Tagged[] {
  const rank = (edge: Edge): number => (edge.administers === true ? 0 : edge.privileged === true ? 1 : 2);
  const text = (edge: Edge): string => `${edge.person} ${edge.entitlement}`;
  return [...edges].sort((a, b) => rank(a) - rank(b) || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}
