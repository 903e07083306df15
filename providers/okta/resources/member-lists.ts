/**
 * Member lists, kept between runs for as long as Okta says that they did not change: reading each is most of what a
 * plan costs (okta.md §0). Whatever removes somebody reads afresh instead.
 */

import { type Fields, isFields, optionalText } from "../../shared/narrow.ts";
import type { Group, Member, RuleName } from "../client/groups.ts";
import { fieldsOf, listOf, textOf } from "../client/narrow.ts";
import type { OktaReader } from "../client.ts";

/** Whether `lastMembershipUpdated` moves when a member is deactivated is not established (okta.md §10). */
const SWEEP = 24 * 3_600_000;
/** A list read right after a change may miss another change of the same moment. */
const SETTLED = 60_000;

export async function membersOf(reader: OktaReader, group: Group): Promise<readonly Member[]> {
  if (group.memberCount === 0) return [];
  const { cache, settings } = reader;
  const stamp = group.lastMembershipUpdated;
  const now = reader.clock.now();
  if (cache === undefined || stamp === undefined || !(now - Date.parse(stamp) > SETTLED)) {
    return present(await reader.members(group.id));
  }
  const key = `okta ${settings.base.host} members ${group.id}`;
  const kept = decode(await cache.get(key).catch(() => undefined));
  if (kept !== undefined && kept.stamp === stamp && now - kept.readAt < SWEEP && kept.readAt <= now) {
    reader.seen.users(kept.members);
    return kept.members;
  }
  const members = present(await reader.members(group.id));
  // Whether it can be kept changes nothing but the next plan's calls.
  await cache.set(key, encode({ stamp, readAt: now, members })).catch(() => undefined);
  return members;
}

/** Deactivated people may still be listed; they hold nothing (okta.md §10). */
export function present(members: readonly Member[]): readonly Member[] {
  return members.filter((member) => member.status !== "DEPROVISIONED");
}

interface Kept {
  readonly stamp: string;
  readonly readAt: number;
  readonly members: readonly Member[];
}

function encode({ stamp, readAt, members }: Kept): string {
  const rows = members.map(({ id, status, login, email, rules }) => ({ id, status, login, email, rules }));
  return JSON.stringify({ stamp, readAt, rows });
}

function decode(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(text);
    if (!isFields(kept) || typeof kept.readAt !== "number") return undefined;
    return {
      stamp: textOf(kept, "stamp", "a kept member list"),
      readAt: kept.readAt,
      members: listOf(kept.rows, "a kept member list", rowOf),
    };
  } catch {
    // A damaged entry is no entry.
    return undefined;
  }
}

function rowOf(value: unknown): Member {
  const row = fieldsOf(value, "a kept member");
  const login = textOf(row, "login", "a kept member");
  const email = optionalText(row, "email");
  return {
    id: textOf(row, "id", "a kept member"),
    status: textOf(row, "status", "a kept member"),
    login,
    email,
    transitioningTo: undefined,
    created: undefined,
    profile: { login, ...(email === undefined ? {} : { email }) },
    rules: rulesOf(row),
  };
}

function rulesOf(row: Fields): readonly RuleName[] | undefined {
  if (!Array.isArray(row.rules)) return undefined;
  return row.rules.map((rule: unknown) => {
    const fields = fieldsOf(rule, "a kept rule");
    return { id: textOf(fields, "id", "a kept rule"), name: textOf(fields, "name", "a kept rule") };
  });
}
