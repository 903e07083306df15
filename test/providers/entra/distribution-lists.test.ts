import { describe, expect, test } from "vitest";
import { EXCHANGE_ADMINISTRATOR } from "../../../providers/entra/roles.ts";
import { all, refusal } from "../../support/asked.ts";
import { add, remove } from "../../support/field-changes.ts";
import { byId, connected, context, type Fetch } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;

const ON = { settings: { exchange: true } };
const ADDRESS = "news@acme.example";
const spec = {
  displayName: "News",
  primarySmtpAddress: ADDRESS,
  members: ["ada@acme.example"],
  owners: ["trent@acme.example"],
};
const everybody = (tenant: Tenant) =>
  context(Object.fromEntries(["ada", "grace", "trent"].map((name) => [`${name}@acme.example`, tenant.personId(name)])));
const make = (tenant: Tenant) => tenant.hands().create("distribution-list", spec, everybody(tenant));

/** Cmdlets that reached Exchange. */
function watched(): { readonly cmdlets: string[]; readonly through: (pass: Fetch) => Fetch } {
  const cmdlets: string[] = [];
  const through = (pass: Fetch) => async (request: Request) => {
    const name = request.headers.get("x-cmdletname");
    if (name !== null) cmdlets.push(name);
    return pass(request);
  };
  return { cmdlets, through };
}

async function exchangeLine(tenant: Tenant): Promise<string> {
  const checks = await all(tenant.view().doctor(["distribution-list"]));
  return checks.flatMap(({ name, status, detail }) => (name === "Exchange" ? [`${status}: ${detail}`] : [])).join();
}

describe("without `exchange: true`", () => {
  test("a document is refused, and nobody calls Exchange", async () => {
    const { cmdlets, through } = watched();
    const tenant = connected({ through });
    const wanted = { objects: [{ key: ADDRESS, fields: [] }] };
    const [problem] = await refusal(all(tenant.view().list("distribution-list", wanted)));
    expect(problem).toMatchObject({ code: "entra-exchange-off" });
    expect(problem?.hint).toContain("`exchange: true`");
    expect((await refusal(make(tenant)))[0]?.code).toBe("entra-exchange-off");
    expect(cmdlets).toEqual([]);
  });

  test("nothing is there to adopt, and doctor says why", async () => {
    const tenant = connected();
    expect(await all(tenant.view().list("distribution-list", { objects: [], everything: true }))).toEqual([]);
    expect(await exchangeLine(tenant)).toBe("warn: Not used: distribution lists are refused.");
  });
});

describe("doctor", () => {
  test("asks Exchange itself, where it is used", async () => {
    expect(await exchangeLine(connected(ON))).toBe("ok: Answers, with 3 accepted domains.");
  });

  test("says that the permission alone is not enough", async () => {
    const roles = ["Exchange.ManageAsApp", "Organization.Read.All", "User.Read.All"];
    const tenant = connected({ ...ON, app: { roles } });
    expect(await exchangeLine(tenant)).toBe(
      "fail: Exchange refused: The application is not allowed to run the cmdlet.",
    );
  });
});

describe("members and owners", () => {
  test("come and go one by one; who is there already, or not any more, is no problem", async () => {
    const tenant = connected(ON);
    const live = await make(tenant);
    const list = tenant.emulator.tenant.lists.get(live.id);
    if (list === undefined) throw new Error("It was not made");
    tenant.emulator.tenant.lists.set(live.id, { ...list, members: [tenant.personId("grace")] });
    const changes = [add("grace@acme.example", "members"), remove("ada@acme.example", "members")];
    await tenant.hands().update("distribution-list", live, spec, changes, everybody(tenant));
    expect(tenant.emulator.tenant.lists.get(live.id)?.members).toEqual([tenant.personId("grace")]);
  });

  test("of a security group change without being its manager, and contacts and groups in it stay", async () => {
    const tenant = connected(ON);
    const live = await make(tenant);
    const list = tenant.emulator.tenant.lists.get(live.id);
    if (list === undefined) throw new Error("It was not made");
    tenant.emulator.tenant.lists.set(live.id, { ...list, members: [...list.members, tenant.groupId("Sales")] });
    const found = await byId(tenant.view(), "distribution-list", live.id, "members", "owners");
    expect(found).toMatchObject({
      spec: { members: ["ada@acme.example"], owners: ["trent@acme.example"] },
      computed: { otherMembers: 1 },
    });
  });

  test("are read only for lists that declare them", async () => {
    const { cmdlets, through } = watched();
    const tenant = connected({ ...ON, through });
    const named = { objects: [{ key: "announcements@acme.example", fields: ["displayName"] }] };
    expect(await all(tenant.view().list("distribution-list", named))).toHaveLength(1);
    expect(cmdlets).toEqual(["Get-DistributionGroup"]);
  });
});

test("a list that is synced from Active Directory is looked at, not changed", async () => {
  const tenant = connected(ON);
  const live = await make(tenant);
  const list = tenant.emulator.tenant.lists.get(live.id);
  if (list !== undefined) tenant.emulator.tenant.lists.set(live.id, { ...list, synced: true });
  expect((await byId(tenant.view(), "distribution-list", live.id)).readOnly).toContain("Active Directory");
});

test("an address that another recipient has is a problem, by the exception's class", async () => {
  const tenant = connected(ON);
  await make(tenant);
  const [problem] = await refusal(make(tenant));
  expect(problem).toMatchObject({ code: "exists" });
  expect(problem?.message).toBe('Exchange refused: The proxy address "smtp:news@acme.example" is already being used.');
});

test("a new list is in Entra some minutes later", async () => {
  const tenant = connected(ON);
  const live = await make(tenant);
  const { objectId } = (await byId(tenant.view(), "distribution-list", live.id)).computed ?? {};
  expect(await all(tenant.view().get("group", [{ id: String(objectId), fields: [] }]))).toEqual([
    { gone: true, id: objectId },
  ]);
  tenant.clock.pass(300_000);
  expect(await byId(tenant.view(), "group", String(objectId))).toMatchObject({ spec: { displayName: "News" } });
});

test("more lists than a page are all read", async () => {
  const tenant = connected(ON);
  const { lists } = tenant.emulator.tenant;
  const [one] = lists.values();
  if (one === undefined) throw new Error("There is no list to copy");
  for (let n = 0; n < 1_200; n += 1)
    lists.set(`copy-${n}`, { ...one, id: `copy-${n}`, address: `copy-${n}@acme.example` });
  const found = await all(
    tenant.view().list("distribution-list", { objects: [{ key: "copy-1199@acme.example", fields: [] }] }),
  );
  expect(found.map(({ id }) => id)).toEqual(["copy-1199"]);
});

test("a token of Graph opens nothing in Exchange, and the other way round", async () => {
  const tenant = connected(ON);
  const principal = [...tenant.emulator.tenant.roleAssignments.values()].find(
    ({ roleDefinitionId }) => roleDefinitionId === EXCHANGE_ADMINISTRATOR,
  );
  expect(principal).toBeDefined();
  const tokenFor = async (resource: string): Promise<string> => {
    const { clientId = "", clientSecret = "", tenantId = "" } = tenant.emulator.settings;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${resource}/.default`,
    });
    const address = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await tenant.emulator.fetch(
      new Request(address, { method: "POST", body: body.toString(), headers }),
    );
    return String(((await answer.json()) as { access_token: unknown }).access_token);
  };
  const status = async (url: string, token: string, body?: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const request = new Request(url, body === undefined ? { headers } : { method: "POST", headers, body });
    return (await tenant.emulator.fetch(request)).status;
  };
  const command = JSON.stringify({ CmdletInput: { CmdletName: "Get-AcceptedDomain", Parameters: {} } });
  const invoke = `https://outlook.office365.com/adminapi/beta/${tenant.emulator.tenant.id}/InvokeCommand`;
  const [graph, exchange] = [
    await tokenFor("https://graph.microsoft.com"),
    await tokenFor("https://outlook.office365.com"),
  ];
  expect(await status(invoke, graph, command)).toBe(401);
  expect(await status(invoke, exchange, command)).toBe(200);
  expect(await status("https://graph.microsoft.com/v1.0/users", exchange)).toBe(401);
});
