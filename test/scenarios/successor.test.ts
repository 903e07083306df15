/** An object of ours that is gone while another has its name: made by somebody else, or by an update that was cut short. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const team = (more = ""): string => `
kind: okta/group
name: team
${more}
spec: { name: team, members: [ada@acme.example] }
`;

describe("a group that somebody deleted and made again", () => {
  async function madeAgain(document: string): Promise<Company> {
    const acme = await company(document);
    await applied(acme);
    await acme.okta.deleteGroup("team");
    await acme.okta.makeGroup("team", ["mallory"]);
    acme.writes();
    return acme;
  }

  test("is a problem that says so, and nothing is made beside it", async () => {
    const acme = await madeAgain(team());
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ okta/group "team" of this stack is gone (00g…), and another has its name (00g…).
          main.yaml:2:1  okta/group/team
          → Take it over with \`accord forget okta/group/team\`, then \`accord import okta/group/team 00g…\`, or write \`adopt: true\` in the document.

      1 problem."
    `);
    expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 1 });
    expect(acme.writes()).toEqual([]);
  });

  test("is taken over by the way that the problem shows", async () => {
    const acme = await madeAgain(team());
    expect(await acme.accord("forget", "okta/group/team", "--yes")).toMatchObject({ code: 0 });
    const id = await acme.okta.groupId("team");
    const refused = await acme.accord("import", "okta/group/team", id);
    expect(refused.stderr).toContain(
      "holds 1 element in members that the document does not list: mallory@acme.example",
    );
    await acme.declare(team("adopt: { prune: true }"));
    expect(await acme.accord("import", "okta/group/team", id)).toMatchObject({ code: 0 });
    await applied(acme);
    expect(await acme.okta.members("team")).toEqual(["ada"]);
    await nothingLeft(acme);
  });

  test("is adopted where the document says so, and who is in it now is named", async () => {
    const acme = await madeAgain(team("adopt: { prune: true }"));
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 0 to create, 0 to change, 0 to delete, 1 to adopt. Allowed.
      1 person gains access; 1 person loses access.

      1 person gains access
        + member of team
            ada@acme.example
            through okta/group/team

      1 person loses access
        - member of team
            mallory@acme.example
            through okta/group/team

      Changed outside Accord since the last apply
        okta/group/team  gone: somebody deleted it

      okta/group
        = okta/group/team  bound to the existing object 00g…
            members - mallory@acme.example
            members + ada@acme.example

      Next: accord apply"
    `);
    await applied(acme);
    expect(await acme.okta.members("team")).toEqual(["ada"]);
    await nothingLeft(acme);
  });

  test("is not what a saved plan was made for", async () => {
    const acme = await company(team("adopt: { prune: true }"));
    await applied(acme);
    await acme.okta.deleteGroup("team");
    expect((await acme.accord("plan", "--out", "plan.json")).code).toBe(0);
    await acme.okta.makeGroup("team", ["mallory"]);
    expect(await acme.accord("apply", "plan.json", "--yes")).toMatchObject({ code: 5 });
    await applied(acme);
    expect(await acme.okta.members("team")).toEqual(["ada"]);
  });
});

/** Okta only replaces a rule whose group was deleted: the old one goes, a new one comes, in the middle of an update. */
describe("a rule that had to be replaced", () => {
  const rule = `${team()}---
kind: okta/group-rule
name: feed
spec: { name: feed, expression: 'user.department=="None"', groups: [okta/group/team], status: active }
`;

  test.for([
    ["the deletion of the old one", "DELETE", "refused"],
    ["the deletion of the old one", "DELETE", "lost"],
    ["the new one", "POST", "refused"],
    ["the new one", "POST", "dropped"],
    ["the new one", "POST", "lost"],
    ["its activation", "activate", "refused"],
    ["its activation", "activate", "dropped"],
    ["its activation", "activate", "lost"],
  ] as const)("comes about by the next apply, where %s (%s) was %s", async ([, what, how]) => {
    const acme = await company(rule);
    await applied(acme);
    await acme.okta.deleteGroup("team");
    acme.between(async (request, pass) => {
      const { pathname } = new URL(request.url);
      const hit =
        pathname.includes("/rules") && (pathname.endsWith("/activate") ? "activate" : request.method) === what;
      if (!hit || pathname.endsWith("/deactivate")) return pass(request);
      if (how === "refused") return Response.json({ errorCode: "E0000006", errorSummary: "No" }, { status: 403 });
      if (how === "lost") await pass(request);
      throw new TypeError("fetch failed");
    });
    expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 4 });
    acme.between((request, pass) => pass(request));
    await acme.clock.sleep(60_000);
    await applied(acme);
    await nothingLeft(acme);
    const rules = (await acme.okta.send("GET", "/api/v1/groups/rules")) as readonly { name: string; status: string }[];
    expect(rules.filter(({ name }) => name.startsWith("feed"))).toMatchObject([{ name: "feed", status: "ACTIVE" }]);
    expect((await acme.accord("verify")).code).toBe(0);
  });
});
