/** The other ways that a change can take: from a fork, before it is merged, without a pull request, with its stack. */
import { expect, test } from "vitest";
import { type Forge, forge } from "../support/forge.ts";

const group = (...members: readonly string[]): string => `---
kind: okta/group
name: prod
spec: { name: prod, members: [${members.map((one) => `${one}@acme.example`).join(", ")}] }
`;

async function begun(settings = ""): Promise<Forge> {
  const acme = await forge(group("ada"), { settings });
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 0 });
  return acme;
}

const plan = (acme: Forge, number: number) => acme.ci("plan", { event: "pull_request_target", number });
const members = (acme: Forge) => acme.okta.members("prod");
const toTenants = (acme: Forge) => acme.writes().filter((request) => !/ \/(repos\/|graphql$)/.test(request));

test("before it is merged, on a comment: only by who may write, only when GitHub would merge it, and it holds the stack", async () => {
  const acme = await begun("ci: { apply: comment }");
  acme.hub.person({ login: "mallory", role: "read", name: "mallory", emails: ["mallory@acme.example"] });
  acme.hub.protect("main", { approvals: 1 });
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const first = await acme.ada.open({ branch: "linus" });
  await acme.push("grace", { "main.yaml": group("ada", "grace") });
  const second = await acme.ada.open({ branch: "grace" });
  for (const number of [first, second]) await plan(acme, number);
  const command = async (login: string, number: number) => {
    const comment = await acme.hub.as(login).comment(number, "/accord apply");
    return acme.ci("apply", { event: "issue_comment", number, comment });
  };

  expect((await command("mallory", first)).stderr).toContain("mallory may not write to acme/access");
  const blocked = await command("ada", first);
  expect(blocked).toMatchObject({ code: 1 });
  expect(blocked.stderr).toContain(`GitHub would not merge #${first} now (blocked)`);
  expect(await members(acme)).toEqual(["ada"]);

  await acme.ben.approve(first);
  await acme.ben.approve(second);
  // While it is applied, the branch is pushed to: what was looked at is applied, and the comment says which that was.
  const pushed = acme.onWrite(() => acme.push("linus", { "note.md": "Later.\n" }));
  expect(await command("ada", first)).toMatchObject({ code: 0 });
  await pushed;
  expect(await acme.comment(first)).toMatch(/The branch was pushed to while `?#1`? was applied/);
  expect(await members(acme)).toEqual(["ada", "linus"]);

  const held = await command("ada", second);
  expect(held).toMatchObject({ code: 1 });
  expect(held.stderr).toContain(`is held by #${first}, which is applied and not merged yet`);
  await plan(acme, second);
  expect(await acme.comment(second)).toMatch(new RegExp(`#${first}. is applied and not merged yet`));

  // Closed without a merge it holds nothing any more, and says what it leaves.
  await acme.ada.close(first);
  const closed = await acme.ci("apply", { event: "pull_request_target", number: first, action: "closed" });
  expect(closed).toMatchObject({ code: 1 });
  expect(closed.stderr).toContain("was applied and then closed without being merged");
  // What the first has given would be taken by the second, and nobody has approved that.
  expect((await command("ada", second)).stdout).toMatch(/this one also takes "member of prod" in okta from linus/);
});

test("closed while it is applied, it is applied to its end, and the comment says what that leaves", async () => {
  const acme = await begun("ci: { apply: comment }");
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const number = await acme.ada.open({ branch: "linus" });
  await plan(acme, number);
  await acme.ben.approve(number);
  const closed = acme.onWrite(() => acme.ada.close(number));
  const comment = await acme.ada.comment(number, "/accord apply");
  expect(await acme.ci("apply", { event: "issue_comment", number, comment })).toMatchObject({ code: 0 });
  await closed;
  expect(await members(acme)).toEqual(["ada", "linus"]);
  expect(await acme.comment(number)).toMatch(/was closed while it was applied/);
});

test("from a fork it is evaluated without credentials, until somebody who may write has looked at it", async () => {
  const acme = await begun();
  const fork = await acme.hub.fork("mallory");
  acme.hub.person({ login: "mallory", role: "read", name: "mallory", emails: ["mallory@acme.example"] });
  await acme.push("evil", { "main.yaml": group("ada", "mallory") }, { as: "mallory" });
  await acme.git("push", "--quiet", fork, "evil");
  await acme.git("push", "--quiet", "origin", ":evil");
  const number = await acme.hub.as("mallory").open({ branch: "mallory:evil" });
  let asked = 0;
  acme.onRequest(() => {
    asked += 1;
  });
  const looked = await plan(acme, number);
  expect(looked).toMatchObject({ code: 3 });
  expect(asked).toBe(0);
  expect(await acme.comment(number)).toMatch(/comes from a fork.*`\/accord plan`/s);

  const comment = await acme.ben.comment(number, "Looks right.\n/accord plan");
  expect(await acme.ci("plan", { event: "issue_comment", number, comment })).toMatchObject({ code: 3 });
  expect(asked).toBeGreaterThan(0);
  expect(await acme.comment(number)).toMatch(/1 person gains access/);
});

test("several merges in one push are applied one after the other, each by its own approvals; a push alone by nobody's", async () => {
  const acme = await begun();
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const first = await acme.ada.open({ branch: "linus" });
  await plan(acme, first);
  await acme.ben.approve(first);
  await plan(acme, first);
  const before = await acme.git("rev-parse", "origin/main");
  await acme.ada.merge(first);
  await acme.push("grace", { "main.yaml": group("ada", "linus", "grace") });
  const second = await acme.ada.open({ branch: "grace" });
  await plan(acme, second);
  await acme.ada.merge(second, "squash");
  const applied = await acme.ci("apply", { event: "push", before });
  expect(applied).toMatchObject({ code: 3 });
  expect(await members(acme)).toEqual(["ada", "linus"]);
  expect(await acme.comment(first)).toMatch(/[Aa]pplied/);
  expect(await acme.comment(second)).toMatch(/[Nn]ot approved|Nothing was applied|nobody/);

  acme.writes();
  await acme.push("main", { "main.yaml": group("ada", "linus", "grace", "mallory") });
  const pushed = await acme.ci("apply", { event: "push" });
  expect(pushed).toMatchObject({ code: 1 });
  expect(pushed.stderr).toContain("was pushed without a pull request");
  expect(toTenants(acme)).toEqual([]);
});

test("a stack that comes or goes with the pull request, and a plan that is kept nowhere any more", async () => {
  const acme = await begun();
  await acme.push("gone", { "accord.yaml": null, "main.yaml": null });
  const number = await acme.ada.open({ branch: "gone" });
  await plan(acme, number);
  expect(await acme.comment(number)).toMatch(/1 (of its objects|object)/);

  const settings = (await acme.git("show", "main:accord.yaml")).replace("stack: acme", "stack: other");
  await acme.push("new", { "other/accord.yaml": settings, "other/main.yaml": group("ada") });
  const fresh = await acme.ada.open({ branch: "new" });
  expect(await plan(acme, fresh)).toMatchObject({ code: 3 });
  expect(await acme.comment(fresh)).toMatch(/Nothing on the base branch says yet how this stack is judged/);

  await acme.push("two", { "main.yaml": group("ada", "linus", "grace") });
  const two = await acme.ada.open({ branch: "two" });
  await plan(acme, two);
  await acme.ben.approve(two);
  await acme.clock.sleep(2 * 86_400_000);
  await acme.push("two", { "main.yaml": group("ada", "linus") });
  await plan(acme, two);
  expect(await acme.comment(two)).toMatch(/approved another plan, which is not kept any more/);

  // State in files goes with a hosted runner: nothing is planned on it, or applied.
  await acme.push("main", {
    "accord.yaml": (await acme.git("show", "main:accord.yaml")).replace("state: { backend: git }", ""),
  });
  acme.env.RUNNER_ENVIRONMENT = "github-hosted";
  expect(await plan(acme, two)).toMatchObject({ code: 1 });
  expect(await acme.comment(two)).toMatch(/keeps its state in files/);
});

test("what a workflow has to pass on is named where it is missing", async () => {
  const acme = await forge(group("ada"));
  const said = async (): Promise<string> => (await acme.accord("ci", "plan", "--pull", "1")).stderr;
  expect(await said()).toContain("The environment variable GITHUB_REPOSITORY is not set.");
  acme.env.GITHUB_REPOSITORY = "acme/access";
  expect(await said()).toContain("The environment variable GITHUB_TOKEN is not set.");
});
