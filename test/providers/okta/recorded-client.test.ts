/**
 * The client against traffic that was recorded with real Okta organizations: for every recorded request that it makes
 * too, it must send the same address and understand the answer. What the recording client did otherwise is listed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { oktaSettings } from "../../../providers/okta/auth/settings.ts";
import { createTransport } from "../../../providers/okta/client/transport.ts";
import { createWriter, type OktaWriter } from "../../../providers/okta/client.ts";
import { at, listOf, textAt } from "./emulator/sandbox.ts";

/** Requests of the recording client that ours has no use for. */
const ELSEWHERE: readonly { readonly request: RegExp; readonly reason: string }[] = [
  { request: / \/api\/v1\/internal\//, reason: "private endpoint of the vendor's console" },
  { request: / \/api\/v1\/policies|\/policies\//, reason: "sign-on policies are outside what Accord manages" },
  { request: /^(POST|DELETE) \/api\/v1\/apps(\?|\/\w+$)/, reason: "applications are bound, never made or deleted" },
  { request: /^GET \/api\/v1\/groups\?/, reason: "ours lists all groups at once; a prefix search finds too much" },
  { request: /^GET \/api\/v1\/users\/\w+\/groups$/, reason: "memberships are read by group" },
];

/** What our client adds to an address that was recorded without it. */
const ADDED = /[?&](expand=group-rules|limit=1000|disableNotifications=\w+|activate=\w+|sendEmail=false)(?=&|$)/g;

type Ids = readonly string[];

const CALLS: readonly {
  readonly request: RegExp;
  readonly call: (client: OktaWriter, ids: Ids, body: unknown) => Promise<unknown>;
}[] = [
  on("GET", "/.well-known/okta-organization", (client) => client.organization()),
  on("POST", "/api/v1/groups", (client, _ids, body) => client.createGroup(profileIn(body))),
  on("GET", "/api/v1/groups/([^/?]+)", (client, [id = ""]) => client.group(id)),
  on("PUT", "/api/v1/groups/([^/?]+)", (client, [id = ""], body) => client.replaceGroup(id, profileIn(body))),
  on("DELETE", "/api/v1/groups/([^/?]+)", (client, [id = ""]) => client.deleteGroup(id)),
  on("GET", "/api/v1/groups/([^/?]+)/users", (client, [id = ""]) => client.members(id)),
  on("PUT", "/api/v1/groups/([^/?]+)/users/(.+)", (client, [group = "", user = ""]) => client.addMember(group, user)),
  on("DELETE", "/api/v1/groups/([^/?]+)/users/(.+)", (client, [group = "", user = ""]) =>
    client.removeMember(group, user),
  ),
  on("GET", "/api/v1/groups/([^/?]+)/owners", (client, [id = ""]) => client.owners(id)),
  on("POST", "/api/v1/groups/([^/?]+)/owners", (client, [id = ""], body) => client.addOwner(id, textAt(body, "id"))),
  on("DELETE", "/api/v1/groups/([^/?]+)/owners/(.+)", (client, [group = "", owner = ""]) =>
    client.removeOwner(group, owner),
  ),
  on("POST", "/api/v1/groups/rules", (client, _ids, body) =>
    client.createRule({
      name: textAt(body, "name"),
      expression: textAt(body, "conditions", "expression", "value"),
      groupIds: listOf(at(body, "actions", "assignUserToGroups", "groupIds")).map(String),
      excludedUserIds: [],
      excludedGroupIds: [],
    }),
  ),
  on("GET", "/api/v1/groups/rules/([^/?]+)", (client, [id = ""]) => client.rule(id)),
  on("POST", "/api/v1/groups/rules/([^/?]+)/lifecycle/activate", (client, [id = ""]) => client.activateRule(id)),
  on("POST", "/api/v1/groups/rules/([^/?]+)/lifecycle/deactivate", (client, [id = ""]) => client.deactivateRule(id)),
  on("DELETE", "/api/v1/groups/rules/([^/?]+)", (client, [id = ""]) => client.deleteRule(id)),
  on("POST", "/api/v1/users", (client, _ids, body) => client.createUser(profileIn(body), "")),
  on("GET", "/api/v1/users/([^/?]+)", (client, [id = ""]) => client.user(id)),
  on("DELETE", "/api/v1/users/([^/?]+)", (client, [id = ""]) => client.deleteUser(id)),
  on("GET", "/api/v1/users/([^/?]+)/roles", (client, [id = ""]) => client.roles({ type: "user", id })),
  on("POST", "/api/v1/users/([^/?]+)/roles", (client, [id = ""], body) =>
    client.assignRole({ type: "user", id }, { type: textAt(body, "type") }),
  ),
  on("DELETE", "/api/v1/users/([^/?]+)/roles/(.+)", (client, [id = "", role = ""]) =>
    client.unassignRole({ type: "user", id }, role),
  ),
  on("GET", "/api/v1/apps/([^/?]+)", (client, [id = ""]) => client.app(id)),
  on("POST", "/api/v1/apps/([^/?]+)/lifecycle/deactivate", (client, [id = ""]) => client.moveApp(id, "deactivate")),
  on("GET", "/api/v1/apps/([^/?]+)/groups/(.+)", (client, [app = "", group = ""]) => client.appGroup(app, group)),
  on("PUT", "/api/v1/apps/([^/?]+)/groups/(.+)", (client, [appId = "", groupId = ""]) =>
    client.putAppGroup({ appId, groupId, priority: undefined, profile: {} }),
  ),
];

const folder = process.env.ACCORD_SPECS;
if (folder === undefined) {
  test("recorded traffic", ({ skip }) => skip("ACCORD_SPECS does not name the folder of recordings"));
} else {
  const directory = join(folder, "okta-recorded");
  describe("the client says what was said, and understands what was answered", () => {
    for (const file of readdirSync(directory).filter((name) => name.endsWith(".json"))) {
      test(file.replace(".json", ""), async () => {
        for (const exchange of listOf(JSON.parse(readFileSync(join(directory, file), "utf8")))) await replay(exchange);
      });
    }
  });
}

async function replay(exchange: unknown): Promise<void> {
  const url = new URL(textAt(exchange, "request", "url"));
  const asked = `${textAt(exchange, "request", "method")} ${url.pathname}${url.search}`;
  if (ELSEWHERE.some(({ request }) => request.test(asked))) return;
  const bare = asked.split("?")[0] ?? "";
  const known = CALLS.find(({ request }) => request.test(bare));
  if (known === undefined) throw new Error(`No call of the client is ${asked}`);
  const ids = known.request.exec(bare)?.slice(1) ?? [];

  const { client, sent } = playing(exchange, url.origin);
  const result = await known.call(client, ids, at(exchange, "request", "body")).catch(problemOf);

  // Followed pages and second tries send more; the first request is the one that was recorded.
  expect(sent[0]?.asked.replaceAll(ADDED, "")).toBe(asked.replaceAll(ADDED, ""));
  expect(sent[0]?.body ?? null).toEqual(bodyOf(exchange));
  understood(result, exchange);
}

/** The id that came is the id that was read; a refusal is a Problem with Okta's words, except where it means "done". */
function understood(result: unknown, exchange: unknown): void {
  const answer = at(exchange, "response", "body");
  const code = at(answer, "errorCode");
  const done = at(exchange, "request", "method") === "DELETE" && at(exchange, "response", "status") === 404;
  if (typeof code === "string" && !done) {
    expect(result).toBeInstanceOf(ProblemError);
    expect(String(result)).toContain(code);
    return;
  }
  expect(result).not.toBeInstanceOf(ProblemError);
  if (result === undefined) return;
  const ids = (value: unknown): unknown => (Array.isArray(value) ? value.map((row) => at(row, "id")) : at(value, "id"));
  const read = at(result, "groupId") === undefined ? ids(result) : at(result, "groupId");
  expect(read).toEqual(ids(answer));
}

/** The organization that answers this once, and then that it is done. */
function playing(exchange: unknown, origin: string) {
  const sent: { readonly asked: string; readonly body: unknown }[] = [];
  const status = Number(at(exchange, "response", "status"));
  const answer = at(exchange, "response", "body");
  let elapsed = 0;
  const sleep = async (ms: number): Promise<void> => {
    elapsed += ms;
  };
  const outside = {
    clock: { now: Date.now, monotonic: () => elapsed, sleep, background: sleep },
    signal: new AbortController().signal,
    async fetch(request: Request) {
      const text = await request.text();
      const { pathname, search } = new URL(request.url);
      sent.push({ asked: `${request.method} ${pathname}${search}`, body: text === "" ? null : JSON.parse(text) });
      const body = answer === null || status === 204 ? null : JSON.stringify(answer);
      return new Response(body, { status, headers: headersOf(exchange) });
    },
  };
  const recorder: Recorder = { intent: async () => ({ outcome: () => undefined }) };
  const settings = oktaSettings({ domain: origin, apiToken: "recorded" });
  return { sent, client: createWriter(createTransport(settings, outside), recorder) };
}

function headersOf(exchange: unknown): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(at(exchange, "response", "headers") ?? {})) {
    for (const value of listOf(values)) headers.append(name, String(value));
  }
  return headers;
}

/** Credentials and absent exclusions are the recording client's own habit. */
function bodyOf(exchange: unknown): unknown {
  const body = at(exchange, "request", "body");
  if (typeof body !== "object" || body === null) return null;
  if ("credentials" in body) return { profile: at(body, "profile") };
  if (at(body, "type") !== "group_rule" && at(body, "conditions") === undefined) return body;
  return {
    ...body,
    type: "group_rule",
    conditions: {
      expression: at(body, "conditions", "expression"),
      people: { users: { exclude: [] }, groups: { exclude: [] } },
    },
  };
}

function profileIn(body: unknown): Readonly<Record<string, Value>> {
  const attributes = Object.entries(at(body, "profile") ?? {});
  return Object.fromEntries(attributes.map(([name, value]) => [name, value === null ? null : String(value)]));
}

function problemOf(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  throw error;
}

function on(method: string, path: string, call: (client: OktaWriter, ids: Ids, body: unknown) => Promise<unknown>) {
  return { request: new RegExp(`^${method} ${path}$`), call };
}
