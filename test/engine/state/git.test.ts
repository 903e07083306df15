import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { git } from "../../../engine/git.ts";
import { problemsOf } from "../../../engine/problem.ts";
import type { Lease, StateBackend } from "../../../engine/state/backend.ts";
import { emptyState, replay, type State, successor } from "../../../engine/state/state.ts";
import { ada, bob, codesOf, steppingClock } from "../../conformance/backend.ts";
import { backendIn, gitEnv, type Server, server } from "./git-repositories.ts";
import { owned } from "./samples.ts";

const BRANCH = "accord/acme/prod";
const RUN = "refs/accord/accord/acme/prod";

const made: Server[] = [];
afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
});

interface Scene {
  readonly remote: Server;
  readonly directory: string;
  readonly backend: StateBackend;
  readonly lease: Lease;
  readonly clock: ReturnType<typeof steppingClock>;
}

async function scene(): Promise<Scene> {
  const remote = await server();
  made.push(remote);
  const clock = steppingClock();
  const { directory, backend } = await remote.clone({ clock });
  return { remote, directory, backend, clock, lease: await backend.lease(ada) };
}

function withGroups(state: State, ...names: readonly string[]): State {
  const groups = names.map((name) => owned(`okta/group/${name}`));
  return successor(
    replay(
      state,
      groups.map((one) => ({ address: one.address, owned: one })),
    ),
  );
}

const first = withGroups(emptyState("acme", "prod", "lineage-1"), "dev", "ops");

/** A person's commit on the branch: one file more, or another. */
async function byHand(remote: Server, path: string, content: string): Promise<void> {
  await writeFile(`${remote.directory}/file`, content);
  const blob = await remote.on("hash-object", "-w", `${remote.directory}/file`);
  const entries = (await remote.on("ls-tree", BRANCH)).split("\n").filter((line) => !line.endsWith(`\t${path}`));
  const input = `${[...entries, `100644 blob ${blob}\t${path}`].join("\n")}\n`;
  const { text } = await git(`${remote.directory}/server.git`, ["mktree"], { env: gitEnv, input });
  const person = ["-c", "user.name=grace", "-c", "user.email=grace@acme.example"];
  const commit = await remote.on(...person, "commit-tree", text.trim(), "-p", BRANCH, "-m", "by hand");
  await remote.on("update-ref", `refs/heads/${BRANCH}`, commit);
}

/** What the server runs at a moment of a push. */
async function hook(remote: Server, name: string, script: string): Promise<void> {
  const path = `${remote.directory}/server.git/hooks/${name}`;
  await mkdir(`${remote.directory}/server.git/hooks`, { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

async function turnsOfTheLoop(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => problemsOf(error)[0],
  );

describe("the branch", () => {
  it("tells what was done, by whom, and nothing of leases and heartbeats", async () => {
    const { remote, backend, lease } = await scene();
    const event = { type: "change", action: "create", address: "okta/group/ops", outcome: "confirmed" };
    await backend.ledger.append([JSON.stringify({ type: "run-started", command: "accord apply" })], lease);
    await backend.journal.append(['{"type":"intent"}'], lease);
    await lease.heartbeat();
    await backend.ledger.append(
      ["ops", "dev", "a-group-with-a-name-of-many-letters"].map((name) =>
        JSON.stringify({ ...event, address: `okta/group/${name}` }),
      ),
      lease,
    );
    await backend.state.write(first, 0, lease);
    const second = { ...withGroups(first, "new"), ledger: { head: "ab".repeat(32), length: 4 } };
    const { resources } = second;
    const changed = resources.filter((one) => one.address !== "okta/group/dev");
    await backend.state.write(
      { ...second, resources: changed.map((one) => ({ ...one, protect: one.address === "okta/group/ops" })) },
      1,
      lease,
    );
    await backend.state.write({ ...second, serial: 3, resources: changed }, 2, lease);
    await backend.state.write({ ...second, serial: 4, resources: changed }, 3, lease);
    await lease.release();
    expect(await remote.on("log", "--reverse", "--format=%an: %s", BRANCH)).toMatchInlineSnapshot(`
      "ada@laptop: ledger 1: run-started accord apply
      ada@laptop: ledger 4: create okta/group/ops confirmed and 2 more
      ada@laptop: state 1: + okta/group/dev, + okta/group/ops
      ada@laptop: state 2: - okta/group/dev, + okta/group/new, ~ okta/group/ops
      ada@laptop: state 3: ~ okta/group/ops
      ada@laptop: state 4: ledger at 4"
    `);
    expect(await remote.on("log", "--format=%cn <%ce> %ad", "--date=iso", "-1", BRANCH)).toBe(
      "accord <accord@localhost> 2026-03-03 12:00:00 +0000",
    );
    expect(await remote.on("ls-tree", "--name-only", BRANCH)).toBe("README.md\nledger.jsonl\nstate.json");
    expect(await remote.on("rev-list", "--count", `${BRANCH}..${RUN}`)).toBe("1");
    expect(await remote.on("ls-tree", "--name-only", RUN)).toBe("journal.jsonl\nlock.json");
  });

  it("that somebody else has written on besides is written on top of that", async () => {
    const { remote, backend, lease } = await scene();
    await backend.state.write(first, 0, lease);
    await byHand(remote, "NOTES.md", "for the auditors\n");
    await backend.state.write(successor(first), 1, lease);
    expect(await remote.on("log", "--format=%s", BRANCH)).toBe(
      "state 2: ledger at 0\nby hand\nstate 1: + okta/group/dev, + okta/group/ops",
    );
    expect(await remote.on("show", `${BRANCH}:NOTES.md`)).toBe("for the auditors");
  });

  it("whose state or ledger was changed by hand, past the lease, is not written on", async () => {
    const { remote, backend, lease } = await scene();
    await backend.state.write(first, 0, lease);
    await backend.ledger.append(['{"n":1}'], lease);
    await byHand(remote, "ledger.jsonl", '{"n":7}\n');
    expect(await problemOf(backend.ledger.append(['{"n":2}'], lease))).toMatchObject({
      code: "state-moved",
      message:
        "origin/accord/acme/prod:ledger.jsonl was changed meanwhile, past the lease: by hand, or by another program.",
    });
    await byHand(remote, "state.json", JSON.stringify({ ...first, serial: 9 }));
    expect(await codesOf(backend.state.write(successor(first), 1, lease))).toEqual(["state-moved"]);
    expect(await remote.on("show", `${BRANCH}:ledger.jsonl`)).toBe('{"n":7}');
  });

  it("that was deleted is missed, and comes back as the problem says", async () => {
    const { remote, backend, lease, directory } = await scene();
    await backend.state.write(first, 0, lease);
    await backend.ledger.append(['{"n":1}'], lease);
    await lease.release();
    await remote.on("update-ref", "-d", `refs/heads/${BRANCH}`);
    const other = (await remote.clone({ clock: steppingClock() })).backend;
    const problem = await problemOf(other.state.read());
    expect(problem).toMatchObject({
      code: "state-gone",
      message: expect.stringMatching(
        /^origin\/accord\/acme\/prod is not there any more; it held state at commit \w{12}\.$/,
      ),
    });
    expect(await codesOf(other.ledger.readAll())).toEqual(["state-gone"]);
    expect(await codesOf(other.lease(bob))).toEqual(["state-gone"]);
    const [, fetch = "", push = ""] = /Bring it back: git (.*) && git (.*?)\. /.exec(problem?.hint ?? "") ?? [];
    await git(directory, fetch.split(" "), { env: gitEnv });
    await git(directory, push.split(" "), { env: gitEnv });
    const later = backendIn(directory, { clock: steppingClock() });
    expect((await later.state.read())?.state).toEqual(first);
    expect(await later.ledger.readAll()).toEqual(['{"n":1}']);
  });

  it("with a long history costs no more than one without", async () => {
    const { remote, backend, lease } = await scene();
    for (let number = 0; number < 5; number += 1) await backend.ledger.append([`{"n":${number}}`], lease);
    const other = await remote.clone({ clock: steppingClock() });
    expect(await other.backend.ledger.readAll()).toHaveLength(5);
    const cache = `${other.directory}/.accord/prod/cache/state.git`;
    const { text } = await git(cache, ["rev-list", "--count", "--all"], { env: gitEnv });
    expect(text.trim()).toBe("2");
  });

  it("with damage, of another program, or of a newer Accord is a problem that says where earlier versions are", async () => {
    const { remote, backend, lease } = await scene();
    await backend.state.write(first, 0, lease);
    await byHand(remote, "state.json", "{");
    await lease.release();
    const { backend: other } = await remote.clone({ clock: steppingClock() });
    expect(await problemOf(other.state.read())).toMatchObject({
      code: "state-unreadable",
      message: "The state in origin/accord/acme/prod:state.json cannot be read: it ends early or is not JSON.",
      hint: expect.stringContaining("git log shows its earlier versions"),
      source: { file: "origin/accord/acme/prod:state.json" },
    });
    await byHand(remote, "state.json", JSON.stringify({ ...first, version: 99 }));
    expect(await codesOf(other.state.read())).toEqual(["state-newer"]);
    await remote.on("update-ref", RUN, `refs/heads/${BRANCH}`);
    expect(await codesOf(other.state.read())).toEqual(["git-foreign-ref"]);
  });
});

describe("a push", () => {
  it("that a rule refuses is told with the rule, and not tried again", async () => {
    const { remote, backend, lease } = await scene();
    const log = `${remote.directory}/tried`;
    await hook(
      remote,
      "pre-receive",
      `echo x >> ${log}; grep -q refs/heads/ && { echo "error: GH006: Protected branch update failed for refs/heads/accord/acme/prod." >&2; exit 1; }; exit 0`,
    );
    expect(await problemOf(backend.state.write(first, 0, lease))).toMatchInlineSnapshot(`
      {
        "code": "git-push-refused",
        "hint": "Exempt whoever runs Accord from the rule that protects origin/accord/acme/prod, or keep state on another branch (state.branch in accord.yaml).",
        "message": "origin does not let refs/heads/accord/acme/prod be written: pre-receive hook declined · GH006: Protected branch update failed for refs/heads/accord/acme/prod.",
      }
    `);
    expect(await readFile(log, "utf8")).toBe("x\n");
    expect(await backend.state.read()).toBeUndefined();
    await backend.journal.append(['{"n":1}'], lease);
  });

  it("whose answer was lost is known by its commit, and not made twice", async () => {
    const { remote, backend, lease } = await scene();
    const once = `${remote.directory}/once`;
    // The refs are moved, and the server dies before it says so.
    await hook(
      remote,
      "reference-transaction",
      `[ "$1" = committed ] && [ ! -e ${once} ] && { touch ${once}; kill -9 $PPID; }; exit 0`,
    );
    await backend.ledger.append(['{"n":1}'], lease);
    expect(await readFile(once, "utf8")).toBe("");
    await backend.ledger.append(['{"n":2}'], lease);
    expect(await backend.ledger.readAll()).toEqual(['{"n":1}', '{"n":2}']);
  });

  it("takes along what nobody waits for, once, and in order", async () => {
    const { remote, backend, lease } = await scene();
    const journal = (): Promise<string> => remote.on("show", `${RUN}:journal.jsonl`);
    const before = await remote.on("rev-parse", RUN);
    backend.journal.appendSoon?.(['{"n":1}'], lease);
    expect(await remote.on("rev-parse", RUN)).toBe(before);
    expect(await backend.journal.readAll()).toEqual(['{"n":1}']);
    await backend.state.write(first, 0, lease);
    expect(await journal()).toBe('{"n":1}');
    backend.journal.appendSoon?.(['{"n":2}'], lease);
    const appended = backend.journal.append(['{"n":3}'], lease);
    // While that one is on its way: this goes with the next.
    await turnsOfTheLoop(3);
    backend.journal.appendSoon?.(['{"n":4}'], lease);
    await appended;
    await backend.journal.append(['{"n":5}'], lease);
    const pushed = lease.heartbeat();
    backend.journal.appendSoon?.(['{"n":6}'], lease);
    await pushed;
    await lease.release();
    expect(await journal()).toBe([1, 2, 3, 4, 5, 6].map((n) => `{"n":${n}}`).join("\n"));
  });

  it("that meets another one at the server is made again", async () => {
    const { remote, backend, lease } = await scene();
    const once = `${remote.directory}/once`;
    await hook(
      remote,
      "reference-transaction",
      `[ "$1" = prepared ] && [ ! -e ${once} ] && { touch ${once}; exit 1; }; exit 0`,
    );
    await backend.state.write(first, 0, lease);
    expect(await readFile(once, "utf8")).toBe("");
    expect((await backend.state.read())?.state).toEqual(first);
  });

  it("to a server that cannot take two refs at once is refused with that reason, and the lease is not taken", async () => {
    const { remote, backend, lease } = await scene();
    await lease.release();
    await remote.on("config", "receive.advertiseAtomic", "false");
    expect(await codesOf(backend.lease(bob))).toEqual(["git-no-atomic"]);
  });
});

describe("the way to the remote", () => {
  it("is that of the people's repository, with what is included there", async () => {
    const { remote, clock } = await scene();
    const { directory } = await remote.clone({ clock });
    await git(directory, ["remote", "set-url", "origin", "access:"], { env: gitEnv });
    await writeFile(`${directory}/way`, `[url "${remote.directory}/server.git"]\n\tinsteadOf = access:\n`);
    await git(directory, ["config", `includeIf.gitdir:${directory}/.git.path`, "../way"], { env: gitEnv });
    expect((await backendIn(directory, { clock }).holder())?.owner).toEqual(ada);
  });

  it("that leads nowhere is a problem with the remotes that there are", async () => {
    const { directory, clock } = await scene();
    const at = (remote: string, cache: string) =>
      problemOf(backendIn(directory, { clock, remote, cache: `${directory}/${cache}` }).state.read());
    expect(await at("upstream", "a")).toMatchObject({
      ...{ code: "git-no-remote", hint: "It has origin: name one of them as state.remote in accord.yaml." },
    });
    expect(await at(`${directory}/none.git`, "b")).toMatchObject({ code: "git-no-remote" });
    expect(await at("https://ada:s3cret@git.example/x.git", "c")).toMatchObject({ code: "literal-secret" });
    expect(JSON.stringify(await at("https://ada:s3cret@git.example/x.git", "c"))).not.toContain("s3cret");
  });

  it("outside of a repository has to be given whole", async () => {
    const { remote, clock } = await scene();
    const directory = `${remote.directory}/plain`;
    await mkdir(directory);
    expect(await codesOf(backendIn(directory, { clock }).state.read())).toEqual(["git-no-repository"]);
    const whole = backendIn(directory, { clock, remote: `${remote.directory}/server.git` });
    expect(await whole.state.read()).toBeUndefined();
    expect(whole.name).toBe(`${remote.directory}/server.git#${BRANCH}`);
  });
});
