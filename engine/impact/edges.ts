/**
 * The edges of an object before and after its own change, as its kind declares them. `impactOf` compares them one by one:
 * what a change does by itself, for the ledger; what people gain and lose through others is in `access.ts`.
 */
import type { KindRules } from "../config/rules.ts";
import { applyFields } from "../diff/fields.ts";
import type { Address, Change, Edge, Held, Impact, Live, Resource, Spec, Value } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { asSpec, hasUnknown, isList, isObject, isUnknown, knownPart } from "../value.ts";
import { isLabelled, privilegedEdges } from "./privileged.ts";

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
  const { before, after } = edgesBetween(change, undefined, {
    rules: source.rulesOf(change.kind),
    facts: source.factsOf(change.kind),
    people: source.peopleOf(change.address),
  });
  const keyed = (edges: readonly Edge[]): Map<string, Edge> => new Map(edges.map((edge) => [keyOf(edge), edge]));
  return { before: keyed(before), after: keyed(after) };
}

export interface EdgeSource {
  readonly rules: KindRules;
  readonly facts: KindFacts;
  /** Vendor ids of the people that the document names. */
  readonly people: Readonly<Record<string, string>>;
}

/** The edges of an object now, and once the change is made. `fresh`: the object with more of it read than the plan knew. */
export function edgesBetween(
  change: Change,
  fresh: Live | undefined,
  { rules, facts, people }: EdgeSource,
): { readonly before: readonly Edge[]; readonly after: readonly Edge[] } {
  if (facts.edges === undefined) return { before: [], after: [] };
  const labelled = "after" in change && isLabelled(change.after);
  const edgesOf = (spec: Spec, known: Readonly<Record<string, string>>, id?: string): readonly Edge[] => {
    const object = { spec: nameable(spec), people: known, ...(id === undefined ? {} : { id }) };
    const edges = [...(facts.edges?.(object) ?? [])];
    return labelled ? privilegedEdges(edges) : edges;
  };
  const before = (live: Live): readonly Edge[] => edgesOf((fresh ?? live).spec, (fresh ?? live).people ?? {}, live.id);
  switch (change.action) {
    case "create":
      return { before: [], after: edgesOf(change.after.spec, people) };
    case "delete":
      return { before: before(change.before), after: [] };
    case "replace":
      // What the document does not declare goes with the old object.
      return { before: before(change.before), after: edgesOf(change.after.spec, people) };
    case "update":
    case "adopt": {
      const live = fresh ?? change.before;
      const after = plannedSpec(live, change.after, change.fields, rules);
      return { before: before(live), after: edgesOf(after, { ...live.people, ...people }, live.id) };
    }
    case "none":
    case "forget": {
      const same = change.before === undefined ? [] : before(change.before);
      return { before: same, after: same };
    }
  }
}

/** What holding the object is once the change is made; of one that goes, what it was. */
export function heldAfter(change: Change, { rules, facts }: Pick<EdgeSource, "rules" | "facts">): Held | undefined {
  const spec = specAfter(change, rules);
  const held = spec === undefined ? undefined : facts.held?.(nameable(spec));
  const labelled = "after" in change && isLabelled(change.after);
  return held !== undefined && labelled ? { ...held, privileged: true } : held;
}

function specAfter(change: Change, rules: KindRules): Spec | undefined {
  switch (change.action) {
    case "create":
    case "replace":
      return change.after.spec;
    case "update":
    case "adopt":
      return plannedSpec(change.before, change.after, change.fields, rules);
    default:
      return change.before?.spec;
  }
}

/** A spec of which a reference to what does not exist yet is known by its address: an edge may lead there. */
function nameable(spec: Spec): Spec {
  return hasUnknown(spec) ? asSpec(knownPart(named(spec)) ?? {}) : spec;
}

function named(value: Value): Value {
  if (isUnknown(value)) {
    const text = "text" in value.$unknown ? value.$unknown.text : "";
    return /^\$\{[^}]+\.id\}$/.test(text) ? text : value;
  }
  if (isList(value)) return value.map(named);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, named(item)]));
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
