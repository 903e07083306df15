/** The merge queue: applied on what the pull request stands on there, before it is merged, or not merged at all. */
import { expect, test } from "vitest";
import { type Forge, forge } from "../support/forge.ts";

const resource = (name: string): string => `kind: null/resource\nname: ${name}\nspec: {}\n`;
const stackFile = (name: string): string => `version: 1\nstack: ${name}\nproviders: { "null": {} }\n`;
const queued = (number: number) => ({ event: "workflow_run", number, of: "merge_group" }) as const;

/** As the queue job does: applied, and where that went well planned for the check. */
async function inQueue(acme: Forge, number: number): Promise<{ codes: readonly number[]; said: string }> {
  await acme.hub.enqueue(number, "ada");
  const { code, stdout } = await acme.ci("apply", queued(number));
  const codes = code === 0 ? [code, (await acme.ci("plan", queued(number))).code] : [code];
  return { codes, said: stdout };
}

test("what is approved is applied and then merged; what is not leaves the queue, and nothing of it was done", async () => {
  const acme = await forge(resource("first"), { settings: "ci: { apply: queue }" });
  acme.hub.protect("main", { approvals: 0, queue: true, checks: ["accord"] });
  await acme.push("second", { "second.yaml": resource("second") });
  const number = await acme.ada.open({ branch: "second" });
  expect(await acme.ci("plan", { event: "pull_request_target", number })).toMatchObject({ code: 3 });

  expect(await inQueue(acme, number)).toEqual({ codes: [3], said: expect.stringContaining("Not approved") });
  expect(await acme.hub.settle(number)).toBe("removed");

  await acme.ben.approve(number);
  const { codes, said } = await inQueue(acme, number);
  expect(said).toContain("acme: applied, approved by ben.");
  expect(codes).toEqual([0, 0]);
  expect(await acme.hub.settle(number)).toBe("merged");
});

test("a new stack passes, since nothing of it is applied; of what has left by now nothing is done", async () => {
  const acme = await forge(resource("first"), { settings: "ci: { apply: queue }" });
  await acme.push("other", { "other/accord.yaml": stackFile("other") });
  const number = await acme.ada.open({ branch: "other" });
  acme.hub.protect("main", { approvals: 0, queue: true, checks: ["accord"] });
  expect(await inQueue(acme, number)).toMatchObject({ codes: [0, 3] });
  expect(await acme.hub.settle(number)).toBe("merged");

  await acme.push("late", { "late/accord.yaml": stackFile("late") });
  const late = await acme.ada.open({ branch: "late" });
  await acme.hub.enqueue(late, "ada");
  const [, ref = ""] = (await acme.git("ls-remote", "origin", "refs/heads/gh-readonly-queue/*")).split("\t");
  await acme.git("push", "--quiet", "origin", `+main:${ref}`);
  const said = await acme.ci("apply", queued(late));
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining("is not in the merge queue as") });
});
