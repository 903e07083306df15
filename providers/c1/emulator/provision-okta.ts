/** What the Okta connector grants and revokes: groups and apps. */
import { ConnectorError, call } from "./connector-calls.ts";
import type { ConnectorJob } from "./provisioning.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Tenant } from "./tenant.ts";

export const oktaBase = (connector: ConnectorRow): string => `https://${connector.configuration.okta_v2_domain ?? ""}`;
export const oktaAuthorization = (connector: ConnectorRow): string =>
  `SSWS ${connector.configuration.okta_v2_api_token ?? ""}`;

export async function provisionOkta(
  tenant: Tenant,
  { connector, entitlement, task }: ConnectorJob,
  userId: string,
): Promise<void> {
  const [type, id = "", slug] = entitlement.externalId.split(":");
  const base = oktaBase(connector);
  const authorization = oktaAuthorization(connector);
  if (type === "group" && slug === "member") {
    const url = `${base}/api/v1/groups/${id}/users/${userId}`;
    await call(tenant, { authorization, method: task.grant ? "PUT" : "DELETE", url });
  } else if (type === "app" && slug === "access") {
    const url = `${base}/api/v1/apps/${id}/users`;
    if (task.grant) await call(tenant, { authorization, body: { id: userId, scope: "USER" }, method: "POST", url });
    else await call(tenant, { authorization, method: "DELETE", url: `${url}/${userId}` });
  } else {
    throw new ConnectorError(`the connector cannot provision ${entitlement.externalId}`);
  }
}
