/** How the Zendesk connector asks: an API token's Basic header, cursor pages, ids of any size (zendesk.md §1). */
import { parseExact } from "../../shared/exact-json.ts";
import { isFields } from "../../shared/narrow.ts";
import { type Call, ConnectorError, call, type Item, textOf } from "./connector-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Tenant } from "./tenant.ts";

const PAGE = 100;

/** Numbers where they fit in one, digits else; empty where there is none. */
export function idOf(item: Item, key = "id"): string {
  const id = item[key];
  return typeof id === "number" || typeof id === "string" ? String(id) : "";
}

/** Whole, page by page. `allowed: "missing"` takes a refusal for an empty list: a feature that the plan lacks. */
export async function zendeskList(
  tenant: Tenant,
  connector: ConnectorRow,
  path: string,
  name: string,
  allowed?: "missing",
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let url: string | undefined = `${baseOf(connector)}${path}${path.includes("?") ? "&" : "?"}page[size]=${PAGE}`;
  while (url !== undefined) {
    const asked: Call = { authorization: authorizationOf(connector), url };
    const response: Response = await call(tenant, asked, allowed === undefined ? [] : [403, 404]);
    if (!response.ok) return [];
    const body: Item = bodyOf(await response.text(), path);
    const rows = body[name];
    if (!Array.isArray(rows)) throw new ConnectorError(`${path} did not answer a list`);
    items.push(...rows.filter(isFields));
    const more = isFields(body.meta) && body.meta.has_more === true;
    url = more ? textOf(body.links, "next") || undefined : undefined;
  }
  return items;
}

export async function zendeskObject(
  tenant: Tenant,
  connector: ConnectorRow,
  path: string,
  name: string,
): Promise<Item> {
  const url = `${baseOf(connector)}${path}`;
  const response = await call(tenant, { authorization: authorizationOf(connector), url });
  const object = bodyOf(await response.text(), path)[name];
  if (!isFields(object)) throw new ConnectorError(`${path} did not answer a ${name}`);
  return object;
}

export async function zendeskSend(
  tenant: Tenant,
  connector: ConnectorRow,
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<void> {
  const url = `${baseOf(connector)}${path}`;
  await call(tenant, { authorization: authorizationOf(connector), body, method, url });
}

function bodyOf(text: string, path: string): Item {
  const body = parseExact(text);
  if (!isFields(body)) throw new ConnectorError(`${path} did not answer an object`);
  return body;
}

function baseOf({ configuration }: ConnectorRow): string {
  return `https://${configuration.zendesk_v2_subdomain ?? ""}.zendesk.com/api/v2`;
}

function authorizationOf({ configuration }: ConnectorRow): string {
  const { zendesk_v2_email: email = "", zendesk_v2_api_token: token = "" } = configuration;
  return `Basic ${Buffer.from(`${email}/token:${token}`).toString("base64")}`;
}
