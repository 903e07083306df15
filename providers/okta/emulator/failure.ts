/** Okta's error body; thrown anywhere below a handler, answered by the server. Codes: okta.md §2. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly status: number;
  readonly code: string;
  readonly causes: readonly string[];

  constructor(status: number, code: string, summary: string, causes: readonly string[] = []) {
    super(summary);
    this.status = status;
    this.code = code;
    this.causes = causes;
  }
}

export function failureBody(failure: Failure, errorId: string): unknown {
  return {
    errorCode: failure.code,
    errorSummary: failure.message,
    errorLink: failure.code,
    errorId,
    errorCauses: failure.causes.map((errorSummary) => ({ errorSummary })),
  };
}

export function invalid(field: string, ...causes: readonly string[]): Failure {
  return new Failure(400, "E0000001", `Api validation failed: ${field}`, causes);
}

export function notFound(id: string, type: string): Failure {
  return new Failure(404, "E0000007", `Not found: Resource not found: ${id} (${type})`);
}

export function forbidden(): Failure {
  return new Failure(403, "E0000006", "You do not have permission to perform the requested action");
}

export function badToken(): Failure {
  return new Failure(401, "E0000011", "Invalid token provided");
}
