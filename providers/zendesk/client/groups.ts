import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { optionalText } from "../../shared/narrow.ts";
import { fieldsOf, idOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isPublic: boolean;
  /** The account's default group, which cannot be deleted. */
  readonly default: boolean;
  readonly created: string | undefined;
}

export interface GroupReads {
  /** Those that are not deleted: deletion is soft, and lists may show it (zendesk.md §2.2). */
  groups(): Promise<readonly Group[]>;
  /** Undefined where it is deleted or was never there. */
  group(id: string): Promise<Group | undefined>;
}

export interface GroupWrites {
  /** Names may repeat, so a create that the plan did not see coming would make a twin. */
  groupsNamed(name: string): Promise<readonly Group[]>;
  createGroup(group: Readonly<Record<string, unknown>>): Promise<Group>;
  updateGroup(id: string, changes: Readonly<Record<string, unknown>>): Promise<Group>;
  deleteGroup(id: string): Promise<void>;
}

interface Row extends Group {
  readonly deleted: boolean;
}

/** How long the names of all groups count as just read: many creates in a row share one list. */
const FRESH = 5_000;

/** Names by id as of a moment, kept by the connection and told of what it makes and ends itself. */
export interface GroupNames {
  at: number;
  groups: Map<string, Group>;
}

export function groupReads(transport: Transport): GroupReads {
  return {
    groups: once(() => everyGroup(transport)),
    async group(id) {
      const answer = await transport.send({ method: "GET", path: path`/groups/${id}`, accept: [404] });
      if (answer.status === 404) return undefined;
      const row = groupOf(fieldsOf(answer.body, "a group").group);
      return row.deleted ? undefined : row;
    },
  };
}

export function groupWrites(transport: Transport, names: GroupNames, recorder: Recorder): GroupWrites {
  return {
    async groupsNamed(name) {
      const now = transport.clock.monotonic();
      if (now - names.at > FRESH) {
        names.groups = new Map((await everyGroup(transport)).map((group) => [group.id, group]));
        names.at = now;
      }
      return [...names.groups.values()].filter((group) => group.name === name);
    },
    async createGroup(group) {
      const call = { method: "POST", path: "/groups", body: { group }, key: String(group.name) } as const;
      try {
        const made = groupOf(fieldsOf((await transport.send(call, recorder)).body, "a new group").group);
        names.groups.set(made.id, made);
        return made;
      } catch (error) {
        // It may have been made all the same, so the next create reads the names anew.
        names.at = Number.NEGATIVE_INFINITY;
        throw error;
      }
    },
    async updateGroup(id, changes) {
      const call = { method: "PUT", path: path`/groups/${id}`, body: { group: changes }, key: id } as const;
      return groupOf(fieldsOf((await transport.send(call, recorder)).body, "a group").group);
    },
    async deleteGroup(id) {
      await transport.send({ method: "DELETE", path: path`/groups/${id}`, accept: [404], key: id }, recorder);
      names.groups.delete(id);
    },
  };
}

async function everyGroup(transport: Transport): Promise<readonly Group[]> {
  const rows: Row[] = [];
  for await (const { body } of transport.pages("/groups?exclude_deleted=true")) {
    rows.push(...listOf(body.groups, "the groups", groupOf));
  }
  return rows.filter((row) => !row.deleted);
}

function groupOf(body: unknown): Row {
  const group = fieldsOf(body, "a group");
  return {
    id: idOf(group, "id", "a group"),
    name: textOf(group, "name", "a group"),
    description: optionalText(group, "description") ?? "",
    // Accounts from before private groups do not say it: there, every group is public.
    isPublic: group.is_public !== false,
    default: group.default === true,
    deleted: group.deleted === true,
    created: optionalText(group, "created_at"),
  };
}
