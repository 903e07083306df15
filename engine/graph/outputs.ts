/** What a stack gives to whoever asks: templates over its resources, checked like references, filled in from what is known. */
import type { DeclaredOutput } from "../config/outputs.ts";
import { parseTemplate } from "../config/template.ts";
import type { Address, Source, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { isList, isObject } from "../value.ts";
import { nearest } from "../words.ts";
import type { OutputOf } from "./refs.ts";

/** `fields` are those that may be named of a resource; undefined where there is no such resource. */
export function outputProblems(
  outputs: readonly DeclaredOutput[],
  fields: (address: Address) => readonly string[] | undefined,
  addresses: Iterable<Address>,
): readonly Problem[] {
  const known = [...addresses];
  const first = new Map<string, Source>();
  return outputs.flatMap(({ name, value, source }): Problem[] => {
    const before = first.get(name);
    first.set(name, source);
    const twice: Problem[] =
      before === undefined
        ? []
        : [
            {
              code: "duplicate-output",
              message: `The output ${name} is declared twice: the first time in ${before.file}:${before.line}.`,
              hint: "Rename one of them.",
              source,
            },
          ];
    const wrong = referencesIn(value).flatMap(({ address, field }): Problem[] => {
      const has = fields(address);
      if (has === undefined)
        return [
          {
            code: "unknown-reference",
            message: `The output ${name} names ${address}, which this stack does not declare.`,
            hint: nearest(address, known) || "Declare it, or name one that is declared.",
            source,
          },
        ];
      if (has.includes(field)) return [];
      return [
        {
          code: "unknown-field",
          message: `The output ${name} names ${address}.${field}, and there is no such field.`,
          hint: nearest(field, has) || "Name its id, or a field of its spec.",
          source,
        },
      ];
    });
    return [...twice, ...wrong];
  });
}

function referencesIn(value: Value): readonly { readonly address: Address; readonly field: string }[] {
  if (typeof value === "string") return parseTemplate(value).filter((part) => part.kind === "reference");
  if (isList(value)) return value.flatMap(referencesIn);
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

/** Undefined where something in it is not known yet. */
export function filledOutput(value: Value, outputOf: OutputOf): Value | undefined {
  if (typeof value === "string") return filledText(value, outputOf);
  if (isList(value)) {
    const items = value.map((item) => filledOutput(item, outputOf));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isObject(value)) return value;
  const filled: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const known = filledOutput(item, outputOf);
    if (known === undefined) return undefined;
    filled[key] = known;
  }
  return filled;
}

function filledText(text: string, outputOf: OutputOf): Value | undefined {
  const parts = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "reference") return outputOf(only.address, only.field);
  let filled = "";
  for (const part of parts) {
    const piece = part.kind === "text" ? part.text : outputOf(part.address, part.field);
    if (piece === undefined) return undefined;
    filled += typeof piece === "string" ? piece : JSON.stringify(piece);
  }
  return filled;
}
