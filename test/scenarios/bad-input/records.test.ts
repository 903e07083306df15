/** State, plan files, ledger and journal that are not what Accord wrote: refused as they are, and left as they are. */
import { rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GROUP, openScene, type Scene, STACK } from "./scene.ts";

const STATE = ".accord/default/state.json";
const LEDGER = ".accord/default/ledger.jsonl";
const JOURNAL = ".accord/default/journal/journal.jsonl";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ "accord.yaml": STACK, "team.yaml": GROUP });
});
afterEach(() => scene.close());

async function applied(): Promise<void> {
  expect(await scene.accord("apply", "--yes")).toMatchObject({ code: 0 });
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await scene.read(path);
  const after = change(before);
  expect(after).not.toBe(before);
  await scene.write({ [path]: after });
}

const RESTORE =
  "Restore it from Git or from state.json.backup beside it. Without either, move it away and run accord state rebuild.";

describe("a state file", () => {
  beforeEach(applied);

  test.each<readonly [what: string, change: (text: string) => string, problem: string]>([
    [
      "cut short",
      (text) => text.slice(0, 300),
      `state-unreadable <stack>/${STATE}:1:1 The state in <stack>/${STATE} cannot be read: it ends early or is not JSON. → ${RESTORE}`,
    ],
    [
      "empty",
      () => "",
      `state-unreadable <stack>/${STATE}:1:1 The state in <stack>/${STATE} cannot be read: it is empty. → ${RESTORE}`,
    ],
    [
      "of another shape",
      (text) => text.replace('"protect": false', '"protect": "no"'),
      `state-unreadable <stack>/${STATE}:1:1 The state in <stack>/${STATE} cannot be read: resources[0].protect is not true or false. → ${RESTORE}`,
    ],
    [
      "merged with conflict markers",
      (text) => text.replace('  "serial"', '<<<<<<< HEAD\n  "serial": 3,\n=======\n  "serial"'),
      `state-unreadable <stack>/${STATE}:6:1 The state in <stack>/${STATE} holds conflict markers of a Git merge. → Take one side whole (git checkout --theirs or --ours), then run accord plan: live is what counts.`,
    ],
    [
      "of another stack",
      (text) => text.replace('"stack": "acme"', '"stack": "other"'),
      `state-of-another-stack <stack>/${STATE}:3:1 The state in <stack>/${STATE} belongs to stack "other", not to "acme". → Check the directory and --env. A stack that was renamed goes on with its state once the name in it is edited.`,
    ],
    [
      "from the future",
      (text) => text.replace('"version": 1', '"version": 9'),
      `state-newer <stack>/${STATE}:1:1 The state in <stack>/${STATE} was written by a newer Accord (format 9; this one knows 1). → Update Accord to the version that your colleagues or CI use.`,
    ],
    [
      "of another tenant",
      (text) => text.replace(/("id": )"00oacme\w+"/, '$1"00oother"'),
      "other-tenant okta is now the tenant 00oacmesandboxorg5d7 (acme.okta.com); state belongs to 00oother (acme.okta.com). → Point okta back in accord.yaml, or use another instance name or --env for the other tenant.",
    ],
  ])("%s", async (_what, change, problem) => {
    await edit(STATE, change);
    for (const argv of [["plan"], ["apply", "--yes"]]) {
      expect(await scene.refusal(...argv)).toEqual({ exit: 1, problems: [problem] });
    }
  });

  test("that vanished, while the ledger tells of it", async () => {
    await rm(`${scene.directory}/${STATE}`);
    const problem =
      "ledger-without-state The ledger in <stack>/.accord/default holds 4 events, and the state that they led to is not there. → Restore the state from Git or a backup, or run accord state rebuild. Going on without it would forget what is owned.";
    for (const argv of [
      ["plan"],
      ["apply", "--yes"],
      ["verify"],
      ["history"],
      ["state", "list"],
      ["import", "okta/group/ops", "00g1"],
    ]) {
      expect(await scene.refusal(...argv)).toEqual({ exit: 1, problems: [problem] });
    }
    expect(await scene.accord("state", "rebuild", "--yes")).toMatchObject({ code: 0 });
    expect(await scene.accord("plan")).toMatchObject({ code: 0 });
  });
});

describe("a plan file", () => {
  beforeEach(async () => {
    expect(await scene.accord("plan", "--out", "plan.json")).toMatchObject({ code: 0 });
  });
  const AGAIN = "Nothing was applied. Make a new one: accord plan --out FILE.";
  const REVIEW = "Nothing was applied. Plan again, and have the new plan reviewed.";

  test.each<readonly [what: string, change: (text: string) => string, problem: string]>([
    [
      "edited",
      (text) => text.replaceAll("ada@", "mallory@"),
      `plan-edited plan.json was changed after it was written. → ${AGAIN}`,
    ],
    ["cut short", (text) => text.slice(0, -40), `plan-damaged plan.json is not a whole plan file. → ${AGAIN}`],
    [
      "of something else",
      () => "{}",
      `not-a-plan plan.json is not a plan that \`accord plan --out\` wrote. → ${AGAIN}`,
    ],
    [
      "from the future",
      (text) => text.replace('"version":1', '"version":7'),
      "plan-newer plan.json was written by a newer Accord (0.0.0-test, format 7). → Apply it with that version, or plan again with this one.",
    ],
  ])("%s", async (_what, change, problem) => {
    await edit("plan.json", change);
    expect(await scene.refusal("apply", "plan.json", "--yes")).toEqual({ exit: 1, problems: [problem] });
  });

  test("of another stack", async () => {
    await edit("accord.yaml", (text) => text.replace("stack: acme", "stack: other"));
    expect(await scene.refusal("apply", "plan.json", "--yes")).toEqual({
      exit: 5,
      problems: [`stale-plan The plan is of acme (default), and this is other (default). → ${REVIEW}`],
    });
  });

  test("of another environment", async () => {
    expect(await scene.refusal("apply", "plan.json", "--yes", "--env", "prod")).toEqual({
      exit: 5,
      problems: [`stale-plan The plan is of acme (default), and this is acme (prod). → ${REVIEW}`],
    });
  });

  test("that was overtaken by another apply", async () => {
    await applied();
    expect(await scene.refusal("apply", "plan.json", "--yes")).toEqual({
      exit: 5,
      problems: [`stale-plan The plan was made before there was any state. → ${REVIEW}`],
    });
  });

  test("that was overtaken by somebody in the console", async () => {
    const made = await scene.byHand("POST", "/api/v1/groups", { profile: { name: "ops", description: "" } });
    expect(await scene.refusal("apply", "plan.json", "--yes")).toEqual({
      exit: 5,
      problems: [
        `stale-plan team.yaml:1:1 okta/group/ops has moved since the plan was made: it exists now (${made.id}). → ${REVIEW}`,
      ],
    });
  });
});

describe("a ledger", () => {
  beforeEach(applied);
  const lines =
    (change: (lines: readonly string[]) => readonly string[]) =>
    (text: string): string =>
      change(text.trimEnd().split("\n"))
        .map((line) => `${line}\n`)
        .join("");

  test.each<readonly [what: string, change: (text: string) => string, line: number, message: string]>([
    [
      "edited",
      (text) => text.replace('"action":"create"', '"action":"update"'),
      2,
      "Line 2 was edited: its hash does not fit its content.",
    ],
    [
      "edited where no event begins",
      (text) => text.replace('"seq":1,', '"seq":1, '),
      1,
      "Line 1 was edited: its hash does not fit its content.",
    ],
    [
      "reordered",
      lines(([first = "", second = "", ...rest]) => [second, first, ...rest]),
      1,
      "Line 1 stands in the wrong order.",
    ],
    [
      "cut at the front",
      lines((all) => all.slice(1)),
      1,
      "Line 1 should be the first event, but those before it were cut off.",
    ],
    [
      "cut in the middle",
      lines((all) => all.toSpliced(1, 1)),
      2,
      "Line 2 does not follow the line above: events between them were taken out.",
    ],
    [
      "cut at the end",
      lines((all) => all.slice(0, -1)),
      4,
      "Line 4 is missing: state remembers more events than there are.",
    ],
    ["taken away", () => "", 1, "Line 1 is missing: state remembers more events than there are."],
    ["replaced by noise", () => "noise\nnoise\nnoise\n", 1, "Line 1 is no event."],
  ])("%s", async (_what, change, line, message) => {
    await edit(LEDGER, change);
    const problem = `ledger-broken <stack>/${LEDGER}:${line}:1 The ledger is not what was written. ${message} → Restore it from Git (its history shows who changed it) or a backup, then run accord verify. Nothing is appended to a broken record.`;
    // Something to judge by what was done lately.
    await scene.write({ "team.yaml": `${GROUP}  description: New\n` });
    for (const argv of [["verify"], ["plan"], ["apply", "--yes"], ["forget", "okta/group/ops", "--yes"]]) {
      expect(await scene.refusal(...argv)).toEqual({ exit: 1, problems: [problem] });
    }
  });

  test.each<readonly [what: string, change: (text: string) => string]>([
    ["cut at the end", lines((all) => all.slice(0, -1))],
    ["taken away", () => ""],
    ["replaced by noise", () => "noise\nnoise\nnoise\n"],
  ])("%s is noticed by a plan that changes nothing, too", async (_what, change) => {
    await edit(LEDGER, change);
    expect(await scene.refusal("plan")).toMatchObject({
      exit: 1,
      problems: [expect.stringContaining("ledger-broken")],
    });
  });
});

describe("a journal", () => {
  beforeEach(applied);

  test("whose lines are damaged", async () => {
    await scene.write({ [JOURNAL]: "noise\nnoise\n" });
    const problem = `journal-damaged <stack>/${JOURNAL}:1:1 The journal cannot be read at line 1: a line is damaged or missing. → Nothing was changed. Put the file back from a backup; without one, move it away, then run accord drift and import what it shows.`;
    for (const argv of [["plan"], ["apply", "--yes"]]) {
      expect(await scene.refusal(...argv)).toEqual({ exit: 1, problems: [problem] });
    }
  });

  test("of another state", async () => {
    const record = { run: "r", plan: "", lineage: "another", token: 1, at: "2026-03-03T10:00:00.000Z" };
    const removed = { step: "delete", address: "okta/group/ops", removed: true };
    await scene.write({
      [JOURNAL]: [
        { type: "run", n: 1, ...record },
        { type: "step", n: 2, ...removed },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    });
    const { lineage } = JSON.parse(await scene.read(STATE)) as { lineage: string };
    for (const argv of [["plan"], ["apply", "--yes"]]) {
      expect(await scene.refusal(...argv)).toEqual({
        exit: 1,
        problems: [
          `journal-of-another-state <stack>/${JOURNAL}:1:1 The journal belongs to a state of lineage another; the state here has ${lineage}. → Put the state file back that belongs to the interrupted run. Without it, move the journal away, then run accord drift and import what it shows.`,
        ],
      });
    }
  });
});
