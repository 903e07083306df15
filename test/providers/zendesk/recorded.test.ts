/**
 * Traffic that was recorded with a real account in 2012: our client must understand its answers, and the emulated account
 * must show whatever fields the real one did. What is newer than the recording is no concern here.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Recorder } from "../../../engine/kind.ts";
import { zendeskSettings } from "../../../providers/zendesk/auth/settings.ts";
import { createTransport } from "../../../providers/zendesk/client/transport.ts";
import { connectedTo, createWriter, type ZendeskWriter } from "../../../providers/zendesk/client.ts";
import { specsFolder } from "../../contract/openapi.ts";
import { testClock } from "../../support/clock.ts";
import { connected } from "./connected.ts";

const folder = specsFolder("zendesk-fixtures");

interface Interaction {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: { readonly status: number; readonly body: unknown };
}

function recorded(name: string): readonly Interaction[] {
  if (folder === undefined) return [];
  const text = readFileSync(`${folder}/zendesk-fixtures/${name}.json`, "utf8");
  return (JSON.parse(text) as { interactions: readonly Interaction[] }).interactions;
}

/** A writer whose every call gets this answer. */
function writerOf({ response }: Interaction): ZendeskWriter {
  const outside = {
    fetch: async () =>
      new Response(response.body === null ? null : JSON.stringify(response.body), { status: response.status }),
    clock: testClock(),
    signal: new AbortController().signal,
  };
  const settings = zendeskSettings({ subdomain: "acme", email: "a@acme.example", apiToken: "t" });
  const recorder: Recorder = { intent: async () => ({ outcome: () => undefined }) };
  return createWriter(connectedTo(createTransport(settings, outside)), recorder);
}

const CALLS: readonly {
  readonly file: string;
  readonly method: string;
  readonly path: RegExp;
  readonly ask: (writer: ZendeskWriter) => Promise<unknown>;
  readonly gives: unknown;
}[] = [
  {
    file: "groups",
    method: "GET",
    path: /groups\/\d+$/,
    ask: (w) => w.group("1"),
    gives: { isPublic: true, description: "" },
  },
  { file: "groups", method: "POST", path: /groups$/, ask: (w) => w.createGroup({}), gives: { name: "My Group" } },
  { file: "groups", method: "PUT", path: /groups/, ask: (w) => w.updateGroup("1", {}), gives: { name: "TESTDATA" } },
  { file: "groups", method: "DELETE", path: /groups/, ask: (w) => w.deleteGroup("1"), gives: undefined },
  {
    file: "organizations",
    method: "GET",
    path: /ns\/20009336$/,
    ask: (w) => w.organization("1"),
    gives: { details: "" },
  },
  { file: "organizations", method: "GET", path: /ns\/20009341$/, ask: (w) => w.organization("1"), gives: undefined },
  {
    file: "organizations",
    method: "POST",
    path: /./,
    ask: (w) => w.createOrganization({}),
    gives: { name: "Awesome-O" },
  },
  { file: "users", method: "GET", path: /me$/, ask: (w) => w.me(), gives: { role: "admin", suspended: false } },
  { file: "users", method: "GET", path: /search/, ask: (w) => w.searchUsers("a@b.c"), gives: [{ active: true }] },
  {
    file: "users",
    method: "POST",
    path: /users$/,
    ask: (w) => w.createUser({}, ""),
    gives: { email: "user5@example.com" },
  },
  { file: "users", method: "DELETE", path: /users\/\d+\.json$/, ask: (w) => w.deleteUser("1"), gives: undefined },
  {
    file: "users",
    method: "POST",
    path: /identities$/,
    ask: (w) => w.addIdentity("1", ""),
    gives: { type: "email", primary: false },
  },
  {
    file: "custom_roles",
    method: "GET",
    path: /./,
    ask: (w) => w.customRoles(),
    gives: [{ name: "Advisor" }, { name: "Light Agent" }],
  },
];

describe.skipIf(folder === undefined)("our client understands", () => {
  test.each(CALLS)("$method $path of $file", async ({ file, method, path, ask, gives }) => {
    const found = recorded(file).find(({ request }) => request.method === method && path.test(request.path));
    if (found === undefined) throw new Error("nothing like it was recorded");
    const answer = await ask(writerOf(found));
    if (typeof gives === "object") expect(answer).toMatchObject(gives ?? {});
    else expect(answer).toBeUndefined();
  });

  test("that a list without a cursor may be only a part, and refuses it", async () => {
    const [list] = recorded("groups");
    if (list === undefined) throw new Error("no list was recorded");
    await expect(writerOf(list).groups()).rejects.toThrow("the cursor");
  });
});

describe.skipIf(folder === undefined)("the emulated account shows what the real one did", () => {
  test.each([
    ["groups", "/groups", "groups"],
    ["group_memberships", "/group_memberships", "group_memberships"],
    ["organizations", "/organizations", "organizations"],
    ["users", "/users", "users"],
    ["custom_roles", "/custom_roles", "custom_roles"],
  ])("%s", async (file, path, rows) => {
    const found = recorded(file).find(({ request }) => request.method === "GET" && request.path === `/api/v2${path}`);
    const { body } = await connected().call("GET", path);
    const ours = new Set(keysOf(body));
    const missing = [...new Set(keysOf(found?.response.body))].filter(
      // Flags of a role come and go with releases (zendesk.md §2.6).
      (key) => !ours.has(key) && !key.startsWith(`${rows}.*.configuration.`),
    );
    expect(missing).toEqual([]);
  });
});

/** Dotted paths of all keys; elements of lists fold into `*`. */
function keysOf(value: unknown, prefix = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${prefix}*.`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [`${prefix}${key}`, ...keysOf(item, `${prefix}${key}.`)]);
}
