/**
 * `--target` and `--exclude`: which addresses a plan is about. A target brings what has to come first, an exclusion
 * what would have to come after: for an object that is made what it needs, for one that ends what needs it.
 */
import type { Graph } from "../graph/build.ts";
import type { Address, Owned, Plan } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";

export interface Selection {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

/** Undefined: everything. An address may end in `*`. */
export function selectAddresses(
  graph: Graph,
  owned: readonly Owned[],
  mode: Plan["mode"],
  { targets, excludes }: Selection,
): ReadonlySet<Address> | undefined {
  if (targets.length === 0 && excludes.length === 0) return undefined;
  const all = [...new Set([...graph.resources.keys(), ...owned.map((one) => one.address)])];
  const problems: Problem[] = [];
  const match = (pattern: string): Address[] => {
    const found = pattern.endsWith("*")
      ? all.filter((address) => address.startsWith(pattern.slice(0, -1)))
      : all.filter((address) => address === pattern);
    if (found.length === 0) {
      problems.push({
        code: "unknown-address",
        message: `${pattern} is neither declared nor owned here.`,
        hint: nearest(pattern, all) || "`accord state list` and `accord graph` show the addresses.",
      });
    }
    return found;
  };
  const first = precedence(graph, owned, mode, all);
  const wanted = targets.length === 0 ? all : reach(targets.flatMap(match), (address) => first.get(address) ?? []);
  const then = inverse(first);
  const left = new Set(reach(excludes.flatMap(match), (address) => then.get(address) ?? []));
  if (problems.length > 0) throw new ProblemError(problems);
  return new Set(wanted.filter((address) => !left.has(address)));
}

type Precedence = ReadonlyMap<Address, readonly Address[]>;

/** Address → what must have changed before it. What ends waits for all that state remembers as needing it. */
function precedence(graph: Graph, owned: readonly Owned[], mode: Plan["mode"], all: readonly Address[]): Precedence {
  const dependants = inverse(new Map(owned.map(({ address, dependsOn }) => [address, dependsOn])));
  const ends = (address: Address): boolean => mode === "destroy" || !graph.resources.has(address);
  return new Map(
    all.map((address) => [address, (ends(address) ? dependants.get(address) : graph.needs.get(address)) ?? []]),
  );
}

function inverse(relation: Precedence): Precedence {
  const inverted = new Map<Address, Address[]>();
  for (const [address, others] of relation) {
    for (const other of new Set(others)) {
      const known = inverted.get(other);
      if (known === undefined) inverted.set(other, [address]);
      else known.push(address);
    }
  }
  return inverted;
}

function reach(from: readonly Address[], next: (address: Address) => readonly Address[]): Address[] {
  const seen = new Set<Address>(from);
  const queue = [...from];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    for (const one of next(address)) {
      if (seen.has(one)) continue;
      seen.add(one);
      queue.push(one);
    }
  }
  return [...seen];
}

/** The part of a graph that is about these addresses. */
export function subgraph(graph: Graph, selected: ReadonlySet<Address> | undefined): Graph {
  if (selected === undefined) return graph;
  const resources = new Map([...graph.resources].filter(([address]) => selected.has(address)));
  return { resources, mentions: graph.mentions, needs: graph.needs };
}
