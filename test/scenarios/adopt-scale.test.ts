/** A company that grew before it wrote anything down: 300 groups, 5,000 people, 20,000 memberships. */
import { expect, test } from "vitest";
import { grow } from "../support/grown.ts";
import { C1, openScene, STACK } from "./bad-input/scene.ts";

const GROUPS = 300;
const PEOPLE = 5_000;
const MEMBERSHIPS = 20_000;
const MINUTE = 60_000;
/** What the sandbox holds anyway. */
const SEEDED = { groups: 2, people: 11 };
/** One look at the people, to see that the credential still sees anything. */
const PROBE = 1;
/** Tokens, and who the tenant is. */
const ASIDE = /\/token$|\/org$|well-known|\/introspect$/;

test("is adopted whole, in as many calls as there are pages, and plans to nothing", { timeout: 120_000 }, async () => {
  const scene = await openScene({ "accord.yaml": STACK });
  try {
    grow(scene.okta, { groups: GROUPS, people: PEOPLE, memberships: MEMBERSHIPS }, scene.clock.now());
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

test("is adopted from C1, which its connector has told, in as many calls as there are pages", async () => {
  const groups = 130;
  const scene = await openScene({ "accord.yaml": STACK + C1 });
  try {
    grow(scene.okta, { groups, people: 20, memberships: 260 }, scene.clock.now());
    // More groups than Okta lets the connector ask about in a minute: the sync takes two.
    scene.okta.knobs.rateShare = 0.25;
    await scene.clock.sleep(MINUTE);
    const { connectors, entitlements, policies, resources, apps } = scene.c1.tenant;
    expect(connectors.rows().map(({ status }) => status?.status)).toContain("SYNC_STATUS_RUNNING");
    await scene.clock.sleep(MINUTE);
    expect(connectors.rows().map(({ status }) => status?.status)).toContain("SYNC_STATUS_DONE");
    // What a sync found and nobody set is nothing to write down.
    const [policy] = policies.rows();
    const members = entitlements.rows().filter(({ slug }) => slug === "member");
    for (const row of members) entitlements.put({ ...row, grantPolicyId: policy?.id ?? "" });
    const before = scene.requests().length;
    const { code, stdout, stderr } = await scene.accord("adopt", "c1/app", "c1/entitlement", "--json");
    expect({ code, stderr: stderr.replace(/^Reading .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
    const { adopted } = JSON.parse(stdout);
    expect(adopted.length).toBeGreaterThanOrEqual(apps.size + members.length);
    const calls = scene
      .requests()
      .slice(before)
      .filter((line) => !ASIDE.test(line));
    const of = (path: RegExp): number => calls.filter((line) => path.test(line)).length;
    // A page holds 100; owners, of people and of entitlements, are asked of each app and of what no sync found (c1.md §3).
    expect(of(/ \/api\/v1\/search\/entitlements$/)).toBe(Math.ceil(entitlements.size / 100));
    expect(of(/ \/api\/v1\/search\/app_resources$/)).toBe(Math.ceil(resources.size / 100));
    const owned = apps.size + adopted.length - apps.size - members.length;
    expect(of(/\/owner(ids|s\/entitlements)$/)).toBe(2 * owned);
    expect(of(/ \/api\/v1\/(search\/(apps|app_resource_types|policies|users)|catalogs)$/)).toBe(5);
    const plan = await scene.accord("plan", "--detailed-exitcode");
    expect(plan.stdout).toContain(`No changes: ${adopted.length} resources, live as declared.`);
    expect(plan.code).toBe(0);
    // The plan asks for the same and who it is, and for no catalogs: declared entitlements are no profiles.
    expect(plan.stdout).toContain(`Calls made: c1 ${calls.length - 1 + 1}; okta 0`);
  } finally {
    await scene.close();
  }
});
