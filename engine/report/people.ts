/** Who gains and who loses what: an impact grouped by entitlement, the dangerous ones first, then those of most people. */
import { compareText } from "../address.ts";
import type { Address, Impact, Plan } from "../model.ts";
import { count } from "../words.ts";
import { moverWords } from "./populations.ts";
import { uncertainOf } from "./uncertain.ts";

export interface Holders {
  readonly entitlement: string;
  readonly privileged: boolean;
  readonly administers: boolean;
  readonly people: readonly string[];
  /** The changes that cause it. */
  readonly through: readonly Address[];
  /** What is held on the way to it (`member of prod → application AWS`), each way once; none where it is held directly. */
  readonly ways: readonly string[];
}

export interface Side {
  readonly people: number;
  /** How many of them gain or lose something privileged. */
  readonly privileged: number;
  /** Of none of it can anybody tell whether it comes to that. */
  readonly uncertain: boolean;
  readonly holders: readonly Holders[];
}

/** Without what rules give themselves: the section about them says that, with what decides. */
export function sideOf(moves: Impact["gained"]): Side {
  const edges = moves.filter(({ rule }) => rule !== true);
  const groups = new Map<string, Group>();
  for (const edge of edges) {
    // Two people may share a display name; two ids are two people.
    const person = edge.personId ?? edge.person;
    const group = groups.get(edge.entitlement) ?? newGroup();
    groups.set(edge.entitlement, group);
    group.people.set(person, edge.uncertain === true ? `${edge.person} (uncertain)` : edge.person);
    group.through.add(edge.address);
    for (const way of edge.paths ?? []) if (way.length > 0) group.ways.add(way.join(" → "));
    group.privileged ||= isPrivileged(edge);
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
  return {
    people: countOf(edges),
    privileged: countOf(edges.filter(isPrivileged)),
    uncertain: edges.every(({ uncertain }) => uncertain === true),
    holders: holders.sort(byDanger),
  };
}

function isPrivileged(edge: Impact["gained"][number]): boolean {
  return edge.privileged === true || edge.administers === true;
}

/** `3 people gain access`, `1 person may lose access`. */
export function sideWords(verb: "gain" | "lose", { people, uncertain }: Side): string {
  const verbs = uncertain ? `may ${verb}` : people === 1 ? `${verb}s` : verb;
  return `${count(people, "person", "people")} ${verbs} access`;
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

/** All whom the sections below are about, and how many of them hold what is privileged; nothing where one title says it. */
export function peopleLine(plan: Plan): string | undefined {
  const words = peopleParts(plan);
  const privileged = sideOf(plan.impact.gained).privileged + sideOf(plan.impact.lost).privileged;
  return words.length < 2 && privileged === 0 ? undefined : lineOf(words);
}

/** The same where there is no section below: one thing is said too, and that nobody moves. */
export function peopleSummary(plan: Plan): string {
  const words = peopleParts(plan);
  return words.length === 0 ? "Nobody is seen to gain or lose access." : lineOf(words);
}

function peopleParts(plan: Plan): readonly string[] {
  const [gained, lost, uncertain] = [sideOf(plan.impact.gained), sideOf(plan.impact.lost), uncertainOf(plan)];
  return [
    ...(gained.people === 0 ? [] : [summaryWords("gain", gained)]),
    ...(lost.people === 0 ? [] : [summaryWords("lose", lost)]),
    ...[moverWords(plan), uncertain?.people ?? ""].filter((text) => text !== ""),
  ];
}

function lineOf(words: readonly string[]): string {
  const line = words.join("; ");
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

/** `3 people gain access, 1 of them privileged access`. */
function summaryWords(verb: "gain" | "lose", side: Side): string {
  const { people, privileged } = side;
  const of =
    people === 1
      ? ", some of it privileged"
      : `, ${privileged === people ? "all" : privileged} of them privileged access`;
  return `${sideWords(verb, side)}${privileged === 0 ? "" : of}`;
}

/** Ways shown of one entitlement. */
export const MOST_WAYS = 3;

/** `as member of prod → application AWS`, `or as …`, `or in 2 more ways`: a line for each. */
export function waysUpTo(ways: readonly string[], limit: number, show: (way: string) => string): readonly string[] {
  const lines = ways.slice(0, limit).map((way, index) => `${index === 0 ? "as" : "or as"} ${show(way)}`);
  return ways.length > limit ? [...lines, `or in ${count(ways.length - limit, "more way")}`] : lines;
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
    b.people.length - a.people.length ||
    compareText(a.entitlement, b.entitlement)
  );
}

/** Addresses whose change gives or takes privileged access. */
export function privilegedAddresses(impact: Impact): ReadonlySet<Address> {
  const addresses = new Set<Address>();
  for (const edge of [...impact.gained, ...impact.lost]) {
    if (isPrivileged(edge)) addresses.add(edge.address);
  }
  return addresses;
}

/** Why a row of people needs a second look, in a word; nothing for the rest. */
export function dangerWord(holders: Holders): string {
  return holders.administers ? "administrator" : holders.privileged ? "privileged" : "";
}
