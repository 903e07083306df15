/**
 * The Opsgenie connector's sync (oncall.md §2.5): users, teams, schedules, and who is on call now. Each schedule's tree is
 * asked for by the schedule's name; in it teams stand for all their members and escalations for nobody.
 */
import { isFields } from "../../shared/narrow.ts";
import { ConnectorError, call, type Item, textOf } from "./connector-calls.ts";
import type { ConnectorRow } from "./rows.ts";
import type { Account, SeenResource, SeenType, Snapshot } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";

const BASE = "https://api.opsgenie.com";
const PAGE = 100;
const COMMON = { provisions: false, purpose: "ASSIGNMENT" } as const;

export const OPSGENIE_TYPES: readonly SeenType[] = [
  { name: "team", displayName: "Team", kind: "CUSTOM" },
  { name: "schedule", displayName: "Schedule", kind: "CUSTOM" },
];

type Read = (path: string) => Promise<Item>;

export async function opsgenieSnapshot(tenant: Tenant, connector: ConnectorRow): Promise<Snapshot> {
  const read: Read = (path) => object(tenant, connector, path);
  const members = new Map<string, readonly string[]>();
  const resources: SeenResource[] = [];
  for (const team of await items(read, "/v2/teams")) {
    const [id, name] = [textOf(team, "id"), textOf(team, "name")];
    const { data } = await read(`/v2/teams/${id}`);
    const holders = itemsOf(isFields(data) ? data.members : []).map((member) => textOf(member.user, "id"));
    members.set(id, holders);
    resources.push({
      description: textOf(team, "description"),
      displayName: name,
      entitlements: [{ ...COMMON, displayName: `${name} Team Member`, holders, slug: "member" }],
      externalId: id,
      type: "team",
    });
  }
  for (const schedule of await items(read, "/v2/schedules?expand=rotation")) {
    resources.push(await scheduleOf(read, schedule, members));
  }
  return { accounts: (await users(read)).map(accountOf), resources, types: OPSGENIE_TYPES };
}

async function scheduleOf(
  read: Read,
  schedule: Item,
  members: ReadonlyMap<string, readonly string[]>,
): Promise<SeenResource> {
  const name = textOf(schedule, "name");
  const holdersOf = (recipients: readonly Item[]): readonly string[] => [
    ...new Set(
      recipients.flatMap((one) => {
        const [type, id] = [textOf(one, "type"), textOf(one, "id")];
        if (type === "team") return members.get(id) ?? [];
        return type === "user" ? [id] : [];
      }),
    ),
  ];
  const { data } = await read(`/v2/schedules/${encodeURIComponent(name)}/on-calls?scheduleIdentifierType=name`);
  const onCall = itemsOf(isFields(data) ? data.onCallParticipants : []);
  const participants = itemsOf(schedule.rotations).flatMap((rotation) => itemsOf(rotation.participants));
  return {
    description: textOf(schedule, "description"),
    displayName: name,
    entitlements: [
      { ...COMMON, displayName: `${name} schedule member`, holders: holdersOf(participants), slug: "member" },
      { ...COMMON, displayName: `${name} schedule on-call`, holders: holdersOf(onCall), slug: "on-call" },
    ],
    externalId: textOf(schedule, "id"),
    type: "schedule",
  };
}

async function users(read: Read): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await items(read, `/v2/users?limit=${PAGE}&offset=${offset}`);
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

function accountOf(user: Item): Account {
  const username = textOf(user, "username");
  return {
    displayName: textOf(user, "fullName"),
    email: username,
    enabled: user.blocked !== true,
    externalId: textOf(user, "id"),
    profile: {},
    username,
  };
}

async function items(read: Read, path: string): Promise<readonly Item[]> {
  const { data } = await read(path);
  if (!Array.isArray(data)) throw new ConnectorError(`${path} did not answer a list`);
  return itemsOf(data);
}

function itemsOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

async function object(tenant: Tenant, connector: ConnectorRow, path: string): Promise<Item> {
  const response = await call(tenant, {
    authorization: `GenieKey ${connector.configuration.opsgenie_apikey ?? ""}`,
    url: `${BASE}${path}`,
  });
  const body: unknown = await response.json();
  if (!isFields(body)) throw new ConnectorError(`${path} did not answer an object`);
  return body;
}
