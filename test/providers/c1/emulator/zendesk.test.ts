/** The Zendesk connector (zendesk.md §3): what it shows of an account, and what it grants and revokes there. */
import { beforeEach, describe, expect, it } from "vitest";
import { openTask } from "../../../../providers/c1/emulator/tasks.ts";
import { ACME_TOKENS } from "../../../../providers/shared/acme.ts";
import { at, type Company, company, MINUTE, textAt } from "./tenant.ts";

const CATALOG_ID = "2x6fV9PZuiq568WFpSkBsZ5mDKH";

let world: Company;
let appId: string;

async function connect(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const app = await world.client.post("/api/v1/apps", { displayName: "Zendesk" });
  appId = textAt(app.body, "app.id");
  const values = {
    zendesk_v2_subdomain: "acme",
    zendesk_v2_email: "trent@acme.example",
    zendesk_v2_api_token: ACME_TOKENS.zendeskForC1,
    ...more,
  };
  const configuration = Object.fromEntries(
    Object.entries(values).map(([key, stringValue]) => [key, { stringValue }] as const),
  );
  const config = { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration };
  const made = await world.client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: CATALOG_ID, config });
  await world.pass(MINUTE);
  return textAt(made.body, "connectorView.connector.id");
}

/** Entitlement → who holds it, by the connector's own names; the ids of Zendesk's objects by their names. */
function shown(): Readonly<Record<string, readonly string[]>> {
  const { tenant } = world.c1;
  const { memory } = world.zendesk;
  const names = new Map([...memory.groups, ...memory.organizations, ...memory.roles].map(({ id, name }) => [id, name]));
  const rows = tenant.entitlements.by("app", appId).filter((row) => row.externalId !== "" && row.deletedAt === null);
  const holders = (id: string): readonly string[] =>
    tenant.grants
      .rows()
      .filter((grant) => grant.entitlementId === id)
      .map(
        (grant) =>
          tenant.appUsers
            .rows()
            .find((one) => one.id === grant.appUserId)
            ?.email.split("@")[0] ?? "",
      )
      .sort();
  return Object.fromEntries(
    rows.map((row) => [row.externalId.replace(/\d+/, (id) => names.get(id) ?? id), holders(row.id)]),
  );
}

const user = (name: string) => {
  const found = world.zendesk.memory.users.find(({ identities }) => identities[0]?.value === `${name}@acme.example`);
  if (found === undefined) throw new Error(`Zendesk has no ${name}`);
  return found;
};

/** Grants or takes away by a task that nobody has to approve. */
function task(grant: boolean, slug: string, resource: string, name: string): void {
  const { tenant } = world.c1;
  const row = tenant.entitlements
    .by("app", appId)
    .find((one) => one.externalId.startsWith(resource) && one.slug === slug);
  openTask(tenant, {
    because: "request",
    bypassPolicy: true,
    grant,
    openedBy: "",
    origin: "TASK_ORIGIN_API",
    target: { appId, id: row?.id ?? "" },
    userId: tenant.users.by("email", `${name}@acme.example`)[0]?.id ?? "",
  });
}

beforeEach(async () => {
  world = await company();
});

describe("a sync", () => {
  it("shows groups, organizations and custom roles, and the team alone", async () => {
    user("grace").customRoleId = world.zendesk.memory.roles[1]?.id ?? "";
    await connect();
    expect(shown()).toEqual({
      "group:Support:member": ["linus", "rosalind"],
      "group:Support:admin": ["trent"],
      "group:Escalations:member": ["grace", "rosalind"],
      "group:Escalations:admin": [],
      "org:Acme:agent": [],
      "org:Acme:admin": [],
      "role:Light agent:agent": [],
      "role:Light agent:admin": [],
      "role:Staff:agent": ["grace"],
      "role:Staff:admin": [],
    });
    const accounts = world.c1.tenant.appUsers.by("app", appId).map(({ email }) => email.split("@")[0]);
    expect(accounts.sort()).toEqual(["grace", "linus", "rosalind", "trent"]);
  });

  it("leaves organizations out that `orgs` does not name", async () => {
    await connect({ orgs: "Another" });
    expect(Object.keys(shown()).filter((name) => name.startsWith("org:"))).toEqual([]);
  });

  it("does without custom roles where the plan has none", async () => {
    world.zendesk.memory.plan = "growth";
    await connect();
    expect(Object.keys(shown())).toContain("group:Support:member");
    expect(Object.keys(shown()).filter((name) => name.startsWith("role:"))).toEqual([]);
  });

  it("fails in words where the token is not one", async () => {
    const id = await connect({ zendesk_v2_api_token: "wrong" });
    const { body } = await world.client.get(`/api/v1/apps/${appId}/connectors/${id}`);
    expect(at(body, "connectorView.connector.status")).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: "GET /api/v2/users answered 401",
    });
  });
});

describe("provisioning", () => {
  const groupsOf = (name: string): readonly (string | undefined)[] =>
    world.zendesk.memory.groupMemberships
      .filter(({ userId }) => userId === user(name).id)
      .map(({ ofId }) => world.zendesk.memory.groups.find(({ id }) => id === ofId)?.name);

  it("puts somebody into a group and takes them out", async () => {
    await connect();
    task(true, "member", "group:", "grace");
    await world.pass(MINUTE);
    expect(groupsOf("grace")).toEqual(["Escalations", "Support"]);
    task(false, "member", "group:", "grace");
    await world.pass(MINUTE);
    expect(groupsOf("grace")).toEqual(["Escalations"]);
  });

  it("gives a custom role, leaves a base agent where it takes it away, and waits where Zendesk wants it to", async () => {
    await connect();
    const [, staff] = world.zendesk.memory.roles;
    task(true, "agent", `role:${staff?.id}`, "grace");
    task(true, "agent", `role:${staff?.id}`, "linus");
    // One update of a user a second, account-wide (zendesk.md §1.3).
    await world.pass(0);
    expect([user("grace").customRoleId, user("linus").customRoleId]).toEqual([staff?.id, null]);
    await world.pass(MINUTE);
    expect([user("grace").customRoleId, user("linus").customRoleId]).toEqual([staff?.id, staff?.id]);
    task(false, "agent", `role:${staff?.id}`, "linus");
    await world.pass(MINUTE);
    expect(user("linus")).toMatchObject({ role: "agent", customRoleId: null });
  });

  it("says what Zendesk refuses", async () => {
    await connect();
    user("grace").role = "end-user";
    task(true, "member", "group:", "grace");
    await world.pass(MINUTE);
    const failed = world.c1.tenant.tasks.rows().find(({ description }) => description.includes("answered"));
    expect(failed?.description).toBe("POST /api/v2/group_memberships answered 422");
  });
});
