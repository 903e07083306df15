/** Who holds what as it stands, and by which ways: both questions asked of one graph, so that they answer alike. Pure. */
import { compareText } from "../address.ts";
import type { Address, Edge } from "../model.ts";
import type { AccessObject, InstanceFor, Unread } from "./access.ts";
import { type AccessGraph, accessGraph } from "./graph.ts";
import { createNodes, type Nodes, type Step } from "./nodes.ts";
import { personsOf, type Someone } from "./persons.ts";
import type { InWords } from "./wording.ts";

/** One object, with what it makes people hold as it is. */
export interface HeldObject extends Pick<AccessObject, "address" | "instance" | "kind" | "id" | "whole" | "held"> {
  readonly edges: readonly Edge[];
}

/** Something that is held on the way, and the object of the stack that says so; of another one nothing but its edge. */
export interface WayStep {
  readonly entitlement: string;
  readonly address?: Address;
  readonly why?: string;
  /** What made it so, where that was looked up; null where nothing on record did. */
  readonly decided?: Decision | null;
}

/** A change on record, and whose it was. */
export interface Decision {
  readonly run: string;
  /** ISO time. */
  readonly at: string;
  readonly actor: string;
  readonly address: Address;
  readonly action: string;
  /** Digest of the plan that it was part of. */
  readonly plan: string;
  readonly command: string;
  readonly outcome: string;
  readonly approvals?: readonly string[];
  readonly reason?: string;
}

/** From what the person holds themselves to the entitlement, which is the last step. */
export type Way = readonly WayStep[];

export interface Holding {
  readonly person: string;
  readonly personId?: string;
  /** Stands for everybody behind an object whose people could not be read. */
  readonly unread?: true;
  readonly entitlement: string;
  readonly instance: string;
  /** Of the object that is held, where the stack has it. */
  readonly address?: Address;
  readonly privileged?: boolean;
  readonly administers?: boolean;
  /** The account itself. */
  readonly account?: boolean;
  readonly ways: readonly Way[];
}

export interface Holdings {
  /** Who holds the object, and what holding it is: the dangerous first. Of what only gives something, who has it by that. */
  who(address: Address): readonly Holding[];
  of(someone: Someone): readonly Holding[];
  /** Everybody by their names. */
  people(): readonly string[];
  /** Objects whose people nobody has read, upstream of one or anywhere; `holds`: others are given something through it. */
  unread(about?: Address): readonly (Unread & { readonly holds: boolean })[];
  /** Objects of the stack that lie on the ways to one, and itself. */
  upstream(of: Address): ReadonlySet<Address>;
}

export function holdingsOf(objects: readonly HeldObject[], instanceFor: InstanceFor, inWords: InWords): Holdings {
  const all = objects.map(({ edges, ...object }) => ({ ...object, before: edges, after: edges }));
  const nodes = createNodes(all, instanceFor);
  const homes = homesOf(all, nodes, instanceFor);
  const makers = new Map<Step, AccessObject>();
  for (const object of all) nodes.steps(object, object.before, (step) => makers.set(step, object));
  const real = [...makers.keys()];
  const stand = new Set(nodes.principals(real));
  const steps = [...real, ...stand];
  for (const [step, object] of makers) homes.add(step, object);
  const persons = personsOf(real, (step) => makers.get(step)?.instance ?? "", nodes);
  const arriving = byEnd(steps);
  let built: AccessGraph<Step> | undefined;
  const graph = (): AccessGraph<Step> => {
    built ??= accessGraph(nodes.size(), steps, (node) => nodes.isPerson(node));
    return built;
  };

  /** What holding an object is: itself, and whatever it gives. */
  const targetsOf = (address: Address): { readonly self: number | undefined; readonly gives: ReadonlySet<number> } => {
    const object = all.find((one) => one.address === address);
    const gives = new Set(real.filter((step) => step.address === address).map(({ to }) => to));
    return { self: object === undefined ? undefined : nodes.self(object), gives };
  };
  const before = (address: Address): ReadonlySet<number> => {
    const { self, gives } = targetsOf(address);
    const seen = new Set<number>(self === undefined ? [] : [self]);
    const queue = [...seen];
    const visit = (step: Step): void => {
      if (seen.has(step.from)) return;
      seen.add(step.from);
      queue.push(step.from);
    };
    for (const node of gives) for (const step of arriving.get(node) ?? []) if (step.address === address) visit(step);
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const step of arriving.get(at) ?? []) visit(step);
    return seen;
  };

  const wayStep = ({ to, edge, address }: Step): WayStep => ({
    // Direct members only are no entitlement of their own: the edge says what they are.
    entitlement: inWords(nodes.labelOf(to) ?? edge.entitlement, homes.of(to)?.instance ?? ""),
    ...(address === undefined ? {} : { address }),
    ...(edge.why === undefined ? {} : { why: edge.why }),
  });

  const holding = (node: number, paths: readonly (readonly Step[])[]): Holding | undefined => {
    const label = nodes.labelOf(node);
    const home = homes.of(node);
    const [first] = paths[0] ?? [];
    if (label === undefined || home === undefined || first === undefined) return undefined;
    const lasts = paths.flatMap((path) => path.at(-1)?.edge ?? []);
    const person = stand.has(first)
      ? inWords(first.edge.person, homes.of(first.to)?.instance ?? "")
      : first.edge.person;
    return {
      person,
      ...(first.edge.personId === undefined || stand.has(first) ? {} : { personId: first.edge.personId }),
      ...(stand.has(first) ? { unread: true as const } : {}),
      entitlement: inWords(label, home.instance),
      ...home,
      ...(lasts.some(({ privileged }) => privileged === true) ? { privileged: true } : {}),
      ...(lasts.some(({ administers }) => administers === true) ? { administers: true } : {}),
      ...(lasts.some(({ account }) => account === true) ? { account: true } : {}),
      ways: distinct(paths.map((path) => path.filter((step) => !stand.has(step)).map(wayStep))),
    };
  };

  return {
    who(address) {
      const { self, gives } = targetsOf(address);
      const found: Holding[] = [];
      for (const target of new Set([...(self === undefined ? [] : [self]), ...gives])) {
        const byPerson = new Map<number, (readonly Step[])[]>();
        for (const node of graph().holders(target)) {
          const paths = graph().paths(node, target);
          const own = target === self ? paths : paths.filter((path) => path.at(-1)?.address === address);
          if (own.length === 0) continue;
          const person = persons.of(node);
          byPerson.set(person, [...(byPerson.get(person) ?? []), ...own]);
        }
        for (const paths of byPerson.values()) found.push(...defined(holding(target, shortestFirst(paths))));
      }
      return sorted(found);
    },
    of(someone) {
      const byNode = new Map<number, (readonly Step[])[]>();
      for (const person of persons.find(someone)) {
        for (const { node, paths } of graph().reach(person)) byNode.set(node, [...(byNode.get(node) ?? []), ...paths]);
      }
      return sorted([...byNode].flatMap(([node, paths]) => defined(holding(node, shortestFirst(paths)))));
    },
    people: () => persons.names(),
    unread(about) {
      const among = about === undefined ? Array.from({ length: nodes.size() }, (_, node) => node) : before(about);
      const holders = new Set(real.flatMap((step) => (step.edge.holder === undefined ? [] : [step.from])));
      return [...among].flatMap((node) => {
        const one = nodes.unread(node);
        return one === undefined ? [] : [{ ...one, holds: holders.has(node) }];
      });
    },
    upstream(of) {
      const among = before(of);
      const { gives } = targetsOf(of);
      const on = real.filter((step) => among.has(step.to) || (gives.has(step.to) && step.address === of));
      return new Set([of, ...on.flatMap((step) => [step.address ?? [], homes.of(step.to)?.address ?? []].flat())]);
    },
  };
}

function byEnd(steps: readonly Step[]): ReadonlyMap<number, readonly Step[]> {
  const ends = new Map<number, Step[]>();
  for (const step of steps) {
    const known = ends.get(step.to);
    if (known === undefined) ends.set(step.to, [step]);
    else known.push(step);
  }
  return ends;
}

interface Home {
  readonly instance: string;
  /** Of an object of the stack. */
  readonly address?: Address;
}

/** Where what a node stands for is. */
function homesOf(objects: readonly AccessObject[], nodes: Nodes, instanceFor: InstanceFor) {
  const homes = new Map<number, Home>();
  for (const object of objects) {
    const { instance, address } = object;
    const self = nodes.self(object);
    if (self !== undefined) homes.set(self, address === undefined ? { instance } : { instance, address });
  }
  return {
    add({ from, to, edge: { holder, object: held } }: Step, by: AccessObject): void {
      const seen = (name: Edge["object"]): Home => ({
        instance: typeof name === "object" ? instanceFor(name.kind, by) : by.instance,
      });
      if (!homes.has(to)) homes.set(to, seen(held));
      if (holder !== undefined && !homes.has(from)) homes.set(from, seen(holder));
    },
    of: (node: number): Home | undefined => homes.get(node),
  };
}

/** What reads the same is one way. */
function distinct(ways: readonly Way[]): readonly Way[] {
  return [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()];
}

function defined<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function shortestFirst(paths: readonly (readonly Step[])[]): readonly (readonly Step[])[] {
  return [...paths].sort((a, b) => a.length - b.length);
}

function sorted(holdings: readonly Holding[]): readonly Holding[] {
  const rank = ({ administers, privileged }: Holding): number =>
    administers === true ? 0 : privileged === true ? 1 : 2;
  return [...holdings].sort((a, b) => rank(a) - rank(b) || compareText(textOf(a), textOf(b)));
}

function textOf({ entitlement, person, address }: Holding): string {
  return [entitlement, person, address ?? ""].join(" ");
}
