/** The health of an instance, a line each. */

import { problemsOf } from "../../engine/problem.ts";
import type { Check } from "../../engine/provider.ts";
import type { C1Reader } from "./client.ts";
import { missingFor, ownRoles } from "./rights.ts";

const AGES: Readonly<Record<string, string>> = {
  personal: "30 or 90 days, or no end, as chosen at creation; it acts with one person's rights",
  "service principal": "at most 180 days, not extendable: note the day, and replace it in time",
  "workload federation": "nothing stored, nothing expires",
  "access token": "an hour or less; nothing renews it",
};

export async function* doctor(reader: C1Reader, kinds: readonly string[]): AsyncIterable<Check> {
  const { host, credential } = reader.connection;
  yield { name: "host", status: "ok", detail: host };
  try {
    const self = await reader.introspect();
    yield {
      name: "credential",
      status: credential === "personal" || credential === "access token" ? "warn" : "ok",
      detail: `${credential}; lives ${AGES[credential] ?? "as issued"}`,
      ...(credential === "personal" ? { hint: "Use a service principal or workload federation in CI." } : {}),
    };
    yield { name: "tenant", status: "ok", detail: self.tenantId };
    yield* roles(reader, kinds);
    yield {
      name: "features",
      status: self.disabledModules.length === 0 ? "ok" : "warn",
      detail: `${self.features.length} on${self.disabledModules.length === 0 ? "" : `; switched off: ${self.disabledModules.join(", ")}`}`,
    };
    yield {
      name: "rate",
      status: "ok",
      detail: "C1 publishes no limits; at most 5 requests at once, and 429 waits as told",
    };
  } catch (error) {
    for (const problem of problemsOf(error)) {
      yield {
        name: "credential",
        status: "fail",
        detail: problem.message,
        ...(problem.hint ? { hint: problem.hint } : {}),
      };
    }
  }
}

async function* roles(reader: C1Reader, kinds: readonly string[]): AsyncIterable<Check> {
  const own = await ownRoles(reader);
  yield {
    name: "roles",
    status: own.length === 0 ? "fail" : "ok",
    detail: own.length === 0 ? "none: C1 answers with blank fields instead of refusing" : own.join(", "),
  };
  const unread = kinds.filter((kind) => missingFor(kind, own).length > 0);
  for (const kind of unread) {
    yield {
      name: `c1/${kind}`,
      status: "fail",
      detail: "cannot be read by these roles",
      hint: `One of: ${missingFor(kind, own).join(", ")}.`,
    };
  }
  if (unread.includes("membership-automation") && !unread.includes("access-profile")) {
    yield {
      name: "automations",
      status: "warn",
      detail: "a read-only administrator sees profiles but no automations: a plan-only credential cannot plan them",
    };
  }
}
