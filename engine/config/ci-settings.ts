/** `ci:` as its schema passed it → what the pull-request flow works with, defaults filled in. */
import type { Spec, Value } from "../model.ts";
import { asSpec, isList } from "../value.ts";

export interface CiSettings {
  /** Approving reviews that every change takes. */
  readonly reviews: number;
  /** Groups of guardrails → who they are on GitHub. */
  readonly approvers: ReadonlyMap<string, Approvers>;
  /** When a pull request is applied. */
  readonly apply: "merge" | "queue" | "comment";
  /** Absent: those that have a file of their own. */
  readonly environments?: readonly string[];
  readonly encrypt: boolean;
}

export type Approvers = { readonly team: string } | { readonly logins: readonly string[] };

export function ciSettingsOf({ reviews = 1, approvers = {}, apply, environments, encrypt }: Spec): CiSettings {
  return {
    reviews: Number(reviews),
    approvers: new Map(Object.entries(asSpec(approvers)).map(([group, value]) => [group, approversOf(asSpec(value))])),
    apply: apply === "queue" || apply === "comment" ? apply : "merge",
    ...(environments === undefined ? {} : { environments: texts(environments) }),
    encrypt: encrypt === true,
  };
}

function approversOf({ team, logins }: Spec): Approvers {
  return typeof team === "string" ? { team } : { logins: texts(logins) };
}

function texts(value: Value | undefined): readonly string[] {
  return isList(value) ? value.map(String) : [];
}
