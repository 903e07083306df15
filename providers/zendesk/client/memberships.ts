/** Who is in which group or organization: the same manners under two names (zendesk.md §2.3, §2.5). */
import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { createMemo } from "../../shared/memo.ts";
import { hasCode } from "./errors.ts";
import type { Job, Jobs } from "./jobs.ts";
import { fieldsOf, idOf, listOf, sentId } from "./narrow.ts";
import type { Seen } from "./seen.ts";
import type { Page, Transport } from "./transport.ts";
import { userOf } from "./users.ts";

export interface Membership {
  readonly id: string;
  readonly userId: string;
  /** Of the group or the organization. */
  readonly ofId: string;
  /** Organizations say true or null, never false (zendesk.md §2.5). */
  readonly default: boolean;
}

export interface MembershipReads {
  /**
   * Members of each of these objects. Reading all memberships of the account and asking object by object cost differently,
   * and nobody knows the number of memberships before: the pages are read until they have cost as much as asking would.
   */
  of(ids: readonly string[], everything: boolean): Promise<ReadonlyMap<string, readonly Membership[]>>;
  /** Of one object, past every memo; undefined where the object is gone. */
  now(id: string): Promise<readonly Membership[] | undefined>;
  /** The first page of all. */
  some(): Promise<readonly Membership[]>;
  /** All of one user. */
  ofUser(userId: string): Promise<readonly Membership[]>;
}

export interface MembershipWrites {
  /** At most a hundred. */
  addMany(ofId: string, userIds: readonly string[]): Promise<Job>;
  removeMany(membershipIds: readonly string[]): Promise<Job>;
  /** One, at once; `asDefault` as the user's default. */
  add(ofId: string, userId: string, asDefault: boolean): Promise<void>;
  makeDefault(userId: string, membershipId: string): Promise<void>;
}

/** What differs between the two. */
interface Family {
  readonly rows: string;
  readonly row: string;
  readonly ofField: string;
  at(id: string): string;
}

const GROUPS: Family = {
  rows: "group_memberships",
  row: "group_membership",
  ofField: "group_id",
  at: (id) => path`/groups/${id}/memberships`,
};

const ORGANIZATIONS: Family = {
  rows: "organization_memberships",
  row: "organization_membership",
  ofField: "organization_id",
  at: (id) => path`/organizations/${id}/organization_memberships`,
};

export const groupMembershipReads = (transport: Transport, seen: Seen): MembershipReads =>
  readsOf(GROUPS, transport, seen);
export const organizationMembershipReads = (transport: Transport, seen: Seen): MembershipReads =>
  readsOf(ORGANIZATIONS, transport, seen);
export const groupMembershipWrites = (transport: Transport, jobs: Jobs, recorder: Recorder): MembershipWrites =>
  writesOf(GROUPS, transport, jobs, recorder);
export const organizationMembershipWrites = (transport: Transport, jobs: Jobs, recorder: Recorder): MembershipWrites =>
  writesOf(ORGANIZATIONS, transport, jobs, recorder);

/** Every membership names its user beside it, so that nobody has to be asked for a second time. */
const WITH_USERS = "include=users";

function readsOf(family: Family, transport: Transport, seen: Seen): MembershipReads {
  const sweeps = createMemo<readonly Membership[] | undefined>();
  const kept = createMemo<readonly Membership[]>();

  const rowsOf = ({ body }: Page): readonly Membership[] => {
    if (Array.isArray(body.users)) seen.users(listOf(body.users, "the members", userOf));
    return listOf(body[family.rows], family.rows, (row) => membershipOf(row, family));
  };

  async function sweep(most: number): Promise<readonly Membership[] | undefined> {
    const rows: Membership[] = [];
    let whole = false;
    for await (const page of transport.pages(`/${family.rows}?${WITH_USERS}`, most)) {
      rows.push(...rowsOf(page));
      whole = page.whole;
    }
    return whole ? rows : undefined;
  }

  async function now(id: string): Promise<readonly Membership[] | undefined> {
    const rows: Membership[] = [];
    try {
      for await (const page of transport.pages(`${family.at(id)}?${WITH_USERS}`)) rows.push(...rowsOf(page));
    } catch (error) {
      if (hasCode(error, "not-found")) return undefined;
      throw error;
    }
    return rows;
  }

  return {
    now,
    async of(ids, everything) {
      const found = new Map<string, Membership[]>(ids.map((id) => [id, []]));
      const all = await sweeps("", () => sweep(everything ? Number.POSITIVE_INFINITY : Math.max(ids.length, 1)));
      if (all !== undefined) {
        for (const one of all) found.get(one.ofId)?.push(one);
        return found;
      }
      for await (const [id, rows] of inParallel(
        ids,
        async (id) => [id, await kept(id, async () => (await now(id)) ?? [])] as const,
      )) {
        found.set(id, [...rows]);
      }
      return found;
    },
    async some() {
      const rows: Membership[] = [];
      for await (const page of transport.pages(`/${family.rows}?${WITH_USERS}`, 1)) rows.push(...rowsOf(page));
      return rows;
    },
    async ofUser(userId) {
      const rows: Membership[] = [];
      for await (const { body } of transport.pages(`${path`/users/${userId}`}/${family.rows}`)) {
        rows.push(...listOf(body[family.rows], family.rows, (row) => membershipOf(row, family)));
      }
      return rows;
    },
  };
}

function writesOf(family: Family, transport: Transport, jobs: Jobs, recorder: Recorder): MembershipWrites {
  const pair = (ofId: string, userId: string): Readonly<Record<string, unknown>> => ({
    user_id: sentId(userId),
    [family.ofField]: sentId(ofId),
  });
  return {
    addMany: (ofId, userIds) => {
      const body = { [family.rows]: userIds.map((userId) => pair(ofId, userId)) };
      return jobs.run({ method: "POST", path: `/${family.rows}/create_many`, body, key: ofId }, recorder);
    },
    removeMany: (membershipIds) => {
      const address = `/${family.rows}/destroy_many?ids=${membershipIds.join(",")}`;
      return jobs.run({ method: "DELETE", path: address }, recorder);
    },
    async add(ofId, userId, asDefault) {
      const body = { [family.row]: { ...pair(ofId, userId), ...(asDefault ? { default: true } : {}) } };
      await transport.send({ method: "POST", path: `/${family.rows}`, body, key: ofId }, recorder);
    },
    async makeDefault(userId, membershipId) {
      const address = `${path`/users/${userId}`}/${family.rows}/${path`${membershipId}`}/make_default`;
      await transport.send({ method: "PUT", path: address, key: userId }, recorder);
    },
  };
}

function membershipOf(body: unknown, family: Family): Membership {
  const row = fieldsOf(body, "a membership");
  return {
    id: idOf(row, "id", "a membership"),
    userId: idOf(row, "user_id", "a membership"),
    ofId: idOf(row, family.ofField, "a membership"),
    default: row.default === true,
  };
}
