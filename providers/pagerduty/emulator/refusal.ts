/** An error answer, thrown where it is found and shaped once: v2 lists sentences, v3 maps fields to them (oncall.md §1.1). */
import { json } from "../../shared/emulator.ts";

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: number;
  /** Field (v3 names it, v2 does not) and sentence. */
  readonly errors: readonly (readonly [field: string, sentence: string])[];

  constructor(status: number, code: number, message: string, errors: Refusal["errors"] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export function invalid(field: string, sentence: string): Refusal {
  return new Refusal(400, 2001, "Invalid Input Provided", [[field, sentence]]);
}

export function notFound(): Refusal {
  return new Refusal(404, 2100, "Not Found");
}

export function forbidden(sentence: string): Refusal {
  return new Refusal(403, 2010, "Access Denied", [["base", sentence]]);
}

export function refusalResponse(refusal: Refusal, v3: boolean): Response {
  const base = { code: refusal.code, message: refusal.message };
  if (refusal.errors.length === 0) return json(refusal.status, { error: base });
  const errors = v3 ? byField(refusal.errors) : refusal.errors.map(([, sentence]) => sentence);
  return json(refusal.status, { error: { ...base, errors } });
}

function byField(errors: Refusal["errors"]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [field, sentence] of errors) fields[field] = [...(fields[field] ?? []), sentence];
  return fields;
}
