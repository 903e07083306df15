/** Triggers and steps of an automation between document and C1. */

import { canonicalJson } from "../../../engine/canonical.ts";
import type { Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { asSpec, isList, isObject } from "../../../engine/value.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { text } from "../client/wire.ts";
import { type Arm, STEPS, TRIGGERS } from "./automation-arms.ts";
import { fieldToApi, fieldToSpec, type Names } from "./automation-fields.ts";

/** What C1 fills in by itself, and what goes back as it came. */
const KEPT = ["start", "advanced", "listenerId"];

export function itemsIn(spec: Spec, field: "triggers" | "steps"): readonly Spec[] {
  const list = spec[field];
  return isList(list) ? list.filter(isObject) : [];
}

/** The name of the one arm that an item of a document has, and what it says. */
export function armOf(item: Spec, arms: Readonly<Record<string, Arm>>): { readonly name: string; readonly body: Spec } {
  const name = Object.keys(arms).find((one) => isObject(item[one])) ?? "";
  return { name, body: asSpec(item[name] ?? {}) };
}

export function triggerToSpec(row: Fields, names: Names): Spec {
  return armToSpec(row, TRIGGERS, names);
}

export function stepToSpec(row: Fields, names: Names): Spec {
  return {
    name: text(row.stepName),
    title: text(row.stepDisplayName),
    skipIf: text(row.skipIfTrueCel),
    ...armToSpec(row, STEPS, names),
  };
}

/** Shown in our words only where they say all of it; else by C1's name, and never written over. */
function armToSpec(row: Fields, arms: Readonly<Record<string, Arm>>, names: Names): Spec {
  const [theirs = "", body = {}] =
    Object.entries(row).find((entry): entry is [string, Fields] => isFields(entry[1])) ?? [];
  const name = Object.keys(arms).find((one) => (arms[one]?.theirs ?? one) === theirs);
  const arm = name === undefined ? undefined : arms[name];
  if (name === undefined || arm === undefined) return { other: theirs };
  const inner = arm.inside === undefined ? body : isFields(body[arm.inside]) ? body[arm.inside] : {};
  if (!isFields(inner)) return { other: theirs };
  const spec: Spec = Object.assign({}, ...arm.fields.map((field) => fieldToSpec(inner, field, names)));
  const again = bodyToApi(arm, spec, names);
  return canonicalJson(significant(again)) === canonicalJson(significant(without(body, KEPT)))
    ? { [name]: spec }
    : { other: theirs };
}

/** By its place among those of its kind: triggers have no names. */
export function triggersToApi(spec: Spec, names: Names, live: readonly Fields[]): readonly Fields[] {
  const left = [...live];
  return itemsIn(spec, "triggers").map((item) => {
    const { name } = armOf(item, TRIGGERS);
    const theirs = name === "" ? text(item.other) : (TRIGGERS[name]?.theirs ?? name);
    const index = left.findIndex((row) => isFields(row[theirs]));
    const [known] = index < 0 ? [] : left.splice(index, 1);
    return armToApi(item, TRIGGERS, names, known, "trigger");
  });
}

export function stepsToApi(spec: Spec, names: Names, live: readonly Fields[]): readonly Fields[] {
  return itemsIn(spec, "steps").map((item) => {
    const known = live.find((row) => row.stepName === item.name);
    return {
      ...armToApi(item, STEPS, names, known, `step ${text(item.name)}`),
      stepName: text(item.name),
      stepDisplayName: text(item.title),
      skipIfTrueCel: text(item.skipIf),
    };
  });
}

function armToApi(
  item: Spec,
  arms: Readonly<Record<string, Arm>>,
  names: Names,
  known: Fields | undefined,
  what: string,
): Fields {
  const { name, body } = armOf(item, arms);
  const arm = arms[name];
  const theirs = arm === undefined ? text(item.other) : (arm.theirs ?? name);
  const live = known?.[theirs];
  if (arm === undefined) {
    if (isFields(live)) return { [theirs]: live };
    throw new ProblemError({
      code: "only-in-console",
      message: `The ${what} is "${theirs}", which only C1's console can make, and the automation has none to keep.`,
      hint: "Make it there first, or write another one.",
    });
  }
  const kept = isFields(live) ? Object.fromEntries(KEPT.flatMap((one) => (live[one] ? [[one, live[one]]] : []))) : {};
  return { [theirs]: { ...bodyToApi(arm, body, names), ...kept } };
}

function bodyToApi(arm: Arm, body: Spec, names: Names): Fields {
  const inner: Fields = Object.assign({}, ...arm.fields.map((field) => fieldToApi(body, field, names)));
  return arm.inside === undefined ? inner : { [arm.inside]: inner };
}

function without(row: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

/** Without what says nothing: unset is zero on the wire (c1.md §2). An empty message that is there says something. */
function significant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(significant);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (isZero(inner) ? [] : [[name, significant(inner)]])),
  );
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return (Array.isArray(value) && value.length === 0) || (typeof value === "string" && value.endsWith("_UNSPECIFIED"));
}
