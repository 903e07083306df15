/** What a command says to do next works as it is typed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accordIn, type Said } from "../support/run.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-next-"));
  expect(await accordIn(directory)("init", "--sandbox", "--example", "on-call")).toMatchObject({ code: 0 });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** The arguments of the command in a line such as `Next: accord apply --sandbox`. */
function following({ stdout }: Said, line: RegExp): string[] {
  const command = line.exec(stdout)?.[1];
  if (command === undefined) throw new Error(`no ${String(line)} in ${stdout}`);
  return command.split(" ").map((word) => word.replaceAll("'", ""));
}

test("after a plan, saved or not, and after an apply", async () => {
  const accord = accordIn(directory);
  const planned = await accord("plan", "--sandbox", "--env", "qa", "--target", "okta/group/*");
  const next = following(planned, /^Next: accord (.*)$/m);
  expect(next).toEqual(["apply", "--target", "okta/group/*", "--env", "qa", "--sandbox"]);
  expect(await accord(...next, "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Applied: 1 change, all confirmed."),
  });

  const saved = await accord("plan", "--sandbox", "--env", "qa", "--target", "c1/policy/*", "--out", "plan.json");
  const applied = await accord(...following(saved, /^Next: accord (.*)$/m), "--yes");
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining("Applied: 1 change, all confirmed.") });

  const undo = following(applied, /accord (apply --undo .*) takes it back/);
  expect(undo).toEqual(["apply", "--undo", expect.any(String), "--env", "qa", "--sandbox"]);
  expect(await accord(...undo, "--yes")).toMatchObject({ code: 0 });
});

test("in the hint of a problem, and it settles the problem", async () => {
  const accord = accordIn(directory);
  const options = ["--sandbox", "--env", "qa"];
  await writeFile(join(directory, "theirs.yaml"), "kind: okta/group\nname: theirs\nspec: { name: engineering }\n");
  const refused = await accord("plan", ...options, "--target", "okta/group/theirs");
  const next = following({ ...refused, stdout: refused.stderr }, /`accord (import [^`]*)`/);
  expect(next).toEqual(["import", "okta/group/theirs", expect.stringMatching(/^00g/), "--env", "qa", "--sandbox"]);
  const bound = await accord(...next);
  expect(bound).toMatchObject({ code: 0 });
  const look = following({ ...bound, stdout: bound.stderr }, /`accord (plan[^`]*)`/);
  expect(await accord(...look, "--target", "okta/group/theirs")).toMatchObject({ code: 0 });
});

test("--sandbox forgotten is named where it would help, and only there", async () => {
  const accord = accordIn(directory);
  const before = await accord("plan");
  expect(before.stderr).toContain("→ Set OKTA_PRIVATE_KEY and run again.\n");
  await accord("plan", "--sandbox");
  const after = await accord("plan");
  expect(after.stderr).toContain("→ Set OKTA_PRIVATE_KEY and run again. For the emulated tenants, add --sandbox.\n");
});
