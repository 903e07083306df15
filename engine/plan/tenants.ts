/** The connected instances of a stack, as the planning stages see them: by name, read-only. */
import type { KindRules } from "../config/rules.ts";
import type { Tenant } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts, Provider, View } from "../provider.ts";

/** What is known of kinds without a tenant. */
export interface Catalog {
  /** `kind` is `<provider>/<kind>`; throws ProblemError for one that does not exist. */
  rulesOf(kind: string): KindRules;
  factsOf(kind: string): KindFacts;
}

export interface InstanceView {
  readonly name: string;
  readonly provider: Provider;
  readonly view: View;
}

export type Instances = ReadonlyMap<string, InstanceView>;

export function otherTenant(instance: string, pinned: Tenant, now: Tenant): Problem {
  return {
    code: "other-tenant",
    message: `${instance} is now the tenant ${now.id} (${now.host}); state belongs to ${pinned.id} (${pinned.host}).`,
    hint: `Point ${instance} back in accord.yaml, or use another instance name or --env for the other tenant.`,
    fatal: true,
  };
}

/** `okta/group` → `group`. */
export function shortKind(kind: string): string {
  return kind.slice(kind.indexOf("/") + 1);
}

export function providerOf(kind: string): string {
  return kind.slice(0, kind.indexOf("/"));
}

/** Objects that are read by one list: one kind of one instance. */
export function groupKeyOf(resource: { readonly instance: string; readonly kind: string }): string {
  return `${resource.instance} ${resource.kind}`;
}
