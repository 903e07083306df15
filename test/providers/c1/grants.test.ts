/**
 * Who is in an Okta group because C1 put them there. The group's own page cannot tell; C1 can, and must never speak for
 * somebody whom a person added by hand.
 */
import { describe, expect, it } from "vitest";
import type { Grant } from "../../../engine/kind.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import { context, find, recorder, type Stage, stage } from "./tenant.ts";

const HOUR = 3_600_000;

async function company() {
  const all = stage();
  const okta = createOktaEmulator(all.world);
  const pagerduty = createPagerdutyEmulator(all.world);
  for (const system of [okta, pagerduty]) all.others.set(system.host, system);
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: okta.asActor("trent"), "content-type": "application/json" };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await okta.fetch(new Request(`https://${okta.host}${path}`, init));
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  const group = (await call("POST", "/api/v1/groups", { profile: { name: "prod-breakglass" } })) as { id: string };
  const users = (await call("GET", "/api/v1/users")) as { id: string; profile: { login: string } }[];
  const add = (login: string) => {
    const user = users.find((one) => one.profile.login === login);
    return call("PUT", `/api/v1/groups/${group.id}/users/${user?.id}`);
  };
  const members = async (): Promise<string[]> => {
    const rows = (await call("GET", `/api/v1/groups/${group.id}/users`)) as { profile: { login: string } }[];
    return rows.map((row) => row.profile.login).sort();
  };
  return { all, group: group.id, add, members };
}

async function onCallProfile({ connection }: Stage, externalId: string): Promise<void> {
  const hands = connection.hands(recorder);
  const okta = await find(connection, "app", { name: "Okta" });
  const pagerduty = await find(connection, "app", { name: "PagerDuty" });
  const onCall = await find(connection, "entitlement", {
    app: { id: pagerduty },
    resource: { type: "Schedule", externalId: "PJ7K2QX" },
    slug: "on-call",
  });
  const member = await hands.create(
    "entitlement",
    { app: { id: okta }, resource: { type: "Group", externalId }, slug: "member", provision: { by: "connector" } },
    context(),
  );
  const approve = await hands.create(
    "policy",
    { displayName: "Auto approve", type: "grant", steps: [{ accept: { message: "On call" } }] },
    context(),
  );
  const profile = await hands.create(
    "access-profile",
    {
      displayName: "On-call",
      entitlements: [{ id: member.id }],
      requests: { enabled: true, visibleToEveryone: true },
      joiner: { approvalPolicy: { id: approve.id }, entitlementPolicies: "bypass" },
      leaver: { access: "revoke-unjustified", entitlementPolicies: "bypass" },
    },
    context(),
  );
  await hands.create(
    "membership-automation",
    { profile: { id: profile.id }, holders: [{ id: onCall }], grantAndRevoke: true },
    context(),
  );
}

async function explained({ connection }: Stage, group: string): Promise<readonly Grant[]> {
  const grants: Grant[] = [];
  for await (const grant of connection.view().grants("entitlement", [group])) grants.push(grant);
  return grants.filter((grant) => grant.slug === "member");
}

const names = (grants: readonly Grant[]): string[] =>
  [...new Set(grants.flatMap((grant) => grant.names.map((name) => name.toLowerCase())))].sort();

describe("grants", () => {
  it("speak for whom the on-call profile let in, not for whom somebody added by hand", async () => {
    const { all, group, add, members } = await company();
    await add("mallory@acme.example");
    await onCallProfile(all, group);
    for (let hours = 0; hours < 3; hours += 1) await all.pass(HOUR);
    expect(await members()).toEqual(["ada@acme.example", "mallory@acme.example"]);

    const grants = await explained(all, group);
    expect(names(grants)).toContain("ada@acme.example");
    expect(names(grants)).not.toContain("mallory@acme.example");
    expect(grants.map((grant) => grant.reason)).toContain("C1 grant (profile On-call)");
  });

  it("already speak for somebody whose grant row is not there yet", async () => {
    const { all, group, members } = await company();
    await onCallProfile(all, group);
    await all.pass(HOUR);
    await all.pass(1_000);
    expect(await members()).toEqual(["ada@acme.example"]);
    expect(names(await explained(all, group))).toContain("ada@acme.example");
  });

  it("say nothing of somebody who only asked for access", async () => {
    const { all, group, add } = await company();
    await add("mallory@acme.example");
    await onCallProfile(all, group);
    await all.pass(HOUR);
    const okta = await find(all.connection, "app", { name: "Okta" });
    const entitlement = await find(all.connection, "entitlement", {
      app: { id: okta },
      resource: { type: "Group", externalId: group },
      slug: "member",
    });
    const [mallory] = await all.connection.view().people(["mallory@acme.example"]);
    const manager = await all.connection
      .hands(recorder)
      .create("policy", { displayName: "Manager", type: "grant", steps: [{ approval: { manager: {} } }] }, context());
    const live = { id: entitlement, spec: {} };
    const set = { op: "set", path: ["grantPolicy"], before: null, after: { id: manager.id } } as const;
    await all.connection
      .hands(recorder)
      .update("entitlement", live, { grantPolicy: { id: manager.id } }, [set], context());
    await request(all, entitlement, mallory?.candidates[0]?.id ?? "");
    expect(names(await explained(all, group))).not.toContain("mallory@acme.example");
  });

  it("name the profile rather than the task, and everybody once", async () => {
    const { all, group } = await company();
    await onCallProfile(all, group);
    for (let hours = 0; hours < 3; hours += 1) await all.pass(HOUR);
    const grants = await explained(all, group);
    expect(grants.map((grant) => grant.reason)).toEqual(["C1 grant (profile On-call)"]);
  });

  it("speak for somebody whom C1 merely found, and who is in a profile that grants it", async () => {
    const { all, group, add } = await company();
    await add("mallory@acme.example");
    await onCallProfile(all, group);
    for (let hours = 0; hours < 3; hours += 1) await all.pass(HOUR);
    const hands = all.connection.hands(recorder);
    const operators = await hands.create("access-profile", { displayName: "Operators", entitlements: [] }, context());
    await enrol(all, operators.id, "mallory@acme.example");
    await all.pass(HOUR);
    expect(names(await explained(all, group))).not.toContain("mallory@acme.example");

    const member = await find(all.connection, "entitlement", {
      app: { id: await find(all.connection, "app", { name: "Okta" }) },
      resource: { type: "Group", externalId: group },
      slug: "member",
    });
    const added = { op: "add", path: ["entitlements"], element: { id: member } } as const;
    await hands.update("access-profile", operators, { entitlements: [{ id: member }] }, [added], context());
    const grants = await explained(all, group);
    const hers = grants.filter((grant) => grant.names.includes("mallory@acme.example"));
    expect(hers.map((grant) => grant.reason)).toEqual(["C1 grant (profile Operators)"]);
  });

  it("are refused, not denied, where the credential sees blanks: whoever they do not explain is taken out", async () => {
    const { all, group } = await company();
    await onCallProfile(all, group);
    const weak = all.emulator.addPrincipal({ roles: ["Access Request Administrator"] });
    const connection = all.connect({ clientId: weak.clientId, clientSecret: weak.clientSecret });
    await expect(explained({ ...all, connection }, group)).rejects.toMatchObject({
      problems: [{ code: "missing-role", message: expect.stringContaining("cannot read c1/entitlement") }],
    });
  });

  it("know nothing of ids that C1 has never seen", async () => {
    const { all } = await company();
    expect(await explained(all, "00gunknown")).toEqual([]);
  });
});

/** As a person would in C1's console. */
async function enrol(all: Stage, profile: string, login: string): Promise<void> {
  const [person] = await all.connection.view().people([login]);
  const userIds = [person?.candidates[0]?.id ?? ""];
  const system = await find(all.connection, "app", { name: "ConductorOne" });
  await post(all, `/api/v1/apps/${system}/entitlements/${profile}/add-manual-user`, { userIds });
}

async function request(all: Stage, id: string, identityUserId: string): Promise<void> {
  const [appId, appEntitlementId] = id.split("/");
  await post(all, "/api/v1/task/grant", { appId, appEntitlementId, identityUserId });
}

async function post({ emulator }: Stage, path: string, body: unknown): Promise<void> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: emulator.settings.clientId ?? "",
    client_secret: emulator.settings.clientSecret ?? "",
  });
  const base = `https://${emulator.host}`;
  const signed = await emulator.fetch(new Request(`${base}/auth/v1/token`, { method: "POST", body: form }));
  const { access_token: token } = (await signed.json()) as { access_token: string };
  const response = await emulator.fetch(
    new Request(`${base}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  expect(response.status).toBe(200);
}
