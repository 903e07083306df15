/** Names → nodes of the access graph: people by login, objects of the stack by address, the rest by kind and id. */
import type { Address, Edge, ObjectName } from "../model.ts";
import type { AccessObject, InstanceFor, Unread } from "./access.ts";
import type { Link } from "./graph.ts";

/** A link, and what says so. */
export interface Step extends Link {
  readonly edge: Edge;
  readonly address: Address | undefined;
}

export interface Nodes {
  /** The steps that an object's edges are, one by one. */
  steps(object: AccessObject, edges: readonly Edge[], each: (step: Step) => void): void;
  /** Somebody for each holder of whom nobody knows who holds it: it stands for all of them. */
  principals(...steps: readonly (readonly Step[])[]): readonly Step[];
  size(): number;
  isPerson(node: number): boolean;
  /** In words; undefined where holding it is no entitlement by itself. */
  labelOf(node: number): string | undefined;
  unread(node: number): Unread | undefined;
  /** The node that holding the object is. */
  self(object: AccessObject): number | undefined;
}

/** Reference to an object that does not exist yet. */
const FUTURE = /^\$\{([^}]+)\.id\}$/;

function selfKey({ address, instance, kind, id }: AccessObject): string {
  return address ?? `${instance} ${kind} ${id}`;
}

/** Is it the object that a name means, seen from another one? */
export function isObjectNamed(
  name: "self" | ObjectName,
  from: Pick<AccessObject, "address" | "instance" | "kind">,
  one: Pick<AccessObject, "address" | "instance" | "kind" | "id">,
  instanceFor: InstanceFor,
): boolean {
  if (name === "self") return one.address !== undefined && one.address === from.address;
  const future = FUTURE.exec(name.id)?.[1];
  if (future !== undefined) return one.address === future;
  return one.id === name.id && one.kind === name.kind && one.instance === instanceFor(name.kind, from);
}

export function createNodes(objects: readonly AccessObject[], instanceFor: InstanceFor): Nodes {
  const numbers = new Map<string, number>();
  const logins = new Map<string, number>();
  /** Of each node. */
  const people: boolean[] = [];
  const labels: (string | undefined)[] = [];
  const raw = new Map<number, Unread>();
  const numberIn = (known: Map<string, number>, key: string, person: boolean): number => {
    const number = known.get(key);
    if (number !== undefined) return number;
    people.push(person);
    known.set(key, people.length - 1);
    return people.length - 1;
  };
  const numberOf = (key: string): number => numberIn(numbers, key, false);

  const keys = new Map<string, string>();
  for (const object of objects) {
    const { instance, kind, id } = object;
    if (id !== undefined) keys.set(`${instance} ${kind} ${id}`, selfKey(object));
  }

  const keyOf = (name: ObjectName, from: AccessObject): string => {
    const plain = `${instanceFor(name.kind, from)} ${name.kind} ${name.id}`;
    return FUTURE.exec(name.id)?.[1] ?? keys.get(plain) ?? plain;
  };
  const nodeOf = (name: "self" | ObjectName, from: AccessObject): number => {
    if (name === "self") return numberOf(`object ${selfKey(from)}`);
    const key = keyOf(name, from);
    const node = numberOf(`${name.direct === true ? "direct" : "object"} ${key}`);
    if (!raw.has(node)) raw.set(node, { instance: instanceFor(name.kind, from), kind: name.kind, id: name.id });
    return node;
  };

  const whole = new Set<number>();
  const direct = new Set<string>();
  for (const object of objects) {
    const key = selfKey(object);
    if (object.whole) for (const sort of ["object", "direct"]) whole.add(numberOf(`${sort} ${key}`));
    else if (object.id !== undefined) {
      const { instance, kind, id } = object;
      for (const sort of ["object", "direct"]) raw.set(numberOf(`${sort} ${key}`), { instance, kind, id });
    }
    for (const edges of object.before === object.after ? [object.after] : [object.before, object.after]) {
      for (const { holder } of edges) {
        if (typeof holder === "object" && holder.direct === true) direct.add(keyOf(holder, object));
      }
    }
  }

  const holderOf = (edge: Edge, object: AccessObject): number => {
    if (edge.holder !== undefined) return nodeOf(edge.holder, object);
    // An account that gets another login is the same person's.
    const key = edge.account === true && edge.personId !== undefined ? edge.personId : edge.person.toLowerCase();
    return numberIn(logins, key, true);
  };

  return {
    steps(object, edges, each) {
      const { address } = object;
      const self = nodeOf("self", object);
      const members = (key: string): number | undefined => (direct.has(key) ? numberOf(`direct ${key}`) : undefined);
      const ownMembers = members(selfKey(object));
      for (const edge of edges) {
        const from = holderOf(edge, object);
        const to =
          edge.object === "self"
            ? self
            : edge.object === undefined
              ? numberOf(`leaf ${object.instance} ${edge.entitlement}`)
              : nodeOf(edge.object, object);
        // What an object calls its own membership goes before what others call it.
        if (to === self || labels[to] === undefined) labels[to] = edge.entitlement;
        if (from === to) continue;
        each({ from, to, edge, address });
        if (edge.holder !== undefined || edge.object === undefined) continue;
        const there = edge.object === "self" ? ownMembers : members(keyOf(edge.object, object));
        if (there !== undefined) each({ from, to: there, edge, address });
      }
    },
    principals(...lists) {
      const held = new Map<number, Step>();
      for (const steps of lists) {
        for (const step of steps) {
          if (step.edge.holder === undefined || whole.has(step.from) || held.has(step.from)) continue;
          const node = numberIn(numbers, `all ${step.from}`, true);
          held.set(step.from, { from: node, to: step.from, edge: step.edge, address: undefined });
        }
      }
      return [...held.values()];
    },
    size: () => people.length,
    isPerson: (node) => people[node] === true,
    labelOf: (node) => labels[node],
    self: (object) => numbers.get(`object ${selfKey(object)}`),
    unread(node) {
      const one = whole.has(node) ? undefined : raw.get(node);
      return one === undefined || FUTURE.test(one.id) ? undefined : one;
    },
  };
}
