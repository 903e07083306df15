/** A tenant that was there before Accord becomes documents, in one go or part by part. Nothing live is touched. */
import { chmod, mkdir, rm, stat, symlink } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const BEFORE = `# Ours, by hand.
kind: okta/group
name: prod   # the shell
spec: { name: prod, members: [ada@acme.example] } # nobody else
`;

async function said(acme: Company, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await acme.accord(...argv);
  const words = stderr.replace(/^Reading .*\n/gm, "");
  return report(`exit ${code}\n${stdout}${words}`);
}

/** Everything in the directory but what belongs to the machine. */
async function texts(acme: Company): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    [...(await acme.files())].flatMap(([path, text]) => {
      const name = path.slice(acme.directory.length + 1);
      return name.startsWith(".accord/") ? [] : [[name, text]];
    }),
  );
}

async function emptyCompany(options: Parameters<typeof company>[1] = {}): Promise<Company> {
  const acme = await company("", options);
  await rm(`${acme.directory}/main.yaml`);
  return acme;
}

test("a kind is written as a person would write it, and plans to nothing", async () => {
  const acme = await emptyCompany();
  await acme.okta.makeGroup("Prod Admins", ["grace", "ada"], "Shell, and ${more}");
  acme.writes();
  expect(await said(acme, "adopt", "okta/group", "okta/group-rule", "okta/app")).toMatchInlineSnapshot(`
    "exit 0
    Adopted 9 objects into 3 files: planned again, nothing to do.
      okta-app.yaml         + 5 documents (new)
      okta-group-rule.yaml  + 1 document (new)
      okta-group.yaml       + 3 documents (new)

    Coverage           managed  adopted  unmanaged  unmanageable
      okta/group             0        3          0             0
      okta/group-rule        0        1          0             0
      okta/app               0        5          0             0"
  `);
  expect(acme.writes()).toEqual([]);
  const files = await texts(acme);
  expect(files["okta-group.yaml"]).toMatchInlineSnapshot(`
    "kind: okta/group
    name: engineering
    manage: { members: explained }
    spec:
      name: engineering
      description: Everybody in Engineering, by rule
      members: []
      owners: []
    ---
    kind: okta/group
    name: prod-admins
    spec:
      name: Prod Admins
      description: "Shell, and $\${more}"
      members: [ada@acme.example, grace@acme.example]
      owners: []
    ---
    kind: okta/group
    name: support
    spec: { name: support, description: Customer support, members: [rosalind@acme.example], owners: [] }
    "
  `);
  expect(files["okta-group-rule.yaml"]).toMatchInlineSnapshot(`
    "kind: okta/group-rule
    name: engineering
    spec:
      name: engineering
      expression: user.department=="Engineering"
      groups: [okta/group/engineering]
      exclude: []
    "
  `);
  await nothingLeft(acme);
  expect(await said(acme, "drift")).toContain("No drift");
  expect(await said(acme, "verify")).toContain("exit 0");
  expect(await said(acme, "adopt", "okta/group")).toContain("Nothing to adopt.");
});

test("two systems at once: addresses across them, lookups for what stays out, secrets as variables", async () => {
  const acme = await emptyCompany({ c1: true });
  expect(await said(acme, "adopt", "--all")).toMatchInlineSnapshot(`
    "exit 0
    Adopted 30 objects into 9 files: planned again, nothing to do.
      c1-app.yaml           + 4 documents (new)
      c1-connector.yaml     + 2 documents (new)
      c1-entitlement.yaml   + 1 document (new)
      okta-admin-role.yaml  + 3 documents (new)
      okta-app.yaml         + 5 documents (new)
      okta-group-rule.yaml  + 1 document (new)
      okta-group.yaml       + 2 documents (new)
      okta-user.yaml        + 11 documents (new)
      pagerduty-team.yaml   + 1 document (new)
      Secrets come from C1_OKTA_OKTA_V2_API_TOKEN and C1_PAGERDUTY_PAGERDUTY_API_TOKEN: set them where Accord runs.

    Coverage                     managed  adopted  unmanaged  unmanageable
      okta/group                       0        2          0             0
      okta/group-rule                  0        1          0             0
      okta/app                         0        5          0             0
      okta/user                        0       11          0             0
      okta/admin-role                  0        3          0             0
      pagerduty/schedule               0        0          0             2
      pagerduty/team                   0        1          0             0
      pagerduty/user                   0        0          0            10
      c1/app                           0        4          0             0
      c1/connector                     0        2          0             0
      c1/entitlement                   0        1          0             2
      c1/policy                        0        0          0             3
      c1/access-conflict         kept by id, cannot be surveyed
      c1/vault                   kept by id, cannot be surveyed
      c1/access-review-template  kept by id, cannot be surveyed

    Left alone
      pagerduty/schedule  Primary and Secondary
          Accord reads schedules; PagerDuty is where they are made
      pagerduty/user  katherine@acme.example, ada@acme.example, grace@acme.example, linus@acme.example, alan@acme.example and 5 more
          Accord reads PagerDuty's users; it does not write them
      c1/entitlement  Schedule-Primary schedule member and Schedule-Primary schedule on-call
          a sync found it, and nothing of it is set
      c1/policy  Default Grant Policy, Default Revoke Policy and Default Review Policy
          C1 ships this policy"
  `);
  const files = await texts(acme);
  expect(files["c1-connector.yaml"]).toMatchInlineSnapshot(`
    "kind: c1/connector
    name: okta-okta_v2
    spec:
      app: c1/app/okta
      integration: okta_v2
      displayName: Okta
      owners: []
      ownerEntitlements: []
      config: { domain: acme.okta.com, apiToken: "\${env:C1_OKTA_OKTA_V2_API_TOKEN}" }
    ---
    kind: c1/connector
    name: pagerduty-pagerduty
    spec:
      app: c1/app/pagerduty
      integration: pagerduty
      displayName: PagerDuty
      owners: []
      ownerEntitlements: []
      config: { apiToken: "\${env:C1_PAGERDUTY_PAGERDUTY_API_TOKEN}" }
    "
  `);
  expect(files["c1-entitlement.yaml"]).toMatchInlineSnapshot(`
    "kind: c1/entitlement
    name: prod-admin-assigned
    spec:
      app: c1/app/aws
      resource: { type: Role, name: prod-admin }
      slug: assigned
      displayName: prod-admin assigned
      description: Administrator of the production account
      purpose: assignment
      complianceFrameworks: []
      provision:
        by: manual
        instructions: Add the person to the prod-admin role.
        assignees: users
        users: [trent@acme.example]
        fallbackUsers: []
        allowReassignment: false
      owners: []
      ownerEntitlements: []
    "
  `);
  expect(await said(acme, "plan")).toContain("C1_OKTA_OKTA_V2_API_TOKEN, which is not set");
  acme.env.C1_OKTA_OKTA_V2_API_TOKEN = "one";
  acme.env.C1_PAGERDUTY_PAGERDUTY_API_TOKEN = "another";
  await nothingLeft(acme);
});

describe("a part", () => {
  test("by name, beside what is managed; what a file holds stays, byte for byte", async () => {
    const acme = await company(BEFORE);
    await applied(acme);
    await acme.okta.makeGroup("prod-db", ["ada", "grace"]);
    await acme.okta.makeGroup("dev-db", ["ada"]);
    const mine = "# Mine\r\nkind: okta/group\r\nname: dev\r\nspec: { name: dev, members: [] } # none yet";
    await acme.write("okta-group.yaml", mine);
    await applied(acme);
    expect(await said(acme, "adopt", "--kind", "okta/group", "--match", "prod-*")).toMatchInlineSnapshot(`
      "exit 0
      Adopted 1 object into 1 file: planned again, nothing to do.
        okta-group.yaml  + 1 document

      Coverage      managed  adopted  unmanaged  unmanageable
        okta/group        2        1          3             0"
    `);
    const files = await texts(acme);
    expect(files["main.yaml"]).toBe(BEFORE);
    expect(files["okta-group.yaml"]?.slice(0, mine.length)).toBe(mine);
    expect(files["okta-group.yaml"]?.slice(mine.length).replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "
      ---
      kind: okta/group
      name: prod-db
      spec: { name: prod-db, members: [ada@acme.example, grace@acme.example], owners: [] }
      "
    `);
    await nothingLeft(acme);
  });

  test("refers to what is left out by name, and to what is managed by address", async () => {
    const acme = await company(BEFORE);
    await applied(acme);
    await acme.okta.makeGroup("dev", []);
    const rule = (name: string, groups: readonly string[]) =>
      acme.okta.send("POST", "/api/v1/groups/rules", {
        type: "group_rule",
        name,
        conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.department=="SRE"' } },
        actions: { assignUserToGroups: { groupIds: groups } },
      });
    await rule("both", [await acme.okta.groupId("prod"), await acme.okta.groupId("dev")]);
    await said(acme, "adopt", "okta/group-rule", "--match", "both");
    expect((await texts(acme))["okta-group-rule.yaml"]).toMatchInlineSnapshot(`
      "kind: okta/group-rule
      name: both
      spec:
        name: both
        expression: user.department=="SRE"
        groups: [okta/group/prod, { name: dev }]
        exclude: []
        status: inactive
      "
    `);
    await nothingLeft(acme);
  });
});

test("a list that several share is written once, under vars, with the comments of accord.yaml kept", async () => {
  const acme = await emptyCompany({
    settings: "# What changes between environments.\nvars:\n  # Where it all runs.\n  region: eu\n",
  });
  const before = (await texts(acme))["accord.yaml"] ?? "";
  await acme.okta.makeGroup("prod-db", ["grace", "ada"]);
  await acme.okta.makeGroup("prod-web", ["ada", "grace"]);
  await acme.okta.makeGroup("prod-one", ["ada"]);
  expect(await said(acme, "adopt", "okta/group", "--match", "prod-*")).toContain(
    "accord.yaml      + shared lists, under vars",
  );
  const after = await texts(acme);
  expect((after["accord.yaml"] ?? "").slice(before.indexOf("# What"))).toMatchInlineSnapshot(`
    "# What changes between environments.
    vars:
      prod-db-members: [ada@acme.example, grace@acme.example]
      # Where it all runs.
      region: eu

    "
  `);
  expect(after["okta-group.yaml"]).toMatchInlineSnapshot(`
    "kind: okta/group
    name: prod-db
    spec: { name: prod-db, members: "\${var:prod-db-members}", owners: [] }
    ---
    kind: okta/group
    name: prod-one
    spec: { name: prod-one, members: [ada@acme.example], owners: [] }
    ---
    kind: okta/group
    name: prod-web
    spec: { name: prod-web, members: "\${var:prod-db-members}", owners: [] }
    "
  `);
  await nothingLeft(acme);
});

test("names that would clash are told apart, the same way every time", async () => {
  const acme = await company("kind: okta/group\nname: prod-db\nspec: { name: Something else, members: [] }\n");
  await applied(acme);
  for (const name of ["Prod DB", "prod/db", "Ünïcödé", "数据库"]) await acme.okta.makeGroup(name, []);
  const adopted = async () =>
    JSON.parse((await acme.accord("adopt", "okta/group", "--dry-run", "--json")).stdout).adopted;
  const names = (await adopted()).map(({ address }: { address: string }) => address.replace(/00g\w+/i, "<id>"));
  expect(names).toEqual([
    "okta/group/engineering",
    "okta/group/group-<id>",
    "okta/group/prod-db-2",
    "okta/group/prod-db-3",
    "okta/group/support",
    "okta/group/unicode",
  ]);
  expect(await adopted()).toEqual(await adopted());
});

test("a dry run prints documents and coverage, and writes nothing", async () => {
  const acme = await emptyCompany();
  const before = await acme.files();
  expect(await said(acme, "adopt", "okta/group", "--dry-run", "--match", "supp?rt")).toMatchInlineSnapshot(`
    "exit 0
    # okta-group.yaml
    kind: okta/group
    name: support
    spec: { name: support, description: Customer support, members: [rosalind@acme.example], owners: [] }
    ---
    # Would adopt 1 object into 1 file: planned again, nothing to do.
    #   okta-group.yaml  + 1 document (new)
    #
    # Coverage      managed  adopted  unmanaged  unmanageable
    #   okta/group        0        1          1             0"
  `);
  const { adopted, files, coverage } = JSON.parse((await acme.accord("adopt", "okta", "--dry-run", "--json")).stdout);
  expect(adopted.length).toBeGreaterThan(10);
  expect(files[0]).toMatchObject({
    path: "okta-admin-role.yaml",
    created: true,
    added: expect.stringContaining("kind:"),
  });
  expect(coverage[0]).toMatchObject({ instance: "okta", kind: "okta/group", managed: 0, adopted: 2 });
  expect(await acme.files()).toEqual(before);
});

describe("what cannot be", () => {
  test("another tool's and another stack's objects are left alone, with their owner", async () => {
    const app = (name: string): string => `kind: c1/app\nname: ${name.toLowerCase()}\nspec: { displayName: ${name} }\n`;
    const acme = await company(`${app("Wiki")}---\n${app("Forum")}`, { c1: true });
    // The forum was made by another tool, which marks what it makes in the same place.
    acme.between(async (request, pass) => {
      const body = await request.clone().text();
      if (!body.includes("Forum") || !body.includes("managed_by")) return pass(request);
      const theirs = body.replace('"managed_by":"accord"', '"managed_by":"terraform"').replace(/"iac_[^,}]*,?/g, "");
      return pass(new Request(request, { body: theirs.replace(",}", "}") }));
    });
    await acme.accord("apply", "--yes");
    await rm(`${acme.directory}/.accord`, { recursive: true });
    await rm(`${acme.directory}/main.yaml`);
    await acme.write("accord.yaml", (await acme.read("accord.yaml")).replace("stack: acme", "stack: another"));
    expect(await said(acme, "adopt", "c1/app")).toMatchInlineSnapshot(`
      "exit 0
      Adopted 4 objects into 1 file: planned again, nothing to do.
        c1-app.yaml  + 4 documents (new)

      Coverage  managed  adopted  unmanaged  unmanageable
        c1/app        0        4          0             2

      Left alone
        c1/app  Forum
            managed by terraform
        c1/app  Wiki
            managed by accord / acme / c1/app/wiki"
    `);
    await nothingLeft(acme);
  });

  test("usage", async () => {
    const acme = await company(BEFORE);
    expect(await said(acme, "adopt")).toMatchInlineSnapshot(`
      "exit 1
      ✗ adopt needs to know what: kinds, or --all.
          → accord adopt okta/group, accord adopt okta, or accord adopt --all.

      1 problem."
    `);
    expect(await said(acme, "adopt", "--all", "okta")).toContain("--all leaves no kind to name.");
    expect(await said(acme, "adopt", "okta/groups", "oktta/group", "okta/group/prod")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta/groups is no kind of okta that has objects.
          → Did you mean "okta/group"? There is okta/group, okta/group-rule, okta/app, okta/app-assignment, okta/user, okta/admin-role and okta/custom-role.

      ✗ oktta/group: accord.yaml has no instance oktta.
          → Did you mean "okta"? It has okta, pagerduty and null.

      ✗ okta/group/prod is no kind of okta that has objects.
          → Did you mean "okta/group"? There is okta/group, okta/group-rule, okta/app, okta/app-assignment, okta/user, okta/admin-role and okta/custom-role.

      3 problems."
    `);
    expect(await said(acme, "adopt", "okta/group", "--match", "nothing-*")).toMatchInlineSnapshot(`
      "exit 1
      ✗ No object is called nothing-*.
          → Names are compared whole and exactly; * stands for any text. --dry-run without --match shows all of them.

      1 problem."
    `);
  });

  test("a kind that its vendor does not list", async () => {
    const acme = await emptyCompany({ c1: true });
    expect(await said(acme, "adopt", "c1/access-conflict")).toMatchInlineSnapshot(`
      "exit 1
      ✗ c1/access-conflict is kept by id: its vendor gives no list of them.
          → Write the document by hand, then bind it: accord import c1/access-conflict/NAME ID.

      1 problem."
    `);
  });

  test("a document that is declared and not bound yet keeps its object", async () => {
    const acme = await company("kind: okta/group\nname: helpers\nspec: { name: support, members: [] }\n");
    expect(await said(acme, "adopt", "okta/group")).toMatchInlineSnapshot(`
      "exit 0
      Adopted 1 object into 1 file: planned again, nothing to do.
        okta-group.yaml  + 1 document (new)

      Coverage      managed  adopted  unmanaged  unmanageable
        okta/group        0        1          1             0

      Left alone
        okta/group  support
            declared as okta/group/helpers and not bound: accord import okta/group/helpers 00g…"
    `);
  });

  test("a file that cannot be written leaves everything as it was", async () => {
    const acme = await emptyCompany();
    await mkdir(`${acme.directory}/okta-group.yaml`);
    const before = await acme.files();
    expect(await said(acme, "adopt", "okta/app", "okta/group")).toMatchInlineSnapshot(`
      "exit 1
      ✗ Writing okta-group.yaml: a directory stands where a file must be (EISDIR).
          → Move away what stands there, and run the command again.

      1 problem."
    `);
    expect(await acme.files()).toEqual(new Map([...before, ...(await records(acme))]));
    expect(await said(acme, "state", "list")).toContain("0 resources");
  });

  test("a file that somebody saves meanwhile is theirs", async () => {
    const acme = await emptyCompany();
    await acme.write("okta-group.yaml", BEFORE);
    acme.between(async (request, pass) => {
      if (request.url.includes("/groups?")) await acme.write("okta-group.yaml", `${BEFORE}# one more word\n`);
      return pass(request);
    });
    expect(await said(acme, "adopt", "okta/group")).toMatchInlineSnapshot(`
      "exit 1
      ✗ okta-group.yaml changed while the tenants were being read.
          → Nothing was written. Run it again.

      1 problem."
    `);
    expect((await texts(acme))["okta-group.yaml"]).toBe(`${BEFORE}# one more word\n`);
  });
});

test("reads without a lease, and binds nothing to a state that another run has moved", async () => {
  const acme = await company(BEFORE);
  let others = 0;
  acme.between(async (request, pass) => {
    if (request.url.includes("/groups?") && others++ === 0) await acme.accord("apply", "--yes");
    return pass(request);
  });
  expect(await said(acme, "adopt", "okta/group")).toMatchInlineSnapshot(`
    "exit 1
    ✗ Another run changed state while the tenants were being read.
        → Nothing was written. Run it again.

    1 problem."
  `);
  expect(Object.keys(await texts(acme)).sort()).toEqual(["accord.yaml", "main.yaml"]);
  expect(await said(acme, "adopt", "okta/group")).toContain("Adopted 2 objects");
  await nothingLeft(acme);
});

test("takes nothing that an interrupted run may have made", async () => {
  const acme = await company("kind: okta/group\nname: night\nspec: { name: night, members: [] }\n");
  let down = false;
  acme.between(async (request, pass) => {
    if (down) throw new TypeError("fetch failed");
    const answer = await pass(request);
    // The group is made, and nobody hears of it.
    if (request.method === "POST" && request.url.endsWith("/api/v1/groups")) down = true;
    if (down) throw new TypeError("fetch failed");
    return answer;
  });
  await acme.accord("apply", "--yes");
  down = false;
  acme.between((request, pass) => pass(request));
  expect(await said(acme, "adopt", "okta/group")).toMatchInlineSnapshot(`
    "exit 1
    ✗ An earlier run was interrupted, and may have made okta/group/night.
        → Settle it first: accord apply.

    1 problem."
  `);
  await applied(acme);
  expect(await said(acme, "adopt", "okta/group")).toContain("Adopted 2 objects");
});

test("links stay links, and modes stay modes", async () => {
  const acme = await emptyCompany();
  await acme.write("teams/groups.txt", BEFORE);
  await chmod(`${acme.directory}/teams/groups.txt`, 0o640);
  await symlink("teams/groups.txt", `${acme.directory}/okta-group.yaml`);
  await applied(acme);
  await said(acme, "adopt", "okta/group");
  expect((await texts(acme))["teams/groups.txt"]).toContain("name: support");
  expect((await stat(`${acme.directory}/teams/groups.txt`)).mode & 0o777).toBe(0o640);
  await nothingLeft(acme);
});

describe("drift --unmanaged", () => {
  test("lists what is beside the stack, privileged first", async () => {
    const acme = await company(BEFORE);
    await applied(acme);
    const { code, stdout } = await acme.accord("drift", "--unmanaged");
    expect(code).toBe(2);
    expect(report(stdout)).toMatchInlineSnapshot(`
      "No drift: 1 resource, live as last applied.

      Beside the stack: 23 objects that nobody manages here.

      Privileged (4)
        okta/admin-role  client:0oa…:SUPER_ADMIN     1 holder, administers
        okta/admin-role  user:conductorone@acme.example:SUPER_ADMIN  1 holder, administers
        okta/admin-role  user:trent@acme.example:SUPER_ADMIN         1 holder, administers
        pagerduty/user   trent@acme.example                          1 holder, administers, Accord reads PagerDuty's users; it does not write them

      Others (20)
        okta/group       engineering                3 holders
        pagerduty/team   SRE                        3 holders
        okta/group       support                    1 holder
        okta/user        ada@acme.example           1 holder
        okta/user        alan@acme.example          1 holder
        okta/user        conductorone@acme.example  1 holder
        okta/user        edsger@acme.example        1 holder
        okta/user        grace@acme.example         1 holder
        okta/user        katherine@acme.example     1 holder
        okta/user        linus@acme.example         1 holder
        okta/user        mallory@acme.example       1 holder
        okta/user        rosalind@acme.example      1 holder
        okta/user        trent@acme.example         1 holder
        okta/user        victor@acme.example        1 holder
        okta/app         AWS
        okta/app         Accord
        okta/app         Accord DPoP
        okta/app         GitHub
        okta/app         PagerDuty
        okta/group-rule  engineering

      Coverage              managed  unmanaged  unmanageable
        okta/group                1          2             0
        okta/group-rule           0          1             0
        okta/app                  0          5             0
        okta/user                 0         11             0
        okta/admin-role           0          3             0
        pagerduty/schedule        0          0             2
        pagerduty/team            0          1             0
        pagerduty/user            0          0            10

      Next: accord adopt INSTANCE/KIND --dry-run shows their documents."
    `);
    const { unmanaged } = JSON.parse((await acme.accord("drift", "--unmanaged", "--json")).stdout);
    expect(unmanaged.objects[0]).toMatchObject({ kind: "okta/admin-role", privileged: true, administers: true });
  });

  test("says nothing of it once all is adopted", async () => {
    const acme = await emptyCompany();
    await acme.accord("adopt", "okta");
    await acme.accord("adopt", "pagerduty/team");
    const { code, stdout } = await acme.accord("drift", "--unmanaged");
    expect(stdout).toContain("Nothing beside the stack that it could manage.");
    expect(code).toBe(0);
  });
});

/** What a command leaves of itself: locks, caches. */
async function records(acme: Company): Promise<readonly [string, string][]> {
  return [...(await acme.files())].filter(([path]) => path.includes("/.accord/"));
}

async function callsOf(acme: Company, ...argv: readonly string[]): Promise<readonly string[]> {
  const calls: string[] = [];
  acme.between((request, pass) => {
    const { pathname, search } = new URL(request.url);
    if (!/\/token$|\/auth\/|well-known/.test(pathname)) calls.push(`${request.method} ${pathname}${search}`);
    return pass(request);
  });
  expect((await acme.accord(...argv)).code).toBe(0);
  return calls;
}

/** As for a plan over its floor (SPEC §11). */
const SPARE = 2;

test("costs no more calls than a plan of what it wrote", async () => {
  const acme = await emptyCompany({ c1: true });
  for (let number = 0; number < 12; number += 1) await acme.okta.makeGroup(`team-${number}`, ["ada", "grace"]);
  acme.env.C1_OKTA_OKTA_V2_API_TOKEN = "one";
  acme.env.C1_PAGERDUTY_PAGERDUTY_API_TOKEN = "another";
  // What exists has to be found out first: a collection that turns out to hold nothing is a call that no plan makes.
  const kinds = ["okta/group", "okta/group-rule", "okta/app", "c1/app", "c1/entitlement"];
  const adopting = await callsOf(acme, "adopt", ...kinds);
  await rm(`${acme.directory}/.accord/default/cache`, { recursive: true, force: true });
  const planning = await callsOf(acme, "plan");
  const gets = adopting.filter((call) => call.startsWith("GET"));
  expect(gets.filter((call, index) => gets.indexOf(call) !== index)).toEqual([]);
  const more = adopting.filter((call) => !planning.includes(call)).join("\n");
  expect(adopting.length, more).toBeLessThanOrEqual(planning.length + SPARE);
});
