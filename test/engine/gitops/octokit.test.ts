import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHub } from "../../../engine/gitops/github.ts";
import { type HubWorld, hubWorld } from "../../support/hub.ts";

let world: HubWorld;
let github: GitHub;
let first: number;
let head: string;

beforeAll(async () => {
  world = await hubWorld();
  github = world.client();
  const { emulator, push } = world;
  emulator.person({ login: "ada", role: "write" });
  emulator.person({ login: "grace", role: "maintain" });
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  head = push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  first = await emulator.as("ada").open({ branch: "more", title: "More groups" });
});
afterAll(() => world.close());

test("a pull request says what it is, and whether it would be merged once GitHub knows", async () => {
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

test("reviews come oldest first, with the commit that was looked at", async () => {
  await world.emulator.as("grace").approve(first);
  expect(await github.reviews(first)).toEqual([
    { login: "grace", person: true, state: "approved", at: "2026-03-03T10:00:00Z", commit: head },
  ]);
});

test("a comment is ours, is changed and deleted once, and is then not there any more", async () => {
  const { emulator } = world;
  await emulator.as("grace").comment(first, "Looks good");
  const ours = await github.createComment(first, "Nobody gains access.");
  expect((await github.comments(first)).map(({ login, ours, body }) => ({ login, ours, body }))).toEqual([
    { login: "grace", ours: false, body: "Looks good" },
    { login: "github-actions[bot]", ours: true, body: "Nobody gains access." },
  ]);
  expect(await github.updateComment(ours.id, "Ada gains access.")).toBe(true);
  expect((await github.comments(first))[1]?.body).toBe("Ada gains access.");
  await github.deleteComment(ours.id);
  await github.deleteComment(ours.id);
  expect(await github.updateComment(ours.id, "too late")).toBe(false);
});

test("a check run carries every annotation, fifty a request", async () => {
  const annotation = (line: number) => ({
    source: { file: "groups.yaml", line, column: 3 },
    level: "notice" as const,
    title: "Adds a member",
    message: "ada",
  });
  const annotations = Array.from({ length: 120 }, (_, index) => annotation(index + 1));
  const texts = { title: "1 change", summary: "Ada gains access.", text: "signed" };
  await github.createCheck({ name: "accord", commit: head, conclusion: "success", ...texts, annotations });
  const [check, ...more] = await github.checks(head, "accord");
  expect(more).toEqual([]);
  expect(check).toMatchObject({ conclusion: "success", at: "2026-03-03T10:00:00Z", text: "signed" });
  expect(await world.emulator.as("ada").send("GET", `/check-runs/${check?.id}`)).toMatchObject({
    output: { annotations_count: 120 },
  });
});

test("an artifact is its files; a fork's of the same name is none of ours", async () => {
  const { emulator, clock } = world;
  const artifact = { name: "accord-plan", branch: "more", sha: head, days: 5 };
  emulator.upload({ ...artifact, files: { "plan.json": Buffer.from("{}"), "deep/er.txt": Buffer.from("text") } });
  emulator.upload({ ...artifact, files: { "plan.json": Buffer.from("forged") }, fork: true });
  const files = await github.artifact("accord-plan");
  expect(files).toEqual(
    new Map([
      ["plan.json", new Uint8Array(Buffer.from("{}"))],
      ["deep/er.txt", new Uint8Array(Buffer.from("text"))],
    ]),
  );
  expect(await github.artifact("other")).toBe("missing");
  clock.pass(5 * 86_400_000);
  expect(await world.client().artifact("accord-plan")).toBe("expired");
});
