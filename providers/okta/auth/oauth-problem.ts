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

/** What a token was asked with. */
export interface Asked {
  readonly host: string;
  readonly scopes: readonly string[];
  /** With a signed assertion, which is judged by the clock; a secret is not. */
  readonly signed: boolean;
  /** Local time, epoch milliseconds. */
  readonly now: number;
}

export function oauthProblem(answer: Answer, asked: Asked): Problem {
  const refusal = oauthRefusal(answer.body);
  return {
    code: codeOf(refusal),
    message: `${asked.host} issued no token: ${refusal.description || refusal.error || `status ${answer.status}`}`,
    hint: hintOf(answer, refusal, asked),
    fatal: true,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
}

function codeOf(refusal: OAuthRefusal): string {
  if (/JWKSet/i.test(refusal.description)) return "okta-key-not-saved";
  return refusal.error === "" ? "okta-token" : `okta-${refusal.error.replaceAll("_", "-")}`;
}

/** Seconds that this machine's clock is ahead of the server's; 0 where the answer carries no date. */
export function clockSkew(answer: Pick<Answer, "headers">, now: number): number {
  const server = Date.parse(answer.headers.get("date") ?? "");
  return Number.isNaN(server) ? 0 : Math.round((now - server) / 1_000);
}

/** Why a proof of possession was refused: nearly always the clock. */
export function proofHint(skew: number): string {
  return Math.abs(skew) > TOLERATED ? clockHint(skew) : "Check this machine's clock: five minutes are tolerated.";
}

/** Okta allows five minutes; four leave room for the way there. */
const TOLERATED = 240;
/** An assertion is back-dated by a minute, so that a clock this far ahead makes one of the future. */
const AHEAD = 55;

function clockHint(skew: number): string {
  return `This machine's clock is ${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} Okta's; set it by NTP.`;
}

function hintOf(answer: Answer, refusal: OAuthRefusal, { scopes, signed, now }: Asked): string {
  const skew = clockSkew(answer, now);
  if (refusal.error === "invalid_client" && signed && (skew > AHEAD || skew < -TOLERATED)) return clockHint(skew);
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
      return proofHint(skew);
    default:
      return answer.status === 404
        ? "There is no Okta organization at this address; check `domain`."
        : "Run `accord doctor` to see which part of the credential fails.";
  }
}
