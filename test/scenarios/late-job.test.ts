/** A job of a merge that comes late, or is run again when its base has long moved on. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { document } from "../support/pull-request-model.ts";
import { type Happened, type QuickCompany, type QuickForge, quickCompany } from "../support/quick-forge.ts";

let company: QuickCompany;
beforeAll(async () => {
  company = await quickCompany("ci: { reviews: 1 }", {
    "prod.yaml": document("prod", ["ada"]),
    "dev.yaml": document("dev", ["ada"]),
  });
}, 60_000);
afterAll(() => company.remove());

async function begun(): Promise<QuickForge> {
  const acme = await company.begin();
  for (const login of ["ada", "ben"]) acme.hub.person({ login, role: "write" });
  return acme;
}

/** Shown, approved and merged; the push that it was. */
async function merged(acme: QuickForge, files: Readonly<Record<string, string>>): Promise<Happened> {
  const { hub, git, clock } = acme;
  const branch = `change-${clock.now()}`;
  await acme.push(branch, await git.repository.ref("refs/heads/main"), files, "ada");
  const number = await hub.as("ada").open({ branch });
  const event = { event: "pull_request_target", number } as const;
  await acme.run("plan", { name: event.event, payload: await hub.payload(event) });
  clock.pass(60_000);
  await hub.as("ben").approve(number);
  await hub.as("ada").merge(number);
  return { name: "push", payload: await hub.payload({ event: "push" }) };
}

test("access that was approved, applied and taken back since does not come back with an old job", async () => {
  const acme = await begun();
  const given = await merged(acme, { "prod.yaml": document("prod", ["ada", "linus"]) });
  await acme.run("apply", given);
  expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
  await acme.run("apply", await merged(acme, { "prod.yaml": document("prod", ["ada"]) }));
  expect(await acme.okta.members("prod")).toEqual(["ada"]);

  const again = await acme.run("apply", given);
  expect(again.endings).toMatchObject([{ kind: "failed", problems: [{ code: "superseded" }] }]);
  expect(await acme.okta.members("prod")).toEqual(["ada"]);
});

test("what the base still says is applied by the job that it was approved for, and nothing that came after it", async () => {
  const acme = await begun();
  const first = await merged(acme, { "prod.yaml": document("prod", ["ada", "linus"]) });
  await acme.push("main", await acme.git.repository.ref("refs/heads/main"), { "README.md": "Access." }, "ada");
  await acme.push(
    "main",
    await acme.git.repository.ref("refs/heads/main"),
    { "dev.yaml": document("dev", ["ada", "grace"]) },
    "ben",
  );
  expect((await acme.run("apply", first)).endings).toMatchObject([{ kind: "applied" }]);
  expect(await acme.okta.members("prod")).toEqual(["ada", "linus"]);
  expect(await acme.okta.members("dev")).toEqual(["ada"]);
});
