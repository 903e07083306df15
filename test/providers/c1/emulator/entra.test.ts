/** The Entra connector (entra.md §15): what it shows of a directory, and what it grants and revokes there. */
import { beforeEach, describe, expect, it } from "vitest";
import { openTask } from "../../../../providers/c1/emulator/tasks.ts";
import { ACME_ENTRA, ACME_TOKENS } from "../../../../providers/shared/acme.ts";
import { at, type Company, company, MINUTE, textAt } from "./tenant.ts";

const CATALOG_ID = "2UUdYir252rR6PVSASeUFNaJOIB";

let world: Company;
let appId: string;

async function connect(more: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const app = await world.client.post("/api/v1/apps", { displayName: "Entra" });
  appId = textAt(app.body, "app.id");
  const values = {
    C1_selected_field_group_name: "entra_group_client_secret",
    entra_tenant_id: ACME_ENTRA.tenantId,
    entra_client_id: ACME_ENTRA.applicationOfC1,
    entra_client_secret: ACME_TOKENS.entraForC1,
    ...more,
  };
  const configuration = Object.fromEntries(
    Object.entries(values).map(([key, stringValue]) => [key, { stringValue }] as const),
  );
  const config = { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration };
  const made = await world.client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: CATALOG_ID, config });
  await world.pass(MINUTE);
  const id = textAt(made.body, "connectorView.connector.id");
  const { body } = await world.client.get(`/api/v1/apps/${appId}/connectors/${id}`);
  return at(body, "connectorView.connector.status");
}

/** Entitlement by its name → who holds it. */
function shown(): Readonly<Record<string, readonly string[]>> {
  const { tenant } = world.c1;
  const rows = tenant.entitlements.by("app", appId).filter((row) => row.externalId !== "" && row.deletedAt === null);
  const holders = (id: string): readonly string[] =>
    tenant.grants
      .rows()
      .filter((grant) => grant.entitlementId === id && grant.removedAt === null)
      .map(
        ({ appUserId }) =>
          tenant.appUsers
            .rows()
            .find((one) => one.id === appUserId)
            ?.email.split("@")[0] ?? "",
      )
      .sort();
  return Object.fromEntries(rows.map((row) => [row.displayName, holders(row.id)]));
}

function idOfGroup(name: string): string {
  for (const [id, { displayName }] of world.entra.tenant.groups.all()) if (displayName === name) return id;
  throw new Error(`Entra has no group ${name}`);
}

function idOfUser(name: string): string {
  for (const [id, { properties }] of world.entra.tenant.users.all())
    if (properties.userPrincipalName === `${name}@acme.example`) return id;
  throw new Error(`Entra has no ${name}`);
}

/** Grants or takes away by a task that nobody has to approve. */
async function task(grant: boolean, slug: string, group: string, name: string): Promise<void> {
  const { tenant } = world.c1;
  const row = tenant.entitlements
    .by("app", appId)
    .find((one) => one.externalId === `group:${idOfGroup(group)}:${slug}`);
  openTask(tenant, {
    because: "request",
    bypassPolicy: true,
    grant,
    openedBy: "",
    origin: "TASK_ORIGIN_API",
    target: { appId, id: row?.id ?? "" },
    userId: tenant.users.by("email", `${name}@acme.example`)[0]?.id ?? "",
  });
  await world.pass(MINUTE);
}

const linked = (group: string, relation: string, name: string): boolean =>
  world.entra.tenant.links.now(idOfGroup(group), relation).includes(idOfUser(name));

beforeEach(async () => {
  world = await company();
});

describe("a sync", () => {
  it("shows groups with members and owners, directory roles, and every account", async () => {
    expect(await connect()).toMatchObject({ status: "SYNC_STATUS_DONE" });
    expect(shown()).toMatchObject({
      "Engineering Group Member": ["ada", "alan", "edsger", "grace", "linus"],
      "Engineering Group Owner": ["katherine"],
      "Domain Users Group Member": ["ada"],
      "SRE (dynamic) Group Member": ["ada", "grace", "linus"],
      "Global Administrator Role Assigned": ["trent"],
      "Groups Administrator Role Assigned": [],
    });
    expect(world.c1.tenant.appUsers.by("app", appId)).toHaveLength(10);
  });

  it("leaves out what Active Directory has, also in the cloud's groups, with `entra_skip_ad_groups`", async () => {
    const id = idOfUser("ada");
    const ada = world.entra.tenant.users.now(id);
    if (ada === undefined) throw new Error("Ada is gone");
    world.entra.tenant.users.put(id, { ...ada, properties: { ...ada.properties, onPremisesSyncEnabled: true } }, 0);
    await connect({ entra_skip_ad_groups: "true" });
    expect(shown()["Engineering Group Member"]).toEqual(["alan", "edsger", "grace", "linus"]);
    expect(Object.keys(shown())).not.toContain("Domain Users Group Member");
    expect(world.c1.tenant.appUsers.by("app", appId)).toHaveLength(10);
  });

  it("fails in words where the secret is not one, and where the directory is in another cloud", async () => {
    expect(await connect({ entra_client_secret: "wrong" })).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: `POST /${ACME_ENTRA.tenantId}/oauth2/v2.0/token answered 401`,
    });
    expect(await connect({ entra_graph_domain: "graph.microsoft.us" })).toMatchObject({
      status: "SYNC_STATUS_ERROR",
      lastError: `POST /${ACME_ENTRA.tenantId}/oauth2/v2.0/token answered 400`,
    });
    expect(await connect({ entra_graph_domain: "graph.example" })).toMatchObject({
      lastError: "graph.example is not a host of Microsoft Graph",
    });
  });
});

describe("provisioning", () => {
  it("makes somebody member and owner of a group, and takes it back without touching the person", async () => {
    await connect();
    await task(true, "member", "Sales", "grace");
    await task(true, "owner", "Sales", "grace");
    expect([linked("Sales", "members", "grace"), linked("Sales", "owners", "grace")]).toEqual([true, true]);
    await task(false, "member", "Sales", "grace");
    expect(linked("Sales", "members", "grace")).toBe(false);
    expect(idOfUser("grace")).not.toBe("");
  });

  it("leaves alone who is there already, and whom a rule decides about", async () => {
    await connect();
    await task(true, "member", "Engineering", "ada");
    expect(world.c1.tenant.tasks.rows().at(-1)).toMatchObject({ state: "TASK_STATE_CLOSED" });
    await task(false, "member", "SRE (dynamic)", "ada");
    expect(linked("SRE (dynamic)", "members", "ada")).toBe(true);
  });
});
