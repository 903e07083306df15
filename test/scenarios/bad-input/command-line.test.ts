/** What is typed wrong: refused with the nearest right thing, before anything is read or sent. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { GROUP, openScene, type Scene, STACK } from "./scene.ts";

let scene: Scene | undefined;
afterEach(() => scene?.close());

async function stack(more = ""): Promise<Scene> {
  scene = await openScene({ "accord.yaml": STACK + more, "team.yaml": GROUP });
  return scene;
}

describe("a mistyped command line", () => {
  test.each<readonly [argv: readonly string[], problem: string]>([
    [["pln"], 'usage There is no command "pln". → Did you mean "plan"? `accord help` lists them.'],
    [
      ["plan", "--tagret", "okta/group/ops"],
      'usage --tagret is no option of accord plan. → Did you mean "--target"? `accord plan --help` lists the options.',
    ],
    [
      ["plan", "okta/group/ops"],
      'usage accord plan does not know what to do with "okta/group/ops". → `accord plan --help` lists the options.',
    ],
    [
      ["forget", "okta/group/a", "okta/group/b"],
      'usage accord forget does not know what to do with "okta/group/b". → `accord forget --help` lists the options.',
    ],
    [
      ["plan", "--out"],
      "usage --out needs a value: --out FILE. → A value that begins with a dash: --out=--json. `accord plan --help` lists the options.",
    ],
    [
      ["--dir", "prod", "plan"],
      'usage There is no command "--dir". → Options come after the command: accord plan --sandbox. `accord help` lists the commands.',
    ],
    [
      ["plan", "-out=plan.json"],
      'usage -out is no option of accord plan. → Did you mean "--out"? `accord plan --help` lists the options.',
    ],
    [
      ["apply", "--target=", "--yes"],
      "usage --target is empty: --target A. → `accord apply --help` lists the options.",
    ],
    [["apply", "--undo", ""], "usage --undo is empty: --undo RUN. → `accord apply --help` lists the options."],
    [
      ["plan", "--replace", "okta/group/ops", "--destroy"],
      "usage --replace and --destroy exclude each other. → Leave one out.",
    ],
    [["forget"], "usage accord forget takes an address. → accord forget ADDRESS"],
    [["state", "show"], "usage accord state show takes an address. → accord state show ADDRESS"],
    [["run"], "usage accord run takes an instance. → accord run INSTANCE [ACTION] [K=V…]"],
    [
      ["history", "--run", "20260303-1000-ffff"],
      "unknown-run There is no run 20260303-1000-ffff in the ledger. → `accord history` lists the runs.",
    ],
    [
      ["plan", "--out", "accord.yaml"],
      "usage accord.yaml would be read as a document of the stack. → Give the plan another name: --out plan.json.",
    ],
    [["plan", "--yes=no"], "usage --yes is no option of accord plan. → `accord plan --help` lists the options."],
    [["apply", "--yes=no"], "usage --yes takes no value. → `accord apply --help` lists the options."],
    [
      ["plan", "--target", "okta/group/opps"],
      'unknown-address okta/group/opps is neither declared nor owned here. → Did you mean "okta/group/ops"?',
    ],
    [["plan", "--var", "team"], 'usage "team" is no assignment. → Write name=value.'],
    [
      ["plan", "--env", "../../etc"],
      'usage --env "../../etc" cannot name an environment. → Use letters, digits, - and _: the name is part of file names.',
    ],
    [["plan", "--format", "yaml"], 'usage There is no format "yaml". → text, markdown or json.'],
    [
      ["plan", "--allow", "budget:removals"],
      "bad-override --allow budget:removals names no budget and plan. → Write --allow budget:<name>@<plan digest>; the plan's report shows both. A guardrail of policies/ is let pass by an exception there.",
    ],
    [["apply", "--lock-timeout", "soon"], 'usage --lock-timeout: "soon" is no duration. → Write 30s, 5m, 1h30m or 7d.'],
    [["apply", "plan.json"], "no-plan-file There is no file plan.json. → Make it with: accord plan --out FILE."],
    [
      ["apply", "--undo", "20260303-1000-ffff"],
      "unknown-run There is no run 20260303-1000-ffff in the ledger. → `accord history` lists the runs.",
    ],
    [["state", "shwo"], 'usage accord state has no "shwo". → Did you mean "show"? list, show, rebuild or unlock.'],
    [
      ["explain", "okta/gruop"],
      'unknown-kind There is no kind okta/gruop. → Did you mean "okta/group"? `accord schema` lists every kind.',
    ],
    [["run", "otka"], 'usage There is no instance otka in this stack. → Did you mean "okta"? The stack has okta.'],
    [["import", "okta/group/ops"], "usage import takes an address and an id. → accord import ADDRESS ID"],
    [
      ["import", "okta/group/opps", "00g1"],
      'unknown-address There is no document okta/group/opps in this stack. → Did you mean "okta/group/ops"?',
    ],
  ])("%j", async (argv, problem) => {
    const { refusal, requests } = await stack();
    expect(await refusal(...argv)).toEqual({ exit: 1, problems: [problem] });
    expect(requests()).toEqual([]);
  });

  test("a variable that the stack does not have", async () => {
    const { refusal } = await stack("vars: { team: ops }\n");
    expect(await refusal("plan", "--var", "taem=sre")).toEqual({
      exit: 1,
      problems: ['unknown-variable --var taem: the stack has no such variable. → Did you mean "team"?'],
    });
  });

  test("an environment that the stack does not have", async () => {
    const { refusal, write } = await stack();
    await write({ "accord.prod.yaml": "vars: {}\n" });
    expect(await refusal("plan", "--env", "pord")).toEqual({
      exit: 1,
      problems: [
        'unknown-environment accord.yaml:1:1 There is no environment pord: accord.pord.yaml does not exist. → Did you mean "prod"? The stack has prod; add accord.pord.yaml for a new one.',
      ],
    });
  });
});

describe("nobody to ask", () => {
  test("apply without a terminal and without --yes shows the plan and does nothing", async () => {
    const { refusal } = await stack();
    expect(await refusal("apply")).toEqual({
      exit: 1,
      problems: [
        "nobody-to-ask There is no terminal to ask on, and --yes was not given. → Review the plan, then run again with --yes; in CI, apply a saved plan: accord apply FILE --yes.",
      ],
    });
  });

  test.each(["y", "YES", "", "no"])("the answer %j is no yes", async (answer) => {
    const { accordWith, writes } = await stack();
    const said = await accordWith({ answers: [answer] })("apply");
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining("Nothing was applied.") });
    expect(writes()).toEqual([]);
  });
});

describe("a place that cannot be written", () => {
  test.each<readonly [what: string, make: (path: string) => Promise<unknown>, problem: string]>([
    ["a directory", (path) => mkdir(path), "cannot-write plan.json is a directory. → Name a file."],
    [
      "somebody's file",
      (path) => writeFile(path, "{}\n"),
      "not-overwritten plan.json is there already, and is no saved plan. → Choose another name, or remove it first.",
    ],
    [
      "a device",
      (path) => symlink("/dev/null", path),
      "not-overwritten plan.json is there already, and is no saved plan. → Choose another name, or remove it first.",
    ],
  ])("no plan is saved over %s", async (_what, make, problem) => {
    const { directory, refusal, requests } = await stack();
    await make(`${directory}/plan.json`);
    expect(await refusal("plan", "--out", "plan.json")).toEqual({ exit: 1, problems: [problem] });
    expect(requests()).toEqual([]);
  });

  test("an older plan is replaced, and so is an empty file", async () => {
    const { accord, read, write } = await stack();
    await write({ "plan.json": "" });
    expect(await accord("plan", "--out", "plan.json")).toMatchObject({ code: 0 });
    const first = await read("plan.json");
    expect(await accord("plan", "--out", "plan.json")).toMatchObject({ code: 0 });
    expect(first).toContain("okta/group/ops");
  });

  test("a file where the state's directory belongs", async () => {
    const { refusal, write } = await stack();
    await write({ ".accord": "" });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "disk-in-the-way Reading <stack>/.accord/default/state.json: a file stands where a directory must be (ENOTDIR). → Move away what stands there, and run the command again.",
      ],
    });
  });
});
