/** Puts in what only now is known: ids of objects made in this run, lookups, secrets. */

import { parseTemplate } from "../config/template.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { Address, FieldChange, Spec, Value } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { asSpec, isList, isObject, isSecret, isUnknown } from "../value.ts";

export interface Fillings {
  readonly outputOf: OutputOf;
  /** Id of the only object that a lookup finds; throws ProblemError otherwise. */
  find(instance: string, kind: string, lookup: Spec): Promise<string>;
  secret(reference: string): Promise<string>;
  /** For problems. */
  readonly address: Address;
}

/** The spec as the vendor is to get it. */
export async function fillSpec(spec: Spec, fillings: Fillings): Promise<Spec> {
  return asSpec(await fill(spec, fillings));
}

export async function fillFields(fields: readonly FieldChange[], fillings: Fillings): Promise<readonly FieldChange[]> {
  return Promise.all(
    fields.map(async (field) =>
      field.op === "set"
        ? { ...field, after: await fill(field.after, fillings) }
        : { ...field, element: await fill(field.element, fillings) },
    ),
  );
}

async function fill(value: Value, fillings: Fillings): Promise<Value> {
  if (isSecret(value)) return fillings.secret(value.$secret);
  if (isUnknown(value)) {
    const { $unknown } = value;
    if ("text" in $unknown) return fillText($unknown.text, fillings);
    const lookup = asSpec(await fill($unknown.lookup, fillings));
    return fillings.find($unknown.instance, $unknown.kind, lookup);
  }
  if (isList(value)) return Promise.all(value.map((item) => fill(item, fillings)));
  if (!isObject(value)) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, item]): Promise<[string, Value]> => [key, await fill(item, fillings)]),
  );
  return Object.fromEntries(entries);
}

function fillText(text: string, { outputOf, address }: Fillings): Value {
  const parts = parseTemplate(text);
  const values = parts.map((part) => {
    if (part.kind === "text") return part.text;
    const value = outputOf(part.address, part.field);
    if (value !== undefined && !isUnknown(value)) return value;
    throw new ProblemError({
      code: "unknown-value",
      message: `${address} needs ${part.address}.${part.field}, and the vendor gave no such value.`,
      hint: `Look at ${part.address}: \`accord state show ${part.address}\`.`,
      address,
    });
  });
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("");
}

/** The spec as state may keep it: without secrets. Only before they are filled in can they be told from other texts. */
export function withoutSecrets(spec: Spec): Spec {
  return asSpec(strip(spec) ?? {});
}

/** The same for changes; one of a secret alone is left out. */
export function fieldsWithoutSecrets(fields: readonly FieldChange[]): readonly FieldChange[] {
  return fields.flatMap((field): FieldChange[] => {
    const left = strip(field.op === "set" ? field.after : field.element);
    if (left === undefined) return [];
    return [field.op === "set" ? { ...field, after: left } : { ...field, element: left }];
  });
}

function strip(value: Value): Value | undefined {
  if (isSecret(value)) return undefined;
  if (isList(value)) return value.map(strip).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const kept: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const left = strip(item);
    if (left !== undefined) kept[key] = left;
  }
  return kept;
}
