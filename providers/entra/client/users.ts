import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { jsonValue, optionalText } from "../../shared/narrow.ts";
import { readBatch } from "./batch.ts";
import { graphProblem } from "./errors.ts";
import { fieldsOf, flag, listOf, textOf } from "./narrow.ts";
import { managerRemoval, objectRemoval } from "./removals.ts";
import type { Seen } from "./seen.ts";
import type { Transport } from "./transport.ts";

export interface User {
  readonly id: string;
  /** userPrincipalName */
  readonly login: string;
  readonly email: string | undefined;
  /** Undefined where the read did not ask. */
  readonly enabled: boolean | undefined;
  readonly synced: boolean;
  readonly created: string | undefined;
  /** Undefined: not asked. */
  readonly manager: { readonly id: string; readonly login: string | undefined } | null | undefined;
  /** Every property that came along. */
  readonly properties: Readonly<Record<string, Value>>;
}

export interface UserReads {
  /** Everybody, with these properties; `manager` costs pages of 100. One sweep per set of properties. */
  users(select: readonly string[]): Promise<readonly User[]>;
  /** Those whose property is one of the values; who is missing does not exist, or is too new. */
  usersWith(
    property: "id" | "userPrincipalName" | "mail" | "employeeId",
    values: readonly string[],
    select?: readonly string[],
  ): Promise<readonly User[]>;
  /** Every login that begins like this, in one call as a rule (entra.md §4.5). */
  loginsBeginning(start: string): Promise<readonly string[]>;
  /** Logins of people who get mail at the address. */
  proxiedAt(address: string): Promise<readonly string[]>;
  /** Undefined for 404. By id or UPN. */
  user(idOrLogin: string, select: readonly string[]): Promise<User | undefined>;
  deletedUsers(): Promise<readonly DeletedUser[]>;
}

export interface DeletedUser {
  readonly id: string;
  /** As it was: Graph puts the id before it. */
  readonly login: string;
  readonly deletedAt: string | undefined;
}

export interface UserWrites {
  /** The body holds a password: it is never repeated by itself, and only the UPN is recorded. */
  createUser(body: Readonly<Record<string, Value>>, login: string): Promise<User>;
  updateUser(id: string, body: Readonly<Record<string, Value>>): Promise<void>;
  setManager(id: string, managerId: string): Promise<void>;
  removeManager(id: string): Promise<void>;
  revokeSessions(id: string): Promise<void>;
  deleteUser(id: string): Promise<void>;
}

/** What names and logins take. */
export const WHO: readonly string[] = [
  "id",
  "userPrincipalName",
  "mail",
  "accountEnabled",
  "onPremisesSyncEnabled",
  "createdDateTime",
];

/** Values of one `in` (entra.md §3.6). */
const TERMS = 15;

export function userReads(transport: Transport, seen: Seen): UserReads {
  const sweeps = new Map<string, () => Promise<readonly User[]>>();
  const noting = (rows: readonly User[]): readonly User[] => {
    seen.users(rows);
    return rows;
  };
  return {
    users(select) {
      const address = `/users?${selecting(select)}&$top=${select.includes("manager") ? 100 : 999}`;
      const sweep = sweeps.get(address) ?? once(() => listed(transport, address).then(noting));
      sweeps.set(address, sweep);
      return sweep();
    },
    async usersWith(property, values, select = WHO) {
      const paths: string[] = [];
      for (let start = 0; start < values.length; start += TERMS) {
        const terms = values
          .slice(start, start + TERMS)
          .map(quoted)
          .join(",");
        paths.push(`/users?${selecting(select)}&$filter=${encodeURIComponent(`${property} in (${terms})`)}&$top=999`);
      }
      const [only] = paths;
      if (only !== undefined && paths.length === 1) return noting(await listed(transport, only));
      const answers = await readBatch(transport, paths);
      return noting(
        answers.flatMap((answer, index) => {
          if (answer.status !== 200) throw refusal(answer, paths[index]);
          return listOf(fieldsOf(answer.body, "the users").value, "the users", userOf);
        }),
      );
    },
    loginsBeginning: (start) => logins(transport, `startsWith(userPrincipalName,${quoted(start)})`),
    proxiedAt: (address) => logins(transport, `proxyAddresses/any(p:p eq ${quoted(`smtp:${address}`)})`),
    async user(idOrLogin, select) {
      // A login that starts with $ would be read as a function of OData (entra.md §3.1).
      const at = idOrLogin.startsWith("$")
        ? `/users(${encodeURIComponent(quoted(idOrLogin))})`
        : path`/users/${idOrLogin}`;
      const answer = await transport.send({ method: "GET", path: `${at}?${selecting(select)}`, accept: [404] });
      if (answer.status === 404) return undefined;
      const user = userOf(answer.body);
      seen.users([user]);
      return user;
    },
    deletedUsers: once(async () => {
      const rows: DeletedUser[] = [];
      const address =
        "/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName,deletedDateTime&$top=999";
      for await (const page of transport.pages(address))
        rows.push(...listOf(page.rows, "the deleted users", deletedOf));
      return rows;
    }),
  };
}

export function userWrites(transport: Transport, recorder: Recorder): UserWrites {
  return {
    async createUser(body, login) {
      const call = { method: "POST", path: "/users", body, key: login } as const;
      const made = userOf((await transport.send(call, recorder)).body);
      transport.recent.made(made.id);
      return made;
    },
    async updateUser(id, body) {
      const call = { method: "PATCH", path: path`/users/${id}`, body, key: id, about: [id], repeatable: true } as const;
      await transport.send(call, recorder);
    },
    async setManager(id, managerId) {
      const body = { "@odata.id": transport.reference(managerId) };
      const at = `${path`/users/${id}/manager`}/$ref`;
      await transport.send({ method: "PUT", path: at, body, key: id, about: [id, managerId] }, recorder);
    },
    async removeManager(id) {
      const call = { method: "DELETE", path: managerRemoval(id), accept: [404], key: id, about: [id] } as const;
      await transport.send(call, recorder);
    },
    async revokeSessions(id) {
      const call = {
        method: "POST",
        path: path`/users/${id}/revokeSignInSessions`,
        key: id,
        about: [id],
        repeatable: true,
      } as const;
      await transport.send(call, recorder);
    },
    async deleteUser(id) {
      const call = { method: "DELETE", path: objectRemoval("users", id), accept: [404], key: id } as const;
      await transport.send(call, recorder);
    },
  };
}

/** A value inside a `$filter`. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** `manager` is a relation: it is expanded, not selected. */
function selecting(select: readonly string[]): string {
  const properties = select.filter((name) => name !== "manager");
  const expanded = select.includes("manager") ? "&$expand=manager($select=id,userPrincipalName)" : "";
  return `$select=${properties.join(",")}${expanded}`;
}

async function logins(transport: Transport, filter: string): Promise<readonly string[]> {
  const address = `/users?$select=id,userPrincipalName&$filter=${encodeURIComponent(filter)}&$top=999`;
  return (await listed(transport, address)).map(({ login }) => login);
}

async function listed(transport: Transport, address: string): Promise<readonly User[]> {
  const rows: User[] = [];
  for await (const page of transport.pages(address)) rows.push(...listOf(page.rows, "the users", userOf));
  return rows;
}

export function userOf(body: unknown): User {
  const user = fieldsOf(body, "a user");
  const { manager } = user;
  return {
    id: textOf(user, "id", "a user"),
    login: textOf(user, "userPrincipalName", "a user"),
    email: optionalText(user, "mail"),
    enabled: typeof user.accountEnabled === "boolean" ? user.accountEnabled : undefined,
    synced: flag(user, "onPremisesSyncEnabled"),
    created: optionalText(user, "createdDateTime"),
    manager: managerOf(manager),
    properties: Object.fromEntries(Object.entries(user).map(([name, value]) => [name, jsonValue(value)])),
  };
}

function managerOf(value: unknown): User["manager"] {
  if (value === undefined || value === null) return value;
  const manager = fieldsOf(value, "a manager");
  return { id: textOf(manager, "id", "a manager"), login: optionalText(manager, "userPrincipalName") };
}

function deletedOf(body: unknown): DeletedUser {
  const user = fieldsOf(body, "a deleted user");
  const id = textOf(user, "id", "a deleted user");
  const login = optionalText(user, "userPrincipalName") ?? "";
  const prefix = id.replaceAll("-", "");
  return {
    id,
    login: login.toLowerCase().startsWith(prefix.toLowerCase()) ? login.slice(prefix.length) : login,
    deletedAt: optionalText(user, "deletedDateTime"),
  };
}

export function refusal(
  answer: { readonly status: number; readonly body: unknown },
  at: string | undefined,
): ProblemError {
  return new ProblemError(graphProblem({ ...answer, requestId: undefined }, { method: "GET", path: at ?? "" }));
}
