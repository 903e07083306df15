/** The connected instances of a stack, as the planning stages see them: by name, read-only. */
import type { KindRules } from "../config/rules.ts";
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
