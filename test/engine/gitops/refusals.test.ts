/** What GitHub refuses, and what it says when it is in trouble: each as a problem that tells what to change where. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GitHub, NewCheck } from "../../../engine/gitops/github.ts";
import { openGitHub } from "../../../engine/gitops/octokit.ts";
import { type Problem, problemsOf } from "../../../engine/problem.ts";
import type { Permissions } from "../../../engine/sandbox/github/rows.ts";
import { failAfter, failBefore, loseAnswer, loseRequest } from "../../conformance/faults.ts";
import { ALL, type HubWorld, hubWorld } from "../../support/hub.ts";

let world: HubWorld;
let github: GitHub;
let first: number;
let head: string;

beforeAll(async () => {
  world = await hubWorld();
  const { emulator, push } = world;
  emulator.person({ login: "ada", role: "write" });
  emulator.person({ login: "eve" });
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  head = push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  first = await emulator.as("ada").open({ branch: "more" });
  emulator.upload({ name: "plan", files: { "plan.json": Buffer.from("{}") }, branch: "more", sha: head });
});
beforeEach(() => {
  world.faults.clear();
  github = world.client();
});
afterAll(() => world.close());

async function problem(call: Promise<unknown>): Promise<Problem | undefined> {
  const problems = await call.then(() => [], problemsOf);
  return problems[0];
}

const check = (changes: Partial<NewCheck> = {}): NewCheck => ({
  ...{ name: "accord", commit: head, conclusion: "success", title: "t", summary: "s", text: "x", annotations: [] },
  ...changes,
});

describe("the token", () => {
  test("one that ended, or that nobody has, is to be set anew", async () => {
    const { emulator, clock } = world;
    const token = emulator.installationToken(ALL, { life: 60_000 });
    clock.pass(60_000);
    for (const bad of [token, "ghs_unknown"]) {
      expect(await problem(world.client(bad).pull(first))).toMatchObject({
        code: "github-token",
        message: "GitHub does not accept the token with which to read pull request #1 (acme/access): Bad credentials.",
        hint: expect.stringContaining("GITHUB_TOKEN"),
      });
    }
  });

  const without = (name: string): Permissions =>
    Object.fromEntries(Object.entries(ALL).filter(([key]) => key !== name));
  test.each<[string, Permissions, (github: GitHub) => Promise<unknown>]>([
    ["checks: write", { ...ALL, checks: "read" }, (api) => api.createCheck(check())],
    ["checks: read", without("checks"), (api) => api.checks(head, "accord")],
    ["pull-requests: write", { pull_requests: "read", issues: "read" }, (api) => api.createComment(first, "x")],
    ["pull-requests: write", { pull_requests: "read", issues: "read" }, (api) => api.addLabel(first, "x")],
    ["pull-requests: read", without("pull_requests"), (api) => api.reviews(first)],
    ["issues: write", { issues: "read" }, (api) => api.createIssue({ title: "x", body: "", labels: ["drift"] })],
    ["actions: read", without("actions"), (api) => api.artifact("plan")],
  ])("without `%s` the problem names it as a workflow writes it", async (needs, permissions, call) => {
    expect(await problem(call(world.client(world.emulator.installationToken(permissions))))).toMatchObject({
      code: "github-permission",
      message: expect.stringContaining("Resource not accessible by integration"),
      hint: `It takes \`${needs}\` in the \`permissions:\` block of the workflow; a pull request from a fork gets a token that only reads.`,
      requestId: expect.any(String),
    });
  });

  test("a workflow's token never reads teams: list logins, or give another token", async () => {
    world.emulator.team("acme/platform", ["ada"]);
    const refused = await problem(github.isInTeam("acme/platform", "ada"));
    expect(refused?.code).toBe("github-permission");
    expect(refused?.hint).toContain("list logins in the group instead of a team");
  });

  test("who cannot see the repository is told that it may not be there", async () => {
    const refused = await problem(world.client(world.emulator.as("eve").token).pull(first));
    expect(refused).toMatchObject({
      code: "github-not-found",
      hint: "Either it does not exist, or the token may not see it: for a private repository that takes `pull-requests: read`.",
    });
    // Blindness is not "no permission".
    expect(await problem(world.client(world.emulator.as("eve").token).permission("ada"))).toMatchObject({
      code: "github-not-found",
    });
  });
});

describe("what a refusal asks for", () => {
  test.each([
    ["Resource protected by organization SAML enforcement.", 403, "github-permission", "single sign-on"],
    [
      "Resource not accessible by personal access token",
      403,
      "github-permission",
      "Give the personal access token `pull-requests: read`",
    ],
    ["Issues has been disabled in this repository.", 410, "github-gone", "Switch it on again"],
  ])("%s", async (message, status, code, hint) => {
    world.faults.arm(async () => Response.json({ message }, { status }));
    const said = message.replace(/\.$/, "");
    expect(await problem(github.reviews(first))).toMatchObject({
      ...{ code, message: expect.stringContaining(`${said}.`), hint: expect.stringContaining(hint) },
    });
  });

  test("a workflow that may open no pull requests: the setting that lets it", async () => {
    world.emulator.allowWorkflowPulls(false);
    const refused = await problem(github.createPull({ title: "x", body: "", branch: "more", base: "main" }));
    world.emulator.allowWorkflowPulls(true);
    expect(refused?.code).toBe("github-permission");
    expect(refused?.hint).toContain("Allow GitHub Actions to create and approve pull requests");
  });
});

test("nothing is sent without a token, to a foreign address, or for no repository", () => {
  const outside = { fetch: world.faults.fetch, clock: world.clock, signal: new AbortController().signal };
  const open = (options: Partial<Parameters<typeof openGitHub>[0]>): string[] => {
    try {
      openGitHub({ ...outside, token: "t", apiUrl: "https://api.github.com", repository: "acme/access", ...options });
      return [];
    } catch (error) {
      return problemsOf(error).map(({ code }) => code);
    }
  };
  expect(open({})).toEqual([]);
  expect(open({ apiUrl: "http://127.0.0.1:4020/api/v3" })).toEqual([]);
  expect(open({ token: "", repository: "acme" })).toEqual(["github-token", "github-repository"]);
  expect(open({ token: "two\nlines" })).toEqual(["github-token"]);
  for (const apiUrl of ["http://api.github.com", "api.github.com", ""])
    expect(open({ apiUrl })).toEqual(["github-api"]);
  for (const repository of ["acme/../x", "../..", "a/b/c"]) expect(open({ repository })).toEqual(["github-repository"]);
});

describe("what GitHub does not take", () => {
  test("a pull request that is not there", async () => {
    expect(await problem(github.pull(4711))).toMatchObject({ code: "github-not-found" });
  });

  test("a comment that is too long, in GitHub's words", async () => {
    expect((await problem(github.createComment(first, "x".repeat(65_537))))?.message).toBe(
      "GitHub refused to comment on #1 (acme/access): Validation Failed: body is too long (maximum is 65536 characters).",
    );
  });

  test("a check text that is too long is not sent: cut, it would lose its signature", async () => {
    expect(await problem(github.createCheck(check({ text: "x".repeat(65_536) })))).toMatchObject({
      code: "check-too-long",
      message: "The text of the check accord has 65536 characters; GitHub takes 65535.",
    });
  });

  test("a check on a commit that nobody pushed", async () => {
    expect((await problem(github.createCheck(check({ commit: "0".repeat(40) }))))?.message).toContain(
      "No commit found",
    );
  });

  test("a pull request without anything in it", async () => {
    world.git("push", "--quiet", "origin", "main:refs/heads/same");
    const nothing = { title: "x", body: "", branch: "same", base: "main" };
    expect((await problem(github.createPull(nothing)))?.message).toContain("No commits between main and same");
  });
});

describe("trouble", () => {
  const posts = { applies: (request: Request) => request.method === "POST" && !request.url.endsWith("/graphql") };

  test.each([
    ["a gateway that gave up", failBefore],
    ["a connection that broke", loseRequest],
  ])("reads are asked for again after %s", async (_, fault) => {
    const armed = world.faults.arm(fault, { times: 4 });
    expect((await github.pull(first)).number).toBe(first);
    expect(armed.met()).toBe(4);
  });

  test("trouble that does not end is said", async () => {
    world.faults.arm(failBefore, { times: 9 });
    expect(await problem(github.pull(first))).toMatchObject({ code: "github-unreachable" });
  });

  test.each([
    ["was done, and nobody heard of it", loseAnswer],
    ["was done, says a gateway that gave up", failAfter],
    ["never arrived", loseRequest],
    ["never arrived, says a gateway that gave up", failBefore],
  ])("a create that %s happens once", async (_, fault) => {
    const { faults, push, emulator } = world;
    const label = `drift ${fault.name}`;
    faults.arm(fault, posts);
    const comment = await github.createComment(first, `about ${fault.name}`);
    expect((await github.comments(first)).filter(({ body }) => body === `about ${fault.name}`)).toEqual([comment]);
    faults.arm(fault, posts);
    const issue = await github.createIssue({ title: "Drift", body: "1 object", labels: [label] });
    expect(await github.openIssues(label)).toEqual([issue]);
    faults.arm(fault, posts);
    await github.createCheck(check({ name: fault.name }));
    expect(await github.checks(head, fault.name)).toHaveLength(1);
    const branch = `accord/${fault.name}`;
    push({ branch, files: { "d.yaml": `${fault.name}: 1\n` } });
    faults.arm(fault, posts);
    const pull = await github.createPull({ title: "Adopt", body: "", branch, base: "main" });
    expect((await github.openPulls("main")).filter((one) => one.head.branch === branch)).toHaveLength(1);
    await emulator.as("ada").close(pull.number);
  });

  test.each([
    ["never arrived", loseRequest],
    ["was done, and nobody heard of it", loseAnswer],
  ])("annotations whose request %s are there once", async (_, fault) => {
    const line = (index: number) => ({
      source: { file: "groups.yaml", line: index + 1, column: 1 },
      level: "warning" as const,
      title: "t",
      message: "m",
    });
    world.faults.arm(fault, { applies: ({ method }) => method === "PATCH" });
    const name = `annotated ${fault.name}`;
    await github.createCheck(check({ name, annotations: Array.from({ length: 70 }, (_item, index) => line(index)) }));
    const [made] = await github.checks(head, name);
    const shown = await world.emulator.as("ada").send("GET", `/check-runs/${made?.id}/annotations?per_page=100`);
    expect(shown).toHaveLength(70);
  });

  test("a limit is waited for, by GitHub's own clock", async () => {
    const { emulator, clock } = world;
    const before = clock.monotonic();
    emulator.exhaust(5 * 60_000);
    await github.createComment(first, "after the limit");
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(5 * 60_000);
    emulator.crowd(2, 30);
    expect((await github.pull(first)).number).toBe(first);
    emulator.crowd(1);
    expect((await github.pull(first)).number).toBe(first);
  });

  test("one that lasts longer than a job should wait is said, with its end", async () => {
    world.emulator.exhaust(40 * 60_000);
    expect(await problem(github.pull(first))).toMatchObject({
      code: "github-rate-limit",
      hint: "It lets calls through again in about 41 minutes; run the job again then.",
    });
    world.clock.pass(40 * 60_000);
  });

  test("half a list is no list: a conflict in the middle of it is said", async () => {
    const conflict = async () => Response.json({ message: "Git Repository is empty." }, { status: 409 });
    world.faults.arm(conflict, { applies: ({ url }) => url.includes("/reviews") });
    expect(await problem(github.reviews(first))).toMatchObject({ code: "github-refused" });
  });

  test.each([
    [
      "another host",
      () => Response.json([], { headers: { link: `<https://evil.example/x>; rel="next"` } }),
      "github-moved",
    ],
    [
      "a new address of the repository",
      () => new Response(null, { status: 301, headers: { location: "https://evil.example/" } }),
      "github-moved",
    ],
    ["a page of HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } }), "github-answer"],
    ["an object", () => Response.json({ message: "hello" }), "github-answer"],
  ])("a list that leads to %s is not followed", async (_, answer, code) => {
    world.faults.arm(async () => answer(), { times: 1 });
    expect(await problem(github.openPulls("main"))).toMatchObject({ code });
  });

  test.each(["http://evil.example/x.zip", "file:///etc/passwd", ""])(
    "a download is not fetched from %j",
    async (location) => {
      const elsewhere = async () => new Response(null, { status: 302, headers: { location } });
      world.faults.arm(elsewhere, { applies: ({ url }) => url.endsWith("/zip") });
      expect(await problem(github.artifact("plan"))).toMatchObject({ code: "github-download" });
    },
  );

  test("an artifact that ends between the two calls is expired", async () => {
    world.faults.arm(async () => Response.json({ message: "Artifact has expired" }, { status: 410 }), {
      applies: ({ url }) => url.endsWith("/zip"),
    });
    expect(await github.artifact("plan")).toBe("expired");
  });
});
