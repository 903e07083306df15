/** Refusals as the tenant words them: google.rpc.Status in JSON (c1.md §2). */
import { json } from "../../shared/emulator.ts";

/** Thrown by a handler; the router turns it into the answer. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: number;
  readonly code: number;
  readonly details: readonly unknown[];

  constructor(status: number, code: number, message: string, details: readonly unknown[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const invalid = (message: string): StatusError => new StatusError(400, 3, message);
/** "400 = validation *or* state" (c1.md §2). */
export const failedPrecondition = (message: string): StatusError => new StatusError(400, 9, message);
export const unauthenticated = (message: string): StatusError => new StatusError(401, 16, message);
export const denied = (message: string): StatusError => new StatusError(403, 7, message);
export const notFound = (what: string): StatusError => new StatusError(404, 5, `${what} not found`);
export const alreadyExists = (message: string, details: readonly unknown[] = []): StatusError =>
  new StatusError(409, 6, message, details);
/** Several plain validation failures surface as this (c1.md §2, §6.2, §7). */
export const internal = (message: string): StatusError => new StatusError(500, 13, message);

export function statusResponse(error: StatusError, headers: Record<string, string> = {}): Response {
  return json(error.status, { code: error.code, message: error.message, details: error.details }, headers);
}
