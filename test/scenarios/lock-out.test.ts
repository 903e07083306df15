/** The last administrators, the identity that applies, and break-glass accounts stay. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const LEFT = 'kind: "null/resource"\nname: left\nspec: {}\n';
const admin = (name: string, who: string, type = "SUPER_ADMIN"): string => `
---
kind: okta/admin-role
name: ${name}
adopt: true
onRemoval: delete
spec: { type: ${type}, ${who} }
`;
const TRENT = admin("trent", "user: trent@acme.example");
const SERVICE = admin("conductorone", "user: conductorone@acme.example");

function denied(stdout: string): string {
  return (
    report(stdout)
      .match(/^Denied\n(?: {2}.*\n)+/m)?.[0]
      .trimEnd() ?? report(stdout)
  );
}

test("one of two administrators may go", async () => {
  const acme = await company(`${LEFT}${TRENT}${SERVICE}`);
  await applied(acme);
  await acme.declare(`${LEFT}${TRENT}`);
  await applied(acme);
  await nothingLeft(acme);
});

describe("refused", () => {
  test("taking the last ones", async () => {
    const acme = await company(`${LEFT}${TRENT}${SERVICE}`);
    await applied(acme);
    await acme.declare(LEFT);
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(3);
    expect(denied(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ lock-out  okta/admin-role/trent
            okta would be left with no administrator: trent@acme.example and conductorone@acme.example would administer no more.
            → Name who is to administer instead in the same plan: it is given before anything is taken. Or keep somebody."
    `);
  });

  test("going below the number that limits ask for", async () => {
    const acme = await company(`${LEFT}${TRENT}${SERVICE}`, { settings: "limits: { administrators: 2 }" });
    await applied(acme);
    await acme.declare(`${LEFT}${TRENT}`);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denied(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ lock-out  okta/admin-role/conductorone
            okta would be left with 1 of at least 2 administrators: conductorone@acme.example would administer no more.
            → Name who is to administer instead in the same plan: it is given before anything is taken. Or keep somebody."
    `);
  });

  test("taking the role of the credential that applies", async () => {
    const acme = await company(LEFT);
    const clientId = /clientId: (\w+)/.exec(await acme.read("accord.yaml"))?.[1] ?? "";
    await acme.declare(`${LEFT}${admin("accord", `client: ${clientId}`)}`);
    await applied(acme);
    await acme.declare(LEFT);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denied(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ lock-out  okta/admin-role/accord
            client 0oa… is what Accord applies with, and would lose admin role SUPER_ADMIN.
            → Change its own rights by hand, or with another credential."
    `);
  });

  test("taking anything from a break-glass account", async () => {
    const group = (members: string): string => `${LEFT}---
kind: okta/group
name: prod
spec: { name: prod, members: [${members}] }
`;
    const acme = await company(group("trent@acme.example, ada@acme.example"), {
      settings: "limits: { breakGlass: [Trent@acme.example] }",
    });
    await applied(acme);
    await acme.declare(group("ada@acme.example"));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denied(stdout)).toMatchInlineSnapshot(`
      "Denied
        ✗ break-glass  okta/group/prod
            trent@acme.example is a break-glass account and would lose member of prod.
            → Take the account out of \`limits.breakGlass\` first, in a change of its own."
    `);
    // Also by deleting the group, whether or not the document lists who is in it.
    await acme.declare(LEFT);
    expect(await acme.accord("plan")).toMatchObject({ code: 3, stdout: expect.stringContaining("break-glass") });
  });
});

describe("an account", () => {
  const account = (name: string, more = ""): string => `${LEFT}---
kind: okta/user
name: ${name}
adopt: true
onRemoval: disable
spec: { login: ${name}@acme.example, email: ${name}@acme.example, firstName: ${name[0]?.toUpperCase()}${name.slice(1)}, lastName: Admin${more} }
`;

  test.each([
    ["suspended", account("trent", ", status: suspended")],
    ["disabled, as its document is gone", LEFT],
  ])("that breaks the glass is not %s", async (_, documents) => {
    const acme = await company(account("trent"), { settings: "limits: { breakGlass: [trent@acme.example] }" });
    await applied(acme);
    await acme.declare(documents);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(stdout).toContain("trent@acme.example is a break-glass account and would lose an active account.");
  });

  test("counts as an administrator less", async () => {
    const acme = await company(account("trent"), { settings: "limits: { administrators: 2 }" });
    await applied(acme);
    await acme.declare(account("trent", ", status: suspended"));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(stdout).toContain("trent@acme.example would administer no more");
  });

  test("that gets another login stays the same person's", async () => {
    const acme = await company(account("trent"), { settings: "limits: { administrators: 2 }" });
    await applied(acme);
    await acme.declare(account("trent").replace("login: trent@", "login: t.admin@"));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(0);
    expect(stdout).not.toContain("loses");
  });
});

describe("through a group that administers", () => {
  const adminsWithoutRole = (members: string): string => `${LEFT}
---
kind: okta/group
name: admins
spec: { name: admins, members: [${members}] }
`;
  const admins = (members: string): string =>
    `${adminsWithoutRole(members)}${admin("admins", "group: okta/group/admins")}`;

  test.each([
    ["taking the role from the group", adminsWithoutRole("ada@acme.example")],
    ["deleting the group", LEFT],
    ["emptying the group", admins("")],
  ])("%s is refused where nobody else is left", async (_, documents) => {
    const acme = await company(`${admins("ada@acme.example")}${TRENT}${SERVICE}`);
    await applied(acme);
    await acme.declare(admins("ada@acme.example"));
    await applied(acme);
    await acme.declare(documents);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(denied(stdout)).toContain("lock-out");
    expect(denied(stdout)).toContain("okta would be left with no administrator");
  });

  test("taking one of its members is not", async () => {
    const acme = await company(`${admins("ada@acme.example, grace@acme.example")}`);
    await applied(acme);
    await acme.declare(admins("grace@acme.example"));
    await applied(acme);
    await nothingLeft(acme);
  });
});
