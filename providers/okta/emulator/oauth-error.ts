/** OAuth's own error body, which is not the API's (okta.md §1.3). */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly status: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

export function invalidClient(description: string): OAuthError {
  return new OAuthError(401, "invalid_client", description);
}
