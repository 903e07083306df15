/** What each payload of GitHub's means to the flow, as the emulator writes them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubEvent } from "../../../engine/gitops/event.ts";
import type { Occasion } from "../../../engine/sandbox/github/occasion.ts";
import { type HubWorld, hubWorld } from "../../support/hub.ts";

let world: HubWorld;
let own: number;
let foreign: number;

beforeAll(async () => {
  world = await hubWorld();
  const { emulator, push } = world;
  for (const login of ["ada", "grace"]) emulator.person({ login, role: "write" });
  emulator.person({ login: "mallory", role: "read" });
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  own = await emulator.as("ada").open({ branch: "more" });
  push({ branch: "theirs", files: { "x.yaml": "x: 1\n" }, as: "mallory", to: await emulator.fork("mallory") });
  foreign = await emulator.as("mallory").open({ branch: "mallory:theirs" });
});
afterAll(() => world.close());

const heard = async (occasion: Occasion) => hubEvent(occasion.event, await world.emulator.payload(occasion));

test("a review is heard of by the end of a workflow: by number, and of a fork by its head", async () => {
  const review = { event: "workflow_run", of: "pull_request_review" } as const;
  expect(await heard({ ...review, number: own })).toEqual({ kind: "pull", number: own, closed: false, merged: false });
  const head = world.git("rev-parse", "theirs");
  expect(await heard({ ...review, number: foreign })).toEqual({ kind: "reviewed", commit: head });
});

test("a merge group is the same, whether it is heard of at once or by the end of a workflow", async () => {
  const after = await world.emulator.enqueue(own, "grace");
  const before = world.git("rev-parse", "main");
  const ref = `refs/heads/gh-readonly-queue/main/pr-${own}-${before}`;
  const queued = { kind: "queue", ref, base: "main", before, after, number: own };
  expect(await heard({ event: "merge_group", number: own })).toEqual(queued);
  expect(await heard({ event: "workflow_run", number: own, of: "merge_group" })).toEqual(queued);
});

test("the end of any other workflow is nothing to the flow, and a group without a pull request is no group", () => {
  const run = (event: string, branch: string) =>
    hubEvent("workflow_run", { workflow_run: { event, head_branch: branch, head_sha: "0".repeat(40) } });
  // Whoever may push can name a branch so; only the queue starts a merge group.
  expect(run("push", `gh-readonly-queue/main/pr-1-${"0".repeat(40)}`)).toMatchObject({ kind: "other" });
  expect(() => run("merge_group", "main")).toThrow("its head_branch names no pull request");
});
