/** What one failure stops: its dependants, and nobody else; and what it must never bring about: a gap. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";

const group = (name: string, members = ""): string => `
---
kind: okta/group
name: ${name}
spec: { name: ${name}, members: [${members}] }
`;
const rule = (name: string, target: string): string => `
---
kind: okta/group-rule
name: ${name}
spec: { name: ${name}, expression: 'user.department=="${name}"', groups: [okta/group/${target}] }
`;

/** Okta refuses what `refused` matches, as it does for want of a right. */
function refuse(acme: Company, refused: (method: string, path: string, body: string) => boolean): void {
  acme.between(async (request, pass) => {
    const body = await request.clone().text();
    if (!refused(request.method, new URL(request.url).pathname, body)) return pass(request);
    const error = { errorCode: "E0000006", errorSummary: "You do not have permission to perform the requested action" };
    return new Response(JSON.stringify(error), { status: 403, headers: { "content-type": "application/json" } });
  });
}

const creating = (name: string) => (method: string, path: string, body: string) =>
  method === "POST" && path === "/api/v1/groups" && body.includes(`"${name}"`);

test("dependants are skipped and named, everything else goes on, and the summary adds up", async () => {
  const acme = await company(`${group("prod")}${rule("sre", "prod")}${group("dev")}${rule("web", "dev")}`);
  refuse(acme, creating("prod"));
  const { code, stdout } = await acme.accord("apply", "--yes");
  expect(code).toBe(4);
  expect(report(stdout.slice(stdout.indexOf("Applied:")))).toMatchInlineSnapshot(`
    "Applied: 2 of 4 changes confirmed, 1 failed, 1 skipped.

    Failed
      ✗ + okta/group/prod
          · Okta refused POST /api/v1/groups: You do not have permission to perform the requested action (E0000006).
              main.yaml:3:1
              → A scope or an admin role of the credential is missing; \`accord doctor\` says which.

    Skipped
      ○ + okta/group-rule/sre  because okta/group/prod did not succeed
          → The next apply takes it up again.

    Run <run>; accord apply --undo <run> takes it back."
  `);
  acme.between((request, pass) => pass(request));
  await applied(acme);
  await nothingLeft(acme);
});

test("a chain is skipped to its end, each link naming the first failure", async () => {
  const acme = await company(`
kind: "null/resource"
name: last
spec: { triggers: { after: "\${null/resource/middle.id}" } }
---
kind: "null/resource"
name: middle
spec: { triggers: { after: "\${okta/group/prod.id}" } }
${group("prod")}`);
  refuse(acme, creating("prod"));
  const { code, stdout } = await acme.accord("apply", "--yes", "--json");
  expect(code).toBe(4);
  const data = JSON.parse(stdout);
  expect(data.counts).toMatchObject({ failed: 1, skipped: 2, confirmed: 0 });
  expect(data.total).toBe(3);
  expect(data.results.map((one: Record<string, unknown>) => [one.address, one.outcome, one.because])).toEqual([
    ["null/resource/last", "skipped", "okta/group/prod"],
    ["null/resource/middle", "skipped", "okta/group/prod"],
    ["okta/group/prod", "failed", undefined],
  ]);
});

test("of many elements each is tried; what arrived is remembered, the rest is planned again", async () => {
  const acme = await company(group("prod", "ada@acme.example"));
  await applied(acme);
  const grace = await acme.okta.userId("grace");
  await acme.declare(group("prod", "ada@acme.example, grace@acme.example, linus@acme.example"));
  refuse(acme, (method, path) => method === "PUT" && path.endsWith(grace));
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 4 });
  expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
  acme.between((request, pass) => pass(request));
  // Linus came with the run that failed: neither drift nor something to do.
  expect((await acme.accord("drift")).code).toBe(0);
  expect((await acme.accord("plan")).stdout).toContain("members + grace@acme.example");
  await applied(acme);
  await nothingLeft(acme);
});

test("what got no answer is nothing to build on: what it holds on to stays", async () => {
  const acme = await company(`${group("prod")}${rule("sre", "prod")}${group("dev")}`);
  await applied(acme);
  await acme.declare(group("dev"));
  acme.between(async (request, pass) => {
    if (request.method !== "GET" && request.url.includes("/groups/rules/")) throw new TypeError("fetch failed");
    return pass(request);
  });
  const { code, stdout } = await acme.accord("apply", "--yes");
  expect(code).toBe(4);
  expect(stdout).toContain("okta/group/prod  because okta/group-rule/sre did not succeed");
  expect(await acme.okta.exists("prod")).toBe(true);
  acme.between((request, pass) => pass(request));
  await applied(acme);
  expect(await acme.okta.exists("prod")).toBe(false);
  await nothingLeft(acme);
});

describe("what a failed change did all the same", () => {
  const everyone = ["ada", "grace", "linus", "edsger", "rosalind"].map((name) => `${name}@acme.example`);

  async function halfDone(settings: string): Promise<{ acme: Company; run: string }> {
    const acme = await company(group("prod", everyone.slice(0, 4).join()), { settings });
    await applied(acme);
    await acme.declare(group("prod", [everyone[0], everyone[4]].join()));
    const grace = await acme.okta.userId("grace");
    refuse(acme, (method, path) => method === "DELETE" && path.endsWith(grace));
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(await acme.okta.members("prod")).toEqual(["ada", "grace", "rosalind"]);
    acme.between((request, pass) => pass(request));
    return { acme, run: /--undo (\S+)/.exec(stdout)?.[1] ?? "" };
  }

  test("counts in the window: a budget is not stretched by failing at the end", async () => {
    const { acme } = await halfDone("limits: { removals: { share: 1, count: 3 } }");
    await acme.declare(group("prod", everyone[0] ?? ""));
    const { code, stdout } = await acme.accord("plan");
    expect(code).toBe(3);
    expect(stdout).toContain("2 removals of okta/group out of 5, with 2 taken earlier in the window: more than 3");
  });

  test("is taken back by an undo, and nothing else is", async () => {
    const { acme, run } = await halfDone("");
    acme.writes();
    expect(await acme.accord("apply", "--yes", "--undo", run)).toMatchObject({ code: 0 });
    expect(await acme.okta.members("prod")).toEqual(["ada", "edsger", "grace", "linus"]);
    expect(acme.writes()).toHaveLength(3);
  });

  test("also where it was to make an object, and could not finish it", async () => {
    const acme = await company(group("prod", everyone.slice(0, 2).join()));
    const grace = await acme.okta.userId("grace");
    refuse(acme, (method, path) => method === "PUT" && path.endsWith(grace));
    const { stdout } = await acme.accord("apply", "--yes");
    acme.between((request, pass) => pass(request));
    const undo = ["--undo", /--undo (\S+)/.exec(stdout)?.[1] ?? ""];
    expect((await acme.accord("apply", "--yes", ...undo)).stdout).toContain(
      "okta/group/prod members would be left with",
    );
    await acme.okta.remove("prod", "ada");
    await applied(acme, ...undo);
    expect(await acme.okta.exists("prod")).toBe(false);
  });
});

describe("access is given before it is taken", () => {
  const moved = (from: string, to: string): string => `${group("old", from)}${group("new", to)}`;

  test("across objects: the grant comes first", async () => {
    const acme = await company(moved("ada@acme.example, grace@acme.example", "linus@acme.example"));
    await applied(acme);
    await acme.declare(moved("grace@acme.example", "linus@acme.example, ada@acme.example"));
    acme.writes();
    await applied(acme);
    expect(acme.writes().map((write) => write.split(" ")[0])).toEqual(["PUT", "DELETE"]);
    await nothingLeft(acme);
  });

  test("and where the grant fails, nobody is left without: the removal is held back, and said to be", async () => {
    const acme = await company(
      moved("ada@acme.example, edsger@acme.example, grace@acme.example", "linus@acme.example"),
    );
    await applied(acme);
    await acme.declare(moved("grace@acme.example", "linus@acme.example, ada@acme.example"));
    refuse(acme, (method, path) => method === "PUT" && path.includes("/users/"));
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    // Edsger was to go anyway; Ada keeps the old until she has the new.
    expect(await acme.okta.members("old")).toEqual(["ada", "grace"]);
    expect(report(stdout.slice(stdout.indexOf("Applied:")))).toMatchInlineSnapshot(`
      "Applied: 0 of 2 changes confirmed, 1 failed, 1 unconfirmed.

      Failed
        ✗ ~ okta/group/new
            · member ada@acme.example: Okta refused PUT /api/v1/groups/00g…/users/00u…: You do not have permission to perform the requested action (E0000006).
                main.yaml:8:1
                → A scope or an admin role of the credential is missing; \`accord doctor\` says which.

      Unconfirmed: sent, but not seen to take effect
        ? ~ okta/group/old  because okta/group/new did not succeed
            held back for ada@acme.example: what replaces it did not succeed
            → accord plan shows whether it has by now.

      Run <run>; accord apply --undo <run> takes it back."
    `);
    acme.between((request, pass) => pass(request));
    expect((await acme.accord("drift")).code).toBe(0);
    await applied(acme);
    expect(await acme.okta.members("old")).toEqual(["grace"]);
    await nothingLeft(acme);
  });

  test("also where what would be taken is a whole object", async () => {
    const acme = await company(group("old", "ada@acme.example"), { settings: "limits: { emptying: { count: 1 } }" });
    await applied(acme);
    await acme.declare(group("new", "ada@acme.example"));
    refuse(acme, creating("new"));
    const { code, stdout } = await acme.accord("apply", "--yes");
    expect(code).toBe(4);
    expect(await acme.okta.members("old")).toEqual(["ada"]);
    expect(report(stdout.slice(stdout.indexOf("Applied:")))).toMatchInlineSnapshot(`
      "Applied: 0 of 2 changes confirmed, 1 failed, 1 skipped.

      Failed
        ✗ + okta/group/new
            · Okta refused POST /api/v1/groups: You do not have permission to perform the requested action (E0000006).
                main.yaml:3:1
                → A scope or an admin role of the credential is missing; \`accord doctor\` says which.

      Skipped
        ○ - okta/group/old  because okta/group/new did not succeed
            held back for ada@acme.example: what replaces it did not succeed
            → The next apply takes it up again.

      Run <run>."
    `);
    acme.between((request, pass) => pass(request));
    await applied(acme);
    await nothingLeft(acme);
  });
});

test("a dead credential stops its instance, and only that", async () => {
  const acme = await company(`${group("a")}${group("b")}---\nkind: "null/resource"\nname: other\nspec: {}\n`);
  let dead = false;
  acme.between(async (request, pass) => {
    dead ||= request.method === "POST" && new URL(request.url).pathname === "/api/v1/groups";
    if (!dead) return pass(request);
    const error = { errorCode: "E0000011", errorSummary: "Invalid token provided" };
    return new Response(JSON.stringify(error), { status: 401, headers: { "content-type": "application/json" } });
  });
  const { code, stdout } = await acme.accord("apply", "--yes", "--json");
  expect(code).toBe(4);
  const outcomes = JSON.parse(stdout).results.map((one: Record<string, unknown>) => [one.address, one.outcome]);
  expect(Object.fromEntries(outcomes)).toMatchObject({ "null/resource/other": "confirmed", "okta/group/a": "failed" });
});

test("each change is in the record once, with how it ended", async () => {
  const acme = await company(group("prod", "ada@acme.example, linus@acme.example"));
  await applied(acme);
  const grace = await acme.okta.userId("grace");
  await acme.declare(group("prod", "ada@acme.example, grace@acme.example"));
  refuse(acme, (method, path) => method === "PUT" && path.endsWith(grace));
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 4 });
  const events = JSON.parse((await acme.accord("history", "okta/group/prod", "--json")).stdout);
  expect(events.map((event: Record<string, unknown>) => [event.action, event.outcome])).toEqual([
    ["create", "confirmed"],
    ["update", "failed"],
  ]);
  expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
});

test("Ctrl-C once: what is in flight is finished, nothing more is begun, and the next apply goes on", async () => {
  const acme = await company(`${group("prod", "ada@acme.example")}${rule("sre", "prod")}`);
  let stopping = false;
  acme.between((request, pass) => {
    stopping ||= request.method === "POST" && new URL(request.url).pathname === "/api/v1/groups";
    return pass(request);
  });
  const { code, stdout } = await acme.as({ stopping: () => stopping })("apply", "--yes", "--json");
  expect(code).toBe(4);
  expect(JSON.parse(stdout).results).toMatchObject([
    { address: "okta/group-rule/sre", outcome: "skipped", note: "interrupted before it began" },
    { address: "okta/group/prod", outcome: "confirmed" },
  ]);
  expect(await acme.okta.members("prod")).toEqual(["ada"]);
  await applied(acme);
  await nothingLeft(acme);
});
