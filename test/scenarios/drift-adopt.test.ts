/** What somebody changed in a console is to stay: the documents come to say it where they stand, and the next plan is empty. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const GROUPS = `# Groups of the platform team.

# The shell.
kind: okta/group
name: prod   # production
spec:
  name: prod
  description: "Production shell"
  members:
    # leads
    - ada@acme.example      # since 2024
    - grace@acme.example    # on loan
---
# Nobody needs it.
kind: okta/group
name: old
spec: { name: old, members: [] }
---
kind: okta/group
name: staging
spec:
  name: staging
  description: |   # for the newcomer
    Staging.

    Ask in #platform.
  members: [linus@acme.example]   # only he
`;

async function said(acme: Company, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await acme.accord(...argv);
  return report(`exit ${code}\n${stdout}${stderr.replace(/^Reading .*\n/gm, "")}`);
}

test("members, descriptions and a group that is gone: edited in place, comments kept, and nothing left to plan", async () => {
  const acme = await company(GROUPS);
  await applied(acme);
  await acme.okta.add("prod", "alan");
  await acme.okta.remove("prod", "grace");
  await acme.okta.describe("prod", 'Shell of "prod"');
  await acme.okta.describe("staging", "Staging.\n\nAsk Linus.\n");
  await acme.okta.remove("staging", "linus");
  await acme.okta.deleteGroup("old");
  acme.writes();
  const dry = await acme.accord("drift", "--adopt", "--dry-run");
  expect(dry.code).toBe(2);
  expect(dry.stdout).toMatchInlineSnapshot(`
    "--- a/main.yaml
    +++ b/main.yaml
    @@ -5,23 +5,18 @@
     name: prod   # production
     spec:
       name: prod
    -  description: "Production shell"
    +  description: "Shell of \\"prod\\""
       members:
         # leads
         - ada@acme.example      # since 2024
    -    - grace@acme.example    # on loan
    +    - alan@acme.example
     ---
    -# Nobody needs it.
     kind: okta/group
    -name: old
    -spec: { name: old, members: [] }
    ----
    -kind: okta/group
     name: staging
     spec:
       name: staging
       description: |   # for the newcomer
         Staging.
     
    -    Ask in #platform.
    -  members: [linus@acme.example]   # only he
    +    Ask Linus.
    +  members: []   # only he
    "
  `);
  expect(await acme.read("main.yaml")).toBe(GROUPS);
  expect(await said(acme, "drift", "--adopt")).toMatchInlineSnapshot(`
    "exit 0
    Drift: 3 of 3 resources changed outside Accord.

      okta/group/old  gone: somebody deleted it
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.lifecycle.delete)
      okta/group/prod
          members     - grace@acme.example
          members     + alan@acme.example
          description   "Production shell" → 'Shell of "prod"'
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.user_membership.add)
      okta/group/staging
          members     - linus@acme.example
          description   Staging.
          description   
          description - Ask in #platform.
          description + Ask Linus.
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.user_membership.remove)
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.profile.update)

    Edited 1 file: planned again, nothing to do about it.
      main.yaml  +4 -9
      okta/group/old is gone, and no longer in state.

    Next: review and commit it; accord apply takes it over into state."
  `);
  expect(acme.writes()).toEqual([]);
  expect(await acme.read("main.yaml")).toMatchInlineSnapshot(`
    "# Groups of the platform team.

    # The shell.
    kind: okta/group
    name: prod   # production
    spec:
      name: prod
      description: "Shell of \\"prod\\""
      members:
        # leads
        - ada@acme.example      # since 2024
        - alan@acme.example
    ---
    kind: okta/group
    name: staging
    spec:
      name: staging
      description: |   # for the newcomer
        Staging.

        Ask Linus.
      members: []   # only he
    "
  `);
  await nothingLeft(acme);
  await applied(acme);
  expect(await said(acme, "drift", "--adopt")).toContain("No drift: 2 resources");
  expect(await said(acme, "verify")).toContain("exit 0");
});

test("whom a document has from elsewhere is said, and the rest is edited", async () => {
  const documents = `
kind: okta/group
name: prod
spec:
  name: prod
  description: Production shell
  members: "\${var:team}"
---
kind: okta/group
name: shared
spec:
  name: shared
  members: &team [ada@acme.example]
  owners: *team
`;
  const acme = await company(documents, { settings: "vars: { team: [ada@acme.example] }" });
  await applied(acme);
  await acme.okta.add("prod", "alan");
  await acme.okta.describe("prod", "Free for all");
  await acme.okta.add("shared", "alan");
  expect(await said(acme, "drift", "--adopt")).toMatchInlineSnapshot(`
    "exit 2
    Drift: 2 of 2 resources changed outside Accord.

      okta/group/prod
          members     + alan@acme.example
          description   "Production shell" → "Free for all"
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.user_membership.add)
      okta/group/shared
          members + alan@acme.example
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.user_membership.add)

    Edited 1 file: planned again, nothing to do about it.
      main.yaml  +1 -1

    Left by hand
    ✗ spec.members was changed live, and the document has it from \${var:team}. It is ["ada@acme.example","alan@acme.example"] now.
        main.yaml:7:3  okta/group/prod
        → Write by hand what \`accord drift\` shows: where \${var:team} comes from, or here in its place.

    ✗ spec.members was changed live, and the document shares its text by the anchor &team.
        main.yaml:13:3  okta/group/shared
        → Write by hand what \`accord drift\` shows: at the anchor, if all that share it changed; else here, in place of *team.

    2 problems.

    Next: review and commit it; accord apply takes it over into state."
  `);
  expect(await acme.read("main.yaml")).toBe(documents.replace("Production shell", "Free for all"));
});

describe("a document that was changed and is not applied yet", () => {
  const GROUP = "kind: okta/group\nname: prod\nspec: { name: prod, description: Old, members: [ada@acme.example] }\n";

  test("keeps what it wants otherwise, where nobody changed that live", async () => {
    const acme = await company(GROUP);
    await applied(acme);
    await acme.declare(GROUP.replace("Old", "New"));
    await acme.okta.add("prod", "alan");
    expect(await acme.accord("drift", "--adopt")).toMatchObject({ code: 0 });
    expect(await acme.read("main.yaml")).toBe(GROUP.replace("Old", "New").replace("]", ", alan@acme.example]"));
    expect((await acme.accord("plan")).stdout).toMatch(/~ okta\/group\/prod +description +Old → New/);
  });

  test("and makes the object anew, stays as it is: nothing that is live would last", async () => {
    const text = `${GROUP}replaceWith: [okta/group/base]\n---\nkind: okta/group\nname: base\nspec: { name: base, description: One }\n`;
    const acme = await company(text);
    await applied(acme);
    await acme.okta.describe("prod", "Free for all");
    await acme.declare(text.replace("One", "Two"));
    expect(await said(acme, "drift", "--adopt")).toMatchInlineSnapshot(`
      "exit 2
      Drift: 1 of 2 resources changed outside Accord.

        okta/group/prod
            description   Old → "Free for all"
            by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.profile.update)

      Nothing was edited.

      Left by hand
      ✗ The edited document of okta/group/prod would not say what is live: the plan would replace it.
          main.yaml:3:1  okta/group/prod
          → Its document was left as it is. Write by hand what \`accord drift\` shows.

      1 problem."
    `);
    expect(await acme.read("main.yaml")).toBe(text.replace("One", "Two"));
  });
});

describe("an object that is gone", () => {
  const RULE = `
kind: okta/group
name: eng
protect: false
spec: { name: eng }
---
kind: okta/group-rule
name: eng
spec:
  name: eng
  expression: user.department=="Engineering"
  groups: [okta/group/eng] # here
`;

  test("keeps its document while another one refers to it", async () => {
    const acme = await company(RULE);
    await applied(acme);
    await acme.okta.send("DELETE", `/api/v1/groups/${await acme.okta.groupId("eng")}`);
    expect(await said(acme, "drift", "--adopt")).toMatchInlineSnapshot(`
      "exit 2
      Drift: 1 of 2 resources changed outside Accord.

        okta/group/eng  gone: somebody deleted it
            by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.lifecycle.delete)

      Nothing was edited.

      Left by hand
      ✗ okta/group/eng is gone, and okta/group-rule/eng refers to it: its document stays.
          main.yaml:12:12  okta/group/eng
          → Take the reference out first, then run it again.

      1 problem."
    `);
    expect(await acme.read("main.yaml")).toBe(RULE);
  });

  test("keeps its document where it is protected; the last document of a file takes the file along", async () => {
    const acme = await company("kind: okta/group\nname: a\nprotect: true\nspec: { name: a }\n");
    await acme.write("b.yaml", "# B.\nkind: okta/group\nname: b\nspec: { name: b }\n");
    await applied(acme);
    await acme.okta.deleteGroup("a");
    await acme.okta.deleteGroup("b");
    expect(await said(acme, "drift", "--adopt")).toMatchInlineSnapshot(`
      "exit 2
      Drift: 2 of 2 resources changed outside Accord.

        okta/group/a  gone: somebody deleted it
            by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.lifecycle.delete)
        okta/group/b  gone: somebody deleted it
            by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.lifecycle.delete)

      Edited 1 file: planned again, nothing to do about it.
        b.yaml  nothing is left in it: removed
        okta/group/b is gone, and no longer in state.

      Left by hand
      ✗ okta/group/a is gone, and protected: its document stays.
          main.yaml:1:1  okta/group/a
          → \`accord apply\` makes it again. To let it go: set \`protect: false\` in its document and apply that.

      1 problem.

      Next: review and commit it; accord apply takes it over into state."
    `);
    expect([...(await acme.files()).keys()].some((path) => path.endsWith("/b.yaml"))).toBe(false);
    expect(await said(acme, "state", "list")).not.toContain("okta/group/b");
  });
});

test("--adopt and what it cannot go with", async () => {
  const acme = await company("kind: okta/group\nname: a\nspec: { name: a }\n");
  expect(await said(acme, "drift", "--dry-run")).toContain("--dry-run is about --adopt.");
  expect(await said(acme, "drift", "--adopt", "--unmanaged")).toContain("exit 1");
});
