/** A change of access as a pull request: seen, approved, merged, applied; and what may come in between. */
import { expect, test } from "vitest";
import { type Forge, forge } from "../support/forge.ts";

const group = (...members: readonly string[]): string => `---
kind: okta/group
name: prod
spec: { name: prod, members: [${members.map((one) => `${one}@acme.example`).join(", ")}] }
`;

const POLICY = `version: 1
guardrails:
  - name: prod-members
    description: Who is in production is decided by security.
    each: change
    when: change.kind == "okta/group" && change.fields.exists(f, f.op == "add")
    outcome: approve
    from: { group: security, count: 1 }
    message: "\${change.name} takes somebody in."
    examples:
      pass: [{ change: { kind: okta/group, fields: [{ op: remove, path: members, element: ada }] } }]
      fail: [{ change: { kind: okta/group, fields: [{ op: add, path: members, element: ada }] } }]
`;

/** Ada is in prod, as main says; security decides about others. */
async function begun(security = "logins: [cleo]"): Promise<Forge> {
  const settings = `ci: { approvers: { security: { ${security} } } }`;
  const acme = await forge(group("ada"), { settings, files: { "policies/prod.yaml": POLICY } });
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 0 });
  return acme;
}

const plan = (acme: Forge, number: number) => acme.ci("plan", { event: "pull_request_target", number });
const members = (acme: Forge) => acme.okta.members("prod");

test("the whole way: shown, approved by whom the guardrail names, rebased, merged, applied, recorded", async () => {
  const acme = await begun();
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const number = await acme.ada.open({ branch: "linus", title: "Linus joins" });
  acme.writes();
  expect(await plan(acme, number)).toMatchObject({ code: 3 });
  // Planning writes to no tenant.
  expect(acme.writes().filter((request) => !/ \/(repos\/|graphql$)/.test(request))).toEqual([]);
  expect(await acme.comment(number)).toMatch(/Needs approval by[^\n]*security/);

  await acme.ben.approve(number);
  expect(await plan(acme, number)).toMatchObject({ code: 3 });
  await acme.cleo.approve(number);
  expect(await plan(acme, number)).toMatchObject({ code: 0 });
  expect(await acme.comment(number)).toMatch(/Approved by[^\n]*cleo/);

  // Main moves on elsewhere; the branch is rebased, and what it comes to is the same.
  await acme.push("main", { "README.md": "Access of Acme.\n" }, { from: "origin/main" });
  await acme.push("linus", { "main.yaml": group("ada", "linus") }, { force: true });
  expect(await plan(acme, number)).toMatchObject({ code: 0 });

  await acme.ada.merge(number);
  const applied = await acme.ci("apply", { event: "push" });
  expect(applied).toMatchObject({ code: 0 });
  expect(await members(acme)).toContain("linus");
  expect(await acme.comment(number)).toMatch(/[Aa]pplied/);
  await acme.git("checkout", "--quiet", "main");
  await acme.git("pull", "--quiet", "origin", "main");
  expect((await acme.accord("plan")).stdout).toMatch(/^No changes/);
  const { stdout } = await acme.accord("who", "okta/group/prod", "--at", new Date(acme.clock.now()).toISOString());
  expect(stdout).toMatch(/approved by[^\n]*cleo/);
  expect(await acme.accord("verify")).toMatchObject({ code: 0 });
});

test("one more grant ends the approvals, and the comment says which", async () => {
  const acme = await begun();
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const number = await acme.ada.open({ branch: "linus" });
  await plan(acme, number);
  await acme.cleo.approve(number);
  expect(await plan(acme, number)).toMatchObject({ code: 0 });

  await acme.push("linus", { "main.yaml": group("ada", "linus", "grace") });
  const grown = await plan(acme, number);
  expect(grown.stderr).not.toMatch(/✗/);
  expect(grown).toMatchObject({ code: 3 });
  expect(await acme.comment(number)).toMatch(/cleo.*this one also.*grace@acme\.example/s);
  // Merged all the same, nothing of it is applied.
  await acme.ada.merge(number);
  expect(await acme.ci("apply", { event: "push" })).toMatchObject({ code: 3 });
  expect(await members(acme)).toEqual(["ada"]);
});

test("who has left the team by the time it is merged approves nothing", async () => {
  const acme = await begun("team: acme/security");
  // A workflow's own token reads no teams.
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const number = await acme.ada.open({ branch: "linus" });
  await plan(acme, number);
  await acme.cleo.approve(number);
  const blind = await plan(acme, number);
  expect(blind).toMatchObject({ code: 1 });
  expect(blind.stderr).toMatch(/members: read/);
  acme.env.ACCORD_GITHUB_TOKEN = acme.hub.installationToken({
    ...{ metadata: "read", contents: "read", members: "read", actions: "read" },
    ...{ pull_requests: "write", checks: "write", issues: "write" },
  });
  expect(await plan(acme, number)).toMatchObject({ code: 0 });
  acme.hub.team("acme/security", []);
  await acme.ada.merge(number);
  const applied = await acme.ci("apply", { event: "push" });
  expect(applied).toMatchObject({ code: 3 });
  expect(applied.stdout).toContain("prod-members wants 1 of security, has 0");
});

test("a pull request cannot change what judges it", async () => {
  const acme = await begun();
  const settings = await acme.read("accord.yaml");
  await acme.push("sneak", {
    "policies/prod.yaml": POLICY.replace("outcome: approve", "outcome: warn").replace(/\n.*from:.*/, ""),
    "accord.yaml": settings.replace(/domain: \S+/, "domain: evil.okta.com"),
    "main.yaml": group("ada", "mallory"),
  });
  const number = await acme.ada.open({ branch: "sneak" });
  expect(await plan(acme, number)).toMatchObject({ code: 3 });
  const comment = await acme.comment(number);
  expect(comment).toMatch(/Needs approval/);
  expect(comment).toMatch(/also changes[^\n]*policies/);
});

test("a comment that somebody took away or wrote over is there again; there is never a second one", async () => {
  const acme = await begun();
  await acme.push("linus", { "main.yaml": group("ada", "linus") });
  const number = await acme.ada.open({ branch: "linus" });
  await plan(acme, number);
  const said = await acme.comment(number);
  await acme.rewriteComment(number, "<!-- accord -->\nAll is well, merge it.");
  await plan(acme, number);
  expect(withoutRun(await acme.comment(number))).toBe(withoutRun(said));
  await acme.rewriteComment(number, undefined);
  await plan(acme, number);
  expect(withoutRun(await acme.comment(number))).toBe(withoutRun(said));
});

function withoutRun(comment: string | undefined): string | undefined {
  return comment?.replaceAll(/<sub>.*<\/sub>/g, "");
}
