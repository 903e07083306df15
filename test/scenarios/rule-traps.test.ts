/** Rules that their vendor takes, and that still surprise: `validate` says so, offline, each with its place. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { accordIn } from "../support/run.ts";

let directory: string | undefined;
afterEach(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

async function validated(kind: string, spec: string): Promise<string> {
  directory = await mkdtemp(join(tmpdir(), "accord-traps-"));
  const provider = kind.slice(0, kind.indexOf("/"));
  await writeFile(join(directory, "accord.yaml"), `version: 1\nstack: traps\nproviders:\n  ${provider}: {}\n`);
  await writeFile(join(directory, "rules.yaml"), `kind: ${kind}\nname: rule\nspec:\n${spec}`);
  const { stdout, stderr } = await accordIn(directory)("validate", "--sandbox");
  return `${stderr}${stdout}`;
}

describe("C1", () => {
  const cel = (text: string): Promise<string> =>
    validated("c1/group", `  displayName: SRE\n  cel: |-\n${text.replaceAll(/^/gm, "    ")}\n`);

  test("nobody asks whether the person is enabled", async () => {
    expect(await cel('subject.department == "SRE"')).toMatchInlineSnapshot(`
      "! This rule also matches people who are disabled, since it tests no status.
          rules.yaml:5:3
          → Add \`&& subject.status == UserStatus.ENABLED\`, and for people only \`&& subject.type == UserType.HUMAN\`.

      1 warning.
      Valid: 1 document.
      "
    `);
  });

  test("a key that some people lack", async () => {
    expect(await cel('subject.profile.team == "core" &&\nsubject.status == UserStatus.ENABLED')).toMatchInlineSnapshot(`
      "! CEL: people without subject.profile.team fail this rule with an error.
          rules.yaml:5:3
            subject.profile.team == "core" &&
            ^^^^^^^^^^^^^^^^^^^^
          → Say first that it is there: "team" in subject.profile && …

      1 warning.
      Valid: 1 document.
      "
    `);
  });

  test("a name that is nothing like any: all that there are", async () => {
    expect(await cel("subject.shoeSize > 40")).toMatchInlineSnapshot(`
      "✗ CEL: No such key: shoeSize.
          rules.yaml:5:3  c1/group/rule
            subject.shoeSize > 40
                    ^^^^^^^^
          → There is subject (id, email, displayName, username, department, jobTitle, employmentType, employmentStatus, manager, managerId, emails, usernames, status, directoryStatus, type, profile and attributes).

      1 problem.
      "
    `);
  });

  test("a function that is nothing like any, and two sides of two types", async () => {
    const hint = async (text: string): Promise<string | undefined> => /→ .*/.exec(await cel(text))?.[0];
    expect(await hint("subject.department.zzzz() == 'x'")).toMatchInlineSnapshot(
      `"→ Beside those of CEL there are now, time.parse, time.try_parse, time.format, time.unix, time.unix_ms, time.start_of, time.end_of, time.truncate, ifEmpty, c1.user.v1.HasApp, c1.user.v1.HasEntitlement, c1.user.v1.GetAppUserStatus, c1.directory.users.v1.FindByEmail, c1.directory.users.v1.GetByID, c1.directory.users.v1.FindByName, c1.directory.users.v1.GetManagers, c1.directory.users.v1.DirectReports, c1.directory.groups.v1.FindByName and c1.directory.apps.v1.GetEntitlementMembers."`,
    );
    expect(await hint("subject.department == 3")).toMatchInlineSnapshot(
      `"→ Both sides have to be of one type: "3" is text, 3 is a number."`,
    );
    expect(await hint("subject.department == ")).toMatchInlineSnapshot(`"→ Correct the expression at that place."`);
  });

  test("a name that is not one, at its place", async () => {
    expect(await cel('subject.departmnt == "SRE" &&\nsubject.status == UserStatus.ENABLED')).toMatchInlineSnapshot(`
      "✗ CEL: No such key: departmnt.
          rules.yaml:5:3  c1/group/rule
            subject.departmnt == "SRE" &&
                    ^^^^^^^^^
          → Did you mean "department"?

      1 problem.
      "
    `);
  });
});

describe("Okta", () => {
  test("a name past 50 characters", async () => {
    const spec = `  name: ${"sales ".repeat(9)}\n  expression: user.department=="Sales"\n  groups: [{ name: support }]\n`;
    expect(await validated("okta/group-rule", spec)).toMatchInlineSnapshot(`
      "✗ spec.name must have at most 50 characters.
          rules.yaml:4:3  okta/group-rule/rule
          → Name, compared exactly.

      1 problem.
      "
    `);
  });

  test("what is deprecated, and what nobody vouches for", async () => {
    const spec = `  name: sales\n  expression: user.title matches "Sales.*" OR Arrays.contains(user.teams, "sales")\n  groups: [{ name: support }]\n`;
    expect(await validated("okta/group-rule", spec)).toMatchInlineSnapshot(`
      "! \`matches\` is deprecated by Okta (line 1, column 12).
          rules.yaml:5:3

      ! whether rules take Arrays.contains is told differently from page to page (line 1, column 33).
          rules.yaml:5:3
          → Try the rule out on a person in Okta's console first.

      2 warnings.
      Valid: 1 document.
      "
    `);
  });
});

test("Entra: a pattern without an anchor, null in quotes, several -eq of one property", async () => {
  const rule = `user.city -match "ago" -and user.country -ne "null" -or user.state -eq "a" -or user.state -eq "b"`;
  expect(await validated("entra/group", `  displayName: Lagos\n  membershipRule: '${rule}'\n`)).toMatchInlineSnapshot(`
    "! -match finds its pattern anywhere in the text (line 1, column 18).
        rules.yaml:5:3
          user.city -match "ago" -and user.country -ne "null" -or user.state -eq "a" -or user.state -eq "b"
                           ^
        → "^ago" begins with it, "^ago$" is it; -startsWith and -eq are faster.

    ! several -eq of user.state are slower than one -in (line 1, column 91).
        rules.yaml:5:3
          … -ne "null" -or user.state -eq "a" -or user.state -eq "b"
                                                             ^^^
        → user.state -in ["…", "…"] says the same.

    ! "null" in quotes is the word, not the missing value (line 1, column 46).
        rules.yaml:5:3
          user.city -match "ago" -and user.country -ne "null" -or user.state -eq "a" -or user.state -eq "b"
                                                       ^
        → Write null.

    3 warnings.
    Valid: 1 document.
    "
  `);
});
