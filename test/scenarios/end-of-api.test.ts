/** What a provider announces about a whole instance is said once, and never changes what a plan does. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testClock } from "../support/clock.ts";
import { accordIn } from "../support/run.ts";

const BEFORE = Date.parse("2026-11-26T12:00:00Z");
const AFTER = Date.parse("2027-04-06T12:00:00Z");

const DOCUMENTS = `
kind: opsgenie/schedule
name: primary
spec: { name: Primary }
---
kind: opsgenie/schedule
name: old
spec: { name: Old primary }
---
kind: opsgenie/team
name: sre
spec: { name: SRE, members: [ada@acme.example, GRACE@acme.example, linus@acme.example] }
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-end-"));
  await writeFile(
    join(directory, "accord.yaml"),
    'version: 1\nstack: ends\nproviders: { opsgenie: { apiKey: "${env:OPSGENIE_API_KEY}" } }\n',
  );
  await writeFile(join(directory, "main.yaml"), DOCUMENTS);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function notesOf(stdout: string): readonly string[] {
  return stdout.split("\n").filter((line) => line.includes("REST API"));
}

test("a plan says once for an instance that its API ends, whatever the number of documents", async () => {
  const accord = accordIn(directory, { clock: testClock(BEFORE) });
  const planned = await accord("plan", "--sandbox");
  expect(planned).toMatchObject({ code: 0 });
  expect(notesOf(planned.stdout)).toEqual([
    "  · opsgenie: Opsgenie's REST API ends on 5 April 2027; an instance is switched off 120 days after its data was moved to Jira Service Management or Compass. Until then, move who is on call to a system that stays, and let documents name that one.",
  ]);
  expect(planned.stdout).toContain('The schedule "Old primary" is disabled');
  expect(planned.stdout.match(/is disabled/g)).toHaveLength(1);

  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({ code: 0 });
  const again = await accord("plan", "--sandbox", "--detailed-exitcode");
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("No changes: 3 resources") });
  expect(notesOf(again.stdout)).toHaveLength(1);
  const json = JSON.parse((await accord("plan", "--sandbox", "--json")).stdout);
  expect(json.accord.notes).toEqual([
    expect.stringContaining("opsgenie: Opsgenie's REST API ends on 5 April 2027"),
    expect.stringContaining("opsgenie/schedule/old: "),
  ]);
});

test("doctor says it as well, with the date, and afterwards that it has happened", async () => {
  const doctor = async (now: number): Promise<string> =>
    (await accordIn(directory, { clock: testClock(now) })("doctor", "--sandbox")).stdout;
  expect(await doctor(BEFORE)).toContain("REST API ends on 5 April 2027");
  expect(await doctor(AFTER)).toContain("REST API ended on 5 April 2027");
});

test("a difference in what is only read is a problem, not a change", async () => {
  await writeFile(join(directory, "main.yaml"), DOCUMENTS.replace("name: SRE, ", "name: SRE, description: Others, "));
  const planned = await accordIn(directory, { clock: testClock(BEFORE) })("plan", "--sandbox");
  expect(planned.code).toBe(1);
  expect(planned.stderr).toContain("Opsgenie is where they are made");
});
