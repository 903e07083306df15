/** State alone: import, forget, move, list, show, rebuild. Nothing live is touched. */
import { rm } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Vault } from "../../providers/c1/emulator/shapes/vault.ts";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";
import { C1, openScene, STACK } from "./bad-input/scene.ts";

const SUPPORT = "kind: okta/group\nname: support\nspec: { name: support, members: [rosalind@acme.example] }\n";
const PROD = "kind: okta/group\nname: prod\nspec: { name: prod, members: [ada@acme.example] }\n";

async function said(acme: Company, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await acme.accord(...argv);
  return report(`exit ${code}\n${stdout}${stderr}`);
}

describe("import", () => {
  test("takes what no read shows as it is declared: a vault is not replaced for its owners", async () => {
    const vault = "kind: c1/vault\nname: bg\nspec: { displayName: BG, access: group, owners: [ada@acme.example] }\n";
    const scene = await openScene({ "accord.yaml": STACK + C1, "vault.yaml": vault });
    try {
      const { vaults, newId } = scene.c1.tenant;
      const { id } = vaults.put(Vault.make({ displayName: "BG", groupAuthzVault: {}, id: newId() }));
      expect(await scene.accord("import", "c1/vault/bg", id)).toMatchObject({ code: 0 });
      expect((await scene.accord("plan")).stdout).toContain("No changes: 1 resource, live as declared.");
      await scene.write({ "vault.yaml": vault.replace("ada@", "grace@") });
      expect((await scene.accord("plan")).stdout).toContain("1 to replace");
    } finally {
      await scene.close();
    }
  });

  test("binds an object to a document", async () => {
    const acme = await company(SUPPORT);
    const id = await acme.okta.groupId("support");
    expect(await said(acme, "import", "okta/group/support", id)).toMatchInlineSnapshot(`
      "exit 0
      okta/group/support is bound to 00g…. \`accord plan\` shows what differs."
    `);
    expect(acme.writes()).toEqual([]);
    await nothingLeft(acme);
    expect(await acme.accord("import", "okta/group/support", id)).toMatchObject({ code: 0 });
  });

  test("refuses what is not declared, not there, or bound already", async () => {
    const acme = await company(`${SUPPORT}---\n${PROD}`);
    const id = await acme.okta.groupId("support");
    await acme.accord("import", "okta/group/support", id);
    expect(await said(acme, "import", "okta/group/suport", id)).toMatchInlineSnapshot(`
      "exit 1
      ✗ There is no document okta/group/suport in this stack.
          → Did you mean "okta/group/support"?

      1 problem."
    `);
    expect(await said(acme, "import", "okta/group/prod", "00gnothere")).toMatchInlineSnapshot(`
      "exit 1
      ✗ There is no okta/group with the id 00gnothere in okta.
          main.yaml:5:1  okta/group/prod
          → Ids are the vendor's own; the object's page in its console shows it.

      1 problem."
    `);
    expect(await said(acme, "import", "okta/group/prod", id)).toMatchInlineSnapshot(`
      "exit 1
      ✗ 00g… is owned as okta/group/support.
          okta/group/prod
          → Rename it: accord move okta/group/support okta/group/prod.

      1 problem."
    `);
    expect(await said(acme, "import", "okta/group/support", "00gother")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/support is bound to 00g….
          main.yaml:1:1  okta/group/support
          → Let it go first: accord forget okta/group/support.

      1 problem."
    `);
  });
});

describe("forget", () => {
  test("stops managing; the object stays live, and the next plan says that it exists", async () => {
    const acme = await company(PROD);
    await applied(acme);
    acme.writes();
    expect(await said(acme, "forget", "okta/group/prod")).toMatchInlineSnapshot(`
      "exit 1
      ✗ There is no terminal to ask on, and --yes was not given.
          → If it is meant, run it again with --yes.

      1 problem."
    `);
    expect(await said(acme, "forget", "okta/group/prod", "--yes")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/prod is no longer managed."
    `);
    expect(acme.writes()).toEqual([]);
    expect(await acme.okta.members("prod")).toEqual(["ada"]);
    expect(await said(acme, "plan")).toContain("exists already");
    expect(await said(acme, "forget", "okta/group/prod", "--yes")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/prod is not in state.
          → \`accord state list\` shows what is.

      1 problem."
    `);
  });
});

describe("move", () => {
  test("renames without touching live, also in what depends on it", async () => {
    const both = (name: string): string =>
      `${PROD.replace("name: prod\nspec", `name: ${name}\nspec`)}---
kind: okta/group-rule
name: sre
spec: { name: sre, expression: 'user.department=="SRE"', groups: [okta/group/${name}] }
`;
    const acme = await company(both("prod"));
    await applied(acme);
    acme.writes();
    await acme.declare(both("live"));
    expect(await said(acme, "move", "okta/group/prod", "okta/group/live")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/prod is now okta/group/live."
    `);
    await nothingLeft(acme);
    expect(acme.writes()).toEqual([]);
    const rule = JSON.parse((await acme.accord("state", "show", "okta/group-rule/sre", "--json")).stdout);
    expect(rule.dependsOn).toEqual(["okta/group/live"]);
  });

  test("warns of an address that no document declares, or that nobody can tell", async () => {
    const acme = await company(PROD);
    await applied(acme);
    expect(await said(acme, "move", "okta/group/prod", "okta/group/live")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/prod is now okta/group/live.
      ! No document declares okta/group/live: the next apply would end the object, or forget it.
          okta/group/live
          → Rename its document as well.

      1 warning."
    `);
    await acme.declare("kind: [no YAML\n");
    expect(await said(acme, "move", "okta/group/live", "okta/group/prod")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/live is now okta/group/prod.
      ! The documents have problems, so whether one of them declares okta/group/prod is not known.
          okta/group/prod
          → See \`accord validate\`. What no document declares is ended or forgotten by the next apply.

      1 warning."
    `);
    await acme.declare(PROD);
    await nothingLeft(acme);
  });

  test("refuses another kind, a taken name, and what is not owned", async () => {
    const acme = await company(`${PROD}---\n${PROD.replaceAll("prod", "dev")}`);
    await applied(acme);
    expect(await said(acme, "move", "okta/group/prod", "okta/group-rule/prod")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/prod cannot become okta/group-rule/prod: only the name of an address can change.
          → For another instance or kind, forget the one and import the other.

      1 problem."
    `);
    expect(await said(acme, "move", "okta/group/prod", "okta/group/dev")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/dev is taken.
          okta/group/dev
          → Forget it first: accord forget okta/group/dev.

      1 problem."
    `);
    expect(await said(acme, "move", "okta/group/prd", "okta/group/x")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/prd is not in state.
          → Did you mean "okta/group/prod"?

      1 problem."
    `);
  });
});

describe("state", () => {
  test("list and show", async () => {
    const acme = await company(PROD);
    expect(await said(acme, "state", "list")).toMatchInlineSnapshot(`
      "exit 0
      0 resources in acme, environment default, serial 0"
    `);
    await applied(acme);
    expect(await said(acme, "state", "list")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/prod  00g…
      1 resource in acme, environment default, serial 3"
    `);
    expect(await said(acme, "state", "show", "okta/group/prod")).toMatchInlineSnapshot(`
      "exit 0
      okta/group/prod
        kind      okta/group
        id        00g…
        origin    created
      Last applied
        members   ada@acme.example
        name      prod
      Computed
        type      OKTA_GROUP
      People
        ada@acme.example  00u…"
    `);
    expect(await said(acme, "state", "show", "okta/group/prd")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/group/prd is not in state.
          → Did you mean "okta/group/prod"?

      1 problem."
    `);
  });

  test("rebuild binds what documents name and live holds, and protects all of it until it is stated again", async () => {
    const acme = await company(`${PROD}---\n${SUPPORT.replace("spec", "adopt: true\nspec")}`);
    await applied(acme);
    await rm(`${acme.directory}/.accord/default`, { recursive: true });
    expect(await said(acme, "state", "rebuild", "--yes")).toMatchInlineSnapshot(`
      "exit 0
        okta/group/prod = 00g… (no marker: counts as adopted)
        okta/group/support = 00g… (no marker: counts as adopted)"
    `);
    await acme.declare(PROD.replace("ada@acme.example", ""));
    expect(await acme.accord("plan")).toMatchObject({ code: 3, stdout: expect.stringContaining("is protected") });
    await acme.declare(`${PROD}---\n${SUPPORT}`);
    await nothingLeft(acme);
    await applied(acme);
    expect(await said(acme, "state", "rebuild", "--yes")).toContain("Nothing to bind");
  });

  test("unlock ends a lease by force, and says whose it was", async () => {
    const acme = await company(PROD);
    expect(await said(acme, "state", "unlock", "--yes")).toMatchInlineSnapshot(`
      "exit 0
      Nobody holds the lease."
    `);
  });
});
