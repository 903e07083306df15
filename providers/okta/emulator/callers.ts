/** Who is calling: the `Authorization` header, checked. */
import type { TenantWorld } from "../../shared/emulator.ts";
import { nameOf } from "./audit.ts";
import type { Caller } from "./call.ts";
import { checkProof } from "./dpop.ts";
import { badToken, Failure } from "./failure.ts";
import { OAuthError } from "./oauth-error.ts";
import type { AccessToken, Tenant } from "./tenant.ts";

export async function callerOf(tenant: Tenant, world: TenantWorld, request: Request): Promise<Caller> {
  const [scheme = "", credential = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme === "SSWS") return administrator(tenant, credential);
  if (scheme !== "Bearer" && scheme !== "DPoP") throw new Failure(403, "E0000005", "Invalid session");
  const token = tenant.accessTokens.get(credential);
  const client = tenant.clients.get(token?.clientId ?? "");
  if (token === undefined || client === undefined || token.expires <= world.wall()) throw badToken();
  await checkBinding(tenant, world, request, scheme, credential, token);
  return {
    principal: `client ${client.id}`,
    actor: { id: client.id, type: "PublicClientApp", alternateId: client.id, displayName: client.label },
    clientId: client.id,
    apiTokenId: null,
    userId: null,
    scopes: token.scopes,
  };
}

/** An API token acts with today's privileges of whoever made it, and ends with them (okta.md §1.1). */
function administrator(tenant: Tenant, credential: string): Caller {
  const token = tenant.apiTokens.get(credential);
  const user = tenant.users.get(token?.userId ?? "");
  if (token === undefined || user === undefined || user.status !== "ACTIVE") throw badToken();
  return {
    principal: `token ${token.id}`,
    actor: { id: user.id, type: "User", alternateId: String(user.profile.login), displayName: nameOf(user) },
    clientId: null,
    apiTokenId: token.id,
    userId: user.id,
  };
}

/** A token bound to a key is worth nothing as a bearer token, and the other way round. */
async function checkBinding(
  tenant: Tenant,
  world: TenantWorld,
  request: Request,
  scheme: string,
  credential: string,
  token: AccessToken,
): Promise<void> {
  const bound = token.jkt !== undefined;
  if (bound !== (scheme === "DPoP")) {
    const description = `The access token type is ${bound ? "DPoP" : "Bearer"}.`;
    const headers = { "www-authenticate": `${scheme} error="invalid_token", error_description="${description}"` };
    throw new OAuthError(401, "invalid_token", description, headers);
  }
  if (!bound) return;
  const jkt = await checkProof(tenant, world, request, request.headers.get("dpop"), credential);
  if (jkt !== token.jkt) {
    throw new OAuthError(401, "invalid_token", "The DPoP proof key does not match the key of the access token.");
  }
}
