import type { Source, Sources, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { isObject } from "../value.ts";
import { listed, nearest } from "../words.ts";
import type { YamlDocument } from "./yaml.ts";

/** What an environment may say differently; who the stack is stays the same in all of them. */
const PER_ENVIRONMENT = ["vars", "providers", "limits", "state", "sinks"];

/** One file over another: mappings are merged, everything else is replaced. Places follow their values. */
export function overlay(
  base: YamlDocument,
  over: YamlDocument | undefined,
  problems: Problem[],
): { readonly value: Value; readonly sources: Sources } {
  if (over === undefined) return base;
  if (!isObject(base.value) || !isObject(over.value)) {
    if (!isObject(over.value)) {
      const message = `${over.source.file} must be a mapping.`;
      problems.push({
        code: "wrong-type",
        message,
        hint: `It may hold ${listed(PER_ENVIRONMENT)}.`,
        source: over.source,
      });
    }
    return base;
  }
  for (const key of Object.keys(over.value)) {
    if (PER_ENVIRONMENT.includes(key)) continue;
    problems.push({
      code: "unknown-field",
      message: `${over.source.file} cannot set "${key}".`,
      hint: nearest(key, PER_ENVIRONMENT) || `An environment's file holds ${listed(PER_ENVIRONMENT)}.`,
      source: over.sources.get(`/${key}`) ?? over.source,
    });
  }
  const get = (pointer: string): Source | undefined =>
    pointer === "" ? base.source : (over.sources.get(pointer) ?? base.sources.get(pointer));
  const merged = merge(base.value, over.value);
  const { state } = over.value;
  // Another backend has settings of its own: none of those beneath is meant for it.
  const value = isObject(merged) && isObject(state) && state.backend !== undefined ? { ...merged, state } : merged;
  return { value, sources: { get } };
}

function merge(base: Value | undefined, over: Value): Value {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, Value> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value);
  return merged;
}
