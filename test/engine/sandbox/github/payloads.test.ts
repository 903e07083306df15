/** What a workflow finds when it starts, against GitHub's published description of its events. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Occasion } from "../../../../engine/sandbox/github/occasion.ts";
import { type HubWorld, hubWorld } from "../../../support/hub.ts";

let world: HubWorld;
let number: number;
let head: string;
let comment: number;

const SCHEMA: { readonly definitions: Readonly<Record<string, object>> } = createRequire(import.meta.url)(
  "@octokit/webhooks-schemas",
);

beforeAll(async () => {
  world = await hubWorld();
  const { emulator, push } = world;
  emulator.person({ login: "ada", role: "write", name: "Ada Lovelace" });
  emulator.person({ login: "grace", role: "write" });
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  head = push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  number = await emulator.as("ada").open({ branch: "more", body: "Why not" });
  await emulator.as("ada").label(number, "accord");
  comment = await emulator.as("grace").comment(number, "/accord apply");
  await emulator.as("grace").approve(number, { body: "Fine" });
  await emulator.enqueue(number, "grace");
});
afterAll(() => world.close());

/** The description is large: it is read once, and each event of it is compiled by itself. */
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  validateFormats: false,
  validateSchema: false,
  inlineRefs: false,
});
ajv.addSchema({ definitions: SCHEMA.definitions }, "hub");
const validators: Record<string, ValidateFunction> = {};

/** Every way in which it is not as GitHub describes it. */
function complaints(definition: string, payload: object): readonly string[] {
  validators[definition] ??= ajv.compile({ $ref: `hub#/definitions/${definition}` });
  const validate = validators[definition];
  return validate(payload) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

test.each<[string, (number: number) => Occasion]>([
  ["pull_request$opened", (number) => ({ event: "pull_request", number })],
  ["pull_request_review$submitted", (number) => ({ event: "pull_request_review", number })],
  ["issue_comment$created", (number) => ({ event: "issue_comment", number })],
  ["push$event", () => ({ event: "push" })],
  ["push$event", () => ({ event: "push", branch: "more" })],
  ["merge_group$checks_requested", (number) => ({ event: "merge_group", number })],
  ["workflow_run$completed", (number) => ({ event: "workflow_run", number, of: "pull_request_review" })],
  ["workflow_run$completed", (number) => ({ event: "workflow_run", number, of: "merge_group" })],
  ["workflow_dispatch$event", () => ({ event: "workflow_dispatch", inputs: { stack: "prod" } })],
])("the payload of %s is as GitHub describes it", async (definition, occasion) => {
  const payload = await world.emulator.payload(occasion(number));
  expect(complaints(definition, payload)).toEqual([]);
  // The check bites: without its sender no event is valid.
  expect(complaints(definition, { ...payload, sender: undefined })).not.toEqual([]);
});

test("a job for a pull request runs on the merge of its head and its base", async () => {
  const directory = join(world.directory, "job");
  const occasion = { event: "pull_request", number } as const;
  const { env } = await world.emulator.job(occasion, { directory, permissions: { "pull-requests": "write" } });
  expect(env).toMatchObject({
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_REPOSITORY: "acme/access",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_REF: `refs/pull/${number}/merge`,
    GITHUB_HEAD_REF: "more",
    GITHUB_BASE_REF: "main",
    GITHUB_ACTOR: "ada",
  });
  const parents = world.git("ls-remote", "origin", `refs/pull/${number}/merge`).slice(0, 40);
  expect(env.GITHUB_SHA).toBe(parents);
  const payload: unknown = JSON.parse(await readFile(env.GITHUB_EVENT_PATH ?? "", "utf8"));
  expect(payload).toMatchObject({ action: "opened", number, pull_request: { head: { sha: head } } });
  expect(await readFile(env.GITHUB_OUTPUT ?? "", "utf8")).toBe("");
  // Its token has what the workflow asked for, and no more.
  const github = world.client(env.GITHUB_TOKEN);
  expect((await github.createComment(number, "hello")).ours).toBe(true);
  await expect(github.checks(head, "accord")).rejects.toMatchObject({ problems: [{ code: "github-permission" }] });
});

test("a job for a comment runs on the default branch, whatever the comment is on", async () => {
  const { started } = await world.emulator.job(
    { event: "issue_comment", number, comment },
    { directory: join(world.directory, "comment"), permissions: {} },
  );
  expect(started).toMatchObject({ ref: "refs/heads/main", sha: world.git("rev-parse", "main"), actor: "grace" });
});

test("a job for a merge group runs on what the queue made", async () => {
  const { started } = await world.emulator.job(
    { event: "merge_group", number },
    { directory: join(world.directory, "group"), permissions: {} },
  );
  expect(started.ref).toBe(`refs/heads/gh-readonly-queue/main/pr-${number}-${world.git("rev-parse", "main")}`);
  expect(world.git("ls-remote", "origin", started.ref).slice(0, 40)).toBe(started.sha);
});

test("a job for a fork's pull request only reads, whatever its workflow says", async () => {
  const { emulator, push } = world;
  emulator.person({ login: "mallory", role: "read" });
  const fork = await emulator.fork("mallory");
  push({ branch: "theirs", files: { "x.yaml": "x: 1\n" }, as: "mallory", to: fork });
  const theirs = await emulator.as("mallory").open({ branch: "mallory:theirs" });
  const permissions = { "pull-requests": "write", "id-token": "write" } as const;
  const directory = join(world.directory, "fork");
  const { env } = await emulator.job({ event: "pull_request", number: theirs }, { directory, permissions });
  expect(env.ACTIONS_ID_TOKEN_REQUEST_URL).toBeUndefined();
  const github = world.client(env.GITHUB_TOKEN);
  expect((await github.pull(theirs)).fork).toBe(true);
  await expect(github.createComment(theirs, "x")).rejects.toMatchObject({
    problems: [{ hint: expect.stringContaining("a pull request from a fork gets a token that only reads") }],
  });
});
