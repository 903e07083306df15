/** How a resource is to be treated, as its document says: checked against what its kind has and can. */
import { parseAddress } from "../address.ts";
import type { CollectionMode, Removal, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, isList, isObject } from "../value.ts";
import { listed, nearest } from "../words.ts";
import type { Envelope } from "./envelope.ts";
import { type FieldRule, ruleAt } from "./rules.ts";
import { sourceAt } from "./source-at.ts";
import type { YamlDocument } from "./yaml.ts";

export type Treatment = Pick<
  Resource,
  "protect" | "manage" | "ignore" | "labels" | "onRemoval" | "adopt" | "dependsOn" | "replaceWith"
>;

const MODES: readonly CollectionMode[] = ["exclusive", "explained", "additive", "observe"];

/** Of the many documents that ask for none: one value for all. */
const PLAIN: Treatment = { protect: false, manage: {}, ignore: [], labels: {}, dependsOn: [] };
const ASKING: ReadonlySet<string> = new Set([...Object.keys(PLAIN), "onRemoval", "adopt", "replaceWith"]);

export function treatmentOf(
  envelope: Envelope,
  rule: FieldRule,
  sources: YamlDocument["sources"],
  problems: Problem[],
): Treatment {
  const { fields, address } = envelope;
  if (!Object.keys(fields).some((field) => ASKING.has(field))) return PLAIN;
  const report = (path: readonly (string | number)[], problem: Omit<Problem, "source">): void => {
    const source = sourceAt(sources, path);
    problems.push({
      ...problem,
      ...(address === undefined ? {} : { address }),
      ...(source === undefined ? {} : { source }),
    });
  };
  const onRemoval = removalOf(fields.onRemoval);
  if ((onRemoval === "delete" || onRemoval === "disable") && !envelope.facts.can[onRemoval]) {
    const message = `${envelope.kind} cannot be ${onRemoval}d.`;
    report(["onRemoval"], { code: "missing-capability", message, hint: "Say onRemoval: forget, or leave it out." });
  }
  for (const field of Object.keys(asSpec(fields.manage ?? {}))) {
    if (ruleAt(rule, field.split("."))?.unordered !== true)
      report(["manage", field], notManaged(field, envelope.kind, rule));
  }
  for (const [index, field] of texts(fields.ignore).entries()) {
    if (ruleAt(rule, field.split(".")) === undefined) report(["ignore", index], notIgnored(field, envelope.kind, rule));
  }
  const adopt = adoptOf(fields.adopt);
  return {
    protect: fields.protect === true,
    manage: managed(fields.manage),
    ignore: texts(fields.ignore),
    labels: labelled(fields.labels),
    ...(onRemoval === undefined ? {} : { onRemoval }),
    ...(adopt === undefined ? {} : { adopt }),
    dependsOn: addresses(fields.dependsOn),
    ...(fields.replaceWith === undefined ? {} : { replaceWith: addresses(fields.replaceWith) }),
  };
}

function notManaged(field: string, kind: string, rule: FieldRule): Omit<Problem, "source"> {
  const collections = fieldsOf(rule).filter((name) => ruleAt(rule, name.split("."))?.unordered === true);
  const exists = ruleAt(rule, field.split(".")) !== undefined;
  const has = collections.length === 0 ? `${kind} has none.` : `Collections of ${kind}: ${listed(collections, 12)}.`;
  return {
    code: "not-a-collection",
    message: exists ? `manage: ${field} is no collection.` : `manage: ${kind} has no field "${field}".`,
    hint: [nearest(field, collections), has].filter((text) => text !== "").join(" "),
  };
}

function notIgnored(field: string, kind: string, rule: FieldRule): Omit<Problem, "source"> {
  return {
    code: "unknown-field",
    message: `ignore: ${kind} has no field "${field}".`,
    hint: nearest(field, fieldsOf(rule)) || `\`accord explain ${kind}\` lists its fields.`,
  };
}

/** Every field of a spec by its dotted name. */
function fieldsOf(rule: FieldRule, lead = ""): readonly string[] {
  return [...(rule.properties ?? [])].flatMap(([name, property]) => [
    lead + name,
    ...fieldsOf(property, `${lead}${name}.`),
  ]);
}

function managed(value: Value | undefined): Readonly<Record<string, CollectionMode>> {
  return Object.fromEntries(
    Object.entries(asSpec(value ?? {})).flatMap(([field, given]) => {
      const mode = MODES.find((known) => known === given);
      return mode === undefined ? [] : [[field, mode]];
    }),
  );
}

function labelled(value: Value | undefined): Readonly<Record<string, string>> {
  const labels: Spec = asSpec(value ?? {});
  return Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, String(label)]));
}

function removalOf(value: Value | undefined): Removal | undefined {
  return value === "delete" || value === "disable" || value === "forget" ? value : undefined;
}

function adoptOf(value: Value | undefined): { readonly prune: boolean } | undefined {
  if (value === true) return { prune: false };
  return isObject(value) ? { prune: value.prune === true } : undefined;
}

function texts(value: Value | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

function addresses(value: Value | undefined): Resource["dependsOn"] {
  return texts(value).flatMap((text) => parseAddress(text)?.address ?? []);
}
