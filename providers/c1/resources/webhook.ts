/** An address that C1 calls (c1.md §10): to decide a policy's step, to provision, or from an automation. */

import type { Finding, Kind } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { touches } from "../../shared/changes.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import { fromWire, secondsOf, toWire } from "../client/duration.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { durationFindings } from "./entitlement.ts";
import { findByName } from "./names.ts";

const DAY = 86_400;
const LONGEST_DAYS = 30;

export const webhook: Kind<C1Reader, C1Writer> = {
  name: "webhook",
  proof: { by: "read" },

  key: (spec) => textAt(spec, "displayName"),

  *check(spec) {
    yield* urlFindings(text(spec.url));
    yield* durationFindings(spec.callbackTimeout, "callbackTimeout");
    const seconds = secondsOf(text(spec.callbackTimeout));
    if (seconds === undefined || (seconds >= DAY && seconds <= LONGEST_DAYS * DAY)) return;
    yield {
      code: "callback-timeout",
      message: `C1 waits between 1d and ${LONGEST_DAYS}d for a callback, not ${text(spec.callbackTimeout)}.`,
      hint: "Leave callbackTimeout out for C1's own 8d.",
      path: ["callbackTimeout"],
    };
  },

  async *list(reader, want) {
    for (const row of await reader.webhooks()) {
      const asked = want.objects.some((one) => one.id === row.id || one.key === row.displayName);
      if (asked || want.everything === true) yield webhookToLive(row);
    }
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id } of wanted) {
      const row = await reader.webhook(id);
      yield row === undefined ? { gone: true, id } : webhookToLive(row);
    }
  },

  find: async (reader, lookup) => findByName(await reader.webhooks(), lookup),
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  async create(writer, spec, context) {
    const row = await writer.createWebhook(webhookToApi(spec));
    await context.made(text(row.id));
    return webhookToLive(row);
  },

  async update(writer, live, spec, changes) {
    const api = webhookToApi(spec, changes);
    return webhookToLive(await writer.updateWebhook(live.id, api, Object.keys(api)));
  },

  async delete(writer, live) {
    await writer.deleteWebhook(live.id);
  },

  describe: ({ action }) =>
    action === "delete"
      ? { notes: ["Policies, entitlements and automations that call it have nobody to call any more."] }
      : {},
};

/** C1 calls port 443 over TLS and nothing else. */
function* urlFindings(url: string): Iterable<Finding> {
  if (url === "") return;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "https:" && parsed.port === "" && parsed.username === "") return;
  yield {
    code: "webhook-url",
    message: `C1 calls https addresses on port 443 only${parsed?.username ? ", and none with a name and password" : ""}.`,
    hint: "Write it as https://host/path; C1 signs what it sends, so the address needs no password.",
    path: ["url"],
  };
}

function webhookToLive(row: Fields): Live {
  const createdAt = text(row.createdAt);
  const timeout = fromWire(row.callbackTimeout);
  return {
    id: text(row.id),
    spec: {
      displayName: text(row.displayName),
      url: text(row.url),
      description: text(row.description),
      ...(timeout === undefined ? {} : { callbackTimeout: timeout }),
    },
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function webhookToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  const api: Record<string, unknown> = {};
  const wants = (field: string): boolean =>
    spec[field] !== undefined && (changes === undefined || touches(changes, field));
  for (const field of ["displayName", "url", "description"]) if (wants(field)) api[field] = text(spec[field]);
  if (wants("callbackTimeout")) api.callbackTimeout = toWire(text(spec.callbackTimeout));
  return api;
}
