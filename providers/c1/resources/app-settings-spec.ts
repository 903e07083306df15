/** Settings of an app between document and C1 (c1.md §6.5). */

import type { Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { asSpec } from "../../../engine/value.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { refId, refIds } from "../../shared/spec.ts";
import { fromWire, toWire } from "../client/duration.ts";
import { refOrNull, refTo } from "../client/refs.ts";
import { count, fields, flag, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { typesOf } from "./entitlement-lookup.ts";
import { durationToApi } from "./entitlement-spec.ts";

/** Is anything of it switched on? */
export function isConfigured(spec: Spec): boolean {
  const usage = asSpec(spec.usage ?? {});
  const rules = Array.isArray(spec.rules) && spec.rules.length > 0;
  return rules || asSpec(spec.defaults ?? {}).enabled === true || usage.notify === true || usage.revoke === true;
}

export function rulesToSpec(rules: readonly Fields[]): readonly Spec[] {
  return rules.map((rule) => {
    const settings = fields(rule.settings);
    return {
      name: text(rule.displayName),
      description: text(rule.description),
      when: text(rule.condition),
      enabled: flag(rule.enabled),
      policy: refOrNull(settings.requestPolicyId),
      emergencyGrant: emergencyToSpec(settings),
      maxDuration: fromWire(settings.maxGrantDuration) ?? null,
      form: textOrNull(settings.requestSchemaId),
    };
  });
}

export function ruleToApi(rule: Spec): Fields {
  const emergency = asSpec(rule.emergencyGrant ?? {});
  const maxGrantDuration = toWire(text(rule.maxDuration));
  return {
    displayName: text(rule.name),
    description: text(rule.description),
    condition: text(rule.when),
    enabled: rule.enabled !== false,
    settings: {
      requestPolicyId: refId(rule.policy) ?? "",
      emergencyGrantEnabled: flag(emergency.enabled),
      emergencyGrantPolicyId: refId(emergency.policy) ?? "",
      requestSchemaId: text(rule.form),
      ...(maxGrantDuration === undefined ? {} : { maxGrantDuration }),
    },
  };
}

export async function defaultsToSpec(reader: C1Reader, appId: string, row: Fields): Promise<Spec> {
  const types = await typesOf(reader, appId);
  const named = textsOf(row.resourceTypeIds).map((id) => types.find((type) => type.id === id)?.displayName ?? id);
  return {
    enabled: flag(row.defaultsEnabled),
    resourceTypes: named.map(text),
    profiles: textsOf(row.catalogIds).map(refTo),
    policy: refOrNull(row.requestPolicyId),
    duration: fromWire(row.durationGrant) ?? "standing",
    emergencyGrant: emergencyToSpec(row),
    form: textOrNull(row.requestSchemaId),
  };
}

/** All of them: what the document leaves out stays as it is live. */
export async function defaultsToApi(reader: C1Reader, appId: string, spec: Spec, live: Fields): Promise<Fields> {
  const emergency = asSpec(spec.emergencyGrant ?? {});
  const said = (value: Value | undefined, name: string, api: () => unknown): unknown =>
    value === undefined ? live[name] : api();
  const types = spec.resourceTypes === undefined ? textsOf(live.resourceTypeIds) : await typeIds(reader, appId, spec);
  return {
    defaultsEnabled: said(spec.enabled, "defaultsEnabled", () => flag(spec.enabled)),
    resourceTypeIds: types,
    catalogIds: said(spec.profiles, "catalogIds", () => refIds(spec.profiles)),
    requestPolicyId: said(spec.policy, "requestPolicyId", () => refId(spec.policy) ?? ""),
    emergencyGrantEnabled: said(emergency.enabled, "emergencyGrantEnabled", () => flag(emergency.enabled)),
    emergencyGrantPolicyId: said(emergency.policy, "emergencyGrantPolicyId", () => refId(emergency.policy) ?? ""),
    requestSchemaId: said(spec.form, "requestSchemaId", () => text(spec.form)),
    ...durationToApi(spec.duration === undefined ? (fromWire(live.durationGrant) ?? "standing") : text(spec.duration)),
  };
}

export function usageToSpec(answer: Fields): Spec {
  const controls = fields(answer.appUsageControls);
  return {
    notify: flag(controls.notify),
    notifyAfterDays: count(controls.notifyAfterDays),
    revoke: flag(controls.revoke),
    revokeAfterDays: count(controls.revokeAfterDays),
  };
}

export function usageToApi(usage: Spec): Fields {
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]) => [name, typeof value === "number" ? count(value) : flag(value)]),
  );
}

async function typeIds(reader: C1Reader, appId: string, spec: Spec): Promise<readonly string[]> {
  const types = await typesOf(reader, appId);
  return textsOf(spec.resourceTypes).map((name) => {
    const type = types.find((row) => text(row.displayName) === name || row.id === name);
    if (type !== undefined) return text(type.id);
    throw new ProblemError({
      code: "unknown-resource-type",
      message: `The app has no resource type "${name}".`,
      hint: `It has: ${types.map((row) => text(row.displayName)).join(", ") || "none yet"}.`,
    });
  });
}

function emergencyToSpec(row: Fields): Spec {
  return { enabled: flag(row.emergencyGrantEnabled), policy: refOrNull(row.emergencyGrantPolicyId) };
}

function textOrNull(value: unknown): Value {
  return text(value) === "" ? null : text(value);
}
