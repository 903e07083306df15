/** Names → nodes of the access graph: people by login, objects by their names, and what is no object by its words. */
import type { Address, Edge, Entry, ObjectName } from "../model.ts";
import type { AccessObject, InstanceFor, Unread } from "./access.ts";
import type { Link } from "./graph.ts";
import { isFuture, namesIn } from "./names.ts";

/** A link, and what says so. */
export interface Step extends Link {
  readonly edge: Edge;
  readonly address: Address | undefined;
}

export interface Nodes {
  /** The steps that an object's edges are, one by one. */
  steps(object: AccessObject, edges: readonly Edge[], each: (step: Step) => void): void;
  /** To what somebody holds already who is given more: the step by which they get it, and the one by which others do. */
  given(object: AccessObject, edges: readonly Edge[], each: (step: Step, asOthers: Step) => void): void;
  /** Somebody for each holder of whom nobody knows who holds it: it stands for all of them. */
  principals(...steps: readonly (readonly Step[])[]): readonly Step[];
  size(): number;
  isPerson(node: number): boolean;
  /** In words; undefined where holding it is no entitlement by itself. */
  labelOf(node: number): string | undefined;
  /** What is held on a way, in words. */
  wordsOf(step: Step): string;
  /** Whoever says so, holding it is privileged. */
  isPrivileged(node: number): boolean;
  unread(node: number): Unread | undefined;
  /** An object of which nothing is known but its name. */
  unknown(node: number): Unread | undefined;
  /** The node that holding the object is. */
  self(object: AccessObject): number | undefined;
  /** Of the node that stands for having joined something: what becomes of that for who leaves. */
  leaver(node: number): Entry["leaver"] | undefined;
}

/** Holding an object; holding it by no other object; having come to hold it. */
type Sort = "object" | "direct" | "entry";

export function createNodes(objects: readonly AccessObject[], instanceFor: InstanceFor): Nodes {
  const names = namesIn(objects, instanceFor);
  const numbers = new Map<string, number>();
  const logins = new Map<string, number>();
  /** The same, as they are written: a million edges name the same people over and over. */
  const spelled = new Map<string, number>();
  /** Of each node. */
  const people: boolean[] = [];
  const labels: (string | undefined)[] = [];
  const raw = new Map<number, Unread>();
  /** Nodes that are one way to hold an object → the object. */
  const objectOf = new Map<number, number>();
  const numberIn = (known: Map<string, number>, key: string, person: boolean): number => {
    const number = known.get(key);
    if (number !== undefined) return number;
    people.push(person);
    known.set(key, people.length - 1);
    return people.length - 1;
  };
  const numberOf = (key: string): number => numberIn(numbers, key, false);
  const keyOf = (name: "self" | ObjectName, from: AccessObject): string =>
    name === "self" ? names.self(from) : names.named(name, from);
  const nodeOf = (name: "self" | ObjectName, from: AccessObject, sort: Sort): number => {
    const key = keyOf(name, from);
    const node = numberOf(`${sort} ${key}`);
    if (sort !== "object") objectOf.set(node, numberOf(`object ${key}`));
    if (name !== "self" && sort !== "entry" && !raw.has(node))
      raw.set(node, { instance: instanceFor(name.kind, from), kind: name.kind, id: name.id });
    return node;
  };

  const whole = new Set<number>();
  const objectNodes = new Set<number>();
  const privileged = new Set<number>();
  const direct = new Set<string>();
  const entries = new Map<string, Entry["leaver"]>();
  const leavers = new Map<number, Entry["leaver"]>();
  const knowHolder =
    (object: AccessObject) =>
    (edge: Edge): void => {
      if (edge.holder === undefined) return;
      if (typeof edge.holder === "object" && edge.holder.direct === true) direct.add(keyOf(edge.holder, object));
      if (edge.entry === undefined) return;
      const key = keyOf(edge.holder, object);
      if (entries.has(key)) return;
      entries.set(key, edge.entry.leaver);
      leavers.set(numberOf(`entry ${key}`), edge.entry.leaver);
    };
  for (const object of objects) {
    const { id, instance, kind, held } = object;
    const key = names.self(object);
    const self = numberOf(`object ${key}`);
    objectNodes.add(self);
    const borrowed = names.standsIn(object);
    if (held?.privileged === true) privileged.add(self);
    if (held !== undefined && (!borrowed || labels[self] === undefined)) labels[self] = held.entitlement;
    for (const sort of ["object", "direct"]) {
      const node = numberOf(`${sort} ${key}`);
      if (object.whole && !borrowed) whole.add(node);
      else if (id !== undefined && (!borrowed || !raw.has(node))) raw.set(node, { instance, kind, id });
    }
    // Who leaves by the plan leaves as it is set then.
    object.after.forEach(knowHolder(object));
    if (object.before !== object.after) object.before.forEach(knowHolder(object));
  }

  const holderOf = (edge: Edge, object: AccessObject): number => {
    const { holder } = edge;
    if (holder !== undefined) {
      const sort =
        edge.entry !== undefined ? "entry" : holder !== "self" && holder.direct === true ? "direct" : "object";
      return nodeOf(holder, object, sort);
    }
    // An account that gets another login is the same person's.
    if (edge.account === true && edge.personId !== undefined) return numberIn(logins, edge.personId, true);
    const known = spelled.get(edge.person);
    if (known !== undefined) return known;
    const number = numberIn(logins, edge.person.toLowerCase(), true);
    spelled.set(edge.person, number);
    return number;
  };
  const heldBy = ({ entitlement, object: held }: Edge, object: AccessObject): number =>
    held === undefined ? numberOf(`leaf ${object.instance} ${entitlement}`) : nodeOf(held, object, "object");

  const directOf = ({ object: held }: Edge, object: AccessObject): readonly number[] =>
    held !== undefined && direct.has(keyOf(held, object)) ? [nodeOf(held, object, "direct")] : [];

  return {
    steps(object, edges, each) {
      const { address } = object;
      const self = nodeOf("self", object, "object");
      const borrowed = names.standsIn(object);
      const ownMembers = direct.has(names.self(object)) ? nodeOf("self", object, "direct") : undefined;
      for (const edge of edges) {
        const from = holderOf(edge, object);
        const to = edge.object === "self" ? self : heldBy(edge, object);
        // What an object calls its own membership goes before what others call it.
        const own = to === self && !borrowed && object.held === undefined;
        if (own || labels[to] === undefined) labels[to] = edge.entitlement;
        if (from === to) continue;
        each({ from, to, edge, address });
        if (edge.object === undefined || (edge.holder !== undefined && edge.entry === undefined)) continue;
        // Whoever joins something is given what it gives as their own.
        if (edge.object === "self") {
          if (ownMembers !== undefined) each({ from, to: ownMembers, edge, address });
        } else for (const end of directOf(edge, object)) each({ from, to: end, edge, address });
        if (edge.rule === true && entries.has(keyOf(edge.object, object)))
          each({ from, to: nodeOf(edge.object, object, "entry"), edge, address });
      }
    },
    given(object, edges, each) {
      const { address } = object;
      for (const edge of edges) {
        if (edge.holder === undefined || edge.entry?.everybody !== true) continue;
        const to = heldBy(edge, object);
        const [holder, joiner] = [nodeOf(edge.holder, object, "object"), holderOf(edge, object)];
        for (const end of [to, ...directOf(edge, object)])
          each({ from: holder, to: end, edge, address }, { from: joiner, to: end, edge, address });
      }
    },
    principals(...lists) {
      const held = new Map<number, Step>();
      for (const steps of lists) {
        for (const step of steps) {
          const { edge, from } = step;
          if (edge.holder === undefined || whole.has(from) || held.has(from) || leavers.has(from)) continue;
          const node = numberIn(numbers, `all ${from}`, true);
          held.set(from, { from: node, to: from, edge, address: undefined });
        }
      }
      return [...held.values()];
    },
    size: () => people.length,
    isPerson: (node) => people[node] === true,
    labelOf: (node) => labels[node],
    wordsOf: ({ to, edge }) => labels[objectOf.get(to) ?? to] ?? edge.entitlement,
    self: (object) => numbers.get(`object ${names.self(object)}`),
    isPrivileged: (node) => privileged.has(node),
    unread(node) {
      const one = whole.has(node) ? undefined : raw.get(node);
      return one === undefined || isFuture(one.id) ? undefined : one;
    },
    unknown(node) {
      const one = objectNodes.has(node) ? undefined : raw.get(node);
      return one === undefined || isFuture(one.id) ? undefined : one;
    },
    leaver: (node) => leavers.get(node),
  };
}
