/** How the account refuses: one shape for each of the vendor's (zendesk.md §1.2). */
import { reply } from "./reply.ts";

export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Code and words, as the results of a job repeat them. */
  readonly said: { readonly error: string; readonly details: string };

  constructor(
    status: number,
    body: unknown,
    said: { readonly error: string; readonly details: string },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${said.error}`);
    this.status = status;
    this.body = body;
    this.said = said;
    this.headers = headers;
  }
}

export function refusalResponse(refusal: Refusal): Response {
  return reply(refusal.status, refusal.body, refusal.headers);
}

export type FieldCode = "BlankValue" | "DuplicateValue" | "InvalidValue";

export function invalid(field: string, code: FieldCode, description: string): Refusal {
  const body = {
    error: "RecordInvalid",
    description: "Record validation errors",
    details: { [field]: [{ error: code, description }] },
  };
  return new Refusal(422, body, { error: "RecordInvalid", details: description });
}

export function notFound(): Refusal {
  const body = { error: "RecordNotFound", description: "Not found" };
  return new Refusal(404, body, { error: "RecordNotFound", details: "Not found" });
}

export function noEndpoint(): Refusal {
  const body = { error: "InvalidEndpoint", description: "Not found" };
  return new Refusal(404, body, { error: "InvalidEndpoint", details: "Not found" });
}

export function forbidden(message: string): Refusal {
  const body = { error: { title: "Forbidden", message } };
  return new Refusal(403, body, { error: "Forbidden", details: message });
}

export function badRequest(error: string, description: string): Refusal {
  return new Refusal(400, { error, description }, { error, details: description });
}

export function unauthorized(): Refusal {
  const error = "Couldn't authenticate you";
  return new Refusal(401, { error }, { error, details: error });
}

export function tooMany(seconds: number, headers: Readonly<Record<string, string>> = {}): Refusal {
  const description = "Number of allowed API requests per minute exceeded";
  const said = { error: "APIRateLimitExceeded", details: description };
  return new Refusal(429, { error: said.error, description }, said, { "retry-after": String(seconds), ...headers });
}
