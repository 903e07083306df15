/** State on a branch: runners that share nothing but a Git server share a stack. */
import { appendFile, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { git } from "../../engine/git.ts";
import { gitEnv, type Server, server } from "../engine/state/git-repositories.ts";
import { applied, type Company, company } from "../support/company.ts";
import { programOf } from "../support/program.ts";
import type { Accord } from "../support/run.ts";
import { CHILD, killedAt } from "./crash/deaths.ts";
import { onCall } from "./crash/on-call.ts";
import { beginningOf } from "./crash/ordeal.ts";

const group = (name: string): string => `---\nkind: okta/group\nname: ${name}\nspec: { name: ${name} }\n`;
const BRANCH = "accord/acme/default";
const RUN = `refs/accord/${BRANCH}`;

async function served(): Promise<Server> {
  const remote = await server();
  onTestFinished(remote.remove);
  // Remembers each push to a ref.
  await remote.on("config", "core.logAllRefUpdates", "always");
  return remote;
}

/** A company whose stack stands in a clone of the server's repository. */
async function shared(): Promise<{ readonly acme: Company; readonly remote: Server }> {
  const remote = await served();
  const acme = await company(group("prod"), { settings: "state: { backend: git }\n" });
  await git(acme.directory, ["init", "--quiet"], { env: gitEnv });
  await git(acme.directory, ["remote", "add", "origin", `${remote.directory}/server.git`], { env: gitEnv });
  return { acme, remote };
}

/** The same stack on another machine: a clone, and nothing else. */
async function elsewhere(acme: Company): Promise<Accord> {
  const directory = await mkdtemp(join(tmpdir(), "accord-elsewhere-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(acme.directory, directory, { recursive: true, filter: (path) => !path.includes(".accord") });
  return (command, ...more) => acme.accord(command ?? "", ...more, "--dir", directory);
}

/** Everything that anybody could read there, of whatever ref. */
async function objectsOn(remote: Server): Promise<string> {
  return remote.on("cat-file", "--batch-all-objects", "--batch", "--unordered");
}

test("what one runner applied, every command of another one knows", async () => {
  const { acme, remote } = await shared();
  acme.env.ACCORD_STATE_KEY = "a-key-of-more-than-sixteen-letters";
  await applied(acme);
  expect(await readdir(`${acme.directory}/.accord/default`)).toEqual(["cache"]);
  // Taken, told, state, intent, made, done, told, state, told, state, closed, given back: decision 33 says so.
  expect((await remote.on("reflog", "show", RUN)).split("\n")).toHaveLength(12);

  const other = await elsewhere(acme);
  expect(await other("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  expect(await other("verify")).toMatchObject({ code: 0, stdout: expect.stringContaining("Intact") });
  expect((await other("state", "list")).stdout).toContain("okta/group/prod");
  expect((await other("history", "okta/group/prod")).stdout).toContain("+ okta/group/prod  confirmed");
  const now = new Date(acme.clock.now()).toISOString();
  expect(await other("who", "okta/group/prod", "--at", now)).toMatchObject({ code: 0 });
  expect(await other("move", "okta/group/prod", "okta/group/live")).toMatchObject({ code: 0 });
  expect((await acme.accord("state", "list")).stdout).toContain("okta/group/live");
  expect(await acme.accord("state", "unlock")).toMatchObject({ stderr: expect.stringContaining("Nobody holds") });

  expect(await remote.on("log", "--reverse", "--format=%an: %s", BRANCH)).toMatchInlineSnapshot(`
    "tester@host: ledger 1: run-started accord apply
    tester@host: state 1: ledger at 1
    tester@host: ledger 2: create okta/group/prod confirmed
    tester@host: state 2: + okta/group/prod
    tester@host: ledger 4: observation, run-finished
    tester@host: state 3: ledger at 4
    tester@host: ledger 5: move okta/group/prod okta/group/live
    tester@host: state 4: + okta/group/live, - okta/group/prod
    tester@host: state 5: ledger at 5"
  `);
  const objects = await objectsOn(remote);
  expect(objects).toContain("okta/group/live");
  for (const secret of Object.values(acme.env)) expect(objects).not.toContain(secret.slice(secret.length / 2));
});

test("a runner that is killed once C1 has made a profile: one in another clone learns of it from the journal", async () => {
  const remote = await served();
  const program = await programOf(CHILD);
  onTestFinished(() => rm(program.directory, { recursive: true }));
  const begun = await beginningOf(onCall);
  onTestFinished(() => rm(begun.directory, { recursive: true }));
  const state = `state: { backend: git, remote: ${remote.directory}/server.git }`;
  await appendFile(`${begun.directory}/accord.yaml`, `${state}\n`);
  const boundary = { name: "c1 POST /api/v1/catalogs", nth: 1, writes: true };
  const { code, recovery } = await killedAt(begun, program, { boundary, moment: "killed after", elsewhere: true });
  expect(code).toBeNull();
  expect(recovery).toMatchObject({ again: { code: 0 }, plan: { code: 0 }, verify: { code: 0 } });
  const profiles = recovery.census.filter((line) => line.startsWith("c1 profile"));
  expect(profiles).toEqual([expect.stringContaining("On-call, published")]);
  expect(await remote.on("show", `refs/accord/accord/acme-prod/default:journal.jsonl`)).toBe("");
}, 120_000);
