/**
 * Objects with their edges before and after a plan → who gains and who loses what, through whatever lies between. An
 * object of the stack is its address; any other one its kind and id. Pure.
 */
import { compareText } from "../address.ts";
import type { Address, Edge, Held, Impact, Move, ObjectName } from "../model.ts";
import { type AccessGraph, accessGraph, type LinkChange, type Moved } from "./graph.ts";
import { settleLeavers } from "./leaving.ts";
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
  /** Of which nobody can tell whether they will be there: in `after` those that may go, not in it those that may come. */
  readonly perhaps?: readonly Edge[];
  /** What holding it is, where something is given through it. */
  readonly held?: Held;
}

/** The instance that a name means, seen from an object. */
export type InstanceFor = (kind: string, from: Pick<AccessObject, "instance" | "kind">) => string;

/** An object whose holders nobody has read. */
export interface Unread extends ObjectName {
  readonly instance: string;
}

export interface Access {
  /** Of the changes at these addresses alone; absent: of the whole plan. */
  impact(only?: ReadonlySet<Address>): Impact;
  /** Objects through which people gain or lose something, and whose people are not known. */
  unread(): readonly Unread[];
  /** Objects that people gain or lose, or by which they do, and of which nothing but their names is known. */
  unknown(): readonly Unread[];
}

export function accessOf(objects: readonly AccessObject[], instanceFor: InstanceFor): Access {
  const nodes = createNodes(objects, instanceFor);
  const links: Step[] = [];
  const removed = new Set<Step>();
  const added: Step[] = [];
  const mayGo = new Set<Step>();
  const mayCome: Step[] = [];
  for (const object of objects) {
    if (object.before === object.after) {
      nodes.steps(object, object.before, (step) => links.push(step));
      continue;
    }
    const [was, is] = [joined(nodes, object, object.before), joined(nodes, object, object.after)];
    for (const [key, step] of was) {
      links.push(step);
      if (!is.has(key)) removed.add(step);
    }
    for (const [key, step] of is) if (!was.has(key)) added.push(step);
    nodes.given(object, object.after, (step, asOthers) => {
      if (!was.has(`${asOthers.from} ${asOthers.to}`)) added.push(step);
    });
    for (const [key, step] of object.perhaps === undefined ? [] : joined(nodes, object, object.perhaps)) {
      const there = is.has(key) ? was.get(key) : undefined;
      if (there !== undefined) mayGo.add(there);
      else if (!is.has(key)) mayCome.push(step);
    }
  }
  settleLeavers({ links, removed, mayGo }, nodes);
  for (const step of nodes.principals(links, added)) links.push(step);
  // What comes of a doubt lies between the two, and whoever holds more of the links holds more.
  const least = { removed: new Set([...removed, ...mayGo]), added };
  const most = { removed, added: [...added, ...mayCome] };
  const all = { removed: least.removed, added: most.added };
  let built: AccessGraph<Step> | undefined;
  const graph = (): AccessGraph<Step> => {
    built ??= accessGraph(nodes.size(), links, (node) => nodes.isPerson(node));
    return built;
  };
  const moves = (change: LinkChange<Step>, only: ReadonlySet<Address> | undefined): readonly Found[] => {
    const chosen = only === undefined ? change : partOf(change, only);
    const changed = new Set<Step>([...chosen.removed, ...chosen.added]);
    if (changed.size === 0) return [];
    return [...graph().compare(chosen)].flatMap((moved) => {
      const move = moveOf(moved, changed, nodes);
      return move === undefined ? [] : [{ move, gained: moved.gained, key: `${moved.person} ${moved.node}` }];
    });
  };
  return {
    impact(only) {
      if (mayGo.size === 0 && mayCome.length === 0) {
        const found = moves(least, only);
        return { gained: sorted(certain(found, true)), lost: sorted(certain(found, false)) };
      }
      const [fewest, mostly] = [moves(least, only), moves(most, only)];
      return {
        gained: sorted([...certain(fewest, true), ...doubtful(mostly, fewest, true)]),
        lost: sorted([...certain(mostly, false), ...doubtful(fewest, mostly, false)]),
      };
    },
    unread() {
      if (all.removed.size === 0 && all.added.length === 0) return [];
      return [...graph().upstream(all)].flatMap((node) => nodes.unread(node) ?? []);
    },
    unknown() {
      if (all.removed.size === 0 && all.added.length === 0) return [];
      return [...graph().downstream(all)].flatMap((node) => nodes.unknown(node) ?? []);
    },
  };
}

interface Found {
  readonly move: Move;
  readonly gained: boolean;
  /** The same for the same person and thing. */
  readonly key: string;
}

function certain(found: readonly Found[], gained: boolean): readonly Move[] {
  return found.filter((one) => one.gained === gained).map(({ move }) => move);
}

/** Moves of one world that are none of the other. */
function doubtful(found: readonly Found[], sure: readonly Found[], gained: boolean): readonly Move[] {
  const known = new Set(sure.filter((one) => one.gained === gained).map(({ key }) => key));
  return found
    .filter((one) => one.gained === gained && !known.has(one.key))
    .map(({ move }) => ({ ...move, uncertain: true }));
}

function partOf({ removed, added }: LinkChange<Step>, only: ReadonlySet<Address>): LinkChange<Step> {
  const chosen = ({ address }: Step): boolean => address !== undefined && only.has(address);
  return { removed: new Set([...removed].filter(chosen)), added: added.filter(chosen) };
}

/** The steps of an object by what they join. */
function joined(nodes: Nodes, object: AccessObject, edges: readonly Edge[]): ReadonlyMap<string, Step> {
  const steps = new Map<string, Step>();
  nodes.steps(object, edges, (step) => steps.set(`${step.from} ${step.to}`, step));
  return steps;
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
  const ways = waysOf(paths, nodes);
  const { privileged = nodes.isPrivileged(node) || undefined, administers, account, rule } = last.edge;
  const { person = "", personId } = shortest[0]?.edge ?? {};
  return {
    // As the first thing on the way knows them: ids are a system's own.
    person,
    ...(personId === undefined ? {} : { personId }),
    entitlement,
    ...(privileged === undefined ? {} : { privileged }),
    ...(administers === undefined ? {} : { administers }),
    ...(account === undefined ? {} : { account }),
    address: cause,
    ...(ways.every((way) => way.length === 0) ? {} : { paths: ways }),
    ...(rule === true && shortest.length === 1 ? { rule } : {}),
  };
}

/** What is held on each path before its end, in words; what reads the same is one way. */
function waysOf(paths: readonly (readonly Step[])[], nodes: Nodes): readonly (readonly string[])[] {
  const ways = paths.map((path) => path.slice(0, -1).map((step) => nodes.wordsOf(step)));
  if (ways.length < 2) return ways;
  return [...new Map(ways.map((way) => [way.join("\u0000"), way])).values()];
}

function sorted(moves: readonly Move[]): readonly Move[] {
  const rank = (edge: Edge): number => (edge.administers === true ? 0 : edge.privileged === true ? 1 : 2);
  return moves
    .map((move) => ({ move, rank: rank(move), text: `${move.person} ${move.entitlement}` }))
    .sort((a, b) => a.rank - b.rank || compareText(a.text, b.text))
    .map(({ move }) => move);
}
