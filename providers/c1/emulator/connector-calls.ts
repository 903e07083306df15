/** Connectors as actors in other systems: every call goes out with the connector's own token. */

import { isFields } from "../../shared/narrow.ts";
import type { ConnectorJob } from "./provisioning.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Tenant } from "./tenant.ts";

export type Item = Readonly<Record<string, unknown>>;

/** A text field of something another system answered; empty where it is absent or no text. */
export function textOf(value: unknown, key: string): string {
  const field = isFields(value) ? value[key] : undefined;
  return typeof field === "string" ? field : "";
}

/** Why a call failed, in the words a connector's status shows. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
}

export interface Call {
  readonly method?: "GET" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly authorization: string;
  readonly accept?: string;
  readonly body?: unknown;
}

/** `accept` names statuses that are an answer to the caller. */
export async function call(tenant: Tenant, asked: Call, accept: readonly number[] = []): Promise<Response> {
  const headers = new Headers({
    accept: asked.accept ?? "application/json",
    authorization: asked.authorization,
    "user-agent": "ConductorOne",
  });
  const init: RequestInit = { headers, method: asked.method ?? "GET" };
  if (asked.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = JSON.stringify(asked.body);
  }
  const response = await reached(tenant, new Request(asked.url, init));
  if (!response.ok && !accept.includes(response.status)) {
    throw new ConnectorError(`${asked.method ?? "GET"} ${new URL(asked.url).pathname} answered ${response.status}`);
  }
  return response;
}

async function reached(tenant: Tenant, request: Request): Promise<Response> {
  try {
    return await tenant.world.fetch(request);
  } catch (error) {
    throw new ConnectorError(`cannot reach ${new URL(request.url).host}`, { cause: error });
  }
}

export const oktaBase = (connector: ConnectorRow): string => `https://${connector.configuration.okta_v2_domain ?? ""}`;
export const oktaAuthorization = (connector: ConnectorRow): string =>
  `SSWS ${connector.configuration.okta_v2_api_token ?? ""}`;

/** Carries a grant or revocation out; answers what went wrong. */
export async function provisionThrough(tenant: Tenant, job: ConnectorJob): Promise<string | undefined> {
  const { connector, entitlement, task } = job;
  const account = tenant.appUsers
    .by("user", task.subject)
    .find((one) => one.appId === entitlement.appId && one.deletedAt === null && one.externalId !== "");
  if (account === undefined) return "the user has no account in the app";
  const [type, resourceId = "", slug] = entitlement.externalId.split(":");
  const base = oktaBase(connector);
  const authorization = oktaAuthorization(connector);
  try {
    if (type === "group" && slug === "member") {
      const url = `${base}/api/v1/groups/${resourceId}/users/${account.externalId}`;
      await call(tenant, { authorization, method: task.grant ? "PUT" : "DELETE", url });
      return undefined;
    }
    if (type === "app" && slug === "access") {
      const url = `${base}/api/v1/apps/${resourceId}/users`;
      if (task.grant)
        await call(tenant, { authorization, body: { id: account.externalId, scope: "USER" }, method: "POST", url });
      else await call(tenant, { authorization, method: "DELETE", url: `${url}/${account.externalId}` });
      return undefined;
    }
    return `the connector cannot provision ${entitlement.externalId}`;
  } catch (error) {
    if (error instanceof ConnectorError) return error.message;
    throw error;
  }
}
