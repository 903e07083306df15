/** One change or drift as Terraform's `change` object: the whole object before and after, and what is special about it. */
import { type FieldRule, ruleAt } from "../config/rules.ts";
import { applyFields, invertField } from "../diff/fields.ts";
import type { Change, Drift, FieldChange, Live, Path, Spec, Value } from "../model.ts";
import { asSpec, isSecret, leaves, pointer, valueAt, withValueAt } from "../value.ts";
import { hidden, type Shadowed, shadowed } from "./json-shadow.ts";

export interface ChangeJson {
  readonly actions: readonly string[];
  readonly before: Value;
  readonly after: Value;
  readonly after_unknown: Value;
  readonly before_sensitive: Value;
  readonly after_sensitive: Value;
  readonly replace_paths?: readonly Path[];
  readonly importing?: { readonly id: string };
}

/** The two ends of a change, shadows included; undefined where the object does not exist. */
export interface Ends {
  readonly before: Shadowed | undefined;
  readonly after: Shadowed | undefined;
}

export function endsOf(change: Change, rule: FieldRule): Ends {
  const made = (spec: Spec): Shadowed => shadowed({ id: NEW_ID, ...spec }, rule);
  switch (change.action) {
    case "create":
      return { before: undefined, after: made(change.after.spec) };
    case "replace":
      return { before: found(change.before, rule), after: made(change.after.spec) };
    case "delete":
    case "forget":
      return { before: change.before === undefined ? undefined : found(change.before, rule), after: undefined };
    case "update":
    case "adopt": {
      // What the document leaves out survives an update: the object after it is the one before it, with the changes made.
      const spec = applyFields(change.before.spec, change.fields, rule);
      const [before, after] = withUntouchedSecrets(change.before.spec, spec, change.after.spec, change.fields);
      return { before: object(change.before.id, before, rule), after: object(change.before.id, after, rule) };
    }
    case "none": {
      if (change.before === undefined) {
        const same = shadowed(change.after.spec, rule);
        return { before: same, after: same };
      }
      const [spec] = withUntouchedSecrets(change.before.spec, change.before.spec, change.after.spec, []);
      const same = object(change.before.id, spec, rule);
      return { before: same, after: same };
    }
  }
}

const NEW_ID: Value = { $unknown: { text: "id" } };

function found(live: Live, rule: FieldRule): Shadowed {
  return object(live.id, live.spec, rule);
}

function object(id: string, spec: Spec, rule: FieldRule): Shadowed {
  return shadowed({ ...spec, id }, rule);
}

/** Secrets are never read back. One that stays as it is shows on both ends, or viewers would call it new. */
function withUntouchedSecrets(
  before: Spec,
  after: Spec,
  declared: Spec,
  fields: readonly FieldChange[],
): readonly [Spec, Spec] {
  const moved = new Set(fields.map((field) => pointer(field.path)));
  let ends: readonly [Value, Value] = [before, after];
  for (const [path, leaf] of leaves(declared, isSecret)) {
    const inList = path.some((step) => typeof step === "number");
    if (!isSecret(leaf) || inList || moved.has(pointer(path))) continue;
    ends = [withMissing(ends[0], path, leaf), withMissing(ends[1], path, leaf)];
  }
  return [asSpec(ends[0]), asSpec(ends[1])];
}

function withMissing(value: Value, path: Path, leaf: Value): Value {
  return valueAt(value, path) === undefined ? withValueAt(value, path, leaf) : value;
}

export function changeJson(change: Change, ends: Ends, rule: FieldRule): ChangeJson {
  return {
    actions: actionsOf(change),
    ...sidesOf(ends),
    ...(reasonOf(change) === "replace_because_cannot_update" && change.action === "replace"
      ? { replace_paths: immutablePaths(change.fields, rule) }
      : {}),
    ...(change.action === "adopt" ? { importing: { id: change.before.id } } : {}),
  };
}

function sidesOf({ before, after }: Ends): Omit<ChangeJson, "actions"> {
  return {
    before: before?.value ?? null,
    after: after?.value ?? null,
    after_unknown: after?.unknown ?? {},
    before_sensitive: before?.sensitive ?? false,
    after_sensitive: after?.sensitive ?? false,
  };
}

function actionsOf(change: Change): readonly string[] {
  switch (change.action) {
    case "create":
    case "update":
    case "delete":
    case "forget":
      return [change.action];
    case "replace":
      return ["delete", "create"];
    case "adopt":
      return [change.fields.length === 0 ? "no-op" : "update"];
    case "none":
      return ["no-op"];
  }
}

/** Reasons that Terraform has a word for; consumers match on them. */
const TERRAFORM_REASONS: ReadonlySet<string> = new Set([
  "replace_because_cannot_update",
  "replace_because_tainted",
  "replace_by_request",
  "replace_by_triggers",
  "delete_because_no_resource_config",
  "delete_because_wrong_repetition",
  "delete_because_count_index",
  "delete_because_each_key",
  "delete_because_no_module",
  "delete_because_no_move_target",
]);

export function reasonOf(change: Change): string | undefined {
  if (change.reason !== undefined && TERRAFORM_REASONS.has(change.reason)) return change.reason;
  if (change.action === "replace") return "replace_because_cannot_update";
  return change.action === "forget" ? "delete_because_no_resource_config" : undefined;
}

/** The fields that force the replacement; every changed field where the schema blames none. */
function immutablePaths(fields: readonly FieldChange[], rule: FieldRule): readonly Path[] {
  const forced = fields.filter((field) =>
    field.path.some((_, index) => ruleAt(rule, field.path.slice(0, index + 1))?.immutable === true),
  );
  const paths = new Map((forced.length > 0 ? forced : fields).map((field) => [pointer(field.path), field.path]));
  return [...paths.values()];
}

/** Drift as a change: from what we applied last to what is live. Without a read of the object, its changed fields alone. */
export function driftJson(drift: Drift, live: Live | undefined, rule: FieldRule): ChangeJson {
  const now: Spec = live?.spec ?? applyFields({}, drift.fields, rule);
  const applied = applyFields(now, [...drift.fields].reverse().map(invertField), rule);
  const before = object(drift.id, applied, rule);
  const after = drift.gone ? undefined : object(drift.id, now, rule);
  return { actions: [drift.gone ? "delete" : "update"], ...sidesOf({ before, after }) };
}

/** Element-wise differences with secrets masked: what a whole-object diff cannot say. */
export function fieldsJson(fields: readonly FieldChange[], rule: FieldRule): readonly FieldChange[] {
  return fields.map((field) => {
    const at = ruleAt(rule, field.path) ?? {};
    if (field.op !== "set") return { ...field, element: hidden(field.element, at.items ?? {}) };
    const before = field.before === undefined ? undefined : hidden(field.before, at);
    return { op: "set", path: field.path, before, after: hidden(field.after, at) };
  });
}
