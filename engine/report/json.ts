/**
 * The plan as Terraform's plan JSON 1.2 (terraform-plugin.md §12), so that Conftest, OPA and plan viewers work as they
 * are. What Terraform has no word for is under `accord`. `schemas/plan.schema.json` describes both. The preconditions of
 * a saved plan stay out of it: they are for apply, and hold more of the tenant than a report should.
 */
import type { FieldRule } from "../config/rules.ts";
import type { Address, Change, Drift, FieldChange, Live, Plan, Source, Uncertain, Value } from "../model.ts";
import { byTerraformAddress, type TerraformAddress, terraformAddress } from "./json-address.ts";
import { type ChangeJson, changeJson, driftJson, type Ends, endsOf, fieldsJson, reasonOf } from "./json-change.ts";
import type { Shadowed } from "./json-shadow.ts";
import { type AccordSummary, summaryJson } from "./json-summary.ts";
import { actsOf, beforeOf, instanceOf } from "./plan-view.ts";

/** Version of what is under `accord`. */
const ACCORD_VERSION = 1;
/** The release whose output this follows. */
const TERRAFORM_VERSION = "1.11.4";
const PROVIDER_NAME = "registry.terraform.io/accord/accord";

/** Rules of a kind's spec, `<provider>/<kind>`: they say which fields are secret and which are immutable. */
export type RuleOf = (kind: string) => FieldRule;

export interface PlanJson {
  readonly format_version: "1.2";
  readonly terraform_version: string;
  /** Before the values: whoever reads the beginning reads what a reviewer asks first. */
  readonly accord: AccordJson;
  readonly planned_values: { readonly root_module: ModuleJson };
  readonly resource_drift?: readonly ResourceChangeJson[];
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly prior_state?: {
    readonly format_version: "1.0";
    readonly terraform_version: string;
    readonly values: { readonly root_module: ModuleJson };
  };
  readonly configuration: Value;
  /** RFC 3339, to the second. */
  readonly timestamp: string;
  readonly applyable: boolean;
  readonly complete: boolean;
  readonly errored: boolean;
}

interface ModuleJson {
  readonly resources?: readonly ResourceJson[];
}

interface Named extends TerraformAddress {
  readonly mode: "managed";
  readonly provider_name: string;
}

interface ResourceJson extends Named {
  readonly schema_version: number;
  readonly values: Value;
  readonly sensitive_values: Value;
  readonly depends_on?: readonly string[];
}

export interface ResourceChangeJson extends Named {
  readonly change: ChangeJson;
  readonly action_reason?: string;
  readonly accord: ResourceAccordJson;
}

interface ResourceAccordJson {
  readonly address: Address;
  readonly instance: string;
  readonly kind: string;
  readonly action?: Change["action"];
  readonly how?: "delete" | "disable";
  readonly id?: string;
  readonly fields?: readonly FieldChange[];
  readonly undo?: Change["undo"];
  readonly reason?: string;
  readonly notes?: readonly string[];
  readonly uncertain?: Uncertain;
  readonly dependsOn?: readonly Address[];
  readonly waits?: Change["waits"];
  readonly source?: Source;
  readonly gone?: boolean;
  readonly by?: Drift["by"];
}

type AccordJson = { readonly version: number; readonly allowed: boolean; readonly summary: AccordSummary } & Pick<
  Plan,
  | "stack"
  | "environment"
  | "mode"
  | "tenants"
  | "documents"
  | "lineage"
  | "serial"
  | "impact"
  | "populations"
  | "rotas"
  | "verdicts"
  | "notes"
  | "calls"
>;

export function planJson(plan: Plan, ruleOf: RuleOf): PlanJson {
  const kinds = new Map(plan.changes.map((change) => [change.address, change.kind]));
  const rows = plan.changes
    .map((change) => rowOf(change, ruleOf, kinds))
    .sort((a, b) => byTerraformAddress(a.named, b.named));
  const drift = driftRows(plan, ruleOf);
  const summary = summaryJson(plan);
  const allowed = summary.verdict === "allowed";
  const prior = rows.flatMap((row) => resourceJson(row, row.ends.before, true));
  return {
    format_version: "1.2",
    terraform_version: TERRAFORM_VERSION,
    accord: {
      version: ACCORD_VERSION,
      allowed,
      summary,
      stack: plan.stack,
      environment: plan.environment,
      mode: plan.mode,
      impact: plan.impact,
      populations: plan.populations ?? [],
      rotas: plan.rotas ?? [],
      verdicts: plan.verdicts,
      notes: plan.notes,
      calls: plan.calls,
      tenants: plan.tenants,
      documents: plan.documents,
      lineage: plan.lineage,
      serial: plan.serial,
    },
    planned_values: { root_module: moduleJson(rows.flatMap((row) => resourceJson(row, row.ends.after, false))) },
    ...(drift.length === 0 ? {} : { resource_drift: drift }),
    ...(rows.length === 0 ? {} : { resource_changes: rows.map(resourceChange) }),
    ...(prior.length === 0
      ? {}
      : {
          prior_state: {
            format_version: "1.0",
            terraform_version: TERRAFORM_VERSION,
            values: { root_module: moduleJson(prior) },
          },
        }),
    configuration: {
      provider_config: { accord: { name: "accord", full_name: PROVIDER_NAME } },
      root_module: {},
    },
    timestamp: `${new Date(plan.createdAt).toISOString().slice(0, 19)}Z`,
    applyable: allowed && (plan.mode === "refresh-only" ? plan.drift.length > 0 : actsOf(plan).length > 0),
    complete: plan.complete,
    errored: false,
  };
}

interface JsonRow {
  readonly change: Change;
  readonly named: Named;
  readonly rule: FieldRule;
  readonly ends: Ends;
  readonly dependsOn: readonly string[];
}

function rowOf(change: Change, ruleOf: RuleOf, kinds: ReadonlyMap<Address, string>): JsonRow {
  const rule = ruleOf(change.kind);
  // Terraform names what a resource depends on without its key.
  const dependsOn = change.dependsOn.flatMap((address) => {
    const kind = kinds.get(address);
    if (kind === undefined) return [];
    const { type, name } = terraformAddress(address, kind);
    return [`${type}.${name}`];
  });
  return { change, named: namedOf(change), rule, ends: endsOf(change, rule), dependsOn };
}

function namedOf(of: { readonly address: Address; readonly kind: string }): Named {
  return { ...terraformAddress(of.address, of.kind), mode: "managed", provider_name: PROVIDER_NAME };
}

function moduleJson(resources: readonly ResourceJson[]): ModuleJson {
  return resources.length === 0 ? {} : { resources };
}

function resourceJson(row: JsonRow, end: Shadowed | undefined, prior: boolean): readonly ResourceJson[] {
  if (end === undefined) return [];
  return [
    {
      ...row.named,
      schema_version: 0,
      values: end.value ?? {},
      sensitive_values: end.sensitive,
      ...(prior && row.dependsOn.length > 0 ? { depends_on: row.dependsOn } : {}),
    },
  ];
}

function resourceChange({ change, named, rule, ends }: JsonRow): ResourceChangeJson {
  const reason = reasonOf(change);
  const before = beforeOf(change);
  return {
    ...named,
    change: changeJson(change, ends, rule),
    ...(reason === undefined ? {} : { action_reason: reason }),
    accord: {
      address: change.address,
      instance: instanceOf(change.address),
      kind: change.kind,
      action: change.action,
      ...(change.action === "delete" ? { how: change.how } : {}),
      ...(before === undefined ? {} : { id: before.id }),
      ...("fields" in change ? { fields: fieldsJson(change.fields, rule) } : {}),
      undo: change.undo,
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      notes: change.notes,
      ...(change.uncertain === undefined ? {} : { uncertain: change.uncertain }),
      dependsOn: change.dependsOn,
      ...(change.waits === undefined ? {} : { waits: change.waits }),
      ...(change.source === undefined ? {} : { source: change.source }),
    },
  };
}

function driftRows(plan: Plan, ruleOf: RuleOf): readonly ResourceChangeJson[] {
  const live = new Map<Address, Live | undefined>(plan.changes.map((change) => [change.address, beforeOf(change)]));
  return plan.drift
    .map((drift) => {
      const rule = ruleOf(drift.kind);
      return {
        ...namedOf(drift),
        change: driftJson(drift, live.get(drift.address), rule),
        accord: {
          address: drift.address,
          instance: instanceOf(drift.address),
          kind: drift.kind,
          id: drift.id,
          fields: fieldsJson(drift.fields, rule),
          gone: drift.gone,
          ...(drift.by === undefined ? {} : { by: drift.by }),
        },
      };
    })
    .sort(byTerraformAddress);
}
