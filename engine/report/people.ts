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
}

export interface Side {
  readonly people: number;
  readonly holders: readonly Holders[];
}

export function sideOf(edges: Impact["gained"]): Side {
  const everyone = new Set<string>();
  const groups = new Map<string, Group>();
  for (const edge of edges) {
    // Two people may share a display name; two ids are two people.
    const person = edge.personId ?? edge.person;
    everyone.add(person);
    const group = groups.get(edge.entitlement) ?? newGroup();
    groups.set(edge.entitlement, group);
    group.people.set(person, edge.person);
    group.through.add(edge.address);
    group.privileged ||= edge.privileged === true || edge.administers === true;
    group.administers ||= edge.administers === true;
  }
  const holders = [...groups].map(([entitlement, group]) => ({
    entitlement,
    privileged: group.privileged,
    administers: group.administers,
    people: [...group.people.values()].sort(compareText),
    through: [...group.through].sort(compareText),
  }));
  return { people: everyone.size, holders: holders.sort(byDanger) };
}

interface Group {
  readonly people: Map<string, string>;
  readonly through: Set<Address>;
  privileged: boolean;
  administers: boolean;
}

function newGroup(): Group {
  return { people: new Map(), through: new Set(), privileged: false, administers: false };
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
