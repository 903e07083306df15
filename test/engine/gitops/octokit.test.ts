/** Every method of the port, against GitHub as it is emulated: people push with git and answer in its pages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitHub, NewCheck } from "../../../engine/gitops/github.ts";
import { type HubWorld, hubWorld } from "../../support/hub.ts";

let world: HubWorld;
let github: GitHub;
let first: number;
let head: string;

const CHECK = { name: "accord", conclusion: "success", title: "1 change", summary: "Ada gains access." } as const;

beforeAll(async () => {
  world = await hubWorld();
  github = world.client();
  const { emulator, push } = world;
  emulator.person({ login: "ada", role: "write" });
  emulator.person({ login: "grace", role: "maintain" });
  emulator.person({ login: "mallory" });
  emulator.team("acme/platform", ["grace"]);
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  head = push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  first = await emulator.as("ada").open({ branch: "more", title: "More groups" });
});
afterAll(() => world.close());

describe("pull requests", () => {
  test("one says what it is, and whether it would be merged once GitHub knows", async () => {
    const unknown = await github.pull(first);
    expect(unknown.mergeable).toBeUndefined();
    expect(await github.pull(first)).toEqual({
      number: first,
      title: "More groups",
      author: "ada",
      open: true,
      merged: false,
      draft: false,
      head: { branch: "more", commit: head },
      base: { branch: "main", commit: world.git("rev-parse", "main") },
      fork: false,
      labels: [],
      mergeable: { allowed: true, state: "clean" },
      url: "https://github.com/acme/access/pull/1",
    });
  });

  test("they are found by their base, by their branch, and by a commit of theirs", async () => {
    expect((await github.openPulls("main")).map(({ number }) => number)).toEqual([first]);
    expect(await github.openPulls("other")).toEqual([]);
    expect((await github.pullFrom("more"))?.number).toBe(first);
    expect(await github.pullFrom("less")).toBeUndefined();
    expect((await github.pullsOf(head)).map(({ number }) => number)).toEqual([first]);
    expect(await github.pullsOf(world.git("rev-parse", "main"))).toEqual([]);
  });

  test("one is opened, changed and closed; there is never a second one from the same branch", async () => {
    world.push({ branch: "accord/drift", files: { "found.yaml": "kind: x\n" } });
    const drift = { title: "Adopt drift", body: "Somebody changed it.", branch: "accord/drift", base: "main" };
    const made = await github.createPull(drift);
    expect(made).toMatchObject({ title: "Adopt drift", author: "github-actions[bot]", open: true });
    await expect(github.createPull(drift)).rejects.toMatchObject({
      problems: [
        {
          code: "github-refused",
          message: expect.stringContaining("A pull request already exists for acme:accord/drift"),
        },
      ],
    });
    await github.updatePull(made.number, { title: "Adopt two drifts" });
    expect(await github.pullFrom("accord/drift")).toMatchObject({ title: "Adopt two drifts" });
    await github.updatePull(made.number, { open: false });
    expect(await github.pullFrom("accord/drift")).toBeUndefined();
    expect(await github.pull(made.number)).toMatchObject({ open: false, merged: false });
  });

  test("a merged one says which commit the merge made, whichever way it was merged", async () => {
    for (const method of ["merge", "squash", "rebase"] as const) {
      const last = world.push({ branch: method, files: { [`${method}.yaml`]: "kind: x\n" } });
      const number = await world.emulator.as("ada").open({ branch: method });
      const commit = await world.emulator.as("grace").merge(number, method);
      expect(world.git("ls-remote", "origin", "refs/heads/main").slice(0, 40)).toBe(commit);
      expect(await github.pull(number)).toMatchObject({ open: false, merged: true, mergedAs: commit });
      expect((await github.pullsOf(commit)).map((pull) => pull.number)).toEqual([number]);
      // What was squashed or rebased is on no branch any more, but it belongs to it all the same.
      expect((await github.pullsOf(last)).map((pull) => pull.number)).toEqual([number]);
    }
  });

  test("one from a fork says so", async () => {
    const { emulator, push } = world;
    const fork = await emulator.fork("mallory");
    emulator.as("mallory");
    push({ branch: "mine", files: { "groups.yaml": "kind: z\n" }, as: "mallory", to: fork });
    emulator.person({ login: "mallory", role: "read" });
    const number = await emulator.as("mallory").open({ branch: "mallory:mine" });
    expect(await github.pull(number)).toMatchObject({ fork: true, author: "mallory", head: { branch: "mine" } });
    // A branch of the same name in the repository would be another one.
    expect(await github.pullFrom("mine")).toBeUndefined();
  });
});

describe("who said what", () => {
  test("reviews come oldest first, with the commit that was looked at, dismissed ones too", async () => {
    const { emulator, push, clock } = world;
    push({ branch: "talked", files: { "a.yaml": "a: 1\n" } });
    const number = await emulator.as("ada").open({ branch: "talked" });
    const before = (await github.pull(number)).head.commit;
    const id = await emulator.as("grace").requestChanges(number);
    clock.pass(60_000);
    const after = push({ branch: "talked", files: { "a.yaml": "a: 2\n" } });
    await emulator.as("grace").dismiss(number, id);
    await emulator.as("grace").approve(number);
    const at = new Date(clock.now()).toISOString().replace(".000Z", "Z");
    expect(await github.reviews(number)).toEqual([
      { login: "grace", person: true, state: "dismissed", at: "2026-03-03T10:00:00Z", commit: before },
      { login: "grace", person: true, state: "approved", at, commit: after },
    ]);
  });

  test("what a bot says is no person's word", async () => {
    const app = { id: 77, slug: "renovate", name: "Renovate" };
    const bot = world.emulator.installationToken({ pull_requests: "write" }, { app });
    const url = `${world.emulator.apiUrl}/repos/acme/access/pulls/${first}/reviews`;
    const headers = { authorization: `Bearer ${bot}` };
    const body = JSON.stringify({ event: "APPROVE" });
    await world.emulator.fetch(new Request(url, { method: "POST", headers, body }));
    expect((await github.reviews(first)).at(-1)).toMatchObject({ login: "renovate[bot]", person: false });
  });

  test("whoever wrote, committed or co-wrote something had a hand in it", async () => {
    const { emulator, push } = world;
    push({ branch: "many", files: { "b.yaml": "b: 1\n" }, as: "ada" });
    push({
      branch: "many",
      files: { "b.yaml": "b: 2\n" },
      as: "grace",
      message: "b: two\n\nCo-authored-by: Mallory <12345+mallory@users.noreply.github.com>",
    });
    const number = await emulator.as("ada").open({ branch: "many" });
    expect(await github.hands(number)).toEqual({ logins: ["ada", "grace", "mallory"], complete: true });
    push({ branch: "many", files: { "b.yaml": "b: 3\n" }, as: "nobody", email: "nobody@elsewhere.example" });
    expect(await github.hands(number)).toEqual({ logins: ["ada", "grace", "mallory"], complete: false });
  });

  test("a comment is ours or not, is changed, and is deleted once", async () => {
    const { emulator } = world;
    await emulator.as("grace").comment(first, "Looks good");
    const ours = await github.createComment(first, "Nobody gains access.");
    expect((await github.comments(first)).map(({ login, ours, body }) => ({ login, ours, body }))).toEqual([
      { login: "grace", ours: false, body: "Looks good" },
      { login: "github-actions[bot]", ours: true, body: "Nobody gains access." },
    ]);
    expect(await github.updateComment(ours.id, "Ada gains access.")).toBe(true);
    expect((await github.comments(first))[1]?.body).toBe("Ada gains access.");
    // To somebody else it is somebody else's.
    expect((await world.client(emulator.as("grace").token).comments(first)).map((one) => one.ours)).toEqual([
      true,
      false,
    ]);
    await github.deleteComment(ours.id);
    await github.deleteComment(ours.id);
    expect(await github.updateComment(ours.id, "too late")).toBe(false);
  });

  test("labels are put on and taken off, however often", async () => {
    await github.addLabel(first, "accord: approved");
    await github.addLabel(first, "accord: approved");
    expect((await github.pull(first)).labels).toEqual(["accord: approved"]);
    await github.removeLabel(first, "accord: approved");
    await github.removeLabel(first, "accord: approved");
    expect((await github.pull(first)).labels).toEqual([]);
  });

  test("a list is read to its last page", async () => {
    const { emulator } = world;
    const { number } = await github.createIssue({ title: "Long", body: "", labels: [] });
    for (let count = 0; count < 101; count += 1) await emulator.as("grace").comment(number, `remark ${count}`);
    const comments = await github.comments(number);
    expect(comments).toHaveLength(101);
    expect(comments.at(-1)?.body).toBe("remark 100");
  });
});

describe("checks and artifacts", () => {
  test("a check run carries every annotation, fifty a request", async () => {
    const annotations = Array.from({ length: 120 }, (_, index) => remark(index + 1));
    await github.createCheck({ ...CHECK, commit: head, text: "signed", annotations });
    const [check, ...more] = await github.checks(head, "accord");
    expect(more).toEqual([]);
    expect(check).toMatchObject({ conclusion: "success", text: "signed" });
    const shown = await world.emulator
      .as("ada")
      .send("GET", `/check-runs/${check?.id}/annotations?per_page=100&page=2`);
    expect(shown).toHaveLength(20);
    expect(shown).toMatchObject([
      { path: "groups.yaml", start_line: 101, annotation_level: "notice", title: "Adds ada" },
      ...Array(19).fill({}),
    ]);
  });

  test("earlier check runs of the same name are still there, oldest first", async () => {
    await github.createCheck({ ...CHECK, conclusion: "failure", commit: head, text: "later", annotations: [] });
    expect((await github.checks(head, "accord")).map(({ text }) => text)).toEqual(["signed", "later"]);
    expect(await github.checks(head, "other")).toEqual([]);
    expect((await github.checks("more", "accord")).map(({ text }) => text)).toEqual(["signed", "later"]);
    await expect(github.checks("../../more", "accord")).rejects.toMatchObject({
      problems: [{ code: "github-refused" }],
    });
  });

  test("an artifact is its files; one of the same name that a fork's run made is none of ours", async () => {
    const { emulator, clock } = world;
    const artifact = { name: "accord-plan", branch: "more", sha: head, days: 5 };
    emulator.upload({ ...artifact, files: { "plan.json": Buffer.from("old") } });
    emulator.upload({ ...artifact, files: { "plan.json": Buffer.from("{}"), "deep/er.txt": Buffer.from("text") } });
    emulator.upload({ ...artifact, files: { "plan.json": Buffer.from("forged") }, fork: true });
    expect(await github.artifact("accord-plan")).toEqual(
      new Map([
        ["plan.json", new Uint8Array(Buffer.from("{}"))],
        ["deep/er.txt", new Uint8Array(Buffer.from("text"))],
      ]),
    );
    expect(await github.artifact("other")).toBe("missing");
    clock.pass(5 * 86_400_000);
    expect(await world.client().artifact("accord-plan")).toBe("expired");
  });
});

describe("people", () => {
  test("a role is what GitHub calls it; somebody without one, or without an account, has none", async () => {
    github = world.client();
    expect(await Promise.all(["ada", "grace", "nobody"].map((login) => github.permission(login)))).toEqual([
      "write",
      "maintain",
      "none",
    ]);
  });

  test("a team is read with the token of an app that may", async () => {
    const app = { id: 99, slug: "accord-acme", name: "Accord" };
    const able = world.client(world.emulator.installationToken({ members: "read" }, { app }));
    expect(await able.isInTeam("acme/platform", "grace")).toBe(true);
    expect(await able.isInTeam("acme/platform", "ada")).toBe(false);
    await expect(able.isInTeam("acme/gone", "ada")).rejects.toMatchObject({ problems: [{ code: "github-not-found" }] });
    await expect(able.isInTeam("platform", "ada")).rejects.toMatchObject({ problems: [{ code: "bad-team" }] });
  });
});

describe("issues", () => {
  test("an issue is opened with its label, found by it, changed and closed; pull requests are none", async () => {
    await github.addLabel(first, "accord-drift");
    const made = await github.createIssue({ title: "Drift", body: "2 objects", labels: ["accord-drift"] });
    expect(await github.openIssues("accord-drift")).toEqual([made]);
    await github.updateIssue(made.number, { body: "3 objects" });
    expect(await github.openIssues("accord-drift")).toEqual([{ ...made, body: "3 objects" }]);
    await github.updateIssue(made.number, { open: false });
    expect(await github.openIssues("accord-drift")).toEqual([]);
  });
});

function remark(line: number): NewCheck["annotations"][number] {
  return { source: { file: "groups.yaml", line, column: 3 }, level: "notice", title: "Adds ada", message: "to x" };
}
