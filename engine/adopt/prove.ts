/**
 * ⇄ Would the new documents, bound to their objects, plan to nothing? Planned as any stack is, from what was surveyed;
 * what an empty plan would note down as applied is what state gets.
 */
import type { KindRules } from "../config/rules.ts";
import { secretsOf } from "../config/secrets.ts";
import { buildGraph, type Graph } from "../graph/build.ts";
import type { Address, Change, FieldChange, Owned, Resource, Tenant } from "../model.ts";
import { planChanges } from "../plan/plan.ts";
import { readLive } from "../plan/read.ts";
import { subgraph } from "../plan/select.ts";
import type { Catalog, Instances } from "../plan/tenants.ts";
import type { Problem } from "../problem.ts";
import { dotted, pointer } from "../value.ts";
import { listed } from "../words.ts";

export interface Proving {
  /** Documents of the stack as it is. */
  readonly declared: readonly Resource[];
  readonly added: readonly Resource[];
  /** Address → vendor id, of what is added. */
  readonly ids: ReadonlyMap<Address, string>;
  readonly owned: readonly Owned[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  readonly instanceProviders: ReadonlyMap<string, string>;
  readonly pinned: Readonly<Record<string, Tenant>>;
  readonly stack: string;
  readonly now: () => number;
}

export interface Proof {
  /** One for each address that would not plan to nothing, and what stands in the way of planning at all. */
  readonly problems: readonly Problem[];
  readonly bindings: readonly Owned[];
  readonly tenants: Readonly<Record<string, Tenant>>;
}

export async function prove(proving: Proving): Promise<Proof> {
  const { declared, added, ids, owned, instances, catalog, instanceProviders, stack } = proving;
  const rulesOf = (kind: string): KindRules => catalog.rulesOf(kind);
  const whole = buildGraph([...declared, ...added], rulesOf, instanceProviders);
  const bound = added.map((resource) => justBound(resource, ids.get(resource.address) ?? ""));
  const all = [...owned, ...bound];
  const graph = subgraph(whole, withNeeds(added, whole));
  const concerned = all.filter((one) => graph.resources.has(one.address));
  const reading = await readLive({
    ...{ graph, owned: concerned, instances, catalog, stack },
    pinned: proving.pinned,
    now: proving.now,
    doubts: new Map(),
  });
  const planned = planChanges({
    ...{ graph, reading, owned: concerned, remembered: all, catalog, stack, mode: "normal" },
    replace: new Set(),
    doubts: new Map(),
    secretDigest: () => undefined,
  });
  const changes = new Map(planned.changes.map((change) => [change.address, change]));
  const differing = added.flatMap(({ address }) => differs(address, changes.get(address)));
  const problems = [...reading.problems, ...planned.problems];
  return {
    // A resource with a problem has no change, or none that means anything.
    problems: problems.length > 0 ? problems : differing,
    bindings: bound.map((one) => settledBy(one, changes.get(one.address))),
    tenants: reading.tenants,
  };
}

/** What is added, and what it refers to. */
function withNeeds(added: readonly Resource[], { needs }: Graph): ReadonlySet<Address> {
  const selected = new Set(added.map(({ address }) => address));
  // A set that grows while it is walked is walked to its end.
  for (const address of selected) for (const need of needs.get(address) ?? []) selected.add(need);
  return selected;
}

/** Secrets count as sent: what they are is not known, and nothing says that they are to be sent again. */
function justBound({ address, kind, spec, onRemoval }: Resource, id: string): Owned {
  const secrets = secretsOf(spec).map(([path]) => [pointer(path), {}] as const);
  return {
    ...{ address, kind, id, applied: {}, people: {}, secrets: Object.fromEntries(secrets) },
    ...{ protect: false, origin: "adopted", dependsOn: [] },
    ...(onRemoval === undefined ? {} : { onRemoval }),
  };
}

function settledBy(owned: Owned, change: Change | undefined): Owned {
  if (change?.action !== "none") return owned;
  const { after, before, people } = change;
  const computed = before?.computed;
  return {
    ...owned,
    ...{ applied: after.spec, people, protect: after.protect, dependsOn: after.dependsOn },
    ...(computed === undefined ? {} : { computed }),
  };
}

function differs(address: Address, change: Change | undefined): Problem[] {
  if (change?.action === "none") return [];
  const what =
    change === undefined
      ? "nothing can be planned for it"
      : `the plan would ${change.action} it${"fields" in change ? `: ${listed(change.fields.map(fieldInWords), 12)}` : ""}`;
  return [
    {
      code: "not-empty",
      message: `The document written for ${address} does not say what is live: ${what}.`,
      hint: "Nothing was written. Leave it out with --match, or write its document by hand and use accord import.",
      address,
    },
  ];
}

/** `members + ada@acme.example`. */
export function fieldInWords(change: FieldChange): string {
  const field = dotted(change.path);
  if (change.op === "set") return `${field} ${JSON.stringify(change.before ?? null)} → ${JSON.stringify(change.after)}`;
  const element = typeof change.element === "string" ? change.element : JSON.stringify(change.element);
  return `${field} ${change.op === "add" ? "+" : "-"} ${element}`;
}
