/**
 * Objects with their edges before and after a plan → who gains and who loses what, through whatever lies between. An
 * object of the stack is its address; any other one its kind and id. Pure.
 */
import type { Address, Edge, Impact, Move, ObjectName } from "../model.ts";
import { type AccessGraph, accessGraph, type Moved } from "./graph.ts";
import { createNodes, type Nodes, type Step } from "./nodes.ts";

/** One object, with what it makes people hold. */
export interface AccessObject {
  readonly address?: Address;
  readonly instance: string;
  readonly kind: string;
  /** Absent while it does not exist. */
  readonly id?: string;
  readonly before: readonly Edge[];
  readonly after: readonly Edge[];
  /** Everybody who holds it is among its edges; of another one only what the plan says is known. */
  readonly whole: boolean;
}

/** The instance that a name means, seen from an object. */
export type InstanceFor = (kind: string, from: Pick<AccessObject, "instance" | "kind">) => string;

/** An object whose holders nobody has read. */
export interface Unread extends ObjectName {
  readonly instance: string;
}

export interface Access {
  impact(): Impact;
  /** Objects through which people gain or lose something, and whose people are not known. */
  unread(): readonly Unread[];
}

export function accessOf(objects: readonly AccessObject[], instanceFor: InstanceFor): Access {
  const nodes = createNodes(objects, instanceFor);
  const links: Step[] = [];
  const removed = new Set<Step>();
  const added: Step[] = [];
  for (const object of objects) {
    const [was, is] = [nodes.steps(object, object.before), nodes.steps(object, object.after)];
    for (const [key, step] of was) {
      links.push(step);
      if (!is.has(key)) removed.add(step);
    }
    for (const [key, step] of is) if (!was.has(key)) added.push(step);
  }
  const all = [...links, ...nodes.principals([...links, ...added])];
  let built: AccessGraph<Step> | undefined;
  const graph = (): AccessGraph<Step> => {
    built ??= accessGraph(nodes.size(), all, (node) => nodes.isPerson(node));
    return built;
  };
  return {
    impact() {
      if (removed.size === 0 && added.length === 0) return { gained: [], lost: [] };
      const gained: Move[] = [];
      const lost: Move[] = [];
      const changed = new Set<Step>([...removed, ...added]);
      for (const moved of graph().compare({ removed, added })) {
        const move = moveOf(moved, changed, nodes);
        if (move !== undefined) (moved.gained ? gained : lost).push(move);
      }
      return { gained: sorted(gained), lost: sorted(lost) };
    },
    unread() {
      const into = new Map<number, Step[]>();
      for (const step of [...links, ...added]) into.set(step.to, [...(into.get(step.to) ?? []), step]);
      const seen = new Set<number>();
      const queue = [...removed, ...added].map(({ from }) => from);
      for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
        if (seen.has(at)) continue;
        seen.add(at);
        for (const { from } of into.get(at) ?? []) queue.push(from);
      }
      return [...seen].flatMap((node) => nodes.unread(node) ?? []);
    },
  };
}

/** Undefined for what is no entitlement of its own: who holds an object directly, by another name. */
function moveOf({ node, paths }: Moved<Step>, changed: ReadonlySet<Step>, nodes: Nodes): Move | undefined {
  const entitlement = nodes.labelOf(node);
  if (entitlement === undefined) return undefined;
  const [shortest = []] = paths;
  // What is new on the way made it; there is something, or it would have been there before.
  const cause = shortest.find((step) => changed.has(step))?.address;
  const last = shortest.at(-1);
  if (cause === undefined || last === undefined) return undefined;
  const ways = paths.map((path) => path.slice(0, -1).flatMap((step) => nodes.labelOf(step.to) ?? []));
  const { privileged, administers, account } = last.edge;
  return {
    ...whoOf(shortest[0]?.edge),
    entitlement,
    ...(privileged === undefined ? {} : { privileged }),
    ...(administers === undefined ? {} : { administers }),
    ...(account === undefined ? {} : { account }),
    address: cause,
    ...(ways.every((way) => way.length === 0) ? {} : { paths: ways }),
  };
}

/** As the first thing on the way knows them: ids are a system's own. */
function whoOf(edge: Edge | undefined): Pick<Edge, "person" | "personId"> {
  const { person = "", personId } = edge ?? {};
  return { person, ...(personId === undefined ? {} : { personId }) };
}

function sorted(moves: readonly Move[]): readonly Move[] {
  const rank = (edge: Edge): number => (edge.administers === true ? 0 : edge.privileged === true ? 1 : 2);
  const text = (edge: Edge): string => `${edge.person} ${edge.entitlement}`;
  return [...moves].sort((a, b) => rank(a) - rank(b) || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}
