import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { git } from "../../engine/git.ts";
import { accordIn } from "../support/run.ts";
import { ACTION, FLOWS, textOfFlow } from "../support/workflows.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-init-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = (file: string): Promise<string> => readFile(join(directory, file), "utf8");

describe("init", () => {
  test("by flags: writes settings as text and secrets as references, and checks the credentials", async () => {
    const accord = accordIn(directory, { env: { PAGERDUTY_TOKEN: "not-shown-1234567" } });
    const flags = ["--provider", "okta", "--set", "okta.domain=acme.okta.com", "--set", "okta.clientId=0oa1example"];
    const said = await accord("init", "--stack", "acme", ...flags, "--provider", "pagerduty", "--skip-check");
    expect(said).toMatchObject({ code: 0 });
    expect(await read("accord.yaml")).toMatchInlineSnapshot(`
      "version: 1
      stack: acme
      providers:
        okta:
          domain: acme.okta.com
          clientId: "0oa1example"
        pagerduty:
          token: "\${env:PAGERDUTY_TOKEN}"
      guardrails: { baseline: true }
      "
    `);
    expect(await read(".gitignore")).toContain(".accord/*/journal/");
    expect(said.stdout + said.stderr).not.toContain("not-shown");
  });

  test("asks where there is a terminal, never for a secret that is set, and writes no answer that is secret", async () => {
    const answers = ["pagerduty", "a-secret-token-1234", "eu", ""];
    const accord = accordIn(directory, { answers });
    const said = await accord("init", "--stack", "asked", "--sandbox");
    expect(said).toMatchObject({ code: 0 });
    const written = await read("accord.yaml");
    expect(written).toContain("stack: asked");
    expect(written).toContain('token: "${env:PAGERDUTY_TOKEN}"');
    expect(written).toContain("region: eu");
    expect(written).not.toContain("a-secret-token-1234");
    expect(said.stderr).toContain("✓");
  });

  test("a wrong credential stops it before anything is written", async () => {
    const { createPagerdutyEmulator } = await import("../../providers/pagerduty/emulator.ts");
    const tenant = createPagerdutyEmulator({
      now: Date.now,
      wall: Date.now,
      fetch: () => Promise.reject(new Error("alone")),
    });
    const accord = accordIn(directory, {
      env: { PAGERDUTY_TOKEN: "wrong-token-12345" },
      fetch: (request) => tenant.fetch(request),
    });
    const said = await accord("init", "--provider", "pagerduty");
    expect(said.code).toBe(1);
    expect(said.stderr).toContain("✗");
    expect(said.stderr).not.toContain("wrong-token-12345");
    await expect(read("accord.yaml")).rejects.toThrow();
  });

  test("never overwrites: a stack, an example beside YAML, a .gitignore", async () => {
    const accord = accordIn(directory);
    await writeFile(join(directory, ".gitignore"), "node_modules");
    expect(await accord("init", "--sandbox", "--example", "on-call")).toMatchObject({ code: 0 });
    expect(await read(".gitignore")).toMatch(/^node_modules\n/);
    const again = await accord("init", "--sandbox", "--example", "on-call");
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("There are YAML files here already") });
    const other = await accord("init", "--provider", "null");
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("exists already") });
  });

  test("nobody's README is written over, and --json tells what was written", async () => {
    await writeFile(join(directory, "README.md"), "mine\n");
    const said = await accordIn(directory)("init", "--sandbox", "--example", "on-call", "--json");
    expect(JSON.parse(said.stdout)).toEqual({
      directory,
      example: "on-call",
      files: ["accord.yaml", "on-call.yaml", ".gitignore"],
    });
    expect(await read("README.md")).toBe("mine\n");
  });

  test.each([
    ["2024", 'stack: "2024"'],
    ["Ops & SRE", "stack: ops-sre"],
    ["null", 'stack: "null"'],
    ["日本", "stack: stack"],
  ])("in a directory called %s, the stack's name is valid", async (name, line) => {
    const within = join(directory, name);
    await mkdir(within);
    const accord = accordIn(within);
    expect(await accord("init", "--provider", "null")).toMatchObject({ code: 0 });
    expect(await read(join(name, "accord.yaml"))).toContain(`\n${line}\n`);
    await writeFile(join(within, "one.yaml"), "kind: null/resource\nname: one\nspec: {}\n");
    expect(await accord("validate")).toMatchObject({ code: 0 });
  });

  test("asked for no system, it writes nothing; a question gives the whole first sentence of its field", async () => {
    const none = await accordIn(directory, { answers: [""] })("init");
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("at least one system") });
    await expect(read("accord.yaml")).rejects.toThrow();
    const asked: string[] = [];
    await accordIn(directory, { answers: ["okta"], onQuestion: (question) => asked.push(question) })("init");
    expect(asked[1]).toBe(
      "okta.domain (Host name of the organization, such as acme.okta.com or a custom domain; needed): ",
    );
  });

  test("the example plans at once", async () => {
    const accord = accordIn(directory);
    await accord("init", "--sandbox", "--example", "on-call");
    expect(await accord("plan", "--sandbox")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("5 to create"),
    });
  });

  test.each([
    [["--provider", "okta", "--set", "okta.clientId=0oa1"], "Add --set okta.domain=…."],
    [["--provider", "okta", "--set", "okta.domain=a.okta.com"], "OKTA_PRIVATE_KEY"],
    [["--stack", "Acme Prod"], "--stack acme-prod"],
    [["--provider", "oktaa"], "okta"],
    [["--example", "oncall"], "on-call"],
    [["--provider", "okta", "--set", "okta.domian=x"], "domain"],
    [["--provider", "okta", "--set", "okta.privateKey=abc"], "OKTA_PRIVATE_KEY"],
    [["--provider", "okta", "--set", "domain"], "--set okta.domain=acme.okta.com"],
    [[], "no --provider was given"],
  ])("init %j says what next: %s", async (flags, hint) => {
    const said = await accordIn(directory)("init", ...flags);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(hint) });
  });
});

describe("init --github", () => {
  const workflows = FLOWS.map((flow) => `.github/workflows/accord-${flow}.yml`);
  const env = { PATH: process.env.PATH ?? "" };
  async function repository(): Promise<void> {
    await git(directory, ["init", "--quiet", "--initial-branch=main"], { env });
  }

  test("writes the workflows and the action at the repository's root, and says what is left to do", async () => {
    await repository();
    const flags = ["--github", "--dir", "access", "--provider", "null", "--skip-check", "--json"];
    const said = await accordIn(directory, { env })("init", ...flags);
    expect(said).toMatchObject({ code: 0 });
    const written = [...workflows, ".github/actions/accord/action.yml"];
    expect(JSON.parse(said.stdout)).toMatchObject({ stack: "access", workflows: written });
    const files = await readdir(join(directory, ".github"), { recursive: true, withFileTypes: true });
    const paths = files.filter((one) => one.isFile()).map((one) => relative(directory, join(one.parentPath, one.name)));
    expect(paths.sort()).toEqual([...written].sort());
    expect(await read(".github/actions/accord/action.yml")).toBe(ACTION);
    for (const flow of FLOWS) expect(await read(`.github/workflows/accord-${flow}.yml`)).toBe(textOfFlow(flow));
    expect(said.stderr).toContain("state: { backend: git }");
  });

  test("takes a stack that is there, names its secrets, and follows the default branch's name", async () => {
    await repository();
    await git(directory, ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"], {
      env: process.env,
    });
    await writeFile(
      join(directory, "accord.yaml"),
      'version: 1\nproviders: { x: { a: "${env:PAGERDUTY_TOKEN} ${env:OUR_OWN}" } }\n',
    );
    const said = await accordIn(directory, { env })("init", "--github");
    expect(said).toMatchObject({ code: 0 });
    expect(said.stderr).toContain("ACCORD_STATE_KEY, PAGERDUTY_TOKEN and OUR_OWN");
    expect(said.stderr).toContain("Pass on OUR_OWN in each workflow");
    expect(await read(".github/workflows/accord-apply.yml")).toContain('branches: ["trunk"]');
  });

  test("writes nothing at all where one of them is there and differs; the same again is no matter", async () => {
    await repository();
    await writeFile(join(directory, "accord.yaml"), "version: 1\n");
    const run = accordIn(directory, { env });
    expect(await run("init", "--github")).toMatchObject({ code: 0 });
    expect(await run("init", "--github")).toMatchObject({ code: 0, stderr: expect.stringContaining("already") });
    await writeFile(join(directory, workflows[0] ?? ""), "name: mine\n");
    await rm(join(directory, workflows[1] ?? ""));
    const said = await run("init", "--github");
    expect(said).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("accord-plan.yml is there already, and differs"),
    });
    expect(await read(workflows[0] ?? "")).toBe("name: mine\n");
    await expect(read(workflows[1] ?? "")).rejects.toThrow("ENOENT");
  });

  test("wants a repository", async () => {
    const said = await accordIn(directory, { env })("init", "--github");
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining("is in no Git repository") });
  });
});
