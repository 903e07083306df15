/** ⇄ Are these the tenants that state knows, and may the credentials read what the stack needs? Before anything else. */
import type { Tenant } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { ReadOptions } from "./read-options.ts";
import { otherTenant, shortKind } from "./tenants.ts";

/** Instances that the stack declares or owns something in. */
export function usedInstances({ graph, owned, instances }: ReadOptions): readonly string[] {
  const used = new Set<string>();
  for (const resource of graph.resources.values()) used.add(resource.instance);
  for (const { address } of owned) used.add(address.slice(0, address.indexOf("/")));
  return [...used].filter((name) => instances.has(name));
}

export interface CheckedTenants {
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** A sentence each, about an instance as a whole. */
  readonly notes: readonly string[];
}

export async function checkTenants(
  { graph, owned, instances, pinned }: ReadOptions,
  used: readonly string[],
  problems: Problem[],
): Promise<CheckedTenants> {
  const tenants: Record<string, Tenant> = {};
  const notes = new Map<string, readonly string[]>();
  await Promise.all(
    used.map(async (name) => {
      const instance = instances.get(name);
      if (instance === undefined) return;
      try {
        const tenant = await instance.view.tenant();
        tenants[name] = tenant;
        if (tenant.id === "") {
          problems.push({
            code: "blank-answer",
            message: `${name} did not say which tenant it is.`,
            hint: "The credential seems to have lost its rights: `accord doctor` says more.",
            fatal: true,
          });
          return;
        }
        const before = pinned[name];
        if (before !== undefined && before.id !== tenant.id) {
          problems.push(otherTenant(name, before, tenant));
          return;
        }
        const kinds = new Set<string>();
        for (const one of graph.resources.values()) if (one.instance === name) kinds.add(shortKind(one.kind));
        for (const one of owned) if (one.address.startsWith(`${name}/`)) kinds.add(shortKind(one.kind));
        const findings = await instance.view.preflight([...kinds]);
        problems.push(...findings.filter(({ severity }) => severity !== "warning"));
        const warnings = findings.filter(({ severity }) => severity === "warning");
        notes.set(
          name,
          warnings.map(({ message, hint }) => [`${name}: ${message}`, hint ?? []].flat().join(" ")),
        );
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
    }),
  );
  // In the order of the instances, whichever answered first.
  return { tenants, notes: used.flatMap((name) => notes.get(name) ?? []) };
}
