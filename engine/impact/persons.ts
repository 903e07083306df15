/**
 * Which nodes of the access graph are the same person: one name is one person, and so is one id of one instance, under
 * however many names. Pure.
 */
import { compareText } from "../address.ts";
import type { Nodes, Step } from "./nodes.ts";

export interface Identified {
  readonly instance: string;
  readonly id: string;
}

/** Somebody, by every name and id that is known of them. */
export interface Someone {
  readonly names: readonly string[];
  readonly ids: readonly Identified[];
}

export interface Persons {
  /** One of the nodes that a person is; always the same one. */
  of(node: number): number;
  /** Every node of somebody; none where the graph does not know them. */
  find(someone: Someone): readonly number[];
  names(): readonly string[];
}

export function personsOf(steps: readonly Step[], instanceOf: (step: Step) => string, nodes: Nodes): Persons {
  const parents = new Map<number, number>();
  const root = (node: number): number => {
    let at = node;
    for (let next = parents.get(at); next !== undefined; next = parents.get(at)) at = next;
    return at;
  };
  const marks = new Map<string, number>();
  const names = new Map<string, string>();
  const mark = (key: string, node: number): void => {
    const known = marks.get(key);
    if (known === undefined) marks.set(key, node);
    else if (root(known) !== root(node)) parents.set(root(node), root(known));
  };
  const seen = new Set<number>();
  for (const step of steps) {
    const { from, edge } = step;
    if (edge.holder !== undefined || !nodes.isPerson(from)) continue;
    seen.add(from);
    mark(nameKey(edge.person), from);
    if (edge.personId !== undefined) mark(idKey({ instance: instanceOf(step), id: edge.personId }), from);
    if (!names.has(edge.person.toLowerCase())) names.set(edge.person.toLowerCase(), edge.person);
  }
  return {
    of: root,
    find(someone) {
      const keys = [...someone.names.map(nameKey), ...someone.ids.map(idKey)];
      const roots = new Set(keys.flatMap((key) => marks.get(key) ?? []).map(root));
      return [...seen].filter((node) => roots.has(root(node)));
    },
    names: () => [...names.values()].sort(compareText),
  };
}

function nameKey(name: string): string {
  return `name ${name.toLowerCase()}`;
}

function idKey({ instance, id }: Identified): string {
  return `id ${instance} ${id}`;
}
