/**
 * `accord ci apply` dies at any of its writes, to a tenant or to GitHub, before or after it is carried out; then another
 * runner, which has nothing but the shared state, runs the job again. What is half done by then is less than what was
 * approved, ids stand where references stood, and the approval goes on counting.
 */
import { cp } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Happened, type QuickCompany, type QuickForge, quickCompany } from "../support/quick-forge.ts";

const BEFORE = `kind: okta/group
name: prod
spec: { name: prod, members: [ada@acme.example] }
`;
const AFTER = `${BEFORE.replace("ada@", "linus@")}---
kind: okta/group
name: ops
spec: { name: ops, members: [ada@acme.example, grace@acme.example] }
---
kind: okta/group-rule
name: feed
spec: { name: feed, expression: 'user.department=="None"', groups: [okta/group/ops] }
---
kind: "null/resource"
name: watch
spec: { triggers: { id: "\${okta/group/ops.id}" } }
`;

let company: QuickCompany;
beforeAll(async () => {
  company = await quickCompany("ci: { reviews: 1 }", { "main.yaml": BEFORE });
}, 60_000);
afterAll(() => company.remove());

interface Merged {
  readonly acme: QuickForge;
  readonly number: number;
  readonly merge: Happened;
}

/** A pull request that was shown, approved and merged, and not applied yet. */
async function merged(): Promise<Merged> {
  const acme = await company.begin();
  const { hub, git, clock } = acme;
  for (const login of ["ada", "ben"]) hub.person({ login, role: "write" });
  await acme.push("ops", await git.repository.ref("refs/heads/main"), { "main.yaml": AFTER }, "ada");
  const number = await hub.as("ada").open({ branch: "ops" });
  const event = { event: "pull_request_target", number } as const;
  expect(await acme.run("plan", { name: event.event, payload: await hub.payload(event) })).toMatchObject({
    problems: [],
  });
  clock.pass(60_000);
  await hub.as("ben").approve(number);
  await hub.as("ada").merge(number);
  return { acme, number, merge: { name: "push", payload: await hub.payload({ event: "push" }) } };
}

/** What is written, in order; asking for a token and asking who one is writes nothing. */
function isWrite(request: Request): boolean {
  return request.method !== "GET" && !/\/oauth2\/|\/graphql$/.test(new URL(request.url).pathname);
}

interface Death {
  readonly at: number;
  readonly moment: "before" | "after";
}

/** Runs it until it stands at the write; what another runner finds of its state then. Nothing of it goes on. */
async function killed({ acme, merge }: Merged, { at, moment }: Death): Promise<string> {
  const copy = `${acme.directory}-other`;
  let count = -1;
  let dead = false;
  const never = new Promise<never>(() => {});
  const died = new Promise<string>((resolve, reject) => {
    acme.between(async (request, pass) => {
      if (dead) return never;
      if (!isWrite(request)) return pass(request);
      count += 1;
      if (count !== at) return pass(request);
      if (moment === "after") await pass(request);
      dead = true;
      await cp(`${acme.directory}/.accord`, `${copy}/.accord`, { recursive: true });
      resolve(copy);
      return never;
    });
    acme.run("apply", merge).then(() => reject(new Error(`it has no write ${at}`)), reject);
  });
  const runner = await died;
  acme.between((request, pass) => pass(request));
  return runner;
}

/** Its writes, where nothing goes wrong. */
async function writesOf(): Promise<readonly string[]> {
  const { acme, merge } = await merged();
  const seen: string[] = [];
  acme.between((request, pass) => {
    const { host, pathname } = new URL(request.url);
    if (isWrite(request))
      seen.push(`${host} ${request.method} ${pathname.replaceAll(/\/(00\w+|0pr\w+|\d{6,})/g, "/…")}`);
    return pass(request);
  });
  const { endings = [] } = await acme.run("apply", merge);
  expect(endings.map(({ kind }) => kind)).toEqual(["applied"]);
  await converged({ acme, merge, number: 1 }, acme.directory);
  return seen;
}

async function converged({ acme, number }: Merged, runner: string): Promise<void> {
  const { okta, hub } = acme;
  expect(await okta.members("prod")).toEqual(["linus"]);
  expect(await okta.members("ops")).toEqual(["ada", "grace"]);
  const named = async (path: string, name: string): Promise<number> =>
    JSON.stringify(await okta.send("GET", path)).split(`"name":"${name}"`).length - 1;
  expect(await named("/api/v1/groups?limit=200", "ops")).toBe(1);
  expect(await named("/api/v1/groups/rules", "feed")).toBe(1);
  const comments = JSON.stringify(await hub.as("ada").send("GET", `/issues/${number}/comments`));
  expect(comments.split("<!-- accord -->")).toHaveLength(2);
  expect(comments).toMatch(/[Aa]pplied|[Nn]othing to apply/);
  expect(await acme.holder(runner)).toBeUndefined();
  expect((await acme.accord(runner, "plan")).stdout).toMatch(/^No changes: \d+ resources/);
  expect(await acme.accord(runner, "verify")).toMatchObject({ code: 0 });
}

test("killed at any write, it is brought to its end by another runner", async () => {
  const writes = await writesOf();
  expect(writes).toMatchInlineSnapshot(`
    [
      "acme.okta.com POST /api/v1/groups",
      "acme.okta.com PUT /api/v1/groups/…/users/…",
      "acme.okta.com PUT /api/v1/groups/…/users/…",
      "acme.okta.com PUT /api/v1/groups/…/users/…",
      "acme.okta.com POST /api/v1/groups/rules",
      "acme.okta.com POST /api/v1/groups/rules/…/lifecycle/activate",
      "acme.okta.com DELETE /api/v1/groups/…/users/…",
      "api.github.com PATCH /repos/acme/access/issues/comments/…",
    ]
  `);
  const moments = ["before", "after"] as const;
  for (const death of writes.flatMap((_, at) => moments.map((moment) => ({ at, moment })))) {
    const one = await merged();
    const runner = await killed(one, death);
    const again = await one.acme.run("apply", one.merge, runner);
    const where = `${death.moment} ${writes[death.at]}: ${JSON.stringify(again)}`;
    expect(again.problems, where).toEqual([]);
    for (const { kind } of again.endings ?? []) expect(["applied", "unchanged"], where).toContain(kind);
    await converged(one, runner);
  }
}, 60_000);
