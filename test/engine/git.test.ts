import { once } from "node:events";
import { watch } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGit, git } from "../../engine/git.ts";
import { gitProblem, withoutCredentials } from "../../engine/git-problem.ts";
import { problemsOf } from "../../engine/problem.ts";

const env = { ...process.env, OKTA_PRIVATE_KEY: "s3cret", GIT_DIR: "/nowhere" };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/accord-git-`);
  await git(directory, ["init", "--quiet"], { env });
});

afterAll(() => rm(directory, { recursive: true }));

const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: unknown) => problemsOf(error),
  );

describe("git", () => {
  it("takes bytes in and gives bytes back, whatever they are", async () => {
    const input = Buffer.from([0, 255, 10, 13, 195, 40]);
    const { text } = await git(directory, ["hash-object", "-w", "--stdin"], { env, input });
    expect((await git(directory, ["cat-file", "blob", text.trim()], { env })).stdout).toEqual(input);
  });

  it("gets no argument through a shell", async () => {
    const told = "$(touch owned); `id`";
    const { stdout } = await git(directory, ["config", "--default", told, "--get", "accord.none"], { env });
    expect(stdout.toString()).toBe(`${told}\n`);
  });

  it("sees neither the tenants' credentials nor a repository that a hook has set", async () => {
    const { text } = await git(directory, ["-c", "alias.env=!env", "env"], { env });
    expect(text).toContain("GIT_TERMINAL_PROMPT=0");
    expect(text).not.toMatch(/s3cret|nowhere/);
  });

  it("gives an exit code where it is an answer", async () => {
    expect(await askGit(directory, ["rev-parse", "--verify", "--quiet", "refs/heads/none"], { env })).toMatchObject({
      code: 1,
      text: "",
    });
  });

  it("says what failed, where, and what next", async () => {
    expect(await problemOf(git(tmpdir(), ["status"], { env }))).toEqual([
      {
        code: "git-no-repository",
        message: `git status failed in ${tmpdir()}: not a git repository (or any of the parent directories): .git.`,
        hint: "Run the command inside a clone of the repository.",
      },
    ]);
    expect(await problemOf(git(`${directory}/none`, ["status"], { env }))).toMatchObject([{ code: "git-missing" }]);
    expect(await problemOf(git(directory, ["status"], { env: { PATH: "/none" } }))).toMatchObject([
      { code: "git-missing" },
    ]);
  });

  it("ends with the signal, and whatever it has started with it", async () => {
    const stop = new AbortController();
    const begun = once(watch(directory), "change");
    const args = ["-c", "alias.wait=!touch begun; sleep 60", "wait"];
    const endless = git(directory, args, { env, signal: stop.signal });
    await begun;
    stop.abort(new Error("stopped"));
    await expect(endless).rejects.toThrowError("stopped");
    await expect(git(directory, ["status"], { env, signal: stop.signal })).rejects.toThrowError("stopped");
  });
});

describe("what git says", () => {
  const meaning = (stderr: string) =>
    gitProblem("/stack", ["-c", "http.extraHeader=x", "push", "origin"], { code: 128, stderr });

  it.each([
    ["git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", "git-denied"],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", "git-denied"],
    [
      "remote: Permission to acme/access.git denied to ada.\nfatal: unable to access 'https://github.com/acme/access/': The requested URL returned error: 403",
      "git-denied",
    ],
    [
      "fatal: unable to access 'https://github.com/acme/access/': Could not resolve host: github.com",
      "git-unreachable",
    ],
    [
      "fatal: unable to access 'https://github.com/acme/access/': The requested URL returned error: 503",
      "git-unreachable",
    ],
    [
      "ssh: connect to host github.com port 22: Connection timed out\nfatal: Could not read from remote repository.",
      "git-unreachable",
    ],
    ["fatal: 'origin' does not appear to be a git repository", "git-no-remote"],
    ["Host key verification failed.\nfatal: Could not read from remote repository.", "git-host-unknown"],
    ["fatal: detected dubious ownership in repository at '/work'", "git-unsafe-directory"],
    ["fatal: something new", "git-failed"],
  ])("%s means %s", (stderr, code) => {
    expect(meaning(stderr)).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
  });

  it("is told without the noise around it", () => {
    const stderr =
      "To github.com:acme/access.git\n ! [remote rejected] accord -> accord (protected branch hook declined)\nerror: failed to push some refs to 'github.com:acme/access.git'\nhint: see\n";
    expect(meaning(stderr).message).toBe(
      "git push failed in /stack: ! [remote rejected] accord -> accord (protected branch hook declined). failed to push some refs to 'github.com:acme/access.git'.",
    );
    expect(meaning("").message).toBe("git push failed in /stack: exit code 128.");
  });

  it("is told without a credential", () => {
    const secret = "s3cr3t-value";
    for (const text of [
      `fatal: unable to access 'https://x-access-token:${secret}@github.com/acme/access/'`,
      `remote: ssh://${secret}@host/`,
      `AUTHORIZATION: basic ${secret}`,
      `https://host/x?private_token=${secret}&a=b`,
      `bad credentials ghp_${secret.replaceAll("-", "")}`,
    ])
      expect(withoutCredentials(text)).not.toContain(secret.slice(0, 6));
    expect(meaning(`fatal: unable to access 'https://ada:${secret}@github.com/acme/access/'`).message).toContain(
      "'https://github.com/acme/access/'",
    );
  });
});
