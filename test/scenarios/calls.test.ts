/**
 * What a plan asks, call by call. The floor is what the references derive (c1.md §3, okta.md §8, oncall.md §1) for the
 * on-call stack; a plan may make two more (SPEC §11). Tokens, the tenant's identity and the proof that the credential
 * still sees anything are not counted.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { byHand } from "../support/by-hand.ts";
import { type TestClock, testClock } from "../support/clock.ts";
import { type Accord, accordIn } from "../support/run.ts";

const HOUR = 3_600_000;
const SPARE = 2;

/** Okta: all groups with their sizes; members only of managed groups that have some. */
const OKTA = { groups: 1, membersOfOneGroup: 1 };

/** PagerDuty: the two generations of schedules (oncall.md §1.4). */
const PAGERDUTY = { legacySchedules: 1, shiftSchedules: 1 };

/** C1, in bulk: one each, whatever the number of documents. */
const C1 = {
  policies: 1,
  /** For the lookups by name, and for C1's own app. */
  apps: 1,
  resourceTypes: 1,
  /** To find what lookups call by name or external id. */
  resources: 1,
  entitlements: 1,
  profileHeaders: 1,
  /** The owner, by e-mail before the profile exists and by id afterwards. */
  users: 1,
};

/** C1, once profiles exist: their joiner and leaver policies, in bulk. */
const ENROLMENT_ENTITLEMENTS = 1;

/** C1, for each profile with an automation: the catalog, its contents, the automation, who is excluded from it. */
const EACH_PROFILE = { catalog: 1, contents: 1, automation: 1, exclusions: 1 };

/** C1, for each profile that declares its owners (c1.md §6.6). */
const OWNERS = 1;

/** C1, when a group holds people nobody declared: who was granted it, and whose grant is on its way (c1.md §11). */
const REASONS = { grants: 1, tasks: 1 };

const sum = (...parts: readonly (number | Readonly<Record<string, number>>)[]): number =>
  parts.flatMap((part) => (typeof part === "number" ? [part] : Object.values(part))).reduce((all, one) => all + one, 0);

const ASIDE: readonly RegExp[] = [
  /^POST \/oauth2\/v1\/token$/,
  /^POST \/auth\/v1\/token$/,
  /^GET \/\.well-known\//,
  /^GET \/api\/v1\/auth\/introspect$/,
  // Okta's and PagerDuty's proof that the credential has not lost its role.
  /^GET \/api\/v1\/users\?limit=1$/,
  /^GET \/users\?limit=100&offset=0&total=true$/,
];

const OWN_PATHS: Readonly<Record<Instance, RegExp>> = {
  okta: /^\w+ \/(api\/v1\/(groups|users)|oauth2|\.well-known)\b/,
  pagerduty: /^\w+ \/(v3\/)?(schedules|users)\b/,
  c1: /^\w+ \/(api\/v1\/(?!groups|users)|auth\/)/,
};

type Instance = "okta" | "c1" | "pagerduty";
type Calls = Readonly<Record<Instance, readonly string[]>>;

let directory: string;
let clock: TestClock;
let accord: Accord;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-calls-"));
  await cp(new URL("../../examples/on-call", import.meta.url), directory, { recursive: true });
  clock = testClock();
  accord = accordIn(directory, { clock });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const pass = (ms: number): Promise<void> => byHand(directory, clock, ({ tenants }) => tenants.tick(ms));

async function applied(): Promise<void> {
  const { code, stdout, stderr } = await accord("apply", "--yes", "--sandbox");
  expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
}

/** What a plan asked, as `--verbose` tells it. */
async function planned(): Promise<Calls> {
  const { code, stdout, stderr } = await accord("plan", "--sandbox", "--verbose");
  expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  const all = [...stderr.matchAll(/^((?:GET|POST) \/\S*) \d{3}\b/gm)].map(([, call = ""]) => call);
  const counted = all.filter((call) => !ASIDE.some((one) => one.test(call)));
  const of = (name: Instance): readonly string[] => counted.filter((call) => OWN_PATHS[name].test(call));
  const calls = { okta: of("okta"), c1: of("c1"), pagerduty: of("pagerduty") };
  expect(Object.values(calls).flat().length).toBe(counted.length);
  return calls;
}

/** Names the calls where there are too many. */
function expectAtMost(calls: readonly string[], floor: number): void {
  expect(calls.length <= floor + SPARE ? [] : calls, `the floor is ${floor}`).toEqual([]);
}

test("the first plan, before anything exists", async () => {
  const calls = await planned();
  expectAtMost(calls.okta, sum(OKTA.groups));
  expectAtMost(calls.pagerduty, sum(PAGERDUTY));
  expectAtMost(calls.c1, sum(C1));
});

test("a plan that finds everything as declared", async () => {
  await applied();
  const calls = await planned();
  expectAtMost(calls.okta, sum(OKTA.groups));
  expectAtMost(calls.pagerduty, sum(PAGERDUTY));
  expectAtMost(calls.c1, sum(C1, ENROLMENT_ENTITLEMENTS, EACH_PROFILE, OWNERS));
});

test("a plan that has to say why somebody is in a group", async () => {
  await applied();
  await pass(3 * HOUR);
  const calls = await planned();
  expectAtMost(calls.okta, sum(OKTA));
  expectAtMost(calls.pagerduty, sum(PAGERDUTY));
  expectAtMost(calls.c1, sum(C1, ENROLMENT_ENTITLEMENTS, EACH_PROFILE, OWNERS, REASONS));
});

test("nine more profiles cost four calls each, and nothing more", async () => {
  await applied();
  await pass(3 * HOUR);
  const one = await planned();
  await declareNineMore();
  await applied();
  await pass(3 * HOUR);
  const ten = await planned();
  expect(ten.okta.length).toBe(one.okta.length);
  expect(ten.pagerduty.length).toBe(one.pagerduty.length);
  expect(ten.c1.length - one.c1.length).toBe(9 * sum(EACH_PROFILE));
});

test("profiles that nobody declared cost nothing", async () => {
  const forgetNine = await declareNineMore();
  await applied();
  await pass(3 * HOUR);
  await forgetNine();
  const crowded = await planned();
  expectAtMost(crowded.c1, sum(C1, ENROLMENT_ENTITLEMENTS, EACH_PROFILE, OWNERS, REASONS));
});

test("lookups of nine documents, each of something else, cost as much as those of one", async () => {
  const numbers = Array.from({ length: 9 }, (_, n) => n + 1);
  const groups = numbers.map((n) => `---\nkind: okta/group\nname: team-${n}\nspec: { name: team-${n} }\n`).join("");
  const holding = (n: number): string => `---
kind: c1/access-profile
name: team-${n}
spec:
  displayName: Team ${n}
  entitlements: [{ app: { name: Okta }, resource: { type: Group, name: team-${n} }, slug: member }]
`;
  const before = await readFile(join(directory, "on-call.yaml"), "utf8");
  const declare = (documents: string): Promise<void> => writeFile(join(directory, "on-call.yaml"), before + documents);
  await declare(groups);
  await applied();
  await pass(3 * HOUR);
  await declare(groups + holding(1));
  const one = await planned();
  await declare(groups + numbers.map(holding).join(""));
  expect((await planned()).c1.length).toBe(one.c1.length);
});

/** Gives what takes them back out of the stack; they stay live. */
async function declareNineMore(): Promise<() => Promise<void>> {
  const file = join(directory, "on-call.yaml");
  const before = await readFile(file, "utf8");
  const numbers = Array.from({ length: 9 }, (_, n) => n + 1);
  await writeFile(file, before + numbers.map(anotherProfile).join(""));
  return async () => {
    for (const n of numbers) {
      for (const kind of ["membership-automation", "access-profile"]) {
        const { code, stderr } = await accord("forget", `c1/${kind}/on-call-${n}`, "--sandbox", "--yes");
        expect({ code, stderr }).toMatchObject({ code: 0 });
      }
    }
    await writeFile(file, before);
  };
}

/** For the same people, by the same lookups. */
function anotherProfile(n: number): string {
  const onCall =
    '{ app: { name: PagerDuty }, resource: { type: Schedule, externalId: "$' +
    '{pagerduty/schedule/primary.id}" }, slug: on-call }';
  return `
---
kind: c1/access-profile
name: on-call-${n}
labels: { on-call: "true" }
spec:
  displayName: On-call ${n}
  entitlements: [c1/entitlement/prod-breakglass]
  requests: { enabled: true, visibleTo: [${onCall}] }
  joiner: { approvalPolicy: c1/policy/auto-approve, entitlementPolicies: bypass }
  leaver: { access: revoke-unjustified, entitlementPolicies: bypass }
---
kind: c1/membership-automation
name: on-call-${n}
spec: { profile: c1/access-profile/on-call-${n}, holders: [${onCall}], grantAndRevoke: true }
`;
}
