/**
 * The PagerDuty connector's sync (oncall.md §1.7): users, schedules, who is on each schedule, and who is on call from
 * now to an hour ahead. Layer-based schedules only.
 */
import { isFields } from "../../shared/narrow.ts";
import { ConnectorError, call, type Item, textOf } from "./connector-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Account, SeenResource, SeenType, Snapshot } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";

const BASE = "https://api.pagerduty.com";
const ON_CALL_WINDOW_MS = 3_600_000;
const PAGE = 100;

export const PAGERDUTY_TYPES: readonly SeenType[] = [{ name: "schedule", displayName: "Schedule", kind: "CUSTOM" }];

/** Title-cased from type and name, so that case is lost: match by id and slug (oncall.md §1.7). */
export const scheduleName = (name: string): string =>
  `schedule-${name}`
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{N}'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

export async function pagerdutySnapshot(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const read = (path: string): Promise<Item> => object(tenant, connector, path);
  const since = new Date(tenant.now()).toISOString();
  const until = new Date(tenant.now() + ON_CALL_WINDOW_MS).toISOString();
  const window = new URLSearchParams({ since, until });
  const resources: SeenResource[] = [];
  for (const schedule of await pages(read, "schedules")) {
    const id = textOf(schedule, "id");
    const onCall = await read(`/schedules/${id}/users?${window}`);
    const displayName = scheduleName(textOf(schedule, "name"));
    const common = { provisions: false, purpose: "ASSIGNMENT" } as const;
    resources.push({
      description: textOf(schedule, "description"),
      displayName,
      entitlements: [
        { ...common, displayName: `${displayName} schedule member`, holders: idsOf(schedule.users), slug: "member" },
        { ...common, displayName: `${displayName} schedule on-call`, holders: idsOf(onCall.users), slug: "on-call" },
      ],
      externalId: id,
      type: "schedule",
    });
  }
  return { accounts: (await pages(read, "users")).map(accountOf), resources, types: PAGERDUTY_TYPES };
}

function accountOf(user: Item): Account {
  const email = textOf(user, "email");
  return {
    displayName: textOf(user, "name"),
    email,
    enabled: true,
    externalId: textOf(user, "id"),
    profile: {},
    username: email,
  };
}

async function pages(read: (path: string) => Promise<Item>, name: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const body = await read(`/${name}?limit=${PAGE}&offset=${offset}`);
    const page = body[name];
    if (!Array.isArray(page)) throw new ConnectorError(`/${name} did not answer a list`);
    items.push(...page.filter(isFields));
    if (body.more !== true) return items;
  }
}

async function object(tenant: Tenant, connector: ConnectorRow, path: string): Promise<Item> {
  const response = await call(tenant, {
    accept: "application/vnd.pagerduty+json;version=2",
    authorization: `Token token=${connector.configuration.pagerduty_api_token ?? ""}`,
    url: `${BASE}${path}`,
  });
  const body: unknown = await response.json();
  if (!isFields(body)) throw new ConnectorError(`${path} did not answer an object`);
  return body;
}

function idsOf(users: unknown): readonly string[] {
  return Array.isArray(users) ? users.map((user) => textOf(user, "id")).filter((one) => one !== "") : [];
}
