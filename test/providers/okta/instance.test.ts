import { describe, expect, test } from "vitest";
import { DPOP_CLIENT } from "../../../providers/okta/emulator/seed.ts";
import { all, byKey } from "../../support/asked.ts";
import { connected, context, withoutRules } from "./connected.ts";
import { listOf, START } from "./emulator/sandbox.ts";

const KINDS = ["group", "group-rule", "app", "app-assignment", "user", "admin-role", "custom-role"];

const key = { scopes: ["okta.users.read", "okta.groups.read"] };

/** A client with the seeded key and exactly these rights. */
function limited(rights: { readonly scopes: readonly string[] }, roles: readonly string[], scopes = "") {
  const tenant = connected({ clientId: "0oalimitedclient0000", ...(scopes === "" ? {} : { scopes }) });
  const keys = tenant.box.okta.tenant.clients.get(tenant.box.okta.settings.clientId ?? "")?.keys ?? [];
  tenant.box.okta.addClient({ id: "0oalimitedclient0000", keys, ...rights }, roles);
  return tenant;
}

describe("before anything is believed", () => {
  test("a credential that sees everything passes", async () => {
    expect(await connected().view().preflight(KINDS)).toEqual([]);
  });

  test("a client without a role is answered 200 and nothing, which is refused as a fact", async () => {
    const tenant = limited(key, [], "okta.users.read okta.groups.read");

    expect(await tenant.view().preflight(["group"])).toMatchObject([{ code: "okta-no-role", fatal: true }]);
  });

  test("a client that is not to see people is asked about groups, and one for applications alone about nothing", async () => {
    for (const [scopes, kinds, problems] of [
      ["okta.groups.read", ["group-rule"], [{ code: "okta-no-role", message: /sees no group at all/ }]],
      ["okta.apps.read", ["app"], []],
    ] as const) {
      const tenant = limited({ scopes: [scopes] }, [], scopes);
      const found = await tenant.view().preflight(kinds);
      expect(found).toMatchObject(problems.map(({ code }) => ({ code, fatal: true })));
      for (const [index, { message }] of problems.entries()) expect(found[index]?.message).toMatch(message);
    }
    const apps = limited({ scopes: ["okta.apps.read"] }, ["APP_ADMIN"], "okta.apps.read");
    expect(await apps.view().preflight(["app"])).toEqual([]);
    expect((await byKey(apps.view(), "app", "AWS")).spec.label).toBe("AWS");
  });

  test("a list that may not be read is a refusal of its own", async () => {
    const tenant = limited(key, ["REPORT_ADMIN"], "okta.users.read okta.groups.read");

    expect(await tenant.view().preflight(["group"])).toMatchObject([{ code: "okta-users-refused", fatal: true }]);
  });

  test("scopes that the kinds need and that silently vanished are named", async () => {
    const tenant = limited(key, ["SUPER_ADMIN"], "okta.users.read okta.groups.read okta.apps.read");

    expect(await tenant.view().preflight(["group", "app", "admin-role"])).toMatchObject([
      { code: "okta-scope-missing", message: "The scope okta.apps.read is not granted to the client." },
      { code: "okta-scope-missing", message: "The scope okta.roles.read is not granted to the client." },
    ]);
  });

  test("the tenant is the organization's own id, so that another one behind the same name is seen", async () => {
    const tenant = connected();

    expect(await tenant.view().tenant()).toEqual({ id: tenant.box.okta.tenant.id, host: "acme.okta.com" });
    expect(tenant.box.okta.lastRequests.map(({ path }) => path)).toEqual(["/.well-known/okta-organization"]);
  });
});

describe("doctor", () => {
  const lines = async (tenant: ReturnType<typeof connected>, kinds = KINDS): Promise<readonly string[]> =>
    (await all(tenant.view().doctor(kinds))).map(({ status, name, detail }) => `${status} ${name}: ${detail}`);

  test("of a healthy instance", async () => {
    const tenant = connected({ clientId: DPOP_CLIENT });
    const id = tenant.box.okta.tenant.id;

    expect((await lines(tenant)).map((line) => line.replace(id, "{org}"))).toMatchInlineSnapshot(`
      [
        "ok host: acme.okta.com is the organization {org}.",
        "ok token: Issued, bound to this process by DPoP, for 60 minutes.",
        "ok key: accord-sandbox is 0 days old and has no end.",
        "ok scopes: Granted: okta.apps.manage, okta.users.manage, okta.groups.manage, okta.roles.manage, okta.logs.read, okta.apiTokens.read. Whether roles back them, writes tell.",
        "ok users: Readable. Its bucket allows 300 calls a minute.",
        "ok groups: Readable. Its bucket allows 250 calls a minute.",
        "ok group rules: Readable. Its bucket allows 250 calls a minute.",
        "ok apps: Readable. Its bucket allows 50 calls a minute.",
        "ok log: Readable. Its bucket allows 60 calls a minute.",
        "ok clock: This machine is 0 s ahead of Okta.",
        "ok group owners: Available.",
        "ok rule-fed members: Okta says which rule put somebody into a group.",
        "ok roles: SUPER_ADMIN",
        "warn super administrator: The app is super administrator. The setting "Public client app admins" gives that to every new service app.",
      ]
    `);
  });

  test("of a client with a role and scopes too few", async () => {
    const tenant = limited(key, ["USER_ADMIN"], "okta.users.read okta.groups.read okta.roles.read okta.apps.read");

    expect((await lines(tenant, ["group", "group-rule"])).slice(2)).toMatchInlineSnapshot(`
      [
        "warn scope okta.roles.read: Requested, not granted.",
        "warn scope okta.apps.read: Requested, not granted.",
        "warn scope okta.groups.manage: Not granted: plans work, applying their changes will not.",
        "warn scope okta.users.manage: Not granted: plans work, applying their changes will not.",
        "ok users: Readable. Its bucket allows 300 calls a minute.",
        "ok groups: Readable. Its bucket allows 250 calls a minute.",
        "ok group rules: Readable. Its bucket allows 250 calls a minute.",
        "warn apps: Refused with 403, and no declared kind needs it. Its bucket allows 50 calls a minute.",
        "warn log: Refused with 403, and no declared kind needs it. Its bucket allows 60 calls a minute.",
        "ok clock: This machine is 0 s ahead of Okta.",
        "ok group owners: Available.",
        "ok rule-fed members: Okta says which rule put somebody into a group.",
        "unknown roles: Not readable: that takes okta.roles.read and the right to see roles.",
      ]
    `);
  });

  test("of an API token names its owner", async () => {
    const tenant = connected({ domain: "acme-admin", apiToken: "00sandbox-okta-trent" });

    expect((await lines(tenant)).slice(0, 4)).toMatchInlineSnapshot(`
      [
        "warn domain: acme-admin.okta.com is the address of the admin console; the organization's is acme.okta.com.",
        "ok host: acme.okta.com is the organization 00oacmesandboxorg5d7.",
        "warn token: An API token of trent@acme.example (ACTIVE), with all of that person's rights.",
        "ok token expiry: "trent" is 0 days old, is taken from any address, and ends in 30 days where nobody uses it.",
      ]
    `);
  });

  test("of a key that was generated and not saved says what to press", async () => {
    const tenant = connected({ clientId: "0oaunsavedkey0000000" });
    tenant.box.okta.addClient({ id: "0oaunsavedkey0000000", keys: [], scopes: ["okta.groups.read"] });

    const checks = await all(tenant.view().doctor(KINDS));

    expect(checks.slice(1)).toEqual([
      {
        name: "token",
        status: "fail",
        detail: "acme.okta.com issued no token: The client does not have a JWKSet configured",
        hint: "The key was generated in the console but not saved: open the app's General tab, edit the client credentials and press Save.",
      },
      { name: "api", status: "unknown", detail: "Not asked: there is no usable credential." },
    ]);
  });

  test("of a client with scopes and no role at all", async () => {
    const scopes = "okta.users.manage okta.groups.manage";
    const tenant = limited({ scopes: scopes.split(" ") }, [], scopes);

    expect((await lines(tenant, ["group"])).slice(2)).toMatchInlineSnapshot(`
      [
        "ok scopes: Granted: okta.users.manage, okta.groups.manage. Whether roles back them, writes tell.",
        "fail users: Answered, but shows nothing. Its bucket allows 300 calls a minute.",
        "fail groups: Answered, but shows nothing. Its bucket allows 250 calls a minute.",
        "ok group rules: Readable. Its bucket allows 250 calls a minute.",
        "warn apps: Refused with 403, and no declared kind needs it. Its bucket allows 50 calls a minute.",
        "warn log: Refused with 403, and no declared kind needs it. Its bucket allows 60 calls a minute.",
        "ok clock: This machine is 0 s ahead of Okta.",
        "unknown roles: Not readable: that takes okta.roles.read and the right to see roles.",
      ]
    `);
  });

  test("of a client whose roles do not reach a declared kind names the kind and the roles that would", async () => {
    const scopes = "okta.users.manage okta.groups.manage okta.roles.read okta.apps.read";
    const tenant = limited({ scopes: scopes.split(" ") }, ["USER_ADMIN"], scopes);

    const checks = await all(tenant.view().doctor(["group", "group-rule", "app"]));

    expect(checks.filter(({ name }) => name.startsWith("role") || name === "apps")).toMatchInlineSnapshot(`
      [
        {
          "detail": "Refused with 403. Its bucket allows 50 calls a minute.",
          "hint": "Its scope is not granted, or the admin role does not reach it. Applications are shown to Application, Organization and Super Administrators.",
          "name": "apps",
          "status": "fail",
        },
        {
          "detail": "Held: USER_ADMIN.",
          "hint": "Give the app ORG_ADMIN on its Admin Roles tab.",
          "name": "role for okta/group-rule",
          "status": "fail",
        },
        {
          "detail": "Held: USER_ADMIN.",
          "hint": "Give the app APP_ADMIN on its Admin Roles tab.",
          "name": "role for okta/app",
          "status": "fail",
        },
        {
          "detail": "USER_ADMIN",
          "name": "roles",
          "status": "ok",
        },
      ]
    `);
  });

  test("of scopes that reach further than the declared kinds names them", async () => {
    expect(await lines(connected(), ["group"])).toContain(
      "warn wide scopes: No declared kind writes with okta.apps.manage, okta.roles.manage.",
    );
  });

  test("of a machine whose clock is off, within what signatures bear", async () => {
    expect(await lines(connected({}, { ahead: -120_000 }))).toContain("warn clock: This machine is 120 s behind Okta.");
  });

  test("of an organization without owners, or that cannot tell who is fed by rules", async () => {
    const tenant = connected({}, { through: withoutRules });
    tenant.box.okta.knobs.licensed.owners = false;

    expect((await lines(tenant, ["group"])).filter((line) => /owners|rule-fed/.test(line))).toEqual([
      "warn group owners: Not available: `owners` of a group cannot be declared.",
      "warn rule-fed members: Okta does not say which rule put somebody into a group.",
    ]);
  });

  test("of an API token that is about to end, and is bound to network zones", async () => {
    const tenant = connected(
      { domain: "acme", apiToken: "00sandbox-okta-trent" },
      {
        through: (fetch) => async (request) => {
          const answer = await fetch(request);
          if (!request.url.endsWith("/api-tokens")) return answer;
          const expiresAt = new Date(START + 3 * 86_400_000).toISOString();
          const network = { connection: "ZONE", include: ["nzo1"] };
          return Response.json(listOf(await answer.json()).map((token) => ({ ...Object(token), expiresAt, network })));
        },
      },
    );

    expect((await all(tenant.view().doctor([]))).find(({ name }) => name === "token expiry")).toEqual({
      name: "token expiry",
      status: "warn",
      detail: '"trent" is 0 days old, is taken from its network zones, and ends in 3 days where nobody uses it.',
      hint: "Each use gives it 30 days more: run a plan at least once a month.",
    });
  });

  test("of a credential that is refused says so once, and does not ask on", async () => {
    const tenant = connected({ clientId: "0oanobody00000000000" });

    expect((await lines(tenant)).slice(1)).toMatchInlineSnapshot(`
      [
        "fail token: acme.okta.com issued no token: Invalid value for 'client_id' parameter.",
        "unknown api: Not asked: there is no usable credential.",
      ]
    `);
  });
});

describe("who must survive every plan", () => {
  test("the client itself, and the super administrators, people and groups", async () => {
    const tenant = connected();
    const support = await tenant.idOf("support");
    await tenant.hands().create("admin-role", { type: "SUPER_ADMIN", group: { id: support } }, context());

    const standing = await tenant.view().standing();

    expect(standing?.self).toEqual({
      id: tenant.box.okta.settings.clientId,
      label: `client ${tenant.box.okta.settings.clientId}`,
    });
    expect(standing?.administrators.map(({ label }) => label).sort()).toEqual([
      "conductorone@acme.example",
      "group support",
      "trent@acme.example",
    ]);
  });
});

describe("the audit log", () => {
  test("says who changed an object, newest first", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "group", "support");
    const ada = await tenant.idOf("ada@acme.example");
    const since = tenant.box.okta.tenant.groups.get(live.id)?.created ?? "";
    await tenant.sleep(60_000);
    await tenant.box.call("PUT", `/api/v1/groups/${live.id}/users/${ada}`);

    const [event] = await tenant.view().audit([live.id], Date.parse(since));

    expect(event).toMatchObject({ actor: "Trent Admin (trent@acme.example)", action: "group.user_membership.add" });
    expect(event?.targets).toEqual(expect.arrayContaining([live.id, ada]));
  });

  test("about many objects is one sweep", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "group", "support");
    const ada = await tenant.idOf("ada@acme.example");
    await tenant.sleep(60_000);
    await tenant.box.call("PUT", `/api/v1/groups/${live.id}/users/${ada}`);
    tenant.requests();

    const ids = Array.from({ length: 30 }, (_, index) => `00gnobody${String(index).padStart(11, "0")}`);
    const events = await tenant.view().audit([...ids, live.id], 0);

    expect(events.map(({ action }) => action)).toEqual(["group.user_membership.add"]);
    expect(tenant.requests()).toHaveLength(1);
  });

  test("that may not be read leaves drift without a name, not without a plan", async () => {
    const tenant = limited(key, ["SUPER_ADMIN"], "okta.users.read okta.groups.read");

    expect(await tenant.view().audit(["00gnobody0000000000"], 0)).toEqual([]);
  });
});
