/** Opsgenie's envelope around answers, and its refusals: thrown where they are found, shaped once (oncall.md §2.2). */
import { randomUUID } from "node:crypto";
import { json } from "../../shared/emulator.ts";

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: number | undefined;
  /** Field → sentence, of a 422. */
  readonly errors: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    message: string,
    more: { readonly code?: number; readonly errors?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = more.code;
    this.errors = more.errors;
  }
}

export function invalid(field: string, sentence: string): Refusal {
  return new Refusal(422, "Request body is not processable. Please check the errors.", {
    errors: { [field]: sentence },
  });
}

export function notFound(what: string): Refusal {
  return new Refusal(404, `${what} does not exist`);
}

/** What is asked for, with `more` beside it (paging, expandable). */
export function data(value: unknown, more: Readonly<Record<string, unknown>> = {}): Response {
  return enveloped(200, { data: value, ...more });
}

export function done(status: 200 | 201, result: string, value?: unknown): Response {
  return enveloped(status, { result, ...(value === undefined ? {} : { data: value }) });
}

export function refused(refusal: Refusal): Response {
  const { status, code, errors, message } = refusal;
  return enveloped(status, {
    message,
    ...(code === undefined ? {} : { code }),
    ...(errors === undefined ? {} : { errors }),
  });
}

function enveloped(status: number, body: Readonly<Record<string, unknown>>): Response {
  const requestId = randomUUID();
  return json(status, { ...body, took: 0.01, requestId }, { "x-request-id": requestId, "x-response-time": "0.01" });
}
