/**
 * What people hold before a plan, after it, and in between: when everything has come and nothing has gone. Nobody holds
 * more than then, whatever order the steps of a run have and wherever it stops. Pure.
 */
import type { Edge } from "../model.ts";
import type { AccessObject, InstanceFor, Unread } from "./access.ts";
import { type AccessGraph, accessGraph } from "./graph.ts";
import { createNodes, type Nodes, type Step } from "./nodes.ts";
import { type Persons, personsOf } from "./persons.ts";

export type Moment = "before" | "after" | "between";

/** Node → the ways to it: one for each last link, the shortest first. */
export type Reached = ReadonlyMap<number, readonly (readonly Step[])[]>;

export interface Worlds {
  readonly nodes: Nodes;
  readonly added: ReadonlySet<Step>;
  readonly removed: ReadonlySet<Step>;
  /** Every link that there is at some moment. */
  readonly links: readonly Step[];
  /** Where what a node stands for is. */
  instanceOf(node: number): string;
  /** The nodes that are the same person as this one, itself among them. */
  samePerson(node: number): readonly number[];
  /** These nodes, and all from which one of them may be reached at some moment. */
  towards(nodes: Iterable<number>): ReadonlySet<number>;
  reach(person: number, when: Moment): Reached;
  /** Objects that somebody is given, or something by, and of which nothing but their names is known. */
  unknown(): readonly Unread[];
}

export function worldsOf(objects: readonly AccessObject[], instanceFor: InstanceFor): Worlds {
  const nodes = createNodes(objects, instanceFor);
  const before: Step[] = [];
  const removed = new Set<Step>();
  const added = new Set<Step>();
  const places = new Map<number, string>();
  /** Of what the stack does not declare. */
  const homes = new Map<Step, string>();
  const homeOf = (step: Step): string => homes.get(step) ?? step.address?.slice(0, step.address.indexOf("/")) ?? "";
  const stepsOf = (object: AccessObject, edges: readonly Edge[]): ReadonlyMap<string, Step> => {
    const steps = new Map<string, Step>();
    nodes.steps(object, edges, (step) => {
      const key = `${step.from} ${step.to}`;
      if (steps.has(key)) return;
      steps.set(key, step);
      if (object.address === undefined) homes.set(step, object.instance);
      if (!places.has(step.to)) places.set(step.to, placeOf(step.edge, object, instanceFor));
    });
    return steps;
  };
  for (const object of objects) {
    const was = stepsOf(object, object.before);
    for (const step of was.values()) before.push(step);
    if (object.before === object.after) continue;
    const is = stepsOf(object, object.after);
    // What was given on joining goes in the vendor's own time, which no step waits for: until then it is held.
    for (const [key, step] of was) if (!is.has(key) && nodes.leaver(step.to) === undefined) removed.add(step);
    for (const [key, step] of is) if (!was.has(key)) added.add(step);
    nodes.given(object, object.after, (step, asOthers) => {
      if (was.has(`${asOthers.from} ${asOthers.to}`)) return;
      places.set(step.to, places.get(step.to) ?? placeOf(step.edge, object, instanceFor));
      added.add(step);
    });
  }
  for (const step of nodes.principals(before, [...added])) before.push(step);
  const links = [...before, ...added];

  const graphs = new Map<Moment, AccessGraph<Step>>();
  const graphOf = (when: Moment): AccessGraph<Step> => {
    const known = graphs.get(when);
    if (known !== undefined) return known;
    const there = when === "before" ? before : when === "between" ? links : links.filter((link) => !removed.has(link));
    const made = accessGraph(nodes.size(), there, (node) => nodes.isPerson(node));
    graphs.set(when, made);
    return made;
  };
  let groups: ReadonlyMap<number, readonly number[]> | undefined;
  let arriving: ReadonlyMap<number, readonly Step[]> | undefined;

  return {
    nodes,
    added,
    removed,
    links,
    samePerson(node) {
      groups ??= groupsOf(personsOf(links, homeOf, nodes), links, nodes);
      return groups.get(node) ?? [node];
    },
    instanceOf: (node) => places.get(node) ?? "",
    towards(of) {
      arriving ??= byEnd(links);
      const seen = new Set(of);
      for (const node of seen) for (const { from } of arriving.get(node) ?? []) seen.add(from);
      return seen;
    },
    unknown() {
      if (added.size === 0) return [];
      const given = graphOf("before").downstream({ removed: new Set(), added: [...added] });
      return [...given].flatMap((node) => nodes.unknown(node) ?? []);
    },
    reach: (person, when) => new Map([...graphOf(when).reach(person)].map(({ node, paths }) => [node, paths])),
  };
}

/** Unread nodes among some, as objects that may be looked at. */
export function unreadIn(among: Iterable<number>, nodes: Nodes): readonly Unread[] {
  return [...among].flatMap((node) => nodes.unread(node) ?? []);
}

/** The nodes of everybody who has more than one. */
function groupsOf(persons: Persons, links: readonly Step[], nodes: Nodes): ReadonlyMap<number, readonly number[]> {
  const byPerson = new Map<number, Set<number>>();
  for (const { from } of links) {
    if (!nodes.isPerson(from)) continue;
    const person = persons.of(from);
    const known = byPerson.get(person);
    if (known === undefined) byPerson.set(person, new Set([from]));
    else known.add(from);
  }
  const groups = new Map<number, readonly number[]>();
  for (const same of byPerson.values()) if (same.size > 1) for (const node of same) groups.set(node, [...same]);
  return groups;
}

function placeOf({ object: held }: Edge, object: AccessObject, instanceFor: InstanceFor): string {
  return held === undefined || held === "self" ? object.instance : instanceFor(held.kind, object);
}

function byEnd(links: readonly Step[]): ReadonlyMap<number, readonly Step[]> {
  const ends = new Map<number, Step[]>();
  for (const link of links) {
    const known = ends.get(link.to);
    if (known === undefined) ends.set(link.to, [link]);
    else known.push(link);
  }
  return ends;
}
