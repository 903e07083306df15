import { describe, expect, test } from "vitest";
import { addMethod } from "../../../providers/entra/emulator/methods.ts";
import { refusal } from "../../support/asked.ts";
import { connected } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;
type Parameters = Readonly<Record<string, string>>;

const shown = (tenant: Tenant, action: string, parameters: Parameters) => tenant.view().preview(action, parameters);
const done = async (tenant: Tenant, action: string, parameters: Parameters) =>
  (await tenant.hands().run(action, parameters)).summary;
const propertiesOf = (tenant: Tenant, name: string) =>
  tenant.emulator.tenant.users.now(tenant.personId(name))?.properties ?? {};

function changedByHand(tenant: Tenant, name: string, properties: Readonly<Record<string, unknown>>): void {
  const { users } = tenant.emulator.tenant;
  const row = users.now(tenant.personId(name));
  if (row === undefined) throw new Error(`Nobody is called ${name}`);
  users.put(tenant.personId(name), { ...row, properties: { ...row.properties, ...properties } }, 0);
}

const synced = (tenant: Tenant) => changedByHand(tenant, "ada", { onPremisesSyncEnabled: true });

describe("set-manager", () => {
  test("takes a login, an id, or an employee id that one person has", async () => {
    const tenant = connected();
    changedByHand(tenant, "grace", { employeeId: "77" });
    const manager = { user: "ada@acme.example", manager: "77" };
    expect(await shown(tenant, "set-manager", manager)).toEqual([
      "grace@acme.example becomes the manager of ada@acme.example instead of katherine@acme.example.",
    ]);
    expect(tenant.writes).toEqual([]);
    expect(await done(tenant, "set-manager", manager)).toEqual([
      "grace@acme.example is the manager of ada@acme.example.",
    ]);
    expect(tenant.emulator.tenant.users.now(tenant.personId("ada"))?.managerId).toBe(tenant.personId("grace"));
  });

  test("refuses an employee id that several have, or nobody", async () => {
    const tenant = connected();
    for (const name of ["grace", "linus"]) changedByHand(tenant, name, { employeeId: "77" });
    const said = async (manager: string) =>
      (await refusal(shown(tenant, "set-manager", { user: "ada@acme.example", manager })))[0]?.message;
    expect(await said("77")).toBe('2 people have the employee id "77": grace@acme.example, linus@acme.example.');
    expect(await said("78")).toBe('Nobody has the employee id "78".');
    expect(await said("ada@acme.example")).toBe("manager: nobody is their own manager.");
  });

  test("takes the manager away where it is empty, and twice is fine", async () => {
    const tenant = connected();
    const none = { user: "ada@acme.example", manager: "" };
    expect(await shown(tenant, "set-manager", none)).toEqual([
      "ada@acme.example has no manager any more; it was katherine@acme.example.",
    ]);
    await done(tenant, "set-manager", none);
    expect(await done(tenant, "set-manager", none)).toEqual(["ada@acme.example has no manager."]);
    expect(tenant.writes.every((line) => line.endsWith("/manager/$ref"))).toBe(true);
  });
});

describe("check-upn", () => {
  test("counts on from a login that is taken, past addresses that get mail", async () => {
    const tenant = connected();
    changedByHand(tenant, "grace", { proxyAddresses: ["smtp:ada1@acme.example"] });
    expect(await shown(tenant, "check-upn", { upn: "jane@acme.example" })).toEqual(["jane@acme.example is free."]);
    expect(await shown(tenant, "check-upn", { upn: "ada@acme.example" })).toEqual([
      "ada@acme.example is taken; ada2@acme.example is free.",
    ]);
    expect(await done(tenant, "check-upn", { upn: "ada@acme.example" })).toEqual(["ada2@acme.example"]);
    expect(tenant.writes).toEqual([]);
  });

  test("refuses a domain that is not the directory's", async () => {
    const tenant = connected();
    expect((await refusal(shown(tenant, "check-upn", { upn: "jane@other.example" })))[0]?.message).toBe(
      'upn: "other.example" is no verified domain of the directory.',
    );
  });
});

describe("a profile", () => {
  test("changes as shown: what is given, an empty value to nothing, extension attributes below theirs", async () => {
    const tenant = connected();
    const wanted = { user: "ada@acme.example", department: "", jobTitle: "Fellow", extensionAttribute3: "blue" };
    const { department, jobTitle } = propertiesOf(tenant, "ada");
    expect(await shown(tenant, "update-profile", wanted)).toEqual([
      "Changes ada@acme.example:",
      `  jobTitle: ${JSON.stringify(jobTitle)} → "Fellow"`,
      `  department: ${JSON.stringify(department)} → nothing`,
      '  onPremisesExtensionAttributes.extensionAttribute3: nothing → "blue"',
    ]);
    await done(tenant, "update-profile", wanted);
    expect(propertiesOf(tenant, "ada")).toMatchObject({
      jobTitle: "Fellow",
      department: null,
      onPremisesExtensionAttributes: { extensionAttribute3: "blue" },
    });
    tenant.settle();
    expect(await shown(tenant, "update-profile", wanted)).toEqual(["ada@acme.example is like that already."]);
  });

  test("never takes a password, an unknown property or something that is no object", async () => {
    const tenant = connected();
    const said = async (profile: string) =>
      (await refusal(shown(tenant, "update-user", { user: "ada@acme.example", profile })))[0]?.message;
    expect(await said('{"passwordProfile":{"password":"x"}}')).toBe(
      "passwordProfile: nothing that this action writes.",
    );
    expect(await said("[]")).toBe("profile: it is no JSON object.");
    expect(await said("{}")).toBe("There is nothing to change.");
    expect(await said('{"displayName":null}')).toBe("displayName: it cannot be empty.");
  });

  test("of somebody who is synced is changed in Active Directory", async () => {
    const tenant = connected();
    synced(tenant);
    for (const action of ["update-profile", "enable-user", "disable-user", "set-manager"]) {
      const parameters = { user: "ada@acme.example", jobTitle: "Fellow", manager: "" };
      expect((await refusal(shown(tenant, action, parameters)))[0]?.code, action).toBe("entra-synced");
      expect((await refusal(done(tenant, action, parameters)))[0]?.code, action).toBe("entra-synced");
    }
    expect(tenant.writes).toEqual([]);
  });
});

test("an administrator is out of reach of every action about people", async () => {
  const tenant = connected();
  for (const action of [
    "update-profile",
    "enable-user",
    "disable-user",
    "set-manager",
    "revoke-sessions",
    "revoke-mfa",
  ]) {
    const [problem] = await refusal(done(tenant, action, { user: "trent@acme.example", jobTitle: "x", manager: "" }));
    expect(problem?.message, action).toContain("holds Global Administrator");
  }
  expect(tenant.writes).toEqual([]);
});

describe("an account", () => {
  test("is disabled together with its sessions, and enabled again", async () => {
    const tenant = connected();
    await done(tenant, "disable-user", { user: "ada@acme.example" });
    expect(propertiesOf(tenant, "ada").accountEnabled).toBe(false);
    expect(tenant.writes.map((line) => line.split("/").at(-1))).toEqual([
      tenant.personId("ada"),
      "revokeSignInSessions",
    ]);
    await done(tenant, "enable-user", { user: "ada@acme.example" });
    expect(propertiesOf(tenant, "ada").accountEnabled).toBe(true);
  });

  test("needs a permission that the token has", async () => {
    const roles = ["Organization.Read.All", "RoleManagement.Read.Directory", "User.Read.All"];
    const tenant = connected({ app: { roles } });
    expect((await refusal(shown(tenant, "disable-user", { user: "ada@acme.example" })))[0]?.message).toBe(
      "The application may not disable-user: User.EnableDisableAccount.All is not granted.",
    );
  });
});

describe("revoke-mfa", () => {
  test("deletes the default method last, and counts what it leaves", async () => {
    const tenant = connected();
    expect(await shown(tenant, "revoke-mfa", { user: "ada@acme.example" })).toEqual([
      "Deletes 2 sign-in methods of ada@acme.example: phone, microsoftAuthenticator. They cannot be brought back, only registered anew.",
      "Stays: password, qrCodePin.",
    ]);
    tenant.emulator.tenant.methods.set(
      tenant.personId("ada"),
      (tenant.emulator.tenant.methods.get(tenant.personId("ada")) ?? []).filter(({ kind }) => kind !== "qrCodePin"),
    );
    const result = await tenant.hands().run("revoke-mfa", { user: "ada@acme.example" });
    expect(tenant.writes.map((line) => line.split("/").at(-2))).toEqual([
      "phoneMethods",
      "microsoftAuthenticatorMethods",
      "phoneMethods",
    ]);
    expect(result.facts).toMatchObject({ success: true, deleted_count: 2, failed_count: 0, skipped_count: 1 });
    expect(tenant.emulator.tenant.methods.get(tenant.personId("ada"))?.map(({ kind }) => kind)).toEqual(["password"]);
  });

  test("says what it could not delete, and what it did", async () => {
    const tenant = connected();
    addMethod(tenant.emulator.tenant, tenant.personId("ada"), "fido2");
    const problems = await refusal(tenant.hands().run("revoke-mfa", { user: "ada@acme.example" }));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain("phone: ");
    expect(problems[0]?.message).toContain("2 are deleted, 1 are not");
  });
});

describe("create-group", () => {
  test("makes it with its people, past twenty in further writes", async () => {
    const tenant = connected();
    const members = [...tenant.emulator.tenant.users.all()]
      .map(([id]) => id)
      .slice(0, 25)
      .join(", ");
    const wanted = { displayName: "Off-site", owner: "katherine@acme.example", members };
    expect((await shown(tenant, "create-group", wanted))[0]).toBe('Makes the security group "Off-site".');
    await done(tenant, "create-group", wanted);
    const id = tenant.groupId("Off-site");
    expect(tenant.emulator.tenant.links.now(id, "members")).toHaveLength(members.split(", ").length);
    expect(tenant.emulator.tenant.links.now(id, "owners")).toEqual([tenant.personId("katherine")]);
    expect(tenant.emulator.tenant.groups.now(id)?.mailNickname).toBe("Off-site");
  });

  test("makes no second one of a name", async () => {
    const tenant = connected();
    expect((await refusal(done(tenant, "create-group", { displayName: "Sales" })))[0]?.code).toBe("exists");
    expect(tenant.writes).toEqual([]);
  });
});
