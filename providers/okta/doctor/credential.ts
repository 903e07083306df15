/** What kind of credential it is, and how long it lasts (okta.md §1.1). */
import { problemsOf } from "../../../engine/problem.ts";
import type { Check } from "../../../engine/provider.ts";
import { keyIdOf } from "../auth/key.ts";
import type { ApiToken } from "../client/org.ts";
import type { OktaReader } from "../client.ts";

const DAY = 24 * 3_600_000;

interface CredentialChecks {
  readonly checks: readonly Check[];
  readonly usable: boolean;
}

export async function credentialChecks(reader: OktaReader): Promise<CredentialChecks> {
  try {
    const token = await reader.token();
    if (token === undefined) return { checks: await apiTokenChecks(reader), usable: true };
    const proof = token.scheme === "DPoP" ? "bound to this process by DPoP" : "a bearer token";
    const minutes = Math.round((token.expiresAt - reader.clock.now()) / 60_000);
    const issued: Check = { name: "token", status: "ok", detail: `Issued, ${proof}, for ${minutes} minutes.` };
    return { checks: [issued, ...(await keyChecks(reader))], usable: true };
  } catch (error) {
    return { checks: [failed("token", error)], usable: false };
  }
}

/** An API token acts with all its owner's rights, and ends after 30 days without use (okta.md §1.1). */
async function apiTokenChecks(reader: OktaReader): Promise<readonly Check[]> {
  const owner = await reader.me();
  const wide: Check = {
    name: "token",
    status: "warn",
    detail: `An API token of ${owner.login} (${owner.status}), with all of that person's rights.`,
    hint: "A service app (clientId, privateKey) has its own rights, limited by scopes.",
  };
  try {
    const tokens = (await reader.apiTokens()).filter((token) => token.userId === owner.id);
    return [wide, ...tokens.map((token) => tokenCheck(token, reader.clock.now()))];
  } catch (error) {
    const reason = problemsOf(error)[0]?.message ?? "it cannot be read";
    return [wide, { name: "token expiry", status: "unknown", detail: reason }];
  }
}

function tokenCheck({ name, created, expiresAt, zones }: ApiToken, now: number): Check {
  const at = Date.parse(expiresAt ?? "");
  const from = zones ? "from its network zones" : "from any address";
  const made = created === undefined ? "" : `is ${daysBetween(Date.parse(created), now)} days old, `;
  if (Number.isNaN(at)) {
    return {
      name: "token expiry",
      status: "unknown",
      detail: `"${name}" ${made}is taken ${from}, and shows no expiry.`,
    };
  }
  const days = daysBetween(now, at);
  return {
    name: "token expiry",
    status: days < 7 ? "warn" : "ok",
    detail: `"${name}" ${made}is taken ${from}, and ends in ${days} days where nobody uses it.`,
    ...(days < 7 ? { hint: "Each use gives it 30 days more: run a plan at least once a month." } : {}),
  };
}

/** The age of the app's key, where the credential may read its own app. */
async function keyChecks(reader: OktaReader): Promise<readonly Check[]> {
  const { credential } = reader.settings;
  if (credential.kind !== "key") return [];
  const keyId = keyIdOf(credential.privateKey) ?? credential.keyId;
  try {
    const keys = await reader.appKeys(credential.clientId);
    const key = keys?.find((one) => one.keyId === keyId);
    if (key?.created === undefined) return [];
    const days = daysBetween(Date.parse(key.created), reader.clock.now());
    const others = (keys?.length ?? 1) - 1;
    const beside = others === 0 ? "" : ` The app has ${others} other key(s): revoke what nobody uses.`;
    return [{ name: "key", status: "ok", detail: `${key.keyId} is ${days} days old and has no end.${beside}` }];
  } catch (error) {
    return [failed("key", error)];
  }
}

function daysBetween(from: number, to: number): number {
  return Math.floor((to - from) / DAY);
}

export function failed(name: string, error: unknown): Check {
  const [problem] = problemsOf(error);
  return {
    name,
    status: "fail",
    detail: problem?.message ?? "Failed.",
    ...(problem?.hint === undefined ? {} : { hint: problem.hint }),
  };
}
