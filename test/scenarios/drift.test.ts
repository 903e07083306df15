/** Three-way: what somebody did live is drift, what the document says anew is intent; and absence has to be proven. */
import { describe, expect, test } from "vitest";
import { applied, company, nothingLeft, report } from "../support/company.ts";

const PROD = `
kind: okta/group
name: prod
spec: { name: prod, description: Production shell, members: [ada@acme.example] }
`;

test("drift says what moved since the last apply, and who did it", async () => {
  const acme = await company(PROD);
  await applied(acme);
  const calm = await acme.accord("drift");
  expect([calm.code, report(calm.stdout)]).toEqual([0, "No drift: 1 resource, live as last applied."]);
  await acme.okta.add("prod", "mallory");
  await acme.okta.describe("prod", "Free for all");
  const { code, stdout } = await acme.accord("drift");
  expect(code).toBe(2);
  expect(report(stdout)).toMatchInlineSnapshot(`
    "Drift: 1 of 1 resource changed outside Accord.

      okta/group/prod
          members     + mallory@acme.example
          description   "Production shell" → "Free for all"
          by Trent Admin (trent@acme.example), 2026-03-03 10:00 UTC (group.user_membership.add)

    Next: accord plan shows what an apply would take back; change the stack to keep it."
  `);
  await applied(acme);
  expect(await acme.okta.members("prod")).toEqual(["ada"]);
  await nothingLeft(acme);
});

test("a change of the document is not drift, and both are told apart in one plan", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.okta.add("prod", "mallory");
  await acme.declare(PROD.replace("[ada@", "[ada@acme.example, grace@"));
  expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
    "Plan: 0 to create, 1 to change, 0 to delete. Allowed.
    1 person gains access; 1 person loses access.

    1 person gains access
      + member of prod
          grace@acme.example
          through okta/group/prod

    1 person loses access
      - member of prod
          mallory@acme.example
          through okta/group/prod

    Changed outside Accord since the last apply
      okta/group/prod
          members + mallory@acme.example

    okta/group
      ~ okta/group/prod
          members - mallory@acme.example
          members + grace@acme.example

    Next: accord apply"
  `);
  expect((await acme.accord("drift")).stdout).not.toContain("grace");
  await applied(acme);
  await nothingLeft(acme);
});

test("drift that the document has come to agree with needs no change", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.okta.add("prod", "grace");
  await acme.declare(PROD.replace("[ada@", "[ada@acme.example, grace@"));
  await nothingLeft(acme);
  await applied(acme);
  expect((await acme.accord("drift")).code).toBe(0);
});

test("--refresh-only takes drift over into state and touches nothing live", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.okta.add("prod", "mallory");
  acme.writes();
  expect(await acme.accord("apply", "--refresh-only", "--yes")).toMatchObject({ code: 0 });
  expect(acme.writes()).toEqual([]);
  expect((await acme.accord("drift")).code).toBe(0);
  // The document still says otherwise: that is intent now.
  expect((await acme.accord("plan")).stdout).toContain("members - mallory@acme.example");
});

describe("absence", () => {
  /** Answers like a credential that lost its role: every list of groups is empty (okta.md §1.6). */
  const blankLists = (request: Request, pass: (request: Request) => Promise<Response>): Promise<Response> =>
    new URL(request.url).pathname === "/api/v1/groups" && request.method === "GET"
      ? Promise.resolve(new Response("[]", { headers: { "content-type": "application/json" } }))
      : pass(request);

  test("an empty list is not a fact: what is owned is asked for by id", async () => {
    const acme = await company(PROD);
    await applied(acme);
    acme.between(blankLists);
    await nothingLeft(acme);
  });

  test("absent from the list and by id: gone, and made again", async () => {
    const acme = await company(PROD);
    await applied(acme);
    await acme.okta.deleteGroup("prod");
    expect(report((await acme.accord("plan")).stdout)).toMatchInlineSnapshot(`
      "Plan: 1 to create, 0 to change, 0 to delete. Allowed.

      1 person gains access
        + member of prod
            ada@acme.example
            through okta/group/prod

      Changed outside Accord since the last apply
        okta/group/prod  gone: somebody deleted it

      okta/group
        + okta/group/prod
            members     + ada@acme.example
            name          prod
            description   "Production shell"

      Next: accord apply"
    `);
    await applied(acme);
    expect(await acme.okta.members("prod")).toEqual(["ada"]);
    await nothingLeft(acme);
  });

  test("gone, and no longer declared: only forgotten", async () => {
    const acme = await company(`${PROD}---\nkind: okta/group\nname: other\nspec: { name: other }\n`);
    await applied(acme);
    await acme.okta.deleteGroup("other");
    await acme.declare(PROD);
    acme.writes();
    await applied(acme);
    expect(acme.writes()).toEqual([]);
    await nothingLeft(acme);
  });

  test("a blank answer where blank cannot be stops the plan", async () => {
    const acme = await company(PROD);
    await applied(acme);
    acme.between(async (request, pass) => {
      const answer = await pass(request);
      if (new URL(request.url).pathname !== "/api/v1/groups" || request.method !== "GET") return answer;
      return new Response((await answer.text()).replace('"name":"prod"', '"name":""'), answer);
    });
    const { code, stderr } = await acme.accord("plan");
    expect(code).toBe(1);
    expect(report(stderr)).toMatchInlineSnapshot(`
      "Reading okta, pagerduty, null
      ✗ Okta's answer for a group's profile has not "name".
          main.yaml:2:1  okta/group/prod
          → Something between here and Okta may answer in its place; \`--verbose\` shows the requests.

      1 problem."
    `);
  });
});

test("our own write that reads do not show yet is converging, within the window and not a moment longer", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.declare(PROD.replace("Production shell", "Shell"));
  await applied(acme);
  // As if the read came from a replica that lags.
  acme.between(async (request, pass) => {
    const answer = await pass(request);
    if (request.method !== "GET") return answer;
    return new Response(
      (await answer.text()).replace('"description":"Shell"', '"description":"Production shell"'),
      answer,
    );
  });
  await nothingLeft(acme);
  expect((await acme.accord("plan")).stdout).toContain("converging: description was written");
  expect((await acme.accord("drift")).code).toBe(0);
  acme.clock.pass(11_000);
  expect((await acme.accord("drift")).code).toBe(2);
  expect((await acme.accord("plan", "--detailed-exitcode")).code).toBe(2);
});

test("inside the window too, what is neither our value nor the one before it is somebody else's", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.declare(PROD.replace("Production shell", "Shell"));
  await applied(acme);
  acme.between(async (request, pass) => {
    const answer = await pass(request);
    if (request.method !== "GET") return answer;
    return new Response((await answer.text()).replace('"description":"Shell"', '"description":"Free for all"'), answer);
  });
  expect((await acme.accord("drift")).stdout).toContain('Shell → "Free for all"');
});

test("what goes back inside the window is written, whatever a lagging read says", async () => {
  const acme = await company(PROD);
  await applied(acme);
  await acme.declare(PROD.replace("Production shell", "Shell"));
  await applied(acme);
  await acme.declare(PROD);
  acme.between(async (request, pass) => {
    const answer = await pass(request);
    if (request.method !== "GET") return answer;
    return new Response(
      (await answer.text()).replace('"description":"Shell"', '"description":"Production shell"'),
      answer,
    );
  });
  expect((await acme.accord("plan")).stdout).toContain('Shell → "Production shell"');
  await applied(acme);
  acme.between((request, pass) => pass(request));
  expect(await acme.okta.profile("prod")).toMatchObject({ description: "Production shell" });
  await nothingLeft(acme);
});

describe("our own entries in the audit log", () => {
  const client = /clientId: (\w+)/;
  const by = (stdout: string): string | undefined => /^ +by (.*)$/m.exec(stdout)?.[1];

  test("are not whom we blame, also where nobody else's are found", async () => {
    const acme = await company(PROD);
    await applied(acme);
    await acme.okta.describe("prod", "Free for all");
    // Trent's own entry comes late, as Okta's log does.
    acme.between(async (request, pass) => {
      const answer = await pass(request);
      if (new URL(request.url).pathname !== "/api/v1/logs") return answer;
      const entries = JSON.parse(await answer.text()) as { actor: { alternateId: string } }[];
      expect(entries.some(({ actor }) => !actor.alternateId.startsWith("trent"))).toBe(true);
      return new Response(
        JSON.stringify(entries.filter(({ actor }) => !actor.alternateId.startsWith("trent"))),
        answer,
      );
    });
    const { code, stdout } = await acme.accord("drift");
    expect([code, by(stdout)]).toEqual([2, "unknown"]);
  });

  test("are named where another state's run did it", async () => {
    const acme = await company(PROD);
    await applied(acme);
    await acme.declare(PROD.replace("Production shell", "Another"));
    const bound = await acme.accord("import", "okta/group/prod", await acme.okta.groupId("prod"), "--env", "qa");
    expect(bound).toMatchObject({ code: 0 });
    await applied(acme, "--env", "qa");
    await acme.declare(PROD);
    const { stdout } = await acme.accord("drift");
    expect(by(stdout)).toContain(client.exec(await acme.read("accord.yaml"))?.[1] ?? "no client");
  });
});
