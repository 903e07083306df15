/**
 * Finds what specs look up by natural key. Each distinct lookup is made once; a lookup whose own parts are unknown
 * (an object that this plan creates) is left to apply.
 */
import { canonicalJson } from "../canonical.ts";
import { lookupInstance, type OutputOf, resolveSpec } from "../graph/refs.ts";
import type { Path, Resource, Spec } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { dotted, pointer, valueAt } from "../value.ts";
import { listed } from "../words.ts";
import { type Catalog, type Instances, shortKind } from "./tenants.ts";

export interface Lookups {
  /** The spec with all references and lookups filled in that can be; problems are collected, not thrown. */
  resolve(resource: Resource, outputOf: OutputOf): Spec | Promise<Spec>;
  readonly names: ReadonlyMap<string, string>;
}

interface Asked {
  readonly instance: string;
  readonly kind: string;
  readonly lookup: Spec;
  readonly path: Path;
}

/** A lookup may hold lookups (an entitlement's app); deeper nesting than this is no natural key. */
const DEEPEST = 4;

export function createLookups(catalog: Catalog, instances: Instances, problems: Problem[]): Lookups {
  const found = new Map<string, Promise<string>>();
  /** Undefined: it found nothing, or too much, and the problem says so. */
  const settled = new Map<string, string | undefined>();
  const names = new Map<string, string>();

  async function find(asked: Asked, resource: Resource): Promise<string> {
    const instance = instances.get(asked.instance);
    if (instance === undefined || !catalog.factsOf(asked.kind).can.find) {
      throw new ProblemError({
        code: "no-lookup",
        message: `${asked.kind} cannot be looked up.`,
        hint: "Name it by its address in this stack, or by { id: … }.",
      });
    }
    const source = resource.sources.get(`/spec${pointer(asked.path)}`) ?? resource.source;
    const candidates = await instance.view.find(shortKind(asked.kind), asked.lookup).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      const placed = error.problems.map((problem) => ({ address: resource.address, source, ...problem }));
      throw new ProblemError(placed, { cause: error });
    });
    const [first, ...more] = candidates.exact;
    if (first !== undefined && more.length === 0) {
      names.set(`${asked.instance} ${first.id}`, first.label);
      return first.id;
    }
    // As the document writes it: ids of what is named inside are nobody's words.
    const written = valueAt(resource.spec, asked.path) ?? asked.lookup;
    const what = `${dotted(["spec", ...asked.path])}: ${canonicalJson(written)}`;
    throw new ProblemError(
      first === undefined
        ? {
            code: "lookup-nothing",
            message: `${what} matches no ${asked.kind} in ${asked.instance}.`,
            hint:
              candidates.near.length === 0
                ? "Check the spelling; names are compared exactly."
                : `Did you mean ${listed(candidates.near.map((one) => one.label))}?`,
            address: resource.address,
            source,
          }
        : {
            code: "lookup-ambiguous",
            message: `${what} matches ${candidates.exact.length} objects of ${asked.kind}: ${listed(candidates.exact.map((one) => `${one.label} (${one.id})`))}.`,
            hint: "Say which one: add what tells them apart, or use { id: … }.",
            address: resource.address,
            source,
          },
    );
  }

  function keyOf(asked: Asked): string {
    return `${asked.instance} ${asked.kind} ${canonicalJson(asked.lookup)}`;
  }

  async function settle(asked: Asked, resource: Resource): Promise<void> {
    const key = keyOf(asked);
    let answer = found.get(key);
    if (answer === undefined) {
      answer = find(asked, resource);
      found.set(key, answer);
    }
    try {
      settled.set(key, await answer);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      // Unknown to whoever reads on, as what apply will know; the plan stops on the problem.
      settled.set(key, undefined);
    }
  }

  return {
    names,
    resolve(resource, outputOf) {
      const rule = catalog.rulesOf(resource.kind).spec;
      const instanceFor = (kind: string): string => instanceOf(kind, resource, instances);
      const once = (): { readonly spec: Spec; readonly open: readonly Asked[] } => {
        const open = new Map<string, Asked>();
        const spec = resolveSpec(
          resource,
          rule,
          outputOf,
          (path, lookup, kinds) => {
            const kind = kinds[0] ?? "";
            const asked = { instance: instanceFor(kind), kind, lookup, path };
            const key = keyOf(asked);
            if (!settled.has(key)) open.set(key, asked);
            return settled.get(key);
          },
          instanceFor,
        );
        return { spec, open: [...open.values()] };
      };
      const first = once();
      // Most specs look nothing up, and thousands of promises are felt.
      return first.open.length === 0 ? first.spec : deeper(first.open);

      async function deeper(asked: readonly Asked[]): Promise<Spec> {
        await Promise.all(asked.map((one) => settle(one, resource)));
        for (let round = 1; round < DEEPEST; round += 1) {
          const { spec, open } = once();
          if (open.length === 0) return spec;
          await Promise.all(open.map((one) => settle(one, resource)));
        }
        throw new Error(`lookups of ${resource.address} are nested too deep`);
      }
    },
  };
}

/** The instance that a lookup searches; none, where one of several would have to be chosen: `buildGraph` refuses those. */
export function instanceOf(
  kind: string,
  resource: { readonly kind: string; readonly instance: string },
  instances: Instances,
): string {
  const providers = new Map([...instances.values()].map(({ name, provider }) => [name, provider.name]));
  const found = lookupInstance(kind, resource, providers);
  return typeof found === "string" ? found : "";
}
