/**
 * What a plan says of people is what becomes of them: random stacks are applied one after the other, and what the tenants
 * hold once they have come to rest is compared with what it was, and with what was said.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { applied, type Company, company } from "../support/company.ts";

const HOUR = 3_600_000;
/** More of them before a change of what this is about. */
const RUNS = Number(process.env.ACCORD_RUNS ?? 1);
const settings = { timeout: 60_000 * RUNS };
const GROUPS = ["listed", "ruled", "granted"] as const;
const LIMITS = "limits: { removals: { share: 1 }, emptying: { count: 1000 } }\n";

/** What a stack declares. */
interface Stack {
  readonly listed: readonly string[];
  /** An expression of Okta's, and whom its rule leaves out. */
  readonly rule: string;
  readonly exclude: readonly string[];
  /** Who is in the profile, and what becomes of its contents for those who leave. */
  readonly department: string;
  readonly leaver: "leave" | "revoke-all" | "revoke-unjustified";
  /** Groups that are given the application. */
  readonly given: readonly (typeof GROUPS)[number][];
}

const mail = (login: string): string => `${login}@acme.example`;

function okta({ listed, rule, exclude, given }: Stack): readonly string[] {
  return [
    `kind: okta/group\nname: listed\nspec: { name: listed, members: [${listed.map(mail).join(", ")}] }`,
    "kind: okta/group\nname: ruled\nspec: { name: ruled }",
    `kind: okta/group-rule\nname: feeds\nspec: { name: feeds, expression: '${rule}', groups: [okta/group/ruled], exclude: [${exclude.map(mail).join(", ")}] }`,
    ...given.map(
      (name) => `kind: okta/app-assignment\nname: ${name}\nspec: { app: { label: AWS }, group: okta/group/${name} }`,
    ),
  ];
}

/** The profile gives Okta's group by its entitlement. */
function c1({ department, leaver }: Stack): readonly string[] {
  return [
    "kind: okta/group\nname: granted\nmanage: { members: explained }\nspec: { name: granted, members: [] }",
    `kind: c1/entitlement\nname: granted\nspec: { app: { name: Okta }, resource: { type: Group, externalId: "\${okta/group/granted.id}" }, slug: member }`,
    "kind: c1/policy\nname: auto\nspec: { displayName: Auto, type: grant, steps: [{ accept: { message: Yes } }] }",
    `kind: c1/access-profile\nname: team\nspec:\n  displayName: Team\n  entitlements: [c1/entitlement/granted]\n  joiner: { approvalPolicy: c1/policy/auto, entitlementPolicies: bypass }\n  leaver: { access: ${leaver}, entitlementPolicies: bypass }`,
    `kind: c1/membership-automation\nname: team\nspec: { profile: c1/access-profile/team, cel: 'subject.department == "${department}"', grantAndRevoke: true }`,
  ];
}

/** `ada member of listed`, `ada application AWS`: as Okta itself tells. */
async function held(acme: Company, app: string, groups: readonly string[]): Promise<ReadonlySet<string>> {
  const facts: string[] = [];
  for (const group of groups) {
    if (!(await acme.okta.exists(group))) continue;
    for (const who of await acme.okta.members(group)) facts.push(`${mail(who)} member of ${group}`);
  }
  const users = await acme.okta.send("GET", `/api/v1/apps/${app}/users?limit=500`);
  for (const { credentials } of users as readonly { credentials: { userName: string } }[])
    facts.push(`${credentials.userName} application AWS`);
  return new Set(facts);
}

async function follow(acme: Company, stacks: readonly string[], groups: readonly string[]): Promise<void> {
  const apps = (await acme.okta.send("GET", "/api/v1/apps?limit=200")) as readonly { id: string; label: string }[];
  const app = apps.find(({ label }) => label === "AWS")?.id ?? "";
  let was = await held(acme, app, groups);
  for (const stack of stacks) {
    await acme.declare(stack);
    const planned = await acme.accord("plan", "--format", "json");
    expect(planned.code, planned.stderr).toBe(0);
    const { impact } = JSON.parse(planned.stdout).accord;
    const told = (sign: string, moves: readonly { person: string; entitlement: string }[]): readonly string[] =>
      moves
        // Of an assignment that ends, the plan knows the application by its id alone.
        .map(({ person, entitlement }) => `${sign} ${person} ${entitlement.replace(app, "AWS")}`)
        .filter((text) => groups.some((group) => text.endsWith(` member of ${group}`)) || text.endsWith(" AWS"));
    await applied(acme);
    await acme.clock.sleep(6 * HOUR);
    const is = await held(acme, app, groups);
    const happened = [
      ...[...is].filter((fact) => !was.has(fact)).map((fact) => `+ ${fact}`),
      ...[...was].filter((fact) => !is.has(fact)).map((fact) => `- ${fact}`),
    ];
    const said = [...told("+", impact.gained), ...told("-", impact.lost)];
    expect([...new Set(said)].sort(), stack).toEqual(happened.sort());
    was = is;
  }
}

const people = fc.subarray(["ada", "grace", "linus", "mallory"]);
const stacks = fc.array(
  fc.record<Stack>({
    listed: people,
    rule: fc.constantFrom(
      'user.department == "Sales"',
      'user.department == "SRE"',
      'user.login == "ada@acme.example" || user.department == "Sales"',
    ),
    exclude: people,
    department: fc.constantFrom("SRE", "Sales"),
    leaver: fc.constantFrom("leave", "revoke-all", "revoke-unjustified"),
    // Who has the application by another group already is known of groups that were read.
    given: fc.subarray(["listed", "ruled", "granted"], { maxLength: 1 }),
  }),
  { minLength: 3, maxLength: 3 },
);
const written = (documents: readonly string[]): string => `${documents.join("\n---\n")}\n`;

test("of Okta's groups, rules and applications", settings, async () => {
  await fc.assert(
    fc.asyncProperty(stacks, async (all) => {
      const acme = await company("", { settings: LIMITS });
      const own = all.map((one) => ({ ...one, given: one.given.filter((name) => name !== "granted") }));
      await follow(
        acme,
        own.map((one) => written(okta(one))),
        ["listed", "ruled"],
      );
    }),
    { numRuns: RUNS },
  );
});

test("of what an access profile gives in Okta", settings, async () => {
  await fc.assert(
    fc.asyncProperty(stacks, async (all) => {
      const acme = await company("", { settings: LIMITS, c1: true });
      await follow(
        acme,
        all.map((one) => written([...okta(one), ...c1(one)])),
        [...GROUPS],
      );
    }),
    { numRuns: RUNS },
  );
});
