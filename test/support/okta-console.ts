/** What Trent, an administrator, does in Okta's console by hand; people and groups are called by name. */
import { expect } from "vitest";

type Fetch = (request: Request) => Promise<Response>;

export interface OktaConsole {
  send(method: string, path: string, body?: unknown): Promise<unknown>;
  groupId(name: string): Promise<string>;
  userId(login: string): Promise<string>;
  /** Logins without their domain, sorted. */
  members(group: string): Promise<readonly string[]>;
  profile(group: string): Promise<unknown>;
  /** Makes a group with these members; gives its id. */
  makeGroup(name: string, members?: readonly string[], description?: string): Promise<string>;
  describe(group: string, description: string): Promise<void>;
  add(group: string, person: string): Promise<void>;
  remove(group: string, person: string): Promise<void>;
  deleteGroup(name: string): Promise<void>;
  /** Changes the profile of an account: a new login, another department. */
  changeUser(login: string, profile: Readonly<Record<string, string>>): Promise<void>;
  /** Makes an active account; its e-mail is its login unless told. */
  makeUser(login: string, email?: string): Promise<string>;
  /** Is there a group of this name? */
  exists(group: string): Promise<boolean>;
}

/** `settle` lets Okta's search catch up with what was written (okta.md §4.1). */
export function oktaConsole(fetch: Fetch, token: string, settle: () => Promise<void>): OktaConsole {
  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    const request = new Request(`https://acme.okta.com${path}`, {
      method,
      headers: { authorization: `SSWS ${token}`, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await fetch(request);
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
    return text === "" ? undefined : JSON.parse(text);
  }
  async function found(name: string): Promise<Record<string, unknown> | undefined> {
    const groups = records(await send("GET", "/api/v1/groups?limit=200"));
    return groups.find((group) => record(group.profile).name === name);
  }
  async function group(name: string): Promise<Record<string, unknown>> {
    const one = await found(name);
    if (one === undefined) throw new Error(`Okta has no group ${name}`);
    return one;
  }
  const groupId = async (name: string): Promise<string> => String((await group(name)).id);
  const userId = async (login: string): Promise<string> =>
    String(record(await send("GET", `/api/v1/users/${encodeURIComponent(full(login))}`)).id);
  const path = async (name: string, person: string): Promise<string> =>
    `/api/v1/groups/${await groupId(name)}/users/${await userId(person)}`;

  return {
    send,
    groupId,
    userId,
    async members(name) {
      const users = records(await send("GET", `/api/v1/groups/${await groupId(name)}/users`));
      return users.map((user) => String(record(user.profile).login).replace("@acme.example", "")).sort();
    },
    profile: async (name) => (await group(name)).profile,
    async makeGroup(name, members = [], description = "") {
      const made = record(await send("POST", "/api/v1/groups", { profile: { name, description } }));
      for (const person of members) await send("PUT", await path(name, person));
      return String(made.id);
    },
    async describe(name, description) {
      const { id, profile } = await group(name);
      await send("PUT", `/api/v1/groups/${id}`, { profile: { ...record(profile), description } });
    },
    add: async (name, person) => void (await send("PUT", await path(name, person))),
    remove: async (name, person) => void (await send("DELETE", await path(name, person))),
    deleteGroup: async (name) => void (await send("DELETE", `/api/v1/groups/${await groupId(name)}`)),
    async changeUser(login, profile) {
      await send("POST", `/api/v1/users/${await userId(login)}`, { profile });
      await settle();
    },
    async makeUser(login, email = full(login)) {
      const profile = { login: full(login), email, firstName: "New", lastName: "Person" };
      const made = record(await send("POST", "/api/v1/users?activate=true", { profile }));
      await settle();
      return String(made.id);
    },
    exists: async (name) => (await found(name)) !== undefined,
  };
}

function full(login: string): string {
  return login.includes("@") ? login : `${login}@acme.example`;
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
