/** The rules of GitHub that Accord leans on, held on the emulator itself. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openGitHub } from "../../../../engine/gitops/octokit.ts";
import { type GithubEmulator, githubEmulator } from "../../../../engine/sandbox/github/emulator.ts";
import { answer, requestOf } from "../../../../engine/sandbox/node-request.ts";
import { ALL, type HubWorld, hubWorld } from "../../../support/hub.ts";

let world: HubWorld;
let emulator: GithubEmulator;

beforeAll(async () => {
  world = await hubWorld();
  emulator = world.emulator;
  for (const login of ["ada", "grace", "linus"]) emulator.person({ login, role: "write" });
  emulator.person({ login: "eve", role: "read" });
  const owners = "* @acme/platform\n*.md\n/prod/ @linus\n";
  world.push({ branch: "main", files: { "accord.yaml": "version: 1\n", ".github/CODEOWNERS": owners } });
  emulator.team("acme/platform", ["grace"]);
});
afterAll(() => world.close());

let count = 0;
async function opened(
  files: Readonly<Record<string, string>> = {},
  as = "ada",
): Promise<{ number: number; branch: string }> {
  count += 1;
  const branch = `change-${count}`;
  world.push({ branch, files: { [`file-${count}.yaml`]: "kind: x\n", ...files }, as });
  return { number: await emulator.as(as).open({ branch }), branch };
}

/** Once GitHub has worked it out. */
async function state(number: number): Promise<string | undefined> {
  await world.client().pull(number);
  return (await world.client().pull(number)).mergeable?.state;
}

describe("reviews", () => {
  test("nobody approves, or refuses, what they opened themselves", async () => {
    const { number } = await opened();
    await expect(emulator.as("ada").approve(number)).rejects.toThrow("Can not approve your own pull request");
    await expect(emulator.as("ada").requestChanges(number)).rejects.toThrow("Can not request changes on your own");
  });

  test("a workflow's token approves nothing", async () => {
    const { number } = await opened();
    const url = `${emulator.apiUrl}/repos/acme/access/pulls/${number}/reviews`;
    const headers = { authorization: `Bearer ${emulator.installationToken(ALL)}` };
    const response = await emulator.fetch(new Request(url, { method: "POST", headers, body: '{"event":"APPROVE"}' }));
    expect(response.status).toBe(422);
  });

  test("a review is about the head of its time, or the commit that is given", async () => {
    const { number, branch } = await opened();
    const { commit: before } = (await world.client().pull(number)).head;
    const after = world.push({ branch, files: { "more.yaml": "kind: y\n" } });
    await emulator.as("grace").approve(number, { commit: before });
    await emulator.as("linus").approve(number);
    expect((await world.client().reviews(number)).map(({ commit }) => commit)).toEqual([before, after]);
  });
});

describe("protection", () => {
  test("reviews by people who may write, code owners and checks are what it takes", async () => {
    emulator.protect("main", { approvals: 1, codeOwners: true, checks: ["accord"] });
    const { number, branch } = await opened({ "prod/x.yaml": "kind: x\n" });
    const github = world.client();
    const commit = world.git("rev-parse", branch);
    expect(await state(number)).toBe("blocked");
    await expect(emulator.as("grace").merge(number)).rejects.toThrow("At least 1 approving review is required");
    await emulator.as("eve").approve(number);
    await expect(emulator.as("grace").merge(number)).rejects.toThrow("At least 1 approving review is required");
    await emulator.as("grace").approve(number);
    await expect(emulator.as("grace").merge(number)).rejects.toThrow("Waiting on code owner review");
    await emulator.as("linus").approve(number);
    await expect(emulator.as("grace").merge(number)).rejects.toThrow("Required status check");
    const done = { name: "accord", commit, title: "t", summary: "s", text: "", annotations: [] };
    await github.createCheck({ ...done, conclusion: "failure" });
    expect(await state(number)).toBe("blocked");
    await github.createCheck({ ...done, conclusion: "success" });
    await github.createCheck({ ...done, name: "lint", conclusion: "failure" });
    expect(await github.pull(number)).toMatchObject({ mergeable: { allowed: true, state: "unstable" } });
    await emulator.as("grace").requestChanges(number);
    expect(await state(number)).toBe("blocked");
    await emulator.as("grace").approve(number);
    await emulator.as("grace").merge(number, "squash");
    expect(await github.pull(number)).toMatchObject({ merged: true });
  });

  test("a push dismisses what was approved before, where that is asked for", async () => {
    emulator.protect("main", { approvals: 1, dismissStale: true });
    const { number, branch } = await opened();
    await emulator.as("grace").approve(number);
    expect(await state(number)).toBe("clean");
    world.push({ branch, files: { "late.yaml": "kind: x\n" } });
    expect(await state(number)).toBe("blocked");
    expect((await world.client().reviews(number)).map((review) => review.state)).toEqual(["dismissed"]);
  });

  test("a conflict, a draft, and a branch that is behind", async () => {
    emulator.protect("main", { approvals: 0, strict: true });
    const { number } = await opened({ "accord.yaml": "version: 1 # ours\n" });
    world.push({ branch: "main", files: { "accord.yaml": "version: 1 # theirs\n" } });
    expect(await state(number)).toBe("dirty");
    await expect(emulator.as("ada").merge(number)).rejects.toThrow("not mergeable");
    const fresh = await opened();
    world.push({ branch: "main", files: { "else.yaml": "kind: x\n" } });
    expect(await state(fresh.number)).toBe("behind");
    world.push({ branch: "drafted", files: { "d.yaml": "d: 1\n" } });
    expect(await state(await emulator.as("ada").open({ branch: "drafted", draft: true }))).toBe("draft");
  });
});

describe("the merge queue", () => {
  test("what passes on its group is merged as it was checked; what fails leaves, with all that stood on it", async () => {
    emulator.protect("main", { approvals: 1, queue: true, checks: ["accord"] });
    const [one, two] = [await opened(), await opened()];
    for (const { number } of [one, two]) await emulator.as("grace").approve(number);
    await expect(emulator.as("grace").merge(one.number)).rejects.toThrow();
    const first = await emulator.enqueue(one.number, "grace");
    const second = await emulator.enqueue(two.number, "grace");
    const done = {
      name: "accord",
      conclusion: "success",
      title: "t",
      summary: "s",
      text: "",
      annotations: [],
    } as const;
    await world.client().createCheck({ ...done, commit: first });
    expect(await emulator.settle(one.number)).toBe("merged");
    expect(world.git("ls-remote", "origin", "refs/heads/main").slice(0, 40)).toBe(first);
    expect(await world.client().pull(one.number)).toMatchObject({ merged: true, mergedAs: first });
    await world.client().createCheck({ ...done, conclusion: "failure", commit: second });
    expect(await emulator.settle(two.number)).toBe("removed");
    expect(await world.client().pull(two.number)).toMatchObject({ open: true, merged: false });
    expect(world.git("ls-remote", "origin", "refs/heads/gh-readonly-queue/*")).toBe("");
    emulator.protect("main", { approvals: 0 });
  });
});

describe("what people push", () => {
  test("a branch that goes away closes its pull request; one that is pushed onto the base merges it", async () => {
    const [gone, pushed] = [await opened(), await opened()];
    world.git("push", "--quiet", "origin", `:${gone.branch}`);
    expect(await world.client().pull(gone.number)).toMatchObject({ open: false, merged: false });
    world.git("fetch", "--quiet", "origin", "main");
    world.git("checkout", "--quiet", pushed.branch);
    world.git("rebase", "--quiet", "FETCH_HEAD");
    world.git("push", "--quiet", "--force", "origin", pushed.branch);
    expect((await world.client().pull(pushed.number)).open).toBe(true);
    world.git("push", "--quiet", "origin", `${pushed.branch}:main`);
    expect(await world.client().pull(pushed.number)).toMatchObject({ open: false, merged: true });
  });
});

describe("check runs", () => {
  test("people make none, and an app changes only its own", async () => {
    const sha = world.git("rev-parse", "main");
    const made = { name: "accord", head_sha: sha, status: "in_progress" };
    await expect(emulator.as("ada").send("POST", "/check-runs", made)).rejects.toThrow(
      "You must authenticate via a GitHub App",
    );
    const url = `${emulator.apiUrl}/repos/acme/access/check-runs`;
    const send = (method: string, path: string, token: string, body: object): Promise<Response> =>
      emulator.fetch(
        new Request(`${url}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
        }),
      );
    const [ours, theirs] = [ALL, ALL].map((permissions, index) =>
      emulator.installationToken(permissions, { app: { id: 50 + index, slug: `app-${index}`, name: "App" } }),
    );
    const answered: unknown = await (await send("POST", "", ours ?? "", made)).json();
    const id = new Map(Object.entries(answered ?? {})).get("id");
    expect((await send("PATCH", `/${id}`, theirs ?? "", { conclusion: "success" })).status).toBe(403);
    expect((await send("PATCH", `/${id}`, ours ?? "", { conclusion: "perfect" })).status).toBe(422);
    const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" };
    const output = { title: "t", summary: "s" };
    const many = { output: { ...output, annotations: Array(51).fill(annotation) } };
    expect((await send("PATCH", `/${id}`, ours ?? "", many)).status).toBe(422);
    expect(
      (await send("PATCH", `/${id}`, ours ?? "", { output: { ...output, text: "x".repeat(65_536) } })).status,
    ).toBe(422);
    expect((await send("PATCH", `/${id}`, ours ?? "", { conclusion: "success", output })).status).toBe(200);
  });
});

test("nothing depends on the door being in this process: the same over HTTP", async () => {
  let served: GithubEmulator | undefined;
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
    void requestOf(incoming, url)
      .then((request) => served?.fetch(request) ?? new Response(null, { status: 503 }))
      .then((response) => answer(outgoing, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const apiUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api/v3`;
  try {
    // The same repository, seen by another server.
    served = await githubEmulator({ clock: world.clock, directory: world.directory, env: process.env, apiUrl });
    served.person({ login: "ada", role: "write" });
    const { branch } = await opened();
    const github = openGitHub({
      ...{ fetch, clock: world.clock, signal: new AbortController().signal, apiUrl, repository: "acme/access" },
      token: served.installationToken(ALL),
    });
    const { number } = await github.createPull({ title: "Over HTTP", body: "", branch, base: "main" });
    await github.addLabel(number, "ünïcode / label");
    await github.removeLabel(number, "ünïcode / label");
    const comment = await github.createComment(number, "hello");
    await github.deleteComment(comment.id);
    for (let index = 0; index < 101; index += 1) await github.createComment(number, String(index));
    expect(await github.comments(number)).toHaveLength(101);
    const head = world.git("rev-parse", branch);
    served.upload({ name: "plan", files: { "plan.json": Buffer.from("{}") }, branch, sha: head });
    expect([...(await github.artifact("plan"))]).toEqual([["plan.json", new Uint8Array(Buffer.from("{}"))]]);
    await github.createCheck({
      name: "accord",
      commit: head,
      conclusion: "neutral",
      title: "t",
      summary: "s",
      text: "x",
      annotations: [],
    });
    expect(await github.checks(head, "accord")).toMatchObject([{ conclusion: "neutral", text: "x" }]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
