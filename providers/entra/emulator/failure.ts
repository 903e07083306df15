/** Refusals, as Graph words them (entra.md §3.3). */

export class Failure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): Failure {
  return new Failure(400, "Request_BadRequest", message);
}

export function notFound(id: string): Failure {
  return new Failure(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function denied(message = "Insufficient privileges to complete the operation."): Failure {
  return new Failure(403, "Authorization_RequestDenied", message);
}

export function alreadyThere(relation: string): Failure {
  return badRequest(
    `One or more added object references already exist for the following modified properties: '${relation}'.`,
  );
}

export function synced(): Failure {
  return badRequest(
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.",
  );
}

export function conflict(property: string): Failure {
  return new Failure(
    400,
    "Request_BadRequest",
    `Another object with the same value for property ${property} already exists.`,
  );
}

export function invalidValue(property: string, resource: string): Failure {
  return badRequest(`Invalid value specified for property '${property}' of resource '${resource}'.`);
}

export function errorBody(failure: Failure, requestId: string, clientRequestId: string | null, now: number): unknown {
  return {
    error: {
      code: failure.code,
      message: failure.message,
      innerError: {
        date: new Date(now).toISOString().slice(0, 19),
        "request-id": requestId,
        ...(clientRequestId === null ? {} : { "client-request-id": clientRequestId }),
      },
    },
  };
}
