/** What was done, by whom; and whether the record is still what was written. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { applied, type Company, company, nothingLeft, report } from "../support/company.ts";
import { accordIn } from "../support/run.ts";

const PROD = "kind: okta/group\nname: prod\nspec: { name: prod, members: [ada@acme.example] }\n";
const LEDGER = ".accord/default/ledger.jsonl";

async function twoRuns(): Promise<Company> {
  const acme = await company(PROD);
  await applied(acme);
  acme.clock.pass(3_600_000);
  await acme.declare(PROD.replace("ada@", "ada@acme.example, grace@"));
  expect(await acme.as({ actor: "ci@runner" })("apply", "--yes")).toMatchObject({ code: 0 });
  return acme;
}

test("history tells each run, of everything or of one resource", async () => {
  const acme = await twoRuns();
  expect(report((await acme.accord("history")).stdout)).toMatchInlineSnapshot(`
    "1  2026-03-03 10:00 UTC  run <run> started by tester@host: accord apply
    2  2026-03-03 10:00 UTC  + okta/group/prod  confirmed
    3  2026-03-03 10:00 UTC  observed who holds what in okta: 1 object
    4  2026-03-03 10:00 UTC  run <run> finished: 1 confirmed
    5  2026-03-03 11:00 UTC  run <run> started by ci@runner: accord apply
    6  2026-03-03 11:00 UTC  ~ okta/group/prod  members + grace@acme.example  confirmed
    7  2026-03-03 11:00 UTC  observed who holds what in okta: 1 object changed
    8  2026-03-03 11:00 UTC  run <run> finished: 1 confirmed"
  `);
  expect(report((await acme.accord("history", "okta/group/prod")).stdout)).toContain("grace@acme.example");
  expect((await acme.accord("history", "okta/group/other")).stdout).not.toContain("grace@acme.example");
  await nothingLeft(acme);
});

test("import, move, forget and rebuild are in it", async () => {
  const acme = await company("kind: okta/group\nname: support\nspec: { name: support }\n");
  await acme.accord("import", "okta/group/support", await acme.okta.groupId("support"));
  await acme.accord("move", "okta/group/support", "okta/group/desk");
  await acme.accord("forget", "okta/group/desk", "--yes");
  const events: readonly { type: string; actor: string }[] = JSON.parse(
    (await acme.accord("history", "--json")).stdout,
  );
  expect(events.map((event) => [event.type, event.actor])).toEqual([
    ["import", "tester@host"],
    ["move", "tester@host"],
    ["forget", "tester@host"],
  ]);
  expect(report((await acme.accord("history")).stdout)).toMatchInlineSnapshot(`
    "1  2026-03-03 10:00 UTC  tester@host bound okta/group/support to 00g…
    2  2026-03-03 10:00 UTC  tester@host renamed okta/group/support to okta/group/desk
    3  2026-03-03 10:00 UTC  tester@host stopped managing okta/group/desk (00g…)"
  `);
});

describe("verify", () => {
  test("needs no network, and says how far the record reaches", async () => {
    const acme = await twoRuns();
    acme.between(() => Promise.reject(new Error("no network")));
    const { code, stdout } = await acme.accord("verify");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Intact: \d+ events, head [0-9a-f]{12}\.\n$/)]);
  });

  const edits: readonly (readonly [string, (lines: readonly string[]) => readonly string[]])[] = [
    ["a changed word", (lines) => lines.map((line) => line.replace("grace@", "mallory@"))],
    ["a line taken out", (lines) => lines.filter((_, index) => index !== 2)],
    ["two lines swapped", ([a = "", b = "", ...rest]) => [b, a, ...rest]],
    ["the end cut off", (lines) => lines.slice(0, -1)],
    ["everything taken away", () => []],
    ["a line of one's own", (lines) => [...lines, lines.at(-1)?.replace('"seq":', '"seq":1') ?? ""]],
  ];
  test.each(edits)("finds %s, and nothing is appended to it any more", async (_, edit) => {
    const acme = await twoRuns();
    const lines = (await acme.read(LEDGER)).trimEnd().split("\n");
    const edited = edit(lines);
    await acme.write(LEDGER, edited.length === 0 ? "" : `${edited.join("\n")}\n`);
    expect(await acme.accord("verify")).toMatchObject({ code: 1 });
    expect(JSON.parse((await acme.accord("verify", "--json")).stdout)).toMatchObject({ intact: false });
    expect(await acme.accord("history")).toMatchObject({ code: 1 });
    await acme.declare(PROD);
    acme.writes();
    expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 1 });
    expect(acme.writes()).toEqual([]);
  });
});

test("what moves by itself, such as when an automation ran last, is nothing to record", async () => {
  const directory = await mkdtemp(join(tmpdir(), "accord-quiet-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const accord = accordIn(directory);
  await accord("init", "--sandbox", "--example", "on-call");
  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({ code: 0 });
  const before = (await accord("history", "--json")).stdout;
  await accord("sandbox", "tick", "--by", "3h");
  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({ code: 0 });
  expect((await accord("history", "--json")).stdout).toBe(before);
});
