/** Resources → graph: who must exist before whom. Unknown references and cycles end here, all of them at once. */
import { compareText } from "../address.ts";
import type { KindRules } from "../config/rules.ts";
import type { Address, Resource } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { dotted, pointer } from "../value.ts";
import { nearest } from "../words.ts";
import { type Mentions, mentionsOf, type Reference } from "./refs.ts";

export interface Graph {
  readonly resources: ReadonlyMap<Address, Resource>;
  readonly mentions: ReadonlyMap<Address, Mentions>;
  /** Address → addresses it needs first. */
  readonly needs: ReadonlyMap<Address, readonly Address[]>;
}

const NOTHING: readonly Address[] = [];

export function buildGraph(
  resources: readonly Resource[],
  rulesOf: (kind: string) => KindRules,
  /** Name → provider. */
  instances: ReadonlyMap<string, string>,
): Graph {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const mentions = new Map<Address, Mentions>();
  const needs = new Map<Address, readonly Address[]>();
  const problems: Problem[] = [];
  const addresses = [...byAddress.keys()];

  for (const resource of resources) {
    const found = mentionsOf(resource, rulesOf(resource.kind).spec, instances);
    problems.push(...found.problems);
    const needed = new Set<Address>();
    for (const reference of found.references) {
      const problem = wrong(reference, resource, byAddress, addresses, rulesOf);
      if (problem !== undefined) problems.push(problem);
      else needed.add(reference.address);
    }
    for (const address of resource.dependsOn) {
      if (byAddress.has(address)) needed.add(address);
      else problems.push(missing(address, resource, "dependsOn", addresses));
    }
    for (const address of resource.replaceWith ?? []) {
      if (byAddress.has(address)) needed.add(address);
      else problems.push(missing(address, resource, "replaceWith", addresses));
    }
    mentions.set(resource.address, found);
    needs.set(resource.address, needed.size === 0 ? NOTHING : [...needed].sort(compareText));
  }
  if (problems.length === 0) problems.push(...cyclesOf(byAddress, needs));
  if (problems.length > 0) throw new ProblemError(problems);
  return { resources: byAddress, mentions, needs };
}

function wrong(
  reference: Reference,
  resource: Resource,
  byAddress: ReadonlyMap<Address, Resource>,
  addresses: readonly Address[],
  rulesOf: (kind: string) => KindRules,
): Problem | undefined {
  const where = dotted(["spec", ...reference.path]);
  const source = resource.sources.get(`/spec${pointer(reference.path)}`) ?? resource.source;
  const target = byAddress.get(reference.address);
  if (target === undefined) return { ...missing(reference.address, resource, where, addresses), source };
  if (reference.kinds !== undefined && !reference.kinds.includes(target.kind)) {
    return {
      code: "wrong-kind",
      message: `${where} takes ${reference.kinds.join(" or ")}, and ${reference.address} is ${target.kind}.`,
      address: resource.address,
      source,
    };
  }
  const head = reference.field.split(".")[0] ?? "";
  const rules = rulesOf(target.kind);
  if (
    reference.kinds === undefined &&
    head !== "id" &&
    !rules.outputs.includes(head) &&
    rules.spec.properties?.has(head) !== true
  ) {
    const known = ["id", ...rules.outputs, ...(rules.spec.properties?.keys() ?? [])];
    return {
      code: "unknown-field",
      message: `${where}: ${target.kind} has no field "${head}".`,
      hint: `${nearest(head, known, "Did you mean")} \`accord explain ${target.kind}\` lists them.`.trim(),
      address: resource.address,
      source,
    };
  }
  return undefined;
}

function missing(address: Address, resource: Resource, where: string, addresses: readonly Address[]): Problem {
  return {
    code: "unknown-address",
    message: `${where}: there is no document ${address} in this stack.`,
    hint: nearest(address, addresses, "Did you mean") || "Add the document, or look the object up: { name: … }.",
    address: resource.address,
    source: resource.source,
  };
}

/** One problem per cycle, naming the whole way round. Iterative: a chain of 50,000 does not overflow the stack. */
function cyclesOf(
  byAddress: ReadonlyMap<Address, Resource>,
  needs: ReadonlyMap<Address, readonly Address[]>,
): Problem[] {
  const problems: Problem[] = [];
  const state = new Map<Address, "open" | "done">();
  for (const start of byAddress.keys()) {
    if (state.has(start) || needs.get(start)?.length === 0) continue;
    const trail: { address: Address; next: number }[] = [{ address: start, next: 0 }];
    state.set(start, "open");
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const need = needs.get(top.address)?.[top.next];
      top.next += 1;
      if (need === undefined) {
        state.set(top.address, "done");
        trail.pop();
      } else if (!state.has(need)) {
        state.set(need, "open");
        trail.push({ address: need, next: 0 });
      } else if (state.get(need) === "open") {
        const round = trail.map((step) => step.address);
        const cycle = [...round.slice(round.indexOf(need)), need];
        const resource = byAddress.get(need);
        problems.push({
          code: "cycle",
          message: `These documents need each other: ${cycle.join(" → ")}.`,
          hint: "Take one reference out, or split the object that both sides need.",
          address: need,
          ...(resource === undefined ? {} : { source: resource.source }),
        });
      }
    }
  }
  return problems;
}
