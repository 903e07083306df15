/** Nodes of what is held, by name: people by login, objects of the plan by address, others by kind and id. Pure. */
import type { KindRules } from "../config/rules.ts";
import type { Address, Change, Edge, ObjectName } from "../model.ts";

export type InstanceFor = (kind: string, from: { readonly instance: string; readonly kind: string }) => string;

export function administering(instance: string): string {
  return `administers ${instance}`;
}

export function personNode(login: string): string {
  return `person ${login.toLowerCase()}`;
}

/** An account that gets another login is the same person's. */
export function accountNode(instance: string): string {
  return `account ${instance}`;
}

/** Reference to an object that does not exist yet. */
const FUTURE = /^\$\{([^}]+)\.id\}$/;

/** One edge as a link between two nodes. */
export interface Place {
  readonly from: string;
  readonly to: string;
  readonly edge: Edge;
}

export interface Names {
  holdings(edges: readonly Edge[], change: Change): ReadonlyMap<string, Place>;
  objectWith(instance: string, id: string): string | undefined;
  /** Everybody who is in an object of the plan is known: its lists were read, or it is new. */
  isWhole(node: string): boolean;
}

export const DIRECT = /^direct /;

export function createNames(
  changes: readonly Change[],
  instanceFor: InstanceFor,
  rulesOf: (kind: string) => KindRules,
): Names {
  const byName = new Map<string, Address>();
  const byId = new Map<string, Address>();
  const byAddress = new Map<string, Change>(changes.map((change) => [change.address, change]));
  for (const change of changes) {
    const id = "before" in change ? change.before?.id : undefined;
    if (id === undefined) continue;
    const instance = instanceOf(change.address);
    byName.set(`${instance} ${change.kind} ${id}`, change.address);
    byId.set(`${instance} ${id}`, change.address);
  }
  const nodeOf = (name: ObjectName, change: Change): string => {
    const from = { instance: instanceOf(change.address), kind: change.kind };
    const plain = `${instanceFor(name.kind, from)} ${name.kind} ${name.id}`;
    return FUTURE.exec(name.id)?.[1] ?? byName.get(plain) ?? plain;
  };
  return {
    objectWith: (instance, id) => byId.get(`${instance} ${id}`),
    isWhole(node) {
      const change = byAddress.get(node);
      if (change === undefined) return false;
      const live = "before" in change ? change.before : undefined;
      if (live === undefined) return change.action === "create";
      const lists = [...(rulesOf(change.kind).spec.properties ?? [])].filter(([, rule]) => rule.unordered === true);
      const granted = lists.filter(([, rule]) => rule.grantedAs !== undefined);
      return (granted.length > 0 ? granted : lists).every(([field]) => Object.hasOwn(live.spec, field));
    },
    holdings(edges, change) {
      const places = new Map<string, Place>();
      const instance = instanceOf(change.address);
      const add = (from: string, to: string, edge: Edge): void => {
        if (from !== to) places.set(`${from}\n${to}`, { from, to, edge });
      };
      for (const edge of edges) {
        const { holder, object } = edge;
        const own = holder === "self";
        const from = holder === undefined ? personNode(edge.person) : own ? change.address : nodeOf(holder, change);
        const holds = typeof holder === "object" && holder.direct === true ? `direct ${from}` : from;
        if (edge.account === true) {
          // Whoever has another login next is the same person.
          const who = edge.personId ?? edge.person.toLowerCase();
          add(`account of ${who}`, accountNode(instance), edge);
          continue;
        }
        const to =
          object === undefined
            ? `leaf ${instance} ${edge.entitlement}`
            : object === "self"
              ? change.address
              : nodeOf(object, change);
        add(holds, to, edge);
        if (edge.administers === true) add(holds, administering(instance), edge);
        if (object === "self" && holder === undefined) add(from, `direct ${change.address}`, edge);
      }
      return places;
    },
  };
}

export function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}
