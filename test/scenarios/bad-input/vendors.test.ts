/**
 * What goes wrong in each vendor's own ways: another cloud, no consent, no licence, synced objects, dynamic groups, names
 * that two have, people who left, and what another tool manages. Said with its place and the next step; nothing is sent.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { expectSafe } from "./scene.ts";
import { BASIC_PLAN, openVendors, type Vendors } from "./vendors.ts";

let vendors: Vendors;
beforeAll(async () => {
  vendors = await openVendors();
});

/** A document called `ops`; `more` stands beside its spec. */
function doc(kind: string, spec: string, more = ""): string {
  return `kind: ${kind}\nname: ops\n${more}spec:\n${spec.replace(/^/gm, "  ")}\n`;
}

const POLICY = doc("c1/policy", "displayName: P\ntype: grant\nsteps: [{ accept: { message: Fine } }]");

describe("entra", () => {
  const group = (spec: string, more = ""): string => doc("entra/group", spec, more);
  const OPS = group("displayName: Ops");
  const TENANT = "acc0fd00-0000-4000-8000-00000000acce";
  const CLOUDS = "global, us-gov-l4, us-gov-l5, china";

  const idOf = (name: string): string => {
    for (const [id, { properties }] of vendors.entra.tenant.users.all()) {
      if (properties.userPrincipalName === `${name}@acme.example`) return id;
    }
    throw new Error(`Nobody is called ${name}`);
  };
  const madeGroup = async (displayName: string, more: object = {}): Promise<string> => {
    const body = { displayName, mailNickname: displayName, mailEnabled: false, securityEnabled: true, ...more };
    const made = await vendors.byHand("entra", "POST", "/groups", body);
    return typeof made === "object" && made !== null && "id" in made ? String(made.id) : "";
  };
  /** Settings of an application that an administrator has granted this much. */
  const granted = (...roles: string[]): string => {
    const secret = { name: "test", value: "secret-of-a-test-app", endsAt: Date.parse("2027-01-01") };
    const { appId } = vendors.entra.addApp({ roles, secrets: [secret] });
    return vendors.settings("entra", { clientId: appId });
  };
  const AS_GRANTED = { env: { ENTRA_SECRET: "secret-of-a-test-app" } };

  test.each(["us-gov-l4", "china"])("a directory of the global cloud, asked for in %s", async (cloud) => {
    const { refusal } = await vendors.stack("entra", OPS, vendors.settings("entra", { cloud }));
    const login = cloud === "china" ? "login.partner.microsoftonline.cn" : "login.microsoftonline.us";
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `entra-unknown-tenant accord.yaml:4:3 ${login} gave no token: AADSTS90002: Tenant '${TENANT}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. → There is no directory ${TENANT} in the cloud ${cloud}: check tenantId; a directory of another cloud needs \`cloud\` (${CLOUDS}).`,
      ],
    });
  });

  test("a directory of another cloud, asked for in the global one", async () => {
    const { tenant } = vendors.entra;
    const { login } = tenant;
    tenant.login = "https://login.microsoftonline.us";
    const { refusal } = await vendors.stack("entra", OPS);
    const { exit, problems } = await refusal("plan").finally(() => {
      tenant.login = login;
    });
    expect({ exit, problems }).toEqual({
      exit: 1,
      problems: [
        `entra-wrong-cloud accord.yaml:4:3 login.microsoftonline.com gave no token: AADSTS900382: Confidential Client is not supported in Cross Cloud request. → login.microsoftonline.com knows the directory ${TENANT} as one of another cloud: it lives in another cloud. Set \`cloud\` in accord.yaml to the one of ${CLOUDS} that it lives in.`,
      ],
    });
  });

  test("an application without consent is told each permission that reading needs", async () => {
    const { accordWith, refusalWith } = await vendors.stack("entra", OPS, granted("User.Read.All"));
    const hint = (permission: string): string =>
      `Add the application permission ${permission} (Microsoft Graph), and have an administrator grant consent: permissions without consent do not count.`;
    expect(await refusalWith(AS_GRANTED, "plan")).toEqual({
      exit: 1,
      problems: [
        `entra-permission-missing accord.yaml:4:3 The application may not read the organization: Organization.Read.All is not granted. → ${hint("Organization.Read.All")}`,
        `entra-permission-missing accord.yaml:4:3 The application may not read groups and their members: GroupMember.Read.All is not granted. → ${hint("GroupMember.Read.All")}`,
      ],
    });
    const { code, stdout } = await accordWith(AS_GRANTED)("doctor");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✗ organization .*→ The application is not granted Organization\.Read\.All \(to read the org/,
    );
    expect(stdout).not.toContain("`accord doctor` says which");
  });

  test("an application that may only read plans, and its apply says which consent is missing", async () => {
    const settings = granted("User.Read.All", "Group.Read.All", "Organization.Read.All");
    const { accordWith } = await vendors.stack("entra", group("displayName: Not to be made"), settings);
    const said = await accordWith(AS_GRANTED)("apply", "--yes");
    expect(said.code).toBe(4);
    expectSafe(said, AS_GRANTED.env);
    expect(said.stdout).toContain("Applied: 0 of 1 change confirmed, 1 failed.");
    expect(said.stdout).not.toContain("takes it back");
    expect(said.stdout).toMatch(/team\.yaml:1:1/);
    expect(said.stdout).toContain(
      "→ The application is not granted Group.ReadWrite.All (to create, change and delete groups, and set their owners) and GroupMember.ReadWrite.All (to add and remove members): add it under API permissions (Microsoft Graph), and have an administrator consent.",
    );
    const names = [...vendors.entra.tenant.groups.all()].map(([, { displayName }]) => displayName);
    expect(names).not.toContain("Not to be made");
    expect(await accordWith(AS_GRANTED)("verify")).toMatchObject({ code: 0 });
  });

  test.each<readonly [what: string, document: string, problem: string]>([
    [
      "a dynamic group",
      group('displayName: Ops\nmembershipRule: user.department -eq "SRE"'),
      "team.yaml:5:3 membershipRule: the directory has no Microsoft Entra ID P1, which this needs. → P2 includes it. Leave the field out, or buy the licence.",
    ],
    [
      "a role-assignable group",
      group("displayName: Ops\nroleAssignable: true"),
      "team.yaml:5:3 roleAssignable: the directory has no Microsoft Entra ID P1, which this needs. → P2 includes it. Leave the field out, or buy the licence.",
    ],
    [
      "an eligible directory role",
      doc("entra/directory-role", "role: Helpdesk Administrator\nuser: ada@acme.example\nassignment: eligible"),
      "team.yaml:6:3 assignment: eligibility needs Microsoft Entra ID P2, which the directory has not. → Assign the role for good (`assignment: active`, without `expires`), or add the licence.",
    ],
    [
      "an access package",
      doc("entra/access-package", "displayName: P\ncatalog: C"),
      "team.yaml:3:1 Access packages need Microsoft Entra ID P2 or Microsoft Entra ID Governance, which the directory has not. → Take the document out, or add the licence.",
    ],
  ])("a licence that the directory has not, for %s, by its name", async (_what, document, problem) => {
    const { tenant } = vendors.entra;
    const { plans } = tenant;
    tenant.plans = [];
    const { refusal } = await vendors.stack("entra", document);
    const refused = await refusal("plan").finally(() => {
      tenant.plans = plans;
    });
    expect(refused).toEqual({ exit: 1, problems: [`entra-not-licensed ${problem}`] });
  });

  test.each<readonly [what: string, document: string, problems: readonly string[]]>([
    [
      "a field of a synced group",
      group("displayName: Domain Users\ndescription: Ours", "adopt: true\n"),
      [
        'read-only team.yaml:6:3 entra/group "Domain Users" differs from the document in description, and cannot be changed: synced from on-premises Active Directory, where it is changed. → Make the document say what is live, or say `ignore: [description]`.',
      ],
    ],
    [
      "members of a synced group, whatever the document permits",
      group("displayName: Domain Users\nmembers: [grace@acme.example]", "adopt: true\n"),
      [
        'read-only team.yaml:6:3 entra/group "Domain Users" differs from the document in members, and cannot be changed: synced from on-premises Active Directory, where it is changed. → Make the document say what is live, or say `ignore: [members]`.',
      ],
    ],
    [
      "members of a group with a mail address",
      group("displayName: Announcements\nmembers: [ada@acme.example, grace@acme.example]", "adopt: true\n"),
      [
        'read-only team.yaml:6:3 entra/group "Announcements" differs from the document in members, and cannot be changed: a distribution list, which Microsoft Graph only reads: declared as entra/distribution-list, Exchange changes it. → Make the document say what is live, or say `ignore: [members]`.',
      ],
    ],
    [
      "a distribution list, without Exchange",
      doc("entra/distribution-list", "displayName: Announcements\nprimarySmtpAddress: announcements@acme.example"),
      [
        "entra-exchange-off team.yaml:1:1 Distribution lists and mail-enabled security groups are changed through Exchange, which this instance does not use. → Set `exchange: true` for the instance in accord.yaml. It rests on an interface of Exchange Online that Microsoft does not document.",
      ],
    ],
    [
      "members beside a rule",
      group('displayName: Ops\nmembershipRule: user.department -eq "SRE"\nmembers: [ada@acme.example]'),
      [
        "entra-dynamic-members team.yaml:6:3 members: the members of a dynamic group are whom its membershipRule lets in; Graph refuses any other. → Leave members out; for an assigned group say `membershipRule: null`.",
      ],
    ],
    [
      "members of a group that is dynamic without the document saying so",
      group("displayName: SRE (dynamic)\nmembers: [alan@acme.example]", "adopt: true\nmanage: { members: additive }\n"),
      [
        "entra-dynamic-members team.yaml:7:3 members: SRE (dynamic) is dynamic, and its members are whom its membershipRule lets in; Graph refuses any other. → Leave members out; for an assigned group say `membershipRule: null`.",
      ],
    ],
  ])("%s", async (_what, document, problems) => {
    const { refusal } = await vendors.stack("entra", document);
    expect(await refusal("plan")).toEqual({ exit: 1, problems });
  });

  test("fields of a synced person, all at once", async () => {
    const id = idOf("alan");
    const row = vendors.entra.tenant.users.now(id);
    if (row === undefined) throw new Error("Alan is missing");
    const properties = { ...row.properties, onPremisesSyncEnabled: true };
    vendors.entra.tenant.users.put(id, { ...row, properties }, Date.parse("2026-01-01"));
    const { refusal } = await vendors.stack(
      "entra",
      doc(
        "entra/user",
        "userPrincipalName: alan@acme.example\ndisplayName: Alan T\ndepartment: SRE\nusageLocation: GB",
        "adopt: true\n",
      ),
    );
    const hint = "Only usageLocation, groups, roles and apps of a synced user are changed here: leave the field out.";
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `entra-synced team.yaml:6:3 displayName: alan@acme.example is synced from on-premises Active Directory, where this is changed. → ${hint}`,
        `entra-synced team.yaml:7:3 department: alan@acme.example is synced from on-premises Active Directory, where this is changed. → ${hint}`,
      ],
    });
  });

  test("a name that two groups have, as the document's own and inside a reference", async () => {
    const [one, other] = [await madeGroup("Twin"), await madeGroup("Twin", { mailNickname: "twin2" })];
    const own = await vendors.stack("entra", group("displayName: Twin\nmembers: []", "adopt: true\n"));
    expect(await own.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `ambiguous-key team.yaml:1:1 2 objects of entra/group in entra are called "Twin": ${one}, ${other}. → Bind the right one: accord import entra/group/ops <id>.`,
      ],
    });
    const inside = await vendors.stack("entra", group("displayName: Ops\nmemberGroups: [{ displayName: Twin }]"));
    expect(await inside.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `lookup-ambiguous team.yaml:5:18 spec.memberGroups[0]: {"displayName":"Twin"} matches 2 objects of entra/group: Twin (${one}) and Twin (${other}). → Say which one: add what tells them apart, or use { id: … }.`,
      ],
    });
  });

  test("people who left: the deleted are nobody, the disabled are pointed out", async () => {
    await vendors.byHand("entra", "DELETE", `/users/${idOf("edsger")}`);
    await vendors.byHand("entra", "PATCH", `/users/${idOf("mallory")}`, { accountEnabled: false });
    const manager = (login: string): string =>
      doc(
        "entra/user",
        `userPrincipalName: linus@acme.example\ndisplayName: Linus Pauling\nmanager: ${login}`,
        "adopt: true\n",
      );
    const people = (login: string): string => group(`displayName: Ops\nmembers: [${login}]\nowners: [${login}]`);
    const deleted = (place: string, where: string): string =>
      `unknown-person ${place} spec.${where}: there is no active person "edsger@acme.example" in entra. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.`;

    expect(await (await vendors.stack("entra", people("edsger@acme.example"))).refusal("plan")).toEqual({
      exit: 1,
      problems: [deleted("team.yaml:5:13", "members[0]"), deleted("team.yaml:6:12", "owners[0]")],
    });
    expect(await (await vendors.stack("entra", manager("edsger@acme.example"))).refusal("plan")).toEqual({
      exit: 1,
      problems: [deleted("team.yaml:7:3", "manager")],
    });
    const left = "mallory@acme.example is disabled in entra; if they left, take the name out.";
    const plan = await (await vendors.stack("entra", people("mallory@acme.example"))).planned();
    for (const where of ["members[0]", "owners[0]"]) expect(plan).toContain(`· ${where}: ${left}`);
    expect(await (await vendors.stack("entra", manager("mallory@acme.example"))).planned()).toContain(
      `· manager: ${left}`,
    );
  });

  test("a group whose uniqueName is another tool's is neither taken, nor imported, nor adopted", async () => {
    const id = await madeGroup("Theirs", { uniqueName: "terraform-theirs" });
    const { accord, refusal } = await vendors.stack("entra", group("displayName: Theirs", "adopt: true\n"));
    const owner = 'managed by the owner of uniqueName "terraform-theirs"';
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `foreign-object team.yaml:1:1 entra/group "Theirs" (${id}) is ${owner}. → Remove it from the other tool first; Accord never takes over an object that carries another owner's mark.`,
      ],
    });
    expect(await refusal("import", "entra/group/ops", id)).toEqual({
      exit: 1,
      problems: [`foreign-object team.yaml:1:1 ${id} is ${owner}. → Remove it there first.`],
    });
    const adopted = await accord("adopt", "entra/group", "--match", "Theirs");
    expect(adopted).toMatchObject({ code: 0, stdout: expect.stringContaining(`Theirs\n      ${owner}`) });
  });
});

describe("zendesk", () => {
  const group = (spec: string, more = ""): string => doc("zendesk/group", spec, more);

  const idOf = (name: string): string => {
    const found = vendors.zendesk.memory.users.find(({ indexed }) => indexed.includes(`${name}@acme.example`));
    if (found === undefined) throw new Error(`Nobody is called ${name}`);
    return found.id;
  };

  test("an OAuth client of another account", async () => {
    const settings = vendors.settings("zendesk", { clientId: "accord-of-another-account" });
    const { refusal } = await vendors.stack("zendesk", group("name: Ops"), settings);
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "zendesk-credential-refused accord.yaml:4:3 acme.zendesk.com refused the OAuth client: invalid_client (Client authentication failed). → Check clientId (the client's unique identifier) and clientSecret; the client must be confidential, which the client credentials grant needs.",
      ],
    });
  });

  test("an OAuth client that acts for an agent", async () => {
    const settings = vendors.settings("zendesk", { clientId: "agent-app" });
    const { refusalWith } = await vendors.stack("zendesk", group("name: Ops"), settings);
    expect(await refusalWith({ env: { ZENDESK_SECRET: "sandbox-zendesk-agent-secret" } }, "plan")).toEqual({
      exit: 1,
      problems: [
        "zendesk-not-admin accord.yaml:4:3 The credential acts as linus@acme.example, who is an agent: lists would leave out what that person may not see. → Tie the OAuth client to an administrator, or give `email` of one.",
      ],
    });
  });

  test.each<readonly [what: string, document: string, place: string]>([
    ["a custom role", doc("zendesk/custom-role", "name: Auditor"), "accord.yaml:4:3"],
    [
      "an agent who has one",
      doc("zendesk/agent", "email: new@acme.example\nname: New\ncustomRole: { name: Auditor }"),
      "team.yaml:6:3",
    ],
  ])("%s, on a plan without", async (_what, document, place) => {
    const { memory } = vendors.zendesk;
    const { plan } = memory;
    memory.plan = "growth";
    const { refusal } = await vendors.stack("zendesk", document);
    const refused = await refusal("plan").finally(() => {
      memory.plan = plan;
    });
    expect(refused).toEqual({
      exit: 1,
      problems: [
        `zendesk-not-enterprise ${place} This Zendesk account has no custom roles. → They come with the plan Enterprise; take zendesk/custom-role and \`customRole\` out of the stack.`,
      ],
    });
  });

  test("a system role", async () => {
    const [role] = vendors.zendesk.memory.roles.filter(({ roleType }) => roleType !== 0);
    const { refusal } = await vendors.stack(
      "zendesk",
      doc("zendesk/custom-role", `name: ${role?.name}\ndescription: Ours`, "adopt: true\n"),
    );
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `read-only team.yaml:6:3 zendesk/custom-role "${role?.name}" differs from the document in description, and cannot be changed: a system role of Zendesk, which nobody can edit. → Make the document say what is live, or say \`ignore: [description]\`.`,
      ],
    });
  });

  test("a name that two groups have, as the document's own and inside a reference", async () => {
    for (const _ of [1, 2]) await vendors.byHand("zendesk", "POST", "/groups", { group: { name: "Twin" } });
    const [one, other] = vendors.zendesk.memory.groups.filter(({ name }) => name === "Twin").map(({ id }) => id);
    const own = await vendors.stack("zendesk", group("name: Twin\nmembers: []", "adopt: true\n"));
    expect(await own.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `ambiguous-key team.yaml:1:1 2 objects of zendesk/group in zendesk are called "Twin": ${one}, ${other}. → Bind the right one: accord import zendesk/group/ops <id>.`,
      ],
    });
    const inside = await vendors.stack("zendesk", doc("zendesk/organization", "name: New\ngroup: { name: Twin }"));
    expect(await inside.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `lookup-ambiguous team.yaml:5:3 spec.group: {"name":"Twin"} matches 2 objects of zendesk/group: Twin (${one}) and Twin (${other}). → Say which one: add what tells them apart, or use { id: … }.`,
      ],
    });
  });

  test("people who left, or cannot be in a group: the deleted are nobody, the others are pointed out", async () => {
    await vendors.byHand("zendesk", "DELETE", `/users/${idOf("edsger")}`);
    await vendors.byHand("zendesk", "PUT", `/users/${idOf("linus")}`, { user: { suspended: true } });
    const deleted = await vendors.stack("zendesk", group("name: Ops\nmembers: [edsger@acme.example]"));
    expect(await deleted.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'unknown-person team.yaml:5:13 spec.members[0]: there is no active person "edsger@acme.example" in zendesk. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.',
      ],
    });
    const others = await vendors.stack("zendesk", group("name: Ops\nmembers: [linus@acme.example, ada@acme.example]"));
    const plan = await others.planned();
    expect(plan).toContain(
      "· members[0]: linus@acme.example is suspended in zendesk; if they left, take the name out.",
    );
    expect(plan).toContain(
      "· members[1]: ada@acme.example is an end user, and only agents and administrators can be in a group. Raise the role first (zendesk/agent), or leave them out.",
    );
  });

  test("an organization that another stack made", async () => {
    const organization = { name: "Theirs", external_id: "accord/other/zendesk/organization/theirs" };
    await vendors.byHand("zendesk", "POST", "/organizations", { organization });
    const id = vendors.zendesk.memory.organizations.find(({ name }) => name === "Theirs")?.id ?? "";
    const { refusal } = await vendors.stack("zendesk", doc("zendesk/organization", "name: Theirs", "adopt: true\n"));
    const owner = "managed by accord / other / zendesk/organization/theirs";
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `foreign-object team.yaml:1:1 zendesk/organization "theirs" (${id}) is ${owner}. → Remove it from the other tool first; Accord never takes over an object that carries another owner's mark.`,
      ],
    });
    expect(await refusal("import", "zendesk/organization/ops", id)).toEqual({
      exit: 1,
      problems: [`foreign-object team.yaml:1:1 ${id} is ${owner}. → Remove it there first.`],
    });
  });
});

describe("pagerduty", () => {
  const team = (spec: string, more = ""): string => doc("pagerduty/team", spec, more);

  test("a key of another service region", async () => {
    const { refusal } = await vendors.stack(
      "pagerduty",
      team("name: SRE"),
      vendors.settings("pagerduty", { region: "eu" }),
    );
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "pagerduty-credential-refused accord.yaml:4:3 api.eu.pagerduty.com does not accept the token. → A key of one service region is unknown in the other (region: us or eu); a user key ends with its user.",
      ],
    });
  });

  test("teams on a plan without", async () => {
    const settings = vendors.settings("pagerduty", { baseUrl: `https://${BASIC_PLAN}` });
    const { refusal } = await vendors.stack("pagerduty", team("name: SRE"), settings);
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "pagerduty-not-licensed accord.yaml:4:3 The account's plan has no teams (ability `teams`). → Teams come with the plans Business, Enterprise for Incident Management and Digital Operations; no document can name one without.",
      ],
    });
  });

  test("a key that only reads: nothing is made, and the next step is said", async () => {
    const { accordWith } = await vendors.stack("pagerduty", team("name: Not to be made"));
    const env = { PAGERDUTY_SECRET: vendors.pagerduty.actors?.reader ?? "" };
    const said = await accordWith({ env })("apply", "--yes");
    expectSafe(said, env);
    expect(said.code).toBe(4);
    expect(said.stdout).toMatch(
      /team\.yaml:1:1[^→]*→ A read-only key changes nothing: use an account key with full access/,
    );
    expect(await accordWith({})("plan")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 to create") });
  });

  test("a name that two teams have", async () => {
    for (const _ of [1, 2]) {
      await vendors.byHand("pagerduty", "POST", "/teams", { team: { type: "team", name: "Twin" } });
    }
    const { refusal } = await vendors.stack("pagerduty", team("name: Twin", "adopt: true\n"));
    const { exit, problems } = await refusal("plan");
    expect({ exit, problems: problems.map((line) => line.replace(/: P\w+, P\w+\./, ": <ids>.")) }).toEqual({
      exit: 1,
      problems: [
        'ambiguous-key team.yaml:1:1 2 objects of pagerduty/team in pagerduty are called "Twin": <ids>. → Bind the right one: accord import pagerduty/team/ops <id>.',
      ],
    });
  });

  test("a stakeholder", async () => {
    const answer = await vendors.byHand("pagerduty", "GET", "/users?query=victor");
    const id = /"id":"(P\w+)"/.exec(JSON.stringify(answer))?.[1] ?? "";
    await vendors.byHand("pagerduty", "PUT", `/users/${id}`, { user: { type: "user", role: "read_only_user" } });
    const { refusal } = await vendors.stack("pagerduty", team("name: Ops\nmanagers: [victor@acme.example]"));
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "pagerduty-stakeholder team.yaml:5:14 victor@acme.example is a stakeholder (read_only_user), and stakeholders cannot be in a team. → Give the person another base role and licence in PagerDuty first, or leave them out.",
      ],
    });
  });

  test("people who left", async () => {
    const { refusal } = await vendors.stack("pagerduty", team("name: Ops\nmanagers: [gone@acme.example]"));
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'unknown-person team.yaml:5:14 spec.managers[0]: there is no active person "gone@acme.example" in pagerduty. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.',
      ],
    });
    const user = await vendors.stack("pagerduty", doc("pagerduty/user", "email: gone@acme.example"));
    expect(await user.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'not-found team.yaml:1:1 pagerduty/user "gone@acme.example" does not exist in pagerduty. → Accord does not create objects of this kind: make it there first, or correct the name (it is compared exactly).',
      ],
    });
  });
});

describe("opsgenie", () => {
  const team = (spec: string, more = ""): string => doc("opsgenie/team", spec, more);

  test("a key of another region", async () => {
    const { refusal } = await vendors.stack(
      "opsgenie",
      team("name: SRE"),
      vendors.settings("opsgenie", { region: "eu" }),
    );
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "opsgenie-credential-refused accord.yaml:4:3 api.eu.opsgenie.com does not accept the API key. → A key of one region is unknown in the other (region: us or eu), and a disabled integration disables its key.",
      ],
    });
  });

  test("a key without the right to read the configuration", async () => {
    const { refusalWith } = await vendors.stack("opsgenie", team("name: SRE"));
    const env = { OPSGENIE_SECRET: vendors.opsgenie.actors?.integration ?? "" };
    expect(await refusalWith({ env }, "plan")).toEqual({
      exit: 1,
      problems: [
        "opsgenie-forbidden team.yaml:1:1 Opsgenie refused GET /v2/teams: This API key is not permitted to do this. → Make a key under Settings, API key management, with the rights Read and Configuration access: a team's integration key reaches no configuration.",
      ],
    });
  });

  test("members whom only Opsgenie can change, and somebody who left", async () => {
    const { refusal } = await vendors.stack("opsgenie", team("name: SRE\nmembers: [gone@acme.example]"));
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'read-only team.yaml:5:3 opsgenie/team "SRE" differs from the document in members, and cannot be changed: Accord reads teams; Opsgenie is where they are made. → Make the document say what is live, or say `ignore: [members]`.',
        'unknown-person team.yaml:5:13 spec.members[0]: there is no active person "gone@acme.example" in opsgenie. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.',
      ],
    });
  });
});

describe("c1", () => {
  test("a client of another tenant", async () => {
    const clientId = String(vendors.c1.settings.clientId).replace("accord-sandbox", "client-of-another-tenant");
    const { refusal } = await vendors.stack("c1", POLICY, vendors.settings("c1", { clientId }));
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "credential-refused accord.yaml:4:3 acme.conductor.one refused the credential: unknown client. → Check that it is not expired or revoked, that it belongs to this tenant, that this address is among its allowed IPs, and that the clock is right.",
      ],
    });
  });

  test("a policy that C1 ships", async () => {
    const { refusal } = await vendors.stack(
      "c1",
      doc(
        "c1/policy",
        "displayName: Default Grant Policy\ntype: grant\nsteps: [{ accept: { message: Fine } }]",
        "adopt: true\n",
      ),
    );
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'read-only team.yaml:7:3 c1/policy "Default Grant Policy" differs from the document in steps, and cannot be changed: C1 ships this policy. → Make the document say what is live, or say `ignore: [steps]`.',
      ],
    });
  });

  test("a name that two apps have, as the document's own and inside a reference", async () => {
    const [app] = vendors.c1.tenant.apps.rows().filter(({ displayName }) => displayName === "AWS");
    if (app === undefined) throw new Error("The sandbox has no AWS");
    const twin = "3AQk5jDz3iJUYc7A3gGW9rbzNRs";
    vendors.c1.tenant.apps.put({ ...app, id: twin });
    const own = await vendors.stack("c1", doc("c1/app", "displayName: AWS", "adopt: true\n"));
    expect(await own.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `ambiguous-key team.yaml:1:1 2 objects of c1/app in c1 are called "AWS": ${app.id}, ${twin}. → Bind the right one: accord import c1/app/ops <id>.`,
      ],
    });
    const inside = await vendors.stack(
      "c1",
      doc("c1/entitlement", "app: { name: AWS }\nresource: { type: Role, name: prod-admin }\nslug: assigned"),
    );
    expect(await inside.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `lookup-ambiguous team.yaml:4:3 spec.app: {"name":"AWS"} matches 2 objects of c1/app: AWS (${app.id}) and AWS (${twin}). → Say which one: add what tells them apart, or use { id: … }.`,
      ],
    });
  });

  test("an entitlement that nobody has is the only thing that is said", async () => {
    const { refusal } = await vendors.stack(
      "c1",
      doc(
        "c1/group",
        "displayName: G\nholders: [{ app: { name: Okta }, resource: { type: Group, name: nowhere }, slug: member }]",
      ),
    );
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'lookup-nothing team.yaml:5:13 spec.holders[0]: {"app":{"name":"Okta"},"resource":{"name":"nowhere","type":"Group"},"slug":"member"} matches no c1/entitlement in c1. → Check the spelling; names are compared exactly.',
      ],
    });
  });

  test("fields of an entitlement that a connector keeps overwriting", async () => {
    const of = "app: { name: PagerDuty }\nresource: { type: Schedule, name: Schedule-Primary }\nslug: on-call";
    const { planned } = await vendors.stack("c1", doc("c1/entitlement", `${of}\ndisplayName: Ours`));
    expect(await planned()).toContain(
      "· displayName comes from the connector, whose next sync overwrites what is declared here. Leave displayName out.",
    );
  });

  test("people who left: the deleted are nobody, the disabled are pointed out", async () => {
    const { users } = vendors.c1.tenant;
    for (const [name, status] of [
      ["edsger", "DELETED"],
      ["victor", "DISABLED"],
    ] as const) {
      const [user] = users.rows().filter(({ email }) => email === `${name}@acme.example`);
      if (user === undefined) throw new Error(`Nobody is called ${name}`);
      users.put({ ...user, status });
    }
    const profile = (owner: string): string => doc("c1/access-profile", `displayName: Ops\nowners: [${owner}]`);
    expect(await (await vendors.stack("c1", profile("edsger@acme.example"))).refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'unknown-person team.yaml:5:12 spec.owners[0]: there is no active person "edsger@acme.example" in c1. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.',
      ],
    });
    const left = "victor@acme.example is disabled in c1; if they left, take the name out.";
    expect(await (await vendors.stack("c1", profile("victor@acme.example"))).planned()).toContain(
      `· owners[0]: ${left}`,
    );
    const approver = doc(
      "c1/policy",
      "displayName: P\ntype: grant\nsteps: [{ approval: { users: { users: [victor@acme.example] } } }]",
    );
    expect(await (await vendors.stack("c1", approver)).planned()).toContain(
      `· steps[0].approval.users.users[0]: ${left}`,
    );
  });
});
