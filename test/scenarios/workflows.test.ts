/**
 * The workflows that users install, run: the script of the action by bash, with the rights of each job and no others, a
 * real clone, the built command where `npx` would fetch it, and GitHub over HTTP.
 */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GithubEmulator, githubEmulator } from "../../engine/sandbox/github/emulator.ts";
import type { Occasion } from "../../engine/sandbox/github/occasion.ts";
import { answer, requestOf } from "../../engine/sandbox/node-request.ts";
import { builtCommand } from "../support/built.ts";
import { type HubWorld, hubWorld } from "../support/hub.ts";
import { actionSteps, type Flow, workflow } from "../support/workflows.ts";

const STACK = 'version: 1\nstack: acme\nproviders: { "null": {} }\nstate: { backend: git }\n';
const resource = (name: string): string => `kind: null/resource\nname: ${name}\nspec: {}\n`;

let world: HubWorld;
let hub: GithubEmulator;
let server: Server;
let bin: string;

beforeAll(async () => {
  world = await hubWorld();
  server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
    void requestOf(incoming, url)
      .then((request) => hub.fetch(request))
      .then((response) => answer(outgoing, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const apiUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api/v3`;
  // Commands are processes of their own here, with the machine's clock.
  hub = await githubEmulator({ clock: Date, directory: world.directory, env: process.env, apiUrl });
  for (const login of ["ada", "ben"]) hub.person({ login, role: "write" });
  bin = join(world.directory, "bin");
  mkdirSync(bin);
  const shim = [
    "#!/bin/sh",
    '[ "$1 $npm_config_ignore_scripts" = "--yes true" ] || exit 97',
    // Git has the job's token, and from no file.
    'header="$(git config "http.$GITHUB_SERVER_URL/.extraheader" | sed "s/^AUTHORIZATION: basic //")"',
    '[ "$(echo "$header" | base64 -d)" = "x-access-token:$GITHUB_TOKEN" ] || exit 98',
    "shift 2",
    `exec "${process.execPath}" "${await builtCommand()}" "$@"\n`,
  ];
  writeFileSync(join(bin, "npx"), shim.join("\n"));
  chmodSync(join(bin, "npx"), 0o755);
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  world.close();
});

interface Ran {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

let runs = 0;
/** A job of a workflow, as GitHub starts it: its permissions, the default branch checked out, its steps of ours in turn. */
async function run(
  flow: Flow,
  name: string,
  occasion: Occasion,
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  runs += 1;
  const directory = join(world.directory, `run-${runs}`);
  const { permissions = {}, environment, steps } = workflow(flow).jobs[name] ?? { steps: [] };
  const options = { directory, permissions, ...(environment === undefined ? {} : { environment }) };
  const { env } = await hub.job(occasion, options);
  const checkout = join(directory, "checkout");
  world.git("clone", "--quiet", hub.remote, checkout);
  const script = join(directory, "script.sh");
  const { run: text = "", env: own = {} } = actionSteps().find(({ run }) => run !== undefined) ?? {};
  writeFileSync(script, text);
  const log: string[] = [];
  let code = 0;
  for (const step of steps.filter(({ uses }) => uses === "./.github/actions/accord")) {
    const inputs: Readonly<Record<string, string>> = { step: String(step.with?.step), token: env.GITHUB_TOKEN ?? "" };
    const filled = Object.entries(own).map(([key, value]) => [
      key,
      value.replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, input: string) => inputs[input] ?? ""),
    ]);
    const said = await promisify(execFile)("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
      cwd: checkout,
      env: {
        ...{ PATH: `${bin}:${process.env.PATH}`, HOME: world.directory, RUNNER_ENVIRONMENT: "github-hosted" },
        ...env,
        ...Object.fromEntries(filled),
        ...(environment === undefined ? {} : { ACCORD_STATE_KEY: "a state key that is long enough", ...more }),
      },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, log: stdout + stderr }),
      (error: unknown) => ({ code: Number(Object(error).code), log: `${Object(error).stdout}${Object(error).stderr}` }),
    );
    log.push(said.log);
    code = said.code;
    if (code !== 0) break;
  }
  const told = readFileSync(env.GITHUB_OUTPUT ?? "", "utf8")
    .trim()
    .split("\n");
  return { code, log: log.join(""), outputs: Object.fromEntries(told.map((line) => line.split("=", 2))) };
}

test("planned, reviewed, merged and applied, each with the rights that its job asks for", async () => {
  world.push({ branch: "main", files: { "accord.yaml": STACK, "main.yaml": resource("first") } });
  world.push({ branch: "second", files: { "main.yaml": resource("second") } });
  const number = await hub.as("ada").open({ branch: "second" });

  const waiting = await run("plan", "plan", { event: "pull_request_target", number });
  expect(waiting, waiting.log).toMatchObject({ code: 0, outputs: { outcome: "waiting" } });
  expect(waiting.outputs.artifact).toMatch(/^accord-\d+-[0-9a-f]{12}-\d+-1$/);
  expect(
    readdirSync(waiting.outputs.directory ?? "")
      .map((name) => name.replace(/^[0-9a-f]{64}/, "<digest>"))
      .sort(),
  ).toEqual(["<digest>.delta.json", "acme--default.plan.json"]);

  await hub.as("ben").approve(number);
  // The tenant's host is all that a keyless system takes: the job proves itself.
  const keyless = { C1_HOST: "acme.conductor.one" };
  const approved = await run("plan", "plan", { event: "workflow_run", number, of: "pull_request_review" }, keyless);
  expect(approved, approved.log).toMatchObject({ code: 0, outputs: { outcome: "allowed" } });
  const [, token = ""] = /::add-mask::(ey\S+)/.exec(approved.log) ?? [];
  expect(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
    ...{ aud: "acme.conductor.one", environment: "accord" },
    sub: "repo:acme/access:environment:accord",
  });

  await hub.as("ada").merge(number);
  const applied = await run("apply", "apply", { event: "push" });
  expect(applied.log).toContain("acme: applied, approved by ben.");
  expect(applied.code).toBe(0);
  const drift = await run("drift", "drift", { event: "schedule" });
  expect(drift, drift.log).toMatchObject({ code: 0, log: expect.stringContaining("acme (default): no drift.") });
});
