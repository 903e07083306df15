import { describe, expect, test } from "vitest";
import { DEFAULT_ACCESS } from "../../../providers/entra/client/principals.ts";
import { addEnterpriseApp } from "../../../providers/entra/emulator/applications.ts";
import { refusal } from "../../support/asked.ts";
import { connected, context } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;

function appId(tenant: Tenant, name: string): string {
  for (const [id, row] of tenant.emulator.tenant.principals.all()) if (row.displayName === name) return id;
  throw new Error(`No application is called ${name}`);
}

const ada = (tenant: Tenant) => context({ "ada@acme.example": tenant.personId("ada") });
const assignments = (tenant: Tenant) => [...tenant.emulator.tenant.appRoleAssignments.all()].map(([, row]) => row);

describe("an assignment", () => {
  test("without a role is default access, the role of zeros", async () => {
    const tenant = connected();
    const spec = { app: { id: appId(tenant, "Wiki") }, user: "ada@acme.example" };
    await tenant.hands().create("app-role-assignment", spec, ada(tenant));
    expect(assignments(tenant).map((row) => row.appRoleId)).toEqual([DEFAULT_ACCESS]);
    expect(await tenant.view().review("app-role-assignment", spec, undefined)).toEqual([]);
  });

  test("names a role that the application has, for such a principal, and that is on", async () => {
    const tenant = connected();
    const app = addEnterpriseApp(tenant.emulator.tenant, 0, {
      name: "Payroll",
      roles: [
        { value: "Clerk" },
        { value: "Old", isEnabled: false },
        { value: "Sync", allowedMemberTypes: ["Application"] },
      ],
    });
    const said = async (spec: Record<string, string>) =>
      (
        await tenant
          .view()
          .review("app-role-assignment", { app: { id: app }, user: "ada@acme.example", ...spec }, undefined)
      )
        .map(({ message, hint }) => `${message} ${hint}`)
        .join();
    expect(await said({ role: "Clerk" })).toBe("");
    expect(await said({ role: "clerk" })).toBe('Payroll has no role "clerk". It has Clerk.');
    expect(await said({ role: "Old" })).toBe('The role "Old" of Payroll is switched off. It has Clerk.');
    expect(await said({ role: "Sync" })).toBe('The role "Sync" of Payroll is not for people and groups. It has Clerk.');
    expect(await said({})).toBe("Payroll has roles of its own, and the document names none. It has Clerk.");
  });

  test("that somebody made before is theirs: the problem says how to bind it", async () => {
    const tenant = connected();
    const app = appId(tenant, "Wiki");
    const spec = { app: { id: app }, user: "ada@acme.example" };
    await tenant.byHand("POST", `/servicePrincipals/${app}/appRoleAssignedTo`, {
      principalId: tenant.personId("ada"),
      resourceId: app,
      appRoleId: DEFAULT_ACCESS,
    });
    tenant.clock.pass(600_000);
    const [problem] = await refusal(tenant.hands().create("app-role-assignment", spec, ada(tenant)));
    expect(problem).toMatchObject({
      code: "exists",
      message: "Ada Lovelace has that role of the application already.",
    });
    expect(problem?.hint).toContain(`accord import entra/group/one ${app}/`);
  });

  test("of a group that was made a moment ago waits until the directory knows it", async () => {
    const tenant = connected();
    const hands = tenant.hands();
    const group = await hands.create("group", { displayName: "Writers" }, context());
    const spec = { app: { id: appId(tenant, "Wiki") }, group: { id: group.id } };
    await hands.create("app-role-assignment", spec, context());
    expect(tenant.waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000]);
    expect(assignments(tenant).map((row) => row.principalType)).toEqual(["Group"]);
  });

  test("goes with the group that it is for", async () => {
    const tenant = connected();
    const group = tenant.groupId("Sales");
    await tenant
      .hands()
      .create("app-role-assignment", { app: { id: appId(tenant, "Wiki") }, group: { id: group } }, context());
    await tenant.byHand("DELETE", `/groups/${group}`);
    expect(assignments(tenant)).toEqual([]);
  });
});
