import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { optionalText, within } from "../../shared/narrow.ts";
import { attributesOf, fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Seen } from "./seen.ts";
import type { Transport } from "./transport.ts";

export interface User {
  readonly id: string;
  readonly status: string;
  readonly login: string;
  readonly email: string | undefined;
  /** Set while a lifecycle move is still under way. */
  readonly transitioningTo: string | undefined;
  readonly created: string | undefined;
  readonly profile: Readonly<Record<string, Value>>;
}

export type LifecycleMove = "activate" | "suspend" | "unsuspend" | "deactivate";

export interface UserReads {
  /** Everybody but the deactivated; one sweep. */
  users(): Promise<readonly User[]>;
  /** Index-backed: lags behind writes, and finds the deactivated as well. */
  searchUsers(search: string): Promise<readonly User[]>;
  /** By id or login, straight from the record. */
  user(idOrLogin: string): Promise<User | undefined>;
  /** Whose API token this is. */
  me(): Promise<User>;
}

export interface UserWrites {
  createUser(profile: Readonly<Record<string, Value>>, login: string): Promise<User>;
  /** Attributes left out stay as they are; null removes. */
  updateUser(id: string, profile: Readonly<Record<string, Value>>): Promise<User>;
  moveUser(id: string, move: LifecycleMove): Promise<void>;
  /** The first call only deactivates, so it is sent once and never again (okta.md §2). */
  deleteUser(id: string): Promise<void>;
}

/** Trims credentials off the rows (okta.md §4.1). */
const LEAN = { "content-type": "application/json; okta-response=omitCredentials,omitCredentialsLinks" };

export function userReads(transport: Transport, seen: Seen): UserReads {
  const list = async (address: string): Promise<readonly User[]> => {
    const rows: User[] = [];
    for await (const page of transport.pages(address, { headers: LEAN })) {
      rows.push(...listOf(page.body, "the users", userOf));
    }
    seen.users(rows);
    return rows;
  };
  return {
    users: once(async () => {
      const rows = await list("/api/v1/users?limit=200");
      seen.everybody();
      return rows;
    }),
    searchUsers: (search) => list(`/api/v1/users?limit=200&search=${encodeURIComponent(search)}`),
    async user(idOrLogin) {
      const answer = await transport.send({ method: "GET", path: path`/api/v1/users/${idOrLogin}`, accept: [404] });
      if (answer.status === 404) return undefined;
      const user = userOf(answer.body);
      seen.users([user]);
      return user;
    },
    async me() {
      return userOf((await transport.send({ method: "GET", path: "/api/v1/users/me" })).body);
    },
  };
}

export function userWrites(transport: Transport, recorder: Recorder): UserWrites {
  return {
    async createUser(profile, login) {
      const call = { method: "POST", path: "/api/v1/users?activate=false", body: { profile }, key: login } as const;
      return userOf((await transport.send(call, recorder)).body);
    },
    async updateUser(id, profile) {
      const call = { method: "POST", path: path`/api/v1/users/${id}`, body: { profile }, key: id } as const;
      return userOf((await transport.send(call, recorder)).body);
    },
    async moveUser(id, move) {
      const quiet = move === "activate" || move === "deactivate" ? "?sendEmail=false" : "";
      const address = `${path`/api/v1/users/${id}/lifecycle/${move}`}${quiet}`;
      await transport.send({ method: "POST", path: address, key: id }, recorder);
    },
    async deleteUser(id) {
      const address = `${path`/api/v1/users/${id}`}?sendEmail=false`;
      await transport.send({ method: "DELETE", path: address, repeatable: false, accept: [404], key: id }, recorder);
    },
  };
}

export function userOf(body: unknown): User {
  const user = fieldsOf(body, "a user");
  const profile = within(user, "profile");
  return {
    id: textOf(user, "id", "a user"),
    status: textOf(user, "status", "a user"),
    login: textOf(profile, "login", "a user's profile"),
    email: optionalText(profile, "email"),
    transitioningTo: optionalText(user, "transitioningToStatus"),
    created: optionalText(user, "created"),
    profile: attributesOf(profile),
  };
}

/** A value inside a search or filter expression. */
export function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
