/** What can be said of an automation without a call: its CEL and `{{ }}`, and which steps later ones may ask. */

import { celTree, walkCel } from "../../../engine/cel/tree.ts";
import type { Finding } from "../../../engine/kind.ts";
import type { Path, Spec, Value } from "../../../engine/model.ts";
import { isObject } from "../../../engine/value.ts";
import { nearest } from "../../../engine/words.ts";
import { STEP, STEP_CONDITION, TRIGGER_CONDITION } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { text } from "../client/wire.ts";
import { STEPS, TRIGGERS } from "./automation-arms.ts";
import { armOf, itemsIn } from "./automation-spec.ts";
import { durationFindings } from "./entitlement.ts";

const TRIGGER = "trigger";
const TEMPLATE = /\{\{([\s\S]*?)\}\}/g;

export function* automationFindings(spec: Spec): Iterable<Finding> {
  for (const [index, item] of itemsIn(spec, "triggers").entries()) {
    const { name, body } = armOf(item, TRIGGERS);
    const when = text(body.when);
    if (when !== "") yield* celFindings(when, TRIGGER_CONDITION, ["triggers", index, name, "when"]);
  }
  const before = [TRIGGER];
  for (const [index, item] of itemsIn(spec, "steps").entries()) {
    yield* stepFindings(item, ["steps", index], before);
    const name = text(item.name);
    if (before.includes(name)) {
      yield {
        code: "step-named-twice",
        message: name === TRIGGER ? `"${TRIGGER}" is what ctx calls the trigger.` : `Two steps are called "${name}".`,
        hint: "Later steps find what a step gave by its name: give each its own.",
        path: ["steps", index, "name"],
      };
    }
    before.push(name);
  }
}

function* stepFindings(item: Spec, at: Path, before: readonly string[]): Iterable<Finding> {
  const skipIf = text(item.skipIf);
  if (skipIf !== "") {
    yield* celFindings(skipIf, STEP_CONDITION, [...at, "skipIf"]);
    yield* unknownSteps(skipIf, [...at, "skipIf"], before);
  }
  const { name, body } = armOf(item, STEPS);
  for (const field of ["userCel", "usersCel", "accountCel"]) {
    const cel = text(body[field]);
    if (cel === "") continue;
    yield* celFindings(cel, STEP, [...at, name, field]);
    yield* unknownSteps(cel, [...at, name, field], before);
  }
  for (const { ours, shape } of STEPS[name]?.fields ?? []) {
    const value = body[ours];
    if (shape === "duration") yield* durationFindings(value, ...at.map(String), name, ours);
    if (shape === "template") yield* templateFindings(value, [...at, name, ours], before);
    if (shape !== "templates" || !isObject(value)) continue;
    for (const [key, inner] of Object.entries(value)) yield* templateFindings(inner, [...at, name, ours, key], before);
  }
}

/** `{{ cel }}` works in the strings of steps only; what is missing at run time fails the step (c1.md §9). */
function* templateFindings(value: Value | undefined, path: Path, before: readonly string[]): Iterable<Finding> {
  const written = text(value);
  for (const [, cel = ""] of written.matchAll(TEMPLATE)) {
    yield* celFindings(cel.trim(), STEP, path);
    yield* unknownSteps(cel.trim(), path, before);
  }
  const rest = written.replace(TEMPLATE, "");
  if (!rest.includes("{{") && !rest.includes("}}")) return;
  yield {
    code: "template-open",
    message: "A {{ or }} has no counterpart, so C1 would take the text as it stands.",
    hint: "Write {{ ctx.trigger.… }}.",
    path,
  };
}

/** `ctx` holds the trigger and the steps before: another name is a mistake that only a run would show. */
function* unknownSteps(cel: string, path: Path, before: readonly string[]): Iterable<Finding> {
  const tree = celTree(cel, STEP);
  if (tree === undefined) return;
  for (const node of walkCel(tree)) {
    if (node.kind !== "select" || node.target.kind !== "name" || node.target.name !== "ctx") continue;
    if (before.includes(node.name)) continue;
    yield {
      code: "unknown-step",
      message: `No step before this one is called "${node.name}".`,
      hint: `${nearest(node.name, before)} ctx holds ${before.map((one) => `ctx.${one}`).join(", ")}.`.trim(),
      path,
    };
  }
}
