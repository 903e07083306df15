/** The documents of a plan, as guardrails see them: by themselves, and by what they refer to. Pure. */
import { edgesBetween } from "../impact/edges.ts";
import { hasPrivilege, isLabelled } from "../impact/privileged.ts";
import type { Address, Change, Spec } from "../model.ts";
import { isObject } from "../value.ts";
import type { FactsInput } from "./facts.ts";
import { type Known, shownSpec } from "./shown-spec.ts";

export type ObjectFacts = {
  readonly address: string;
  readonly instance: string;
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protect: boolean;
  readonly privileged: boolean;
  readonly declared: Spec;
};

export interface Objects {
  of(change: Change): ObjectFacts;
  at(address: Address): ObjectFacts | undefined;
  uses(change: Change): readonly ObjectFacts[];
  usesOf(address: Address): readonly ObjectFacts[];
  usedBy(change: Change): readonly ObjectFacts[];
  identify(id: string, kinds: readonly string[], from: Change): Known;
}

type Input = Pick<FactsInput, "changes" | "names" | "rulesOf" | "factsOf" | "instanceFor">;

/** Reference to an object that does not exist yet. */
const FUTURE = /^\$\{([^}]+)\.id\}$/;

export function objectsOf(input: Input): Objects {
  const byAddress = new Map(input.changes.map((change) => [change.address as string, change]));
  const known = new Map<Address, ObjectFacts>();
  let ids: ReadonlyMap<string, Change> | undefined;
  let users: ReadonlyMap<string, readonly Change[]> | undefined;

  const identify = (id: string, kinds: readonly string[], from: Change): Known => {
    ids ??= idsOf(input.changes);
    const instance = instanceOf(from);
    const instances = kinds.map((kind) => ({ kind, instance: input.instanceFor(kind, { instance, kind: from.kind }) }));
    const future = FUTURE.exec(id)?.[1];
    const found =
      future === undefined
        ? instances.map((one) => ids?.get(`${one.instance} ${one.kind} ${id}`)).find((one) => one !== undefined)
        : byAddress.get(future);
    const name =
      found === undefined
        ? instances.map((one) => input.names[`${one.instance} ${id}`]).find((one) => one !== undefined)
        : input.factsOf(found.kind).key("after" in found ? found.after.spec : {});
    return {
      ...(found === undefined ? {} : { address: found.address }),
      ...(name === undefined ? {} : { name }),
      privileged: found !== undefined && found !== from && of(found).privileged,
    };
  };

  const of = (change: Change): ObjectFacts => {
    const before = known.get(change.address);
    if (before !== undefined) return before;
    const { address, kind } = change;
    const { spec: rule } = input.rulesOf(kind);
    const after = "after" in change ? change.after : undefined;
    const plain = {
      ...{ address, kind, instance: instanceOf(change), name: address.split("/").slice(2).join("/") },
      labels: after?.labels ?? {},
      protect: after?.protect ?? false,
    };
    // Objects may refer to each other in a circle: whoever asks on the way gets what is known so far.
    known.set(address, { ...plain, privileged: after !== undefined && isLabelled(after), declared: {} });
    const declared = shownSpec(after?.spec ?? {}, rule, (id, kinds) => identify(id, kinds, change));
    const privileged =
      (after !== undefined && isLabelled(after)) || refersToPrivilege(declared, rule) || givesPrivilege(change, input);
    const facts = { ...plain, privileged, declared };
    known.set(address, facts);
    return facts;
  };

  const present = (addresses: readonly Address[]): readonly ObjectFacts[] =>
    addresses.flatMap((address) => {
      const change = byAddress.get(address);
      return change === undefined ? [] : [of(change)];
    });

  const uses = (change: Change | undefined): readonly ObjectFacts[] =>
    change !== undefined && "after" in change ? present([...new Set(change.after.dependsOn)]) : [];

  return {
    of,
    at(address) {
      const change = byAddress.get(address);
      return change === undefined ? undefined : of(change);
    },
    uses,
    usesOf: (address) => uses(byAddress.get(address)),
    usedBy(change) {
      users ??= usersOf(input.changes);
      return (users.get(change.address) ?? []).map(of);
    },
    identify,
  };
}

/** By a risk level that its schema knows to be one. */
function refersToPrivilege(declared: Spec, { properties }: { properties?: ReadonlyMap<string, Rule> }): boolean {
  return [...(properties ?? [])].some(([field, { privileged = [] }]) => {
    const value = declared[field];
    const name = isObject(value) ? value.name : undefined;
    return typeof name === "string" && privileged.some((one) => one.toLowerCase() === name.toLowerCase());
  });
}

type Rule = { readonly privileged?: readonly string[] };

/** By its kind: admin roles and the like. */
function givesPrivilege(change: Change, { rulesOf, factsOf }: Input): boolean {
  const sides = edgesBetween(change, undefined, {
    rules: rulesOf(change.kind),
    facts: factsOf(change.kind),
    people: change.people,
  });
  return [...sides.before, ...sides.after].some(hasPrivilege);
}

function idsOf(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(
    changes.flatMap((change) => {
      const id = change.action === "create" ? undefined : change.before?.id;
      return id === undefined ? [] : [[`${instanceOf(change)} ${change.kind} ${id}`, change] as const];
    }),
  );
}

function usersOf(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const users = new Map<string, Change[]>();
  for (const change of changes) {
    for (const address of "after" in change ? new Set(change.after.dependsOn) : []) {
      const others = users.get(address);
      if (others === undefined) users.set(address, [change]);
      else others.push(change);
    }
  }
  return users;
}

export function instanceOf({ address }: { readonly address: Address }): string {
  return address.slice(0, address.indexOf("/"));
}
