/** Who gains and who loses what: an impact grouped by entitlement, the dangerous ones first. */
import { compareText } from "../address.ts";
import type { Address, Impact } from "../model.ts";

export interface Holders {
  readonly entitlement: string;
  readonly privileged: boolean;
  readonly administers: boolean;
  readonly people: readonly string[];
  /** The changes that cause it. */
  readonly through: readonly Address[];
  /** What is held on the way to it (`member of prod`), each way once; none where it is held directly. */
  readonly ways: readonly string[];
}

export interface Side {
  readonly people: number;
  readonly holders: readonly Holders[];
}

export function sideOf(edges: Impact["gained"]): Side {
  const groups = new Map<string, Group>();
  for (const edge of edges) {
    // Two people may share a display name; two ids are two people.
    const person = edge.personId ?? edge.person;
    const group = groups.get(edge.entitlement) ?? newGroup();
    groups.set(edge.entitlement, group);
    group.people.set(person, edge.person);
    group.through.add(edge.address);
    for (const way of edge.paths ?? []) if (way.length > 0) group.ways.add(way.join(", then "));
    group.privileged ||= edge.privileged === true || edge.administers === true;
    group.administers ||= edge.administers === true;
  }
  const holders = [...groups].map(([entitlement, group]) => ({
    entitlement,
    privileged: group.privileged,
    administers: group.administers,
    people: [...group.people.values()].sort(compareText),
    through: [...group.through].sort(compareText),
    ways: [...group.ways].sort(compareText),
  }));
  return { people: countOf(edges), holders: holders.sort(byDanger) };
}

/**
 * One login in several systems is one person, whose id differs from one to the next. Two ids of one name in the same
 * system are two people, and one id of two names is one.
 */
function countOf(edges: Impact["gained"]): number {
  const logins = new Map<string, Map<string, Set<string>>>();
  for (const { person, personId, address } of edges) {
    const ids = logins.get(person.toLowerCase()) ?? new Map<string, Set<string>>();
    logins.set(person.toLowerCase(), ids);
    if (personId === undefined) continue;
    const instance = address.slice(0, address.indexOf("/"));
    ids.set(instance, (ids.get(instance) ?? new Set()).add(`${instance} ${personId}`));
  }
  let people = 0;
  const counted = new Set<string>();
  for (const ids of logins.values()) {
    const all = [...ids.values()].flatMap((some) => [...some]);
    if (!all.some((id) => counted.has(id))) people += Math.max(1, ...[...ids.values()].map(({ size }) => size));
    for (const id of all) counted.add(id);
  }
  return people;
}

interface Group {
  readonly people: Map<string, string>;
  readonly through: Set<Address>;
  readonly ways: Set<string>;
  privileged: boolean;
  administers: boolean;
}

function newGroup(): Group {
  return { people: new Map(), through: new Set(), ways: new Set(), privileged: false, administers: false };
}

function byDanger(a: Holders, b: Holders): number {
  return (
    Number(b.administers) - Number(a.administers) ||
    Number(b.privileged) - Number(a.privileged) ||
    compareText(a.entitlement, b.entitlement)
  );
}

/** Addresses whose change gives or takes privileged access. */
export function privilegedAddresses(impact: Impact): ReadonlySet<Address> {
  const addresses = new Set<Address>();
  for (const edge of [...impact.gained, ...impact.lost]) {
    if (edge.privileged === true || edge.administers === true) addresses.add(edge.address);
  }
  return addresses;
}

/** Why a row of people needs a second look, in a word; nothing for the rest. */
export function dangerWord(holders: Holders): string {
  return holders.administers ? "administrator" : holders.privileged ? "privileged" : "";
}
