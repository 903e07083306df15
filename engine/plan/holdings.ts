/**
 * ⇄ Who holds what, live: the stack as a plan reads it, then whoever is behind what it leads to. What cannot be read is
 * said and never taken for nobody; one instance that is down does not hide the others.
 */
import type { Found } from "../diff/found.ts";
import { withReasons } from "../impact/explained.ts";
import { type HeldObject, type Holdings, holdingsOf } from "../impact/holdings.ts";
import { isLabelled, privilegedEdges } from "../impact/privileged.ts";
import { wordedBy } from "../impact/wording.ts";
import type { Address, Live } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { count } from "../words.ts";
import { checkTenants, usedInstances } from "./check-tenants.ts";
import { DEEPEST } from "./impact.ts";
import { byKind, isWhole, keyOf, type Named, type Read, readHolders } from "./objects.ts";
import { readLive } from "./read.ts";
import type { ReadOptions } from "./read-options.ts";
import type { Reading } from "./reading.ts";
import { subgraph } from "./select.ts";
import { type Instances, type InstanceView, providerOf, shortKind } from "./tenants.ts";

export interface HoldingsInput extends ReadOptions {
  readonly instanceFor: Parameters<typeof holdingsOf>[1];
  /** Only what leads to this object needs to be read beside the stack; absent: everything that people are behind. */
  readonly about?: Address;
}

export interface LiveHoldings {
  readonly holdings: Holdings;
  readonly objects: readonly HeldObject[];
  /** `<instance> <id>` → what people call it. */
  readonly names: ReadonlyMap<string, string>;
  /** Instances of which every object of the stack was read. */
  readonly coverage: readonly string[];
  /** What was not read, in sentences. */
  readonly gaps: readonly string[];
  /** Declared or owned, and not there. */
  readonly absent: ReadonlySet<Address>;
  /** Those that could be used. */
  readonly instances: Instances;
}

export async function readHoldings(options: HoldingsInput): Promise<LiveHoldings> {
  const { instances, dead } = await livingInstances(options);
  const isRead = (address: Address): boolean => !dead.has(instanceOf(address));
  const selected = new Set([...options.graph.resources.keys()].filter(isRead));
  const input = {
    ...options,
    instances,
    graph: subgraph(options.graph, selected),
    owned: options.owned.filter(({ address }) => isRead(address)),
    doubts: new Map([...options.doubts].filter(([address]) => isRead(address))),
  };
  const reading = await readLive(input);
  const stack = stackOf(input, reading);
  const read = new Map<string, Read>();
  const refused = new Map<string, string>();
  for (let round = 0; ; round += 1) {
    const names = namesOf(reading, stack.lives, read, input);
    const objects = objectsOf(stack.lives, read, reading, input);
    const holdings = holdingsOf(objects, options.instanceFor, wordedBy(names));
    const open = openIn(holdings, input);
    const next = open.filter((one) => !read.has(keyOf(one)));
    if (next.length > 0 && round < DEEPEST) {
      for (const one of next) read.set(keyOf(one), {});
      await readMore(next, input, read, refused);
      continue;
    }
    const unread = [...byKind(open)].map(([key, some]) => unreadGap(some, refused.get(key)));
    return {
      ...{ holdings, objects, names, absent: stack.absent, instances },
      coverage: usedInstances(options).filter(
        (name) => !dead.has(name) && !stack.partly.has(name) && givesAccess(instances.get(name)),
      ),
      gaps: [...deadGaps(dead), ...stack.gaps, ...unread],
    };
  }
}

/** Those that can be used at all, and why the others cannot. Throws where there is none. */
async function livingInstances(options: ReadOptions) {
  const used = usedInstances(options);
  const dead = new Map<string, readonly Problem[]>();
  await Promise.all(
    used.map(async (name) => {
      const problems: Problem[] = [];
      await checkTenants(options, [name], problems);
      if (problems.length > 0) dead.set(name, problems);
    }),
  );
  if (used.length > 0 && dead.size === used.length)
    throw new ProblemError(used.flatMap((name) => dead.get(name) ?? []));
  const instances = new Map([...options.instances].filter(([name]) => !dead.has(name)));
  return { instances, dead };
}

function deadGaps(dead: ReadonlyMap<string, readonly Problem[]>): readonly string[] {
  return [...dead].map(([name, problems]) => `${name} could not be read: ${sentences(problems)}`);
}

function sentences(problems: readonly Problem[]): string {
  return [...new Set(problems.map(({ message }) => message))].join(" ");
}

interface StackLives {
  readonly lives: ReadonlyMap<Address, { readonly kind: string; readonly live: Live }>;
  readonly absent: ReadonlySet<Address>;
  readonly gaps: readonly string[];
  /** Instances of which something was not read. */
  readonly partly: ReadonlySet<string>;
}

function stackOf({ graph, owned }: ReadOptions, { found, problems }: Reading): StackLives {
  const kinds = new Map<Address, string>([
    ...owned.map((one) => [one.address, one.kind] as const),
    ...[...graph.resources.values()].map((one) => [one.address, one.kind] as const),
  ]);
  const lives = new Map<Address, { kind: string; live: Live }>();
  const absent = new Set<Address>();
  const missed: Address[] = [];
  for (const [address, kind] of kinds) {
    const at: Found | undefined = found.get(address);
    if (at === undefined) missed.push(address);
    else if (at.state === "present" || at.state === "remembered") lives.set(address, { kind, live: at.live });
    else absent.add(address);
  }
  const groups = new Map<string, Address[]>();
  for (const address of missed) {
    const key = address.slice(0, address.lastIndexOf("/"));
    groups.set(key, [...(groups.get(key) ?? []), address]);
  }
  const gaps = [...groups].map(([key, addresses]) => {
    const own = problems.filter(({ address = "" }) => address.startsWith(`${key}/`));
    return `${count(addresses.length, "object")} of ${key} could not be read: ${sentences(own.length > 0 ? own : problems)}`;
  });
  return { lives, absent, gaps, partly: new Set(missed.map(instanceOf)) };
}

function namesOf(
  { names }: Reading,
  lives: StackLives["lives"],
  read: ReadonlyMap<string, Read>,
  { catalog }: ReadOptions,
): ReadonlyMap<string, string> {
  const known = new Map(names);
  const add = (instance: string, kind: string, live: Live): void => {
    for (const [id, name] of Object.entries(live.names ?? {})) known.set(`${instance} ${id}`, name);
    const key = catalog.factsOf(kind).key(live.spec);
    if (key !== undefined && key !== "") known.set(`${instance} ${live.id}`, key);
  };
  for (const [address, { kind, live }] of lives) add(instanceOf(address), kind, live);
  for (const [key, { live }] of read) {
    const [instance = "", kind = ""] = key.split(" ");
    if (live !== undefined) add(instance, kind, live);
  }
  return known;
}

function objectsOf(
  lives: StackLives["lives"],
  read: ReadonlyMap<string, Read>,
  { explained }: Reading,
  { catalog, graph }: ReadOptions,
): readonly HeldObject[] {
  const objects: HeldObject[] = [];
  const seen = new Set<string>();
  for (const [address, { kind, live: first }] of lives) {
    const instance = instanceOf(address);
    const key = keyOf({ instance, kind, id: first.id });
    const known = read.get(key);
    const live = completed(first, known?.live);
    const facts = catalog.factsOf(kind);
    seen.add(key);
    const own = [...withReasons(facts.edges?.(live) ?? [], live, explained.get(address)), ...(known?.holders ?? [])];
    const resource = graph.resources.get(address);
    const edges = resource !== undefined && isLabelled(resource) ? privilegedEdges(own) : own;
    // Of a kind that tells nobody who holds it, nothing is known until others do.
    const whole = facts.edges !== undefined && isWhole(live, known?.holders, kind, catalog);
    const held = facts.held?.(live.spec);
    objects.push({ address, instance, kind, id: live.id, edges, whole, ...(held === undefined ? {} : { held }) });
  }
  for (const [key, { live, holders }] of read) {
    const [instance = "", kind = "", id = ""] = key.split(" ");
    if (seen.has(key) || (live === undefined && holders === undefined)) continue;
    const facts = catalog.factsOf(kind);
    const own = live === undefined ? [] : withReasons(facts.edges?.(live) ?? [], live);
    const held = live === undefined ? undefined : facts.held?.(live.spec);
    objects.push({
      ...{ instance, kind, id: live?.id ?? id, edges: [...own, ...(holders ?? [])], whole: facts.edges !== undefined },
      ...(held === undefined ? {} : { held }),
    });
  }
  return objects;
}

/** What was read of it with the stack goes before what the second look shows: that one may lag behind our own writes. */
function completed(first: Live, again: Live | undefined): Live {
  if (again === undefined) return first;
  return { ...again, spec: { ...again.spec, ...first.spec }, people: { ...again.people, ...first.people } };
}

type Open = ReturnType<Holdings["unread"]>[number];

/** Objects whose people matter and are not known. */
function openIn(holdings: Holdings, { about, instances }: HoldingsInput): readonly Open[] {
  return holdings.unread(about).filter((one) => one.holds || factsHere(one, instances)?.edges !== undefined);
}

/** Undefined for what is of a system that the stack has no instance of, or that could not be read. */
function factsHere({ instance, kind }: Named, instances: Instances): KindFacts | undefined {
  const provider = instances.get(instance)?.provider;
  return provider?.name === providerOf(kind) ? provider.kinds.get(shortKind(kind)) : undefined;
}

async function readMore(
  open: readonly Open[],
  input: ReadOptions,
  into: Map<string, Read>,
  refused: Map<string, string>,
): Promise<void> {
  await Promise.all(
    [...byKind(open)].map(async ([key, some]) => {
      try {
        const [first] = some;
        if (first !== undefined && factsHere(first, input.instances) !== undefined)
          await readHolders(some, input, into);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused.set(key, sentences(error.problems));
      }
    }),
  );
}

function unreadGap(some: readonly Named[], why: string | undefined): string {
  const [first] = some;
  const what = `${count(some.length, "object")} of ${first?.kind} in ${first?.instance}`;
  return why === undefined
    ? `Who is behind ${what} is not known: reads do not show it, or not yet.`
    : `Who is behind ${what} could not be read: ${why}`;
}

function givesAccess(instance: InstanceView | undefined): boolean {
  return [...(instance?.provider.kinds.values() ?? [])].some(({ edges }) => edges !== undefined);
}

function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}
