/**
 * What an import names an object by: the vendor's id, or JSON of the id and what no vendor can tell: how the object is
 * treated, fields that are ours alone, and all of an object that exists in state only. With it, nothing is left to change.
 */
import type { Spec, Value } from "../../model.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { isObject } from "../../value.ts";
import { listed, nearest } from "../../words.ts";
import { ENVELOPE } from "./envelope.ts";

export interface ImportId {
  readonly id: string;
  /** Attributes as Terraform writes them. */
  readonly attributes: Spec;
}

export function importIdText({ id, attributes }: ImportId): string {
  return Object.keys(attributes).length === 0 ? id : JSON.stringify({ id, ...attributes });
}

/** `told`: attributes that an import may give, beside the envelope. */
export function readImportId(text: string, told: readonly string[]): ImportId {
  if (!text.trimStart().startsWith("{")) return { id: text, attributes: {} };
  const value = parsed(text);
  if (!isObject(value) || typeof value.id !== "string" || value.id === "") throw new ProblemError(noId(text));
  const { id, ...attributes } = value;
  const known = [ENVELOPE, ...told];
  const stranger = Object.keys(attributes).find((name) => !known.includes(name));
  if (stranger === undefined) return { id, attributes };
  throw new ProblemError({
    code: "bad-import-id",
    message: `An import cannot give ${stranger}: what the vendor tells is read.`,
    hint: nearest(stranger, known) || `It may give ${listed(known)}, and the id.`,
  });
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new ProblemError(noId(text), { cause: error });
  }
}

function noId(text: string): Problem {
  return {
    code: "bad-import-id",
    message: `${text.slice(0, 80)} is neither an id nor JSON with one.`,
    hint: 'Give the vendor\'s id, or what `accord convert --to terraform --import` writes: {"id": "…", "accord": { … }}.',
  };
}
