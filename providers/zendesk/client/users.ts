import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { type Fields, optionalNumber, optionalText } from "../../shared/narrow.ts";
import { USER_UPDATES } from "./limits.ts";
import { fieldsOf, idOf, listOf, optionalId, textOf } from "./narrow.ts";
import type { Seen } from "./seen.ts";
import type { Transport } from "./transport.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  /** Primary address, lower case; end users may have none. */
  readonly email: string | undefined;
  /** end-user, agent or admin. */
  readonly role: string;
  readonly customRoleId: string | undefined;
  /** 0 is a custom role that somebody made; the others are Zendesk's own (zendesk.md §2.1). */
  readonly roleType: number | undefined;
  readonly suspended: boolean;
  /** False: deleted. */
  readonly active: boolean;
  readonly externalId: string | undefined;
  readonly defaultGroupId: string | undefined;
  readonly alias: string;
  readonly ticketRestriction: string | undefined;
  readonly onlyPrivateComments: boolean;
  readonly moderator: boolean;
  readonly created: string | undefined;
  readonly url: string | undefined;
}

export interface Identity {
  readonly id: string;
  readonly type: string;
  readonly value: string;
  readonly primary: boolean;
}

export interface UserReads {
  /** Who calls; undefined for nobody: Zendesk answers 200 with an anonymous user (zendesk.md §1). */
  me(): Promise<User | undefined>;
  /** Agents and administrators: normally a few thousand at most. */
  team(): Promise<readonly User[]>;
  user(id: string): Promise<User | undefined>;
  /** Those of the ids that exist, a hundred a call; missing ones are left out silently. */
  usersById(ids: readonly string[]): Promise<readonly User[]>;
  /** By a search whose index lags by minutes and finds secondary addresses too: compare. */
  searchUsers(email: string): Promise<readonly User[]>;
  identities(userId: string): Promise<readonly Identity[]>;
}

export interface UserWrites {
  createUser(user: Readonly<Record<string, unknown>>, email: string): Promise<User>;
  /** Never with `email` (it would add an address) nor `organization_id` (it would end every other membership). */
  updateUser(id: string, changes: Readonly<Record<string, unknown>>): Promise<User>;
  deleteUser(id: string): Promise<void>;
  addIdentity(userId: string, email: string): Promise<Identity>;
  makePrimary(userId: string, identityId: string): Promise<void>;
  removeIdentity(userId: string, identityId: string): Promise<void>;
}

const AT_ONCE = 100;

export function userReads(transport: Transport, seen: Seen): UserReads {
  const told = (rows: readonly User[]): readonly User[] => {
    seen.users(rows);
    return rows;
  };
  const searches = createMemo<readonly User[]>();
  return {
    me: once(async () => {
      const answer = await transport.send({ method: "GET", path: "/users/me" });
      const user = fieldsOf(fieldsOf(answer.body, "the current user").user, "the current user");
      return optionalId(user, "id") === undefined ? undefined : userOf(user);
    }),
    team: once(async () => {
      const rows: User[] = [];
      for await (const { body } of transport.pages("/users?role[]=agent&role[]=admin")) {
        rows.push(...listOf(body.users, "the team members", userOf));
      }
      return told(rows);
    }),
    async user(id) {
      const answer = await transport.send({ method: "GET", path: path`/users/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : userOf(fieldsOf(answer.body, "a user").user);
    },
    async usersById(ids) {
      const rows: User[] = [];
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const some = ids.slice(start, start + AT_ONCE).join(",");
        const answer = await transport.send({ method: "GET", path: `/users/show_many?ids=${some}` });
        rows.push(...listOf(fieldsOf(answer.body, "users").users, "users", userOf));
      }
      return told(rows);
    },
    searchUsers: (email) =>
      searches(email, async () => {
        const query = encodeURIComponent(`email:${email}`);
        const answer = await transport.send({ method: "GET", path: `/users/search?query=${query}` });
        return told(listOf(fieldsOf(answer.body, "a search").users, "a search", userOf));
      }),
    async identities(userId) {
      const rows: Identity[] = [];
      for await (const { body } of transport.pages(path`/users/${userId}/identities`)) {
        rows.push(...listOf(body.identities, "a user's identities", identityOf));
      }
      return rows;
    },
  };
}

export function userWrites(transport: Transport, recorder: Recorder): UserWrites {
  return {
    async createUser(user, email) {
      const call = { method: "POST", path: "/users", body: { user }, key: email } as const;
      return userOf(fieldsOf((await transport.send(call, recorder)).body, "a new user").user);
    },
    async updateUser(id, changes) {
      const paces = [USER_UPDATES, `user ${id}`];
      const call = { method: "PUT", path: path`/users/${id}`, body: { user: changes }, key: id, paces } as const;
      return userOf(fieldsOf((await transport.send(call, recorder)).body, "a user").user);
    },
    async deleteUser(id) {
      await transport.send({ method: "DELETE", path: path`/users/${id}`, accept: [404], key: id }, recorder);
    },
    async addIdentity(userId, email) {
      const identity = { type: "email", value: email, verified: true };
      const call = {
        method: "POST",
        path: path`/users/${userId}/identities`,
        body: { identity },
        key: userId,
      } as const;
      return identityOf(fieldsOf((await transport.send(call, recorder)).body, "a new identity").identity);
    },
    async makePrimary(userId, identityId) {
      const address = path`/users/${userId}/identities/${identityId}/make_primary`;
      await transport.send({ method: "PUT", path: address, key: userId }, recorder);
    },
    async removeIdentity(userId, identityId) {
      const address = path`/users/${userId}/identities/${identityId}`;
      await transport.send({ method: "DELETE", path: address, accept: [404], key: userId }, recorder);
    },
  };
}

export function userOf(body: unknown): User {
  const user = fieldsOf(body, "a user");
  return {
    id: idOf(user, "id", "a user"),
    name: textOf(user, "name", "a user"),
    email: optionalText(user, "email")?.toLowerCase(),
    role: textOf(user, "role", "a user"),
    customRoleId: optionalId(user, "custom_role_id"),
    roleType: optionalNumber(user, "role_type"),
    suspended: user.suspended === true,
    active: user.active !== false,
    externalId: optionalText(user, "external_id"),
    defaultGroupId: optionalId(user, "default_group_id"),
    alias: optionalText(user, "alias") ?? "",
    ticketRestriction: optionalText(user, "ticket_restriction"),
    onlyPrivateComments: user.only_private_comments === true,
    moderator: user.moderator === true,
    created: optionalText(user, "created_at"),
    url: optionalText(user, "url"),
  };
}

function identityOf(body: unknown): Identity {
  const identity: Fields = fieldsOf(body, "an identity");
  return {
    id: idOf(identity, "id", "an identity"),
    type: textOf(identity, "type", "an identity"),
    value: textOf(identity, "value", "an identity"),
    primary: identity.primary === true,
  };
}

/** What a document calls somebody: the primary address, or the id of those who have none. */
export function loginOf(user: Pick<User, "id" | "email">): string {
  return user.email ?? `user ${user.id}`;
}
