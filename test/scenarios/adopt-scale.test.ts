/** A company that grew before it wrote anything down: 300 groups, 5,000 people, 20,000 memberships. */
import { expect, test } from "vitest";
import { openScene, type Scene, STACK } from "./bad-input/scene.ts";

const GROUPS = 300;
const PEOPLE = 5_000;
const MEMBERSHIPS = 20_000;
const HOUR = 3_600_000;
/** What the sandbox holds anyway. */
const SEEDED = { groups: 2, people: 11 };
/** One look at the people, to see that the credential still sees anything. */
const PROBE = 1;
/** Tokens, and who the tenant is. */
const ASIDE = /\/token$|\/org$|well-known/;

/** Nobody is in a group twice; sizes differ, as they do. */
function grow({ okta: { tenant }, clock }: Scene): void {
  const created = new Date(clock.now() - 1000 * HOUR).toISOString();
  const [model] = tenant.users.values();
  const [group] = [...tenant.groups.values()].filter(({ type }) => type === "OKTA_GROUP");
  if (model === undefined || group === undefined) throw new Error("The sandbox is empty");
  const ids: string[] = [];
  for (let number = 0; number < PEOPLE; number += 1) {
    const id = `00u${String(number).padStart(14, "0")}big`;
    const login = `person-${number}@acme.example`;
    const profile = { login, email: login, firstName: "Person", lastName: `Number ${number}` };
    tenant.users.set(id, { ...model, id, status: "ACTIVE", created, profile });
    ids.push(id);
  }
  let member = 0;
  for (let number = 0; number < GROUPS; number += 1) {
    const id = `00g${String(number).padStart(14, "0")}big`;
    const dates = { created, lastUpdated: created, lastMembershipUpdated: created };
    tenant.groups.set(id, {
      ...group,
      id,
      ...dates,
      profile: { name: `team-${number}`, description: `Team ${number}` },
    });
    const size = Math.floor((MEMBERSHIPS * (number + 1)) / GROUPS) - Math.floor((MEMBERSHIPS * number) / GROUPS);
    const members = new Map<string, { direct: boolean; rules: readonly string[] }>();
    for (let count = 0; count < size; count += 1) {
      members.set(ids[member % PEOPLE] ?? "", { direct: true, rules: [] });
      member += 1;
    }
    tenant.members.set(id, members);
  }
}

test("is adopted whole, in as many calls as there are pages, and plans to nothing", { timeout: 120_000 }, async () => {
  const scene = await openScene({ "accord.yaml": STACK });
  try {
    grow(scene);
    const before = scene.requests().length;
    const { code, stdout, stderr } = await scene.accord("adopt", "okta/group", "okta/user", "--json");
    expect({ code, stderr: stderr.replace(/^Reading .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
    const { adopted } = JSON.parse(stdout);
    expect(adopted.length).toBe(GROUPS + SEEDED.groups + PEOPLE + SEEDED.people);
    const calls = scene
      .requests()
      .slice(before)
      .filter((line) => !ASIDE.test(line));
    const of = (path: RegExp): number => calls.filter((line) => path.test(line)).length;
    // A page holds 200 groups or 200 people; members and owners are asked of each group (okta.md §4).
    expect(of(/ \/api\/v1\/groups$/)).toBe(2);
    expect(of(/ \/api\/v1\/groups\/\w+\/users$/)).toBe(GROUPS + SEEDED.groups);
    expect(of(/ \/api\/v1\/groups\/\w+\/owners$/)).toBe(GROUPS + SEEDED.groups);
    expect(of(/ \/api\/v1\/users$/)).toBe(Math.ceil((PEOPLE + SEEDED.people) / 200) + PROBE);
    expect(scene.writes().filter((line) => !ASIDE.test(line))).toEqual([]);
    const plan = await scene.accord("plan", "--detailed-exitcode");
    expect(plan.stdout).toContain(`No changes: ${adopted.length} resources, live as declared.`);
    expect(plan.code).toBe(0);
  } finally {
    await scene.close();
  }
});
