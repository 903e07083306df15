import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { type Fields, optionalText, textsOf } from "../../shared/narrow.ts";
import { readBatch, removeBatch } from "./batch.ts";
import { type DeltaObject, deltaRound, MOST_IDS } from "./delta.ts";
import type { GraphProblem } from "./errors.ts";
import { fieldsOf, flag, listOf, textOf } from "./narrow.ts";
import { linkRemoval, objectRemoval, type Relation } from "./removals.ts";
import type { Transport } from "./transport.ts";
import { quoted, refusal } from "./users.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly mailNickname: string | undefined;
  readonly types: readonly string[];
  readonly mailEnabled: boolean;
  readonly securityEnabled: boolean;
  readonly visibility: string | undefined;
  readonly roleAssignable: boolean;
  readonly membershipRule: string | undefined;
  readonly processingState: string | undefined;
  readonly uniqueName: string | undefined;
  readonly synced: boolean;
  readonly created: string | undefined;
  readonly classification: string | undefined;
  readonly preferredLanguage: string | undefined;
}

/** Ids of those who are in a relation to a group, with their types (`user`, `group`, `servicePrincipal`, `device`, …). */
export type Links = ReadonlyMap<string, string>;

export interface GroupLinks {
  readonly members: Links;
  readonly owners: Links;
}

export interface DeletedGroup {
  readonly id: string;
  readonly name: string;
  readonly uniqueName: string | undefined;
  readonly deletedAt: string | undefined;
}

export interface GroupReads {
  /** All of them, without members: one round of a delta query, kept between runs where there is a cache. */
  groups(): Promise<readonly Group[]>;
  /** Relations of these groups and of no other, kept like `groups`. */
  links(groupIds: readonly string[], relations: readonly Relation[]): Promise<ReadonlyMap<string, GroupLinks>>;
  /** Both relations of every group, in one round. */
  everyLink(): Promise<ReadonlyMap<string, GroupLinks>>;
  /** Read now, resting on nothing read before. */
  linksNow(groupIds: readonly string[], relations: readonly Relation[]): Promise<ReadonlyMap<string, GroupLinks>>;
  /** By id, in batches; undefined for 404. */
  groupsById(ids: readonly string[]): Promise<ReadonlyMap<string, Group | undefined>>;
  /** Straight from the index of names; new ones are missing for a while. */
  groupsNamed(name: string): Promise<readonly Group[]>;
  deletedGroups(): Promise<readonly DeletedGroup[]>;
}

export type GroupBody = Readonly<Record<string, Value>>;

export interface GroupWrites {
  /**
   * Creates it, or changes the one that has this unique name: sent twice, it is one (entra.md §5.2). `bind`: at most 20
   * ids together. Undefined where it was there already (204).
   */
  upsertGroup(
    uniqueName: string,
    body: GroupBody,
    bind: Readonly<Record<Relation, readonly string[]>>,
  ): Promise<Group | undefined>;
  /** Not repeatable; for what no document declares. `bind`: at most 20 ids together. */
  createGroup(body: GroupBody, bind: Readonly<Record<Relation, readonly string[]>>): Promise<Group>;
  groupByUniqueName(uniqueName: string): Promise<Group | undefined>;
  updateGroup(id: string, body: GroupBody): Promise<void>;
  deleteGroup(id: string): Promise<void>;
  /** At most 20 in one write, all or none; one that is there already refuses them all. */
  bind(groupId: string, relation: Relation, ids: readonly string[]): Promise<void>;
  addLink(groupId: string, relation: Relation, id: string): Promise<void>;
  /** One problem, or none, for each id; who is not there counts as removed. */
  removeLinks(
    groupId: string,
    relation: Relation,
    ids: readonly string[],
  ): Promise<readonly (GraphProblem | undefined)[]>;
}

export const MOST_BOUND = 20;

const PROPERTIES: readonly string[] = [
  "id",
  "displayName",
  "description",
  "mailNickname",
  "groupTypes",
  "mailEnabled",
  "securityEnabled",
  "visibility",
  "isAssignableToRole",
  "membershipRule",
  "membershipRuleProcessingState",
  "uniqueName",
  "onPremisesSyncEnabled",
  "createdDateTime",
  "classification",
  "preferredLanguage",
];
const SELECT = `$select=${PROPERTIES.join(",")}`;
const LINKS: readonly Relation[] = ["members", "owners"];

export function groupReads(transport: Transport): GroupReads {
  const chunks = createMemo<ReadonlyMap<string, GroupLinks>>();
  const round = async (
    ids: readonly string[] | undefined,
    relations: readonly Relation[],
    keep: boolean,
  ): Promise<ReadonlyMap<string, GroupLinks>> => {
    const query = { collection: "groups", properties: ["id"], relations, ...(ids === undefined ? {} : { ids }) };
    const objects = await deltaRound(transport, query, keep);
    return new Map(objects.map((object) => [object.id, linksOf(object.relations)]));
  };
  const inChunks = async (
    ids: readonly string[],
    relations: readonly Relation[],
    keep: boolean,
  ): Promise<ReadonlyMap<string, GroupLinks>> => {
    const sorted = [...new Set(ids)].sort();
    const found: [string, GroupLinks][] = [];
    for (let start = 0; start < sorted.length; start += MOST_IDS) {
      const chunk = sorted.slice(start, start + MOST_IDS);
      const read = (): Promise<ReadonlyMap<string, GroupLinks>> => round(chunk, relations, keep);
      found.push(...(keep ? await chunks(`${relations.join()} ${chunk.join()}`, read) : await read()));
    }
    return new Map(found);
  };
  return {
    groups: once(async () => {
      const objects = await deltaRound(
        transport,
        { collection: "groups", properties: PROPERTIES, relations: [] },
        true,
      );
      return objects.map(({ id, properties }: DeltaObject) => groupOf({ ...properties, id }));
    }),
    links: (ids, relations) => inChunks(ids, relations, true),
    everyLink: once(() => round(undefined, LINKS, true)),
    linksNow: (ids, relations) => inChunks(ids, relations, false),
    async groupsById(ids) {
      const paths = ids.map((id) => `${path`/groups/${id}`}?${SELECT}`);
      const [only] = paths;
      const answers =
        only !== undefined && paths.length === 1
          ? [await transport.send({ method: "GET", path: only, accept: [404] })]
          : await readBatch(transport, paths);
      return new Map(
        answers.map((answer, index) => {
          if (answer.status !== 200 && answer.status !== 404) throw refusal(answer, paths[index]);
          return [ids[index] ?? "", answer.status === 404 ? undefined : groupOf(answer.body)];
        }),
      );
    },
    async groupsNamed(name) {
      const rows: Group[] = [];
      const address = `/groups?${SELECT}&$filter=${encodeURIComponent(`displayName eq ${quoted(name)}`)}`;
      for await (const page of transport.pages(address)) rows.push(...listOf(page.rows, "the groups", groupOf));
      return rows;
    },
    deletedGroups: once(async () => {
      const rows: DeletedGroup[] = [];
      const address =
        "/directory/deletedItems/microsoft.graph.group?$select=id,displayName,uniqueName,deletedDateTime&$top=999";
      for await (const page of transport.pages(address))
        rows.push(...listOf(page.rows, "the deleted groups", deletedOf));
      return rows;
    }),
  };
}

export function groupWrites(transport: Transport, recorder: Recorder): GroupWrites {
  const bound = (bind: Readonly<Partial<Record<Relation, readonly string[]>>>): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(bind).flatMap(([relation, ids]) =>
        ids.length === 0 ? [] : [[`${relation}@odata.bind`, ids.map((id) => transport.reference(id))]],
      ),
    );
  const named = (uniqueName: string): string => `/groups(uniqueName=${encodeURIComponent(quoted(uniqueName))})`;
  return {
    async upsertGroup(uniqueName, body, bind) {
      const answer = await transport.send(
        {
          method: "PATCH",
          path: named(uniqueName),
          body: { ...body, ...bound(bind) },
          headers: { prefer: "create-if-missing" },
          key: uniqueName,
          about: [...bind.members, ...bind.owners],
          repeatable: true,
        },
        recorder,
      );
      if (answer.status !== 201) return undefined;
      const made = groupOf(answer.body);
      transport.recent.made(made.id);
      return made;
    },
    async createGroup(body, bind) {
      const about = [...bind.members, ...bind.owners];
      const call = { method: "POST", path: "/groups", body: { ...body, ...bound(bind) }, about } as const;
      const made = groupOf((await transport.send({ ...call, key: String(body.displayName) }, recorder)).body);
      transport.recent.made(made.id);
      return made;
    },
    async groupByUniqueName(uniqueName) {
      const answer = await transport.send({ method: "GET", path: `${named(uniqueName)}?${SELECT}`, accept: [404] });
      return answer.status === 404 ? undefined : groupOf(answer.body);
    },
    async updateGroup(id, body) {
      const call = {
        method: "PATCH",
        path: path`/groups/${id}`,
        body,
        key: id,
        about: [id],
        repeatable: true,
      } as const;
      await transport.send(call, recorder);
    },
    async deleteGroup(id) {
      await transport.send({ method: "DELETE", path: objectRemoval("groups", id), accept: [404], key: id }, recorder);
    },
    async bind(groupId, relation, ids) {
      const call = {
        method: "PATCH",
        path: path`/groups/${groupId}`,
        body: bound({ [relation]: ids }),
        key: `${groupId} + ${ids.length} ${relation}`,
        about: [groupId, ...ids],
        // Twice says that they are there already, which is an answer.
        repeatable: true,
      } as const;
      await transport.send(call, recorder);
    },
    async addLink(groupId, relation, id) {
      const call = {
        method: "POST",
        path: `${path`/groups/${groupId}`}/${relation}/$ref`,
        body: { "@odata.id": transport.reference(id) },
        key: `${groupId} + ${id}`,
        about: [groupId, id],
        repeatable: true,
      } as const;
      await transport.send(call, recorder);
    },
    removeLinks(groupId, relation, ids) {
      const removals = ids.map((id) => linkRemoval(groupId, relation, id));
      return removeBatch(transport, recorder, removals, `${groupId} - ${ids.length} ${relation}`);
    },
  };
}

function linksOf(relations: DeltaObject["relations"]): GroupLinks {
  return { members: relations.members ?? new Map(), owners: relations.owners ?? new Map() };
}

export function groupOf(body: unknown): Group {
  const group = fieldsOf(body, "a group");
  return {
    id: textOf(group, "id", "a group"),
    name: textOf(group, "displayName", "a group"),
    description: optionalText(group, "description"),
    mailNickname: optionalText(group, "mailNickname"),
    types: textsOf(group.groupTypes),
    mailEnabled: flag(group, "mailEnabled"),
    securityEnabled: flag(group, "securityEnabled"),
    visibility: optionalText(group, "visibility"),
    roleAssignable: flag(group, "isAssignableToRole"),
    membershipRule: optionalText(group, "membershipRule"),
    processingState: optionalText(group, "membershipRuleProcessingState"),
    uniqueName: blank(group, "uniqueName"),
    synced: flag(group, "onPremisesSyncEnabled"),
    created: optionalText(group, "createdDateTime"),
    classification: optionalText(group, "classification"),
    preferredLanguage: optionalText(group, "preferredLanguage"),
  };
}

function blank(fields: Fields, name: string): string | undefined {
  const text = optionalText(fields, name);
  return text === "" ? undefined : text;
}

function deletedOf(body: unknown): DeletedGroup {
  const group = fieldsOf(body, "a deleted group");
  return {
    id: textOf(group, "id", "a deleted group"),
    name: optionalText(group, "displayName") ?? "",
    uniqueName: blank(group, "uniqueName"),
    deletedAt: optionalText(group, "deletedDateTime"),
  };
}
