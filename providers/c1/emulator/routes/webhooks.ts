/** Addresses that the tenant calls: https on port 443, waited for between one day and thirty (c1.md §10). */
import {
  type Context,
  type Endpoint,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { among, isAlive, mentions } from "../search.ts";
import { CreateWebhook, SearchWebhooks, Webhook } from "../shapes/webhook.ts";
import { invalid, notFound } from "../status.ts";

const BASE = "/api/v1/webhooks";
const WRITABLE = ["callbackTimeout", "description", "displayName", "url"] as const;
const DAY_SECONDS = 86_400;
const DEFAULT_TIMEOUT = `${8 * DAY_SECONDS}s`;

export const webhookEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "webhooks", (context) =>
    page(queriedPage(context), context.tenant.webhooks, isAlive, (webhook) => webhook),
  ),
  writes("POST", BASE, "webhooks", "webhook.create", create),
  reads("GET", `${BASE}/{id}`, "webhooks", (context) => ({ webhook: found(context) })),
  writes("POST", `${BASE}/{id}`, "webhooks", "webhook.update", (context) => {
    const webhook = live(context);
    const next = { ...webhook, ...updated(context.body, "webhook", Webhook, webhook, WRITABLE) };
    check(next);
    return { webhook: context.tenant.webhooks.put({ ...next, updatedAt: context.tenant.stamp() }) };
  }),
  writes("DELETE", `${BASE}/{id}`, "webhooks", "webhook.delete", (context) => {
    context.tenant.webhooks.put({ ...live(context), deletedAt: context.tenant.stamp() });
    return {};
  }),
  reads("POST", "/api/v1/search/webhooks", "webhooks", (context) => {
    const asked = SearchWebhooks.make(SearchWebhooks.given(context.body));
    const ids = asked.refs.map((ref) => ref.id);
    const keep = (one: Webhook): boolean =>
      isAlive(one) && among(ids, one.id) && mentions(asked.query, one.displayName, one.description);
    return page(asked, context.tenant.webhooks, keep, (webhook) => webhook);
  }),
];

function create(context: Context): unknown {
  const { tenant } = context;
  const asked = CreateWebhook.make(CreateWebhook.given(context.body));
  const now = tenant.stamp();
  const callbackTimeout = asked.callbackTimeout ?? DEFAULT_TIMEOUT;
  const webhook = Webhook.make({ ...asked, callbackTimeout, createdAt: now, id: tenant.newId(), updatedAt: now });
  check(webhook);
  context.touch(webhook.id);
  return { webhook: tenant.webhooks.put(webhook) };
}

function check(webhook: Webhook): void {
  required(webhook.displayName, "Webhook.DisplayName");
  const url = URL.canParse(webhook.url) ? new URL(webhook.url) : undefined;
  if (url?.protocol !== "https:" || url.port !== "") throw invalid("invalid Webhook.Url: value must be an https URL");
  const seconds = Number.parseFloat(webhook.callbackTimeout ?? DEFAULT_TIMEOUT);
  if (seconds < DAY_SECONDS || seconds > 30 * DAY_SECONDS) {
    throw invalid("invalid Webhook.CallbackTimeout: value must be inside range [24h0m0s, 720h0m0s]");
  }
}

function found(context: Context): Webhook {
  const webhook = context.tenant.webhooks.get(param(context, "id"));
  if (webhook === undefined) throw notFound("webhook");
  return webhook;
}

function live(context: Context): Webhook {
  const webhook = found(context);
  if (!isAlive(webhook)) throw notFound("webhook");
  return webhook;
}
