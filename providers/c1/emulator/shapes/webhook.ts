/** Webhooks (c1.md §10). */
import { id, list, message, span, text, time, type Value } from "../message.ts";
import { paging } from "./reference.ts";

const writable = { callbackTimeout: span, description: text, displayName: text, url: text };

export const CreateWebhook = message(writable);
export const Webhook = message({ ...writable, createdAt: time, deletedAt: time, id, updatedAt: time });
export type Webhook = Value<typeof Webhook>;

export const SearchWebhooks = message({ ...paging, query: text, refs: list(message({ id }).element) });
