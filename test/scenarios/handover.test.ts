/** One administrator for another in one run: whoever goes waits until whoever comes is confirmed. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const LEFT = 'kind: "null/resource"\nname: left\nspec: {}\n';
const admin = (name: string, who: string): string => `
---
kind: okta/admin-role
name: ${name}
adopt: true
onRemoval: delete
spec: { type: SUPER_ADMIN, ${who} }
`;
const person = (name: string): string => admin(name, `user: ${name}@acme.example`);
const OLD = `${person("trent")}${person("conductorone")}`;
const group = (name: string, members: readonly string[]): string => `
---
kind: okta/group
name: ${name}
spec: { name: ${name}, members: [${members.map((one) => `${one}@acme.example`).join(", ")}] }
`;

/** Okta refuses what `refused` matches, as it does for want of a right. */
function refuse(acme: Company, refused: (method: string, path: string) => boolean): void {
  acme.between(async (request, pass) => {
    if (!refused(request.method, new URL(request.url).pathname)) return pass(request);
    const error = { errorCode: "E0000006", errorSummary: "You do not have permission to perform the requested action" };
    return new Response(JSON.stringify(error), { status: 403, headers: { "content-type": "application/json" } });
  });
}

const roles = (acme: Company): readonly string[] =>
  acme
    .writes()
    .filter((write) => write.includes("/roles"))
    .map((write) => write.split(" ")[0] ?? "");

async function planOf(acme: Company, ...more: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await acme.accord("plan", ...more);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return report(stdout);
}

describe("people", () => {
  test("the plan says so, and the run does it", async () => {
    const acme = await company(`${LEFT}${OLD}`);
    await applied(acme);
    await acme.declare(`${LEFT}${person("ada")}`);
    expect((await planOf(acme)).match(/^okta\/admin-role\n(?: {2}.*\n)+/m)?.[0]).toMatchInlineSnapshot(`
      "okta/admin-role
        - okta/admin-role/conductorone  (privileged)  its document is gone
            type   SUPER_ADMIN
            user   conductorone@acme.example
            · Begins only once okta/admin-role/ada is confirmed: conductorone@acme.example administers okta until ada@acme.example does
        - okta/admin-role/trent  (privileged)  its document is gone
            type   SUPER_ADMIN
            user   trent@acme.example
            · Begins only once okta/admin-role/ada is confirmed: trent@acme.example administers okta until ada@acme.example does
        + okta/admin-role/ada  (privileged)
            type   SUPER_ADMIN
            user   ada@acme.example
            · The role applies to the whole organization from the moment it is given.
      "
    `);
    acme.writes();
    await applied(acme);
    expect(roles(acme)).toEqual(["POST", "DELETE", "DELETE"]);
    await nothingLeft(acme);
  });

  test("nothing waits where enough others are left", async () => {
    const acme = await company(`${LEFT}${OLD}`);
    await applied(acme);
    await acme.declare(`${LEFT}${person("trent")}${person("ada")}`);
    expect(await planOf(acme)).not.toContain("only once");
    await applied(acme);
    await nothingLeft(acme);
  });

  test("whoever goes is kept, and named, where whoever comes is refused", async () => {
    const acme = await company(`${LEFT}${OLD}${group("staff", ["ada"])}`);
    await applied(acme);
    await acme.declare(`${LEFT}${person("ada")}${group("staff", ["ada", "grace"])}`);
    refuse(acme, (method, path) => method === "POST" && path.endsWith("/roles"));
    acme.writes();
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(roles(acme)).toEqual(["POST"]);
    expect(report(stdout.slice(stdout.indexOf("Applied:")))).toMatchInlineSnapshot(`
      "Applied: 1 of 4 changes confirmed, 1 failed, 2 skipped.

      Failed
        ✗ + okta/admin-role/ada
            · Okta refused POST /api/v1/users/00u…/roles: You do not have permission to perform the requested action (E0000006).
                main.yaml:6:1
                → A scope or an admin role of the credential is missing; \`accord doctor\` says which.

      Skipped
        ○ - okta/admin-role/conductorone  because okta/admin-role/ada did not succeed
            it waits until okta/admin-role/ada is confirmed: conductorone@acme.example administers okta until ada@acme.example does
            → The next apply takes it up again.
        ○ - okta/admin-role/trent  because okta/admin-role/ada did not succeed
            it waits until okta/admin-role/ada is confirmed: trent@acme.example administers okta until ada@acme.example does
            → The next apply takes it up again.

      Run <run>; accord apply --undo <run> takes it back."
    `);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });

  test("a saved plan keeps its order, and its digest covers it", async () => {
    const acme = await company(`${LEFT}${OLD}`);
    await applied(acme);
    await acme.declare(`${LEFT}${person("ada")}`);
    const json = JSON.parse(await planOf(acme, "--out", "plan.json", "--format", "json"));
    const waits = json.resource_changes.flatMap(({ accord }: { accord: { address: string; waits?: unknown } }) =>
      accord.waits === undefined ? [] : [[accord.address, accord.waits]],
    );
    expect(waits).toEqual([
      [
        "okta/admin-role/conductorone",
        [expect.objectContaining({ part: "take", for: { address: "okta/admin-role/ada", part: "give" } })],
      ],
      [
        "okta/admin-role/trent",
        [expect.objectContaining({ part: "take", for: { address: "okta/admin-role/ada", part: "give" } })],
      ],
    ]);
    refuse(acme, (method, path) => method === "POST" && path.endsWith("/roles"));
    acme.writes();
    expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 4 });
    expect(roles(acme)).toEqual(["POST"]);
  });

  test("without a word about who is to come, it is refused", async () => {
    const acme = await company(`${LEFT}${OLD}`, { settings: "limits: { administrators: 2 }" });
    await applied(acme);
    await acme.declare(`${LEFT}${person("ada")}`);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(report(stdout).match(/^Denied\n(?: {2}.*\n)+/m)?.[0]).toMatchInlineSnapshot(`
      "Denied
        ✗ lock-out  okta/admin-role/trent
            okta would be left with 1 of at least 2 administrators: trent@acme.example and conductorone@acme.example would administer no more.
            → Name who is to administer instead in the same plan: it is given before anything is taken. Or keep somebody.
      "
    `);
    await acme.declare(`${LEFT}${person("ada")}${person("grace")}`);
    await applied(acme);
    await nothingLeft(acme);
  });
});

describe("groups", () => {
  const holding = (name: string, members: readonly string[]): string =>
    `${group(name, members)}${admin(name, `group: okta/group/${name}`)}`;

  /** Nobody but a group of Ada administers. */
  async function adasOwn(): Promise<Company> {
    const acme = await company(`${LEFT}${OLD}${holding("admins", ["ada"])}`);
    await applied(acme);
    await acme.declare(`${LEFT}${holding("admins", ["ada"])}`);
    await applied(acme);
    acme.writes();
    return acme;
  }

  test("one for another that the plan makes, with somebody in it", async () => {
    const acme = await adasOwn();
    await acme.declare(`${LEFT}${group("admins", ["ada"])}${holding("sre", ["grace"])}`);
    expect(await planOf(acme)).toContain(
      "Begins only once okta/admin-role/sre is confirmed: group admins administers okta until okta/group/sre does",
    );
    refuse(acme, (method, path) => method === "POST" && path.endsWith("/roles"));
    const { code } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(acme.writes().filter((write) => write.startsWith("DELETE"))).toEqual([]);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });

  test("an empty one does not count", async () => {
    const acme = await adasOwn();
    await acme.declare(`${LEFT}${group("admins", ["ada"])}${holding("sre", [])}`);
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(report(stdout)).toContain("okta would be left with no administrator");
  });

  test("its only member for another", async () => {
    const acme = await adasOwn();
    await acme.declare(`${LEFT}${holding("admins", ["grace"])}`);
    expect(await planOf(acme)).toContain("Takes only once okta/group/admins is confirmed");
    refuse(acme, (method, path) => method === "PUT" && path.includes("/users/"));
    const { code } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(acme.writes().filter((write) => write.startsWith("DELETE"))).toEqual([]);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });

  test("a person for the group", async () => {
    const acme = await adasOwn();
    await acme.declare(`${LEFT}${group("admins", ["ada"])}${person("grace")}`);
    expect(await planOf(acme)).toContain("group admins administers okta until grace@acme.example does");
    await applied(acme);
    expect(roles(acme)).toEqual(["POST", "DELETE"]);
    await nothingLeft(acme);
  });

  test("a person for the account of the only one", async () => {
    const account = `---
kind: okta/user
name: trent
adopt: true
onRemoval: disable
spec: { login: trent@acme.example, email: trent@acme.example, firstName: Trent, lastName: Admin }
`;
    const acme = await company(`${LEFT}${account}${OLD}`);
    await applied(acme);
    await acme.declare(`${LEFT}${account}${person("trent")}`);
    await applied(acme);
    await acme.declare(`${LEFT}${person("trent")}${person("ada")}`);
    expect(await planOf(acme)).toContain("Begins only once okta/admin-role/ada is confirmed");
  });
});
