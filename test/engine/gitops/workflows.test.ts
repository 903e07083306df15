/** What a user's repository gets: who may do what in it, and what of a pull request reaches a shell. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { composed } from "../../../engine/cli/compose.ts";
import { variablesFor } from "../../../engine/cli/init/settings.ts";
import { openSchemas } from "../../../engine/config/schemas.ts";
import { ACTION, actionSteps, FLOWS, type Flow, textOfFlow, workflow } from "../../support/workflows.ts";

const jobs = FLOWS.flatMap((flow) =>
  Object.entries(workflow(flow).jobs).map(([name, job]) => ({ flow, name, job, at: `${flow}: ${name}` })),
);
const steps = [...jobs.flatMap(({ job }) => job.steps), ...actionSteps()];

test("each job may do what it needs, and nothing else", () => {
  for (const flow of FLOWS) expect(workflow(flow).permissions, flow).toEqual({});
  const table = jobs.map(({ at, job: { permissions = {} } }) =>
    `${at}: ${Object.entries(permissions)
      .map(([scope, level]) => `${scope} ${level}`)
      .join(", ")}`.trim(),
  );
  expect(table.join("\n")).toMatchInlineSnapshot(`
    "plan: plan: contents read, pull-requests write, checks write, actions read, id-token write
    apply: apply: contents write, pull-requests write, actions read, checks read, id-token write
    apply: queue: contents write, pull-requests write, actions read, checks write, id-token write
    apply: closed: contents read, pull-requests write
    drift: drift: contents read, issues write, id-token write
    queue: queue:
    reviewed: reviewed:"
  `);
});

test("secrets are those of an environment, given to the step that runs Accord and to no other", () => {
  for (const { at, job } of jobs) {
    const holding = job.steps.filter((step) => JSON.stringify(step).includes("secrets."));
    expect(job.environment, at).toBe(holding.length > 0 ? "accord" : undefined);
    expect(new Set(holding.map(({ uses }) => uses)).size, at).toBeLessThanOrEqual(1);
    expect(JSON.stringify({ ...job, steps: [] }), at).not.toContain("secrets.");
    for (const step of holding) expect(step.uses).toBe("./.github/actions/accord");
  }
});

test("every secret that a system may want is passed on", () => {
  const schemas = openSchemas();
  const wanted = composed()
    .providers.flatMap((name) => variablesFor(name, schemas))
    .filter((name) => !name.includes("_OIDC_"));
  const own = ["ACCORD_GITHUB_TOKEN", "ACCORD_STATE_KEY", "DATABASE_URL"];
  const passed = Object.fromEntries([...own, ...wanted].map((name) => [name, `\${{ secrets.${name} }}`]));
  for (const { at, job } of jobs.filter(({ job }) => job.environment !== undefined)) {
    for (const { env } of job.steps.filter(({ uses }) => uses?.startsWith("./"))) {
      expect(env, at).toEqual({ ...passed, C1_HOST: "${{ vars.C1_HOST }}" });
    }
  }
});

test("whatever others have written is pinned by its commit", () => {
  const used = [...new Set(steps.flatMap(({ uses }) => uses ?? []))].filter((uses) => !uses.startsWith("./"));
  expect(used.length).toBeGreaterThan(0);
  for (const uses of used) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
  for (const text of [ACTION, ...FLOWS.map(textOfFlow)]) {
    for (const [line] of text.matchAll(/^.*uses: actions\/.*$/gm)) expect(line).toMatch(/# v\d+\.\d+\.\d+$/);
  }
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  expect([...ACTION.matchAll(/accord-access@(\S+)/g)].map(([, pinned]) => pinned)).toEqual([version]);
});

test("no expression is part of a script: what a stranger writes into a title or a branch never is", () => {
  const scripts = steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(2);
  for (const run of scripts) expect(run).not.toContain("${{");
});

/** Events of which GitHub runs the file of the default branch, whatever a pull request brings. */
const BY_DEFAULT_BRANCH = [
  "pull_request_target",
  "issue_comment",
  "workflow_run",
  "push",
  "schedule",
  "workflow_dispatch",
];

test.each(FLOWS)("%s: where a pull request brings the file itself, it has no rights and no secrets", (flow: Flow) => {
  const { on, jobs: own } = workflow(flow);
  const brought = Object.keys(on).filter((event) => !BY_DEFAULT_BRANCH.includes(event));
  if (brought.length === 0) return;
  for (const job of Object.values(own)) {
    expect(job).not.toHaveProperty("permissions");
    expect(job).not.toHaveProperty("environment");
    expect(job.steps).toEqual([{ run: "true" }]);
  }
});

test("nothing of a pull request is checked out, and no token is left in the checkout", () => {
  for (const { job, at } of jobs) {
    for (const { with: given } of job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
      expect(given, at).toEqual({ "fetch-depth": 0, "persist-credentials": false });
    }
  }
});

test("the workflows that follow others name them as they are called", () => {
  const named = (flow: Flow): unknown => Object(workflow(flow).on.workflow_run).workflows;
  expect(named("plan")).toEqual([workflow("reviewed").name]);
  expect(named("apply")).toEqual([workflow("queue").name]);
  for (const flow of FLOWS) expect(workflow(flow).name).toBe(`accord-${flow}`);
});

test("applies wait for each other, in order, and none is left out; plans of one pull request are not interrupted", () => {
  const waiting = { group: "accord-apply", "cancel-in-progress": false, queue: "max" };
  const { apply, queue } = workflow("apply").jobs;
  expect([apply?.concurrency, queue?.concurrency]).toEqual([waiting, waiting]);
  expect(workflow("plan").jobs.plan?.concurrency).toMatchObject({ "cancel-in-progress": false });
});
