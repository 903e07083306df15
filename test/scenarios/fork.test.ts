/** A pull request from a fork: nothing of it meets a credential before somebody who may write has looked at it. */
import { expect, test } from "vitest";
import { forge } from "../support/forge.ts";

const resource = (name: string): string => `kind: null/resource\nname: ${name}\nspec: {}\n`;

test("it is planned when somebody who may write asks for it; its review is heard of by its head", async () => {
  const acme = await forge(resource("first"));
  acme.hub.person({ login: "mallory", role: "read" });
  const fork = await acme.hub.fork("mallory");
  await acme.git("checkout", "--quiet", "-B", "theirs", "origin/main");
  await acme.write("second.yaml", resource("second"));
  await acme.git("add", ".");
  const author = ["-c", "user.name=mallory", "-c", "user.email=mallory@acme.example"];
  await acme.git(...author, "commit", "--quiet", "-m", "Theirs");
  await acme.git("push", "--quiet", fork, "theirs");
  const mallory = acme.hub.as("mallory");
  const number = await mallory.open({ branch: "mallory:theirs" });

  const reviewed = { event: "workflow_run", number, of: "pull_request_review" } as const;
  const withheld = { code: 3, stdout: expect.stringContaining("those are evaluated without credentials") };
  expect(await acme.ci("plan", reviewed)).toMatchObject(withheld);
  await mallory.comment(number, "/accord plan");
  const stranger = await acme.ci("plan", { event: "issue_comment", number });
  expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining("mallory may not write") });
  await acme.ben.comment(number, "/accord plan");
  expect((await acme.ci("plan", { event: "issue_comment", number })).stdout).toContain("2 to create");

  // A review of what is over by now is no error.
  await mallory.close(number);
  const over = await acme.ci("plan", reviewed);
  expect(over).toMatchObject({ code: 0, stderr: expect.stringContaining("no open pull request has") });
});
