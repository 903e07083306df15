/** Somebody approves while a plan is being made: they have read what stood there, not what is about to. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { document } from "../support/pull-request-model.ts";
import { type Done, type QuickCompany, type QuickForge, quickCompany } from "../support/quick-forge.ts";

let company: QuickCompany;
beforeAll(async () => {
  company = await quickCompany("ci: { reviews: 1 }", { "prod.yaml": document("prod", ["ada"]) });
}, 60_000);
afterAll(() => company.remove());

async function planned({ hub, run }: QuickForge, number: number): Promise<Done> {
  const event = { event: "pull_request_target", number } as const;
  return run("plan", { name: event.event, payload: await hub.payload(event) });
}

test.each(["before", "after"] as const)("%s the comment says it", async (moment) => {
  const acme = await company.begin();
  const { hub, git, clock, push } = acme;
  for (const login of ["ada", "ben"]) hub.person({ login, role: "write" });
  const begin = await git.repository.ref("refs/heads/main");
  const one = await push("change", begin, { "prod.yaml": document("prod", ["ada", "linus"]) }, "ada");
  const number = await hub.as("ada").open({ branch: "change" });
  await planned(acme, number);
  await push("change", one, { "prod.yaml": document("prod", ["ada", "linus", "grace"]) }, "ada");
  acme.between(async (request, pass) => {
    if (request.method !== "PATCH" || !/\/issues\/comments\//.test(request.url)) return pass(request);
    acme.between((other, on) => on(other));
    clock.pass(2_000);
    if (moment === "before") await hub.as("ben").approve(number);
    clock.pass(2_000);
    return pass(request);
  });
  expect(await planned(acme, number)).toMatchObject({ outcome: "waiting" });
  clock.pass(2_000);
  if (moment === "after") await hub.as("ben").approve(number);
  expect(await planned(acme, number)).toMatchObject({ outcome: moment === "after" ? "allowed" : "waiting" });
});
