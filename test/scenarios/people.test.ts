/** People are named by login or exact e-mail; a name never slides to somebody else unseen. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const prod = (...members: readonly string[]): string => `
kind: okta/group
name: prod
spec: { name: prod, members: [${members.join(", ")}] }
`;

async function problems(acme: Company): Promise<string> {
  const { code, stderr } = await acme.accord("plan");
  expect(code).toBe(1);
  return report(stderr).replace(/^Reading .*\n/, "");
}

test("nobody of that name: every place that names them, at once", async () => {
  const acme = await company(
    `${prod("eve@acme.example", "bob@acme.example")}---${prod("eve@acme.example").replaceAll("prod", "dev")}`,
  );
  expect(await problems(acme)).toMatchInlineSnapshot(`
    "✗ spec.members[0]: there is no active person "eve@acme.example" in okta.
        main.yaml:4:31  okta/group/prod
        → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.

    ✗ spec.members[1]: there is no active person "bob@acme.example" in okta.
        main.yaml:4:49  okta/group/prod
        → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.

    ✗ spec.members[0]: there is no active person "eve@acme.example" in okta.
        main.yaml:8:30  okta/group/dev
        → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.

    3 problems."
  `);
});

test("an exact, unique primary e-mail stands for its login", async () => {
  const acme = await company(prod("nina.simone@acme.example"));
  await acme.okta.makeUser("nina", "nina.simone@acme.example");
  await applied(acme);
  expect(await acme.okta.members("prod")).toEqual(["nina"]);
  await nothingLeft(acme);
});

describe("somebody whose account the same run makes", () => {
  const spec = "{ login: nina@acme.example, email: nina@acme.example, firstName: Nina, lastName: Simone }";
  const nina = `kind: okta/user\nname: nina\nspec: ${spec}\n`;

  test("is named by a reference to it; the plan says what they gain", async () => {
    const acme = await company(`${nina}---${prod('"${okta/user/nina.login}"', "ada@acme.example")}`);
    const { stdout } = await acme.accord("plan");
    expect(report(stdout)).toContain(`  + member of prod
      ada@acme.example, nina@acme.example
      through okta/group/prod`);
    await applied(acme);
    expect(await acme.okta.members("prod")).toEqual(["ada", "nina"]);
    await nothingLeft(acme);
  });

  test("is not there yet, where only the login is written: nothing says which comes first", async () => {
    const acme = await company(`${nina}---${prod("nina@acme.example")}`);
    expect(await problems(acme)).toMatchInlineSnapshot(`
      "✗ spec.members[0]: there is no active person "nina@acme.example" in okta yet.
          main.yaml:7:31  okta/group/prod
          → A document of this stack makes the account. Refer to it, so that it comes first: "\${okta/user/nina.login}".

      1 problem."
    `);
  });
});

test("an e-mail that several people have names nobody", async () => {
  const acme = await company(prod("desk@acme.example"));
  await acme.okta.makeUser("desk1", "desk@acme.example");
  await acme.okta.makeUser("desk2", "desk@acme.example");
  expect(await problems(acme)).toMatchInlineSnapshot(`
    "✗ spec.members[0]: "desk@acme.example" is 2 people in okta: desk1@acme.example (00u…) and desk2@acme.example (00u…).
        main.yaml:4:31  okta/group/prod
        → Name the person by login.

    1 problem."
  `);
});

describe("a name that now is somebody else's", () => {
  test("as a login: the plan stops, it is no grant to a stranger", async () => {
    const acme = await company(prod("ada@acme.example", "grace@acme.example"));
    await applied(acme);
    await acme.okta.changeUser("ada", { login: "ada.lovelace@acme.example" });
    await acme.okta.makeUser("ada");
    expect(await problems(acme)).toMatchInlineSnapshot(`
      "✗ spec.members[0]: "ada@acme.example" was 00u… and is now 00u…: the login belongs to somebody else.
          main.yaml:4:31  okta/group/prod
          → If the new person is meant, take the name out, apply, and add it again; then it is a grant that somebody reviews.

      1 problem."
    `);
  });

  test("as an e-mail: the same", async () => {
    const acme = await company(prod("nina.simone@acme.example"));
    await acme.okta.makeUser("nina", "nina.simone@acme.example");
    await applied(acme);
    await acme.okta.changeUser("nina", { email: "nina@acme.example" });
    await acme.okta.makeUser("stranger", "nina.simone@acme.example");
    expect(await problems(acme)).toMatchInlineSnapshot(`
      "✗ spec.members[0]: "nina.simone@acme.example" was 00u… and is now 00u…: the login belongs to somebody else.
          main.yaml:4:31  okta/group/prod
          → If the new person is meant, take the name out, apply, and add it again; then it is a grant that somebody reviews.

      1 problem."
    `);
    // Taken out and put in again, it is a grant that somebody reviews.
    await acme.declare(prod("ada@acme.example"));
    await applied(acme);
    await acme.declare(prod("ada@acme.example", "nina.simone@acme.example"));
    await applied(acme);
    expect(await acme.okta.members("prod")).toEqual(["ada", "stranger"]);
    await nothingLeft(acme);
  });
});

test("a login that changed is an unknown name, and the hint tells whose it was", async () => {
  const acme = await company(prod("ada@acme.example"));
  await applied(acme);
  await acme.okta.changeUser("ada", { login: "ada.lovelace@acme.example", email: "ada.lovelace@acme.example" });
  expect(await problems(acme)).toMatchInlineSnapshot(`
    "✗ spec.members[0]: there is no active person "ada@acme.example" in okta.
        main.yaml:4:31  okta/group/prod
        → Last time this was 00u…: if the person left, take the name out; if the login changed, write the new one.

    1 problem."
  `);
  await acme.declare(prod("ada.lovelace@acme.example"));
  await nothingLeft(acme);
});
