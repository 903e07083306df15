/** A plan → what guardrails may ask about it, as plain data of the types in `environment.ts`. Pure. */
import { type FieldRule, type KindRules, ruleAt } from "../config/rules.ts";
import { plannedSpec } from "../impact/edges.ts";
import type { Change, FieldChange, Plan, Spec, Value } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { dotted } from "../value.ts";
import { type MoveFacts, movesFrom } from "./move-facts.ts";
import { type ObjectFacts, objectsOf } from "./object-facts.ts";
import { type Identify, shown, shownSpec } from "./shown-spec.ts";

export interface FactsInput
  extends Pick<Plan, "stack" | "environment" | "mode" | "complete" | "changes" | "impact" | "populations" | "names"> {
  readonly rulesOf: (kind: string) => KindRules;
  readonly factsOf: (kind: string) => KindFacts;
  /** The instance in which a reference to a kind looks, seen from an object. */
  readonly instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) => string;
  readonly breakGlass: readonly string[];
  readonly administrators: readonly Administrators[];
}

/** Who administers an instance that may lose administrators, and who would still, should the run stop half-way. */
export type Administrators = {
  readonly instance: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
};

export type ChangeFacts = ObjectFacts & {
  readonly action: string;
  readonly before: Spec;
  readonly after: Spec;
  readonly explained: Spec;
  readonly fields: readonly Value[];
  readonly uses: readonly ObjectFacts[];
  readonly usedBy: readonly ObjectFacts[];
};

export type PlanFacts = {
  readonly stack: string;
  readonly environment: string;
  readonly mode: string;
  readonly complete: boolean;
  readonly changes: readonly ChangeFacts[];
  readonly administrators: readonly Administrators[];
};

/** Everything that guardrails are asked about. */
export interface Facts {
  readonly plan: PlanFacts;
  readonly impact: { readonly gained: readonly MoveFacts[]; readonly lost: readonly MoveFacts[] };
}

export function factsOf(input: FactsInput): Facts {
  const { stack, environment, mode, complete, administrators, rulesOf } = input;
  const objects = objectsOf(input);
  const changes = input.changes
    .filter(({ action }) => action !== "none")
    .map((change): ChangeFacts => {
      const { spec: rule } = rulesOf(change.kind);
      const identify: Identify = (id, kinds) => objects.identify(id, kinds, change);
      const show = (spec: Spec): Spec => shownSpec(spec, rule, identify);
      const fields = "fields" in change ? change.fields : [];
      const before = change.action === "create" ? undefined : change.before;
      return {
        ...objects.of(change),
        action: change.action,
        before: show(before?.spec ?? {}),
        after: show(liveAfter(change, rulesOf)),
        explained: before?.explained ?? {},
        fields: fields.map((field) => fieldFacts(field, rule, identify)),
        uses: objects.uses(change),
        usedBy: objects.usedBy(change),
      };
    });
  const moves = movesFrom(input, objects);
  return { plan: { stack, environment, mode, complete, changes, administrators }, impact: moves };
}

/** What will be live; nothing of an object that goes, or is no longer managed. */
function liveAfter(change: Change, rulesOf: FactsInput["rulesOf"]): Spec {
  switch (change.action) {
    case "create":
    case "replace":
    case "none":
      return change.after.spec;
    case "update":
    case "adopt":
      return plannedSpec(change.before, change.after, change.fields, rulesOf(change.kind));
    case "delete":
    case "forget":
      return {};
  }
}

function fieldFacts(field: FieldChange, rule: FieldRule, identify: Identify): Value {
  const path = dotted(field.path);
  const at = ruleAt(rule, field.path);
  if (field.op !== "set") {
    const [element] = [shown([field.element], at, identify)].flat();
    return { op: field.op, path, before: null, after: null, element: element ?? null };
  }
  const [before, after] = [field.before ?? null, field.after].map((value) => shown(value, at, identify));
  return { op: "set", path, before: before ?? null, after: after ?? null, element: null };
}
