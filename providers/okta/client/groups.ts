import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { optionalNumber, optionalText, within } from "../../shared/narrow.ts";
import { hasCode } from "./errors.ts";
import { attributesOf, fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Seen } from "./seen.ts";
import type { Transport } from "./transport.ts";
import { type User, userOf } from "./users.ts";

export interface Group {
  readonly id: string;
  /** OKTA_GROUP is ours to change; APP_GROUP is imported, BUILT_IN is fixed. */
  readonly type: string;
  readonly name: string;
  readonly profile: Readonly<Record<string, Value>>;
  readonly created: string | undefined;
  readonly lastMembershipUpdated: string | undefined;
  /** Undefined where the read did not ask for statistics. */
  readonly memberCount: number | undefined;
  readonly hasAdminPrivilege: boolean;
}

export interface RuleName {
  readonly id: string;
  readonly name: string;
}

export interface Member extends User {
  /** Rules that put the user there; undefined where the organization cannot tell. */
  readonly rules: readonly RuleName[] | undefined;
}

export interface Owner {
  readonly id: string;
  readonly type: string;
  /** APPLICATION owners come from a source and cannot be changed here. */
  readonly originType: string;
}

export interface GroupReads {
  /** All of them, of every source, with their statistics. */
  groups(): Promise<readonly Group[]>;
  group(id: string): Promise<Group | undefined>;
  members(groupId: string): Promise<readonly Member[]>;
  /** Rules that feed one member; undefined where the organization cannot tell (okta.md §4.4). */
  rulesOfMember(groupId: string, userId: string): Promise<readonly RuleName[] | undefined>;
  /** Undefined where the organization has no owners (they need Identity Governance); asked in vain only once. */
  owners(groupId: string): Promise<readonly Owner[] | undefined>;
  /** Whether there are owners here at all; asks `groupId` only where no read has told yet. */
  hasOwners(groupId: string): Promise<boolean>;
}

export interface GroupWrites {
  createGroup(profile: Readonly<Record<string, Value>>): Promise<Group>;
  /** The whole profile: what it leaves out is lost (okta.md §4.2). */
  replaceGroup(id: string, profile: Readonly<Record<string, Value>>): Promise<Group>;
  deleteGroup(id: string): Promise<void>;
  addMember(groupId: string, userId: string): Promise<void>;
  removeMember(groupId: string, userId: string): Promise<void>;
  addOwner(groupId: string, userId: string): Promise<void>;
  removeOwner(groupId: string, ownerId: string): Promise<void>;
}

export function groupReads(transport: Transport, seen: Seen): GroupReads {
  /** What the first read of owners told. */
  let licensed: boolean | undefined;
  const reads: GroupReads = {
    groups: once(async () => {
      const rows: Group[] = [];
      // Larger pages time out when they carry statistics (okta.md §4.2).
      for await (const page of transport.pages("/api/v1/groups?limit=200&expand=stats", {
        keep: ["expand", "stats"],
      })) {
        rows.push(...listOf(page.body, "the groups", groupOf));
      }
      seen.groups(rows);
      return rows;
    }),
    async group(id) {
      const answer = await transport.send({ method: "GET", path: path`/api/v1/groups/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : groupOf(answer.body);
    },
    async members(groupId) {
      const rows: Member[] = [];
      const address = `${path`/api/v1/groups/${groupId}/users`}?limit=200&expand=group-rules`;
      for await (const page of transport.pages(address, { keep: ["expand", "group-rules"] })) {
        rows.push(...listOf(page.body, "a group's members", memberOf));
      }
      seen.users(rows);
      return rows;
    },
    async rulesOfMember(groupId, userId) {
      const address = path`/api/v1/groups/${groupId}/users/${userId}/group-rules`;
      const answer = await transport.send({ method: "GET", path: address, accept: [404, 405] });
      return Array.isArray(answer.body) ? listOf(answer.body, "a member's rules", ruleNameOf) : undefined;
    },
    async owners(groupId) {
      if (licensed === false) return undefined;
      const rows: Owner[] = [];
      try {
        for await (const page of transport.pages(`${path`/api/v1/groups/${groupId}/owners`}?limit=1000`)) {
          rows.push(...listOf(page.body, "a group's owners", ownerOf));
        }
      } catch (error) {
        if (!hasCode(error, "okta-not-licensed") && !hasCode(error, "okta-forbidden")) throw error;
        licensed = false;
        return undefined;
      }
      licensed = true;
      return rows;
    },
    hasOwners: async (groupId) => licensed ?? (await reads.owners(groupId)) !== undefined,
  };
  return reads;
}

export function groupWrites(transport: Transport, recorder: Recorder): GroupWrites {
  const pair = (groupId: string, userId: string): string => path`/api/v1/groups/${groupId}/users/${userId}`;
  return {
    async createGroup(profile) {
      const call = { method: "POST", path: "/api/v1/groups", body: { profile }, key: String(profile.name) } as const;
      return groupOf((await transport.send(call, recorder)).body);
    },
    async replaceGroup(id, profile) {
      const call = { method: "PUT", path: path`/api/v1/groups/${id}`, body: { profile }, key: id } as const;
      return groupOf((await transport.send(call, recorder)).body);
    },
    async deleteGroup(id) {
      await transport.send({ method: "DELETE", path: path`/api/v1/groups/${id}`, accept: [404], key: id }, recorder);
    },
    async addMember(groupId, userId) {
      await transport.send({ method: "PUT", path: pair(groupId, userId), key: userId }, recorder);
    },
    async removeMember(groupId, userId) {
      await transport.send({ method: "DELETE", path: pair(groupId, userId), accept: [404], key: userId }, recorder);
    },
    async addOwner(groupId, userId) {
      const body = { id: userId, type: "USER" };
      const call = { method: "POST", path: path`/api/v1/groups/${groupId}/owners`, body, key: userId } as const;
      await transport.send(call, recorder);
    },
    async removeOwner(groupId, ownerId) {
      const address = path`/api/v1/groups/${groupId}/owners/${ownerId}`;
      await transport.send({ method: "DELETE", path: address, accept: [404], key: ownerId }, recorder);
    },
  };
}

function groupOf(body: unknown): Group {
  const group = fieldsOf(body, "a group");
  const profile = within(group, "profile");
  const stats = within(group, "_embedded", "stats");
  return {
    id: textOf(group, "id", "a group"),
    type: textOf(group, "type", "a group"),
    name: textOf(profile, "name", "a group's profile"),
    profile: attributesOf(profile),
    created: optionalText(group, "created"),
    lastMembershipUpdated: optionalText(group, "lastMembershipUpdated"),
    memberCount: optionalNumber(stats, "usersCount"),
    // The official description misspells it; both are accepted (okta.md §4.2).
    hasAdminPrivilege: stats.hasAdminPrivilege === true || stats.hasAdminPrivlege === true,
  };
}

function memberOf(body: unknown): Member {
  const embedded = within(fieldsOf(body, "a member"), "_embedded")["group-rules"];
  return {
    ...userOf(body),
    rules: Array.isArray(embedded) ? listOf(embedded, "a member's rules", ruleNameOf) : undefined,
  };
}

function ruleNameOf(body: unknown): RuleName {
  const rule = fieldsOf(body, "a rule");
  const id = textOf(rule, "id", "a rule");
  return { id, name: optionalText(rule, "name") ?? id };
}

function ownerOf(body: unknown): Owner {
  const owner = fieldsOf(body, "an owner");
  return {
    id: textOf(owner, "id", "an owner"),
    type: textOf(owner, "type", "an owner"),
    originType: optionalText(owner, "originType") ?? "OKTA_DIRECTORY",
  };
}
