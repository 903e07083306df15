/** The token endpoint's refusals, in words that say what to change (okta.md §1.3). */
import type { Problem } from "../../../engine/problem.ts";
import type { Answer } from "../../shared/http.ts";

export interface OAuthRefusal {
  readonly error: string;
  readonly description: string;
}

/** OAuth errors have a shape of their own; an API error here means a proxy or a page in between. */
export function oauthRefusal(body: unknown): OAuthRefusal {
  if (typeof body !== "object" || body === null) return { error: "", description: "" };
  const error = "error" in body && typeof body.error === "string" ? body.error : "";
  const description =
    "error_description" in body && typeof body.error_description === "string" ? body.error_description : "";
  return { error, description };
}

/** `skew`: how many seconds the local clock is ahead of the server's. */
export function oauthProblem(answer: Answer, host: string, scopes: readonly string[], skew: number): Problem {
  const refusal = oauthRefusal(answer.body);
  return {
    code: codeOf(refusal),
    message: `${host} issued no token: ${refusal.description || refusal.error || `status ${answer.status}`}`,
    hint: hintOf(answer.status, refusal, scopes, skew),
    fatal: true,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
}

function codeOf(refusal: OAuthRefusal): string {
  if (/JWKSet/i.test(refusal.description)) return "okta-key-not-saved";
  return refusal.error === "" ? "okta-token" : `okta-${refusal.error.replaceAll("_", "-")}`;
}

function hintOf(status: number, refusal: OAuthRefusal, scopes: readonly string[], skew: number): string {
  if (Math.abs(skew) > 240 && refusal.error !== "invalid_scope") {
    return `This machine's clock is ${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} Okta's; set it by NTP.`;
  }
  if (/JWKSet/i.test(refusal.description)) {
    return "The key was generated in the console but not saved: open the app's General tab, edit the client credentials and press Save.";
  }
  switch (refusal.error) {
    case "invalid_client":
      return "Check clientId, the private key or secret, the key's id (kid), the domain (it is the assertion's audience) and this machine's clock.";
    case "invalid_scope":
      return `None of the requested scopes is granted. A super administrator grants them on the app's Okta API Scopes tab: ${scopes.join(", ")}.`;
    case "access_denied":
      return "A network zone of the app or of its sign-on policy keeps this address out.";
    case "invalid_dpop_proof":
      return "The proof of possession was refused. Check this machine's clock: five minutes are tolerated.";
    default:
      return status === 404
        ? "There is no Okta organization at this address; check `domain`."
        : "Run `accord doctor` to see which part of the credential fails.";
  }
}
