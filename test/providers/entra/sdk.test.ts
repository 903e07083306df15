/**
 * Microsoft's own client library against the emulator. It gives its token to https addresses only, so its last handler is
 * ours instead of a socket; signing, retrying, paging and batching are its own.
 */
import {
  AuthenticationHandler,
  BatchRequestContent,
  Client,
  type Context,
  type PageCollection,
  PageIterator,
  RetryHandler,
} from "@microsoft/microsoft-graph-client";
import { beforeAll, describe, expect, test } from "vitest";
import { createEntraEmulator, type EntraEmulator } from "../../../providers/entra/emulator.ts";

let now = Date.now();
const world = { now: () => now, wall: Date.now, fetch: () => Promise.reject(new Error("Graph calls nobody")) };

const GRAPH = "https://graph.microsoft.com";

let emulator: EntraEmulator;
let client: Client;

beforeAll(() => {
  emulator = createEntraEmulator(world);
  emulator.knobs.lagMs = 0;
  const authentication = new AuthenticationHandler({ getAccessToken: token });
  const retrying = new RetryHandler();
  authentication.setNext(retrying);
  retrying.setNext({
    async execute(context: Context) {
      context.response = await emulator.fetch(new Request(context.request, context.options));
    },
  });
  client = Client.initWithMiddleware({ middleware: authentication });
});

async function token(): Promise<string> {
  const { tenantId = "", clientId = "", clientSecret = "" } = emulator.settings;
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${GRAPH}/.default`,
  };
  const address = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
  const answer = await emulator.fetch(new Request(address, { method: "POST", body: new URLSearchParams(form) }));
  const { access_token: issued } = (await answer.json()) as { access_token: string };
  return issued;
}

describe("the official client library", () => {
  test("creates groups and pages through them", async () => {
    for (const name of ["alpha", "beta", "gamma"]) {
      await client
        .api("/groups")
        .post({ displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true });
    }
    const names: string[] = [];
    const first = (await client.api("/groups").select(["id", "displayName"]).top(2).get()) as PageCollection;
    await new PageIterator(client, first, (group: { displayName: string }) => {
      names.push(group.displayName);
      return true;
    }).iterate();
    expect(names).toEqual(expect.arrayContaining(["Engineering", "alpha", "beta", "gamma"]));
    expect(new Set(names).size).toBe(names.length);
  });

  test("follows a delta query to its link, and then sees only the change", async () => {
    let page = await client.api("/groups/delta").query({ $select: "displayName,members" }).get();
    while (page["@odata.nextLink"] !== undefined) page = await client.api(page["@odata.nextLink"]).get();
    // A change at the very moment of the link would be on its near side.
    now += 1_000;
    const [group] = (await client.api("/groups").filter("displayName eq 'Sales'").get()).value;
    await client.api(`/groups/${group.id}`).patch({ description: "Who sells" });
    const later = await client.api(page["@odata.deltaLink"]).get();
    expect(later.value.map(({ displayName }: { displayName: string }) => displayName)).toEqual(["Sales"]);
  });

  test("sends a batch whose parts depend on each other", async () => {
    const [user] = (await client.api("/users").filter("userPrincipalName eq 'ada@acme.example'").get()).value;
    const url = (path: string): string => `${GRAPH}${path}`;
    const content = new BatchRequestContent([
      { id: "1", request: new Request(url(`/users/${user.id}?$select=id`), { method: "GET" }) },
      { id: "2", request: new Request(url("/users/nobody@acme.example"), { method: "GET" }), dependsOn: ["1"] },
      { id: "3", request: new Request(url(`/users/${user.id}/manager`), { method: "GET" }), dependsOn: ["2"] },
    ]);
    const { responses } = await client.api("/$batch").post(await content.getContent());
    const statuses = responses.map(({ id, status }: { id: string; status: number }) => [id, status]).sort();
    expect(statuses).toEqual([
      ["1", 200],
      ["2", 404],
      ["3", 424],
    ]);
  });

  test("gets errors that it understands", async () => {
    await expect(client.api("/users/nobody@acme.example").get()).rejects.toMatchObject({
      statusCode: 404,
      code: "Request_ResourceNotFound",
    });
    await expect(client.api("/groups").filter("displayName ne 'x'").get()).rejects.toMatchObject({
      code: "Request_UnsupportedQuery",
    });
    await expect(client.api("/me/messages").get()).rejects.toMatchObject({ statusCode: 400 });
  });
});
