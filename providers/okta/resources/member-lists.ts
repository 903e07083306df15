/**
 * Member lists, kept between runs for as long as Okta says that they did not change: reading each is most of what a
 * plan costs (okta.md §0). Whatever removes somebody reads afresh instead.
 */
import { once } from "../../shared/memo.ts";
import { type Fields, isFields, optionalText } from "../../shared/narrow.ts";
import { hasCode } from "../client/errors.ts";
import type { Group, Member, RuleName } from "../client/groups.ts";
import { fieldsOf, listOf, textOf } from "../client/narrow.ts";
import type { Rule } from "../client/rules.ts";
import type { OktaReader } from "../client.ts";

/** Whether `lastMembershipUpdated` moves when a member is deactivated is not established (okta.md §10). */
const SWEEP = 24 * 3_600_000;
/** A list read right after a change may miss another change of the same moment. */
const SETTLED = 60_000;

/** What the rules that feed a group look like: who is there by a rule changes with them, and the group's time does not. */
export interface Feeding {
  readonly stamp: string;
  /** Epoch milliseconds of the newest change of any of them. */
  readonly changedAt: number;
}

/** Undefined where the credential may not see rules. */
export type Feeders = () => Promise<((groupId: string) => Feeding) | undefined>;

export function feeders(reader: OktaReader): Feeders {
  return once(async () => {
    const byGroup = new Map<string, Rule[]>();
    try {
      for (const rule of await reader.rules()) {
        for (const id of rule.groupIds) byGroup.set(id, [...(byGroup.get(id) ?? []), rule]);
      }
    } catch (error) {
      if (hasCode(error, "okta-forbidden")) return undefined;
      throw error;
    }
    return (groupId) => {
      const rules = byGroup.get(groupId) ?? [];
      return {
        stamp: rules.map(({ id, status, lastUpdated }) => `${id} ${status} ${lastUpdated}`).join(),
        changedAt: Math.max(0, ...rules.map((rule) => Date.parse(rule.lastUpdated))),
      };
    };
  });
}

export async function membersOf(reader: OktaReader, group: Group, fed: Feeders): Promise<readonly Member[]> {
  if (group.memberCount === 0) return [];
  const { cache } = reader;
  const feeding = cache === undefined ? undefined : (await fed())?.(group.id);
  const changedAt = Math.max(Date.parse(group.lastMembershipUpdated ?? ""), feeding?.changedAt ?? Number.NaN);
  const now = reader.clock.now();
  if (cache === undefined || feeding === undefined || !(now - changedAt > SETTLED)) {
    return present(await reader.members(group.id));
  }
  const stamp = `${group.lastMembershipUpdated} ${feeding.stamp}`;
  const key = keyOf(reader, group.id);
  const kept = decode(await cache.get(key).catch(() => undefined));
  if (kept !== undefined && kept.stamp === stamp && now - kept.readAt < SWEEP && kept.readAt <= now) {
    reader.seen.users(kept.members);
    return kept.members;
  }
  const members = present(await reader.members(group.id));
  // Where Okta does not say who is there by a rule, that is judged by whole profiles, which are not kept.
  const told = feeding.stamp === "" || members.every((member) => member.rules !== undefined);
  if (!told) return members;
  // Whether it can be kept changes nothing but the next plan's calls.
  await cache.set(key, encode({ stamp, readAt: now, members })).catch(() => undefined);
  return members;
}

/** What was kept turned out to be out of date: the next plan reads the list. */
export async function forgetMembers(reader: OktaReader, groupId: string): Promise<void> {
  await reader.cache?.set(keyOf(reader, groupId), "").catch(() => undefined);
}

function keyOf(reader: OktaReader, groupId: string): string {
  return `okta ${reader.settings.base.host} members ${groupId}`;
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
