/** An answer that never came, and what is true afterwards: no object twice, none forgotten, nobody asked. */
import { describe, expect, test } from "vitest";
import { applied, type Company, company, nothingLeft } from "../support/company.ts";

const group = (name: string, description = ""): string => `
---
kind: okta/group
name: ${name}
spec: { name: ${name}, description: "${description}" }
`;

/** What matches reaches Okta, its answer does not come back, and from then on nothing else gets through either. */
function goDark(acme: Company, method: string, path: RegExp): void {
  let dark = false;
  acme.between(async (request, pass) => {
    if (dark) throw new TypeError("fetch failed");
    dark = request.method === method && path.test(new URL(request.url).pathname);
    const answer = await pass(request);
    if (dark) throw new TypeError("fetch failed");
    return answer;
  });
}

/** The first apply, cut off at its create. */
async function cutOff(): Promise<Company> {
  const acme = await company(group("prod"));
  goDark(acme, "POST", /^\/api\/v1\/groups$/);
  const { code, stdout } = await acme.accord("apply", "--yes");
  expect(code).toBe(4);
  expect(stdout).toContain("1 failed");
  acme.between((request, pass) => pass(request));
  expect(acme.writes()).toEqual(["POST /api/v1/groups"]);
  return acme;
}

const exist = async ({ okta }: Company): Promise<unknown> => ({
  prod: await okta.exists("prod"),
  dev: await okta.exists("dev"),
});

describe("a create whose answer was lost, with the network", () => {
  test("is found again by the next apply, and not repeated", async () => {
    const acme = await cutOff();
    await applied(acme);
    expect(acme.writes()).toEqual([]);
    await nothingLeft(acme);
  });

  test("is said to be open by a plan, which settles nothing", async () => {
    const acme = await cutOff();
    const plan = await acme.accord("plan");
    expect(plan.stdout).toContain("An earlier run was interrupted: 1 step open. The next apply settles it.");
    expect(await acme.read(".accord/default/journal/journal.jsonl")).toContain('"key":"prod"');
  });

  test("is completed where the document has changed since", async () => {
    const acme = await cutOff();
    await acme.declare(group("prod", "Production"));
    await applied(acme);
    expect(acme.writes().map((line) => line.replace(/00g\w+/, "…"))).toEqual(["PUT /api/v1/groups/…"]);
    await nothingLeft(acme);
  });

  test("is removed where its document was removed since", async () => {
    const acme = await cutOff();
    await acme.declare(group("dev"));
    await applied(acme);
    expect(await exist(acme)).toEqual({ prod: false, dev: true });
    expect(await acme.read(".accord/default/journal/journal.jsonl")).toBe("");
    await nothingLeft(acme);
  });

  test("is removed by --destroy", async () => {
    const acme = await cutOff();
    expect(await acme.accord("apply", "--yes", "--destroy")).toMatchObject({ code: 0 });
    expect(await exist(acme)).toEqual({ prod: false, dev: false });
  });

  test("that somebody deleted by hand meanwhile leaves no question either", async () => {
    const acme = await cutOff();
    await acme.okta.deleteGroup("prod");
    await acme.declare(group("dev"));
    await applied(acme);
    expect(await acme.read(".accord/default/journal/journal.jsonl")).toBe("");
    await nothingLeft(acme);
  });
});

test("a group of the same name that was there long before is still somebody else's", async () => {
  const acme = await company(group("support"));
  const { code, stderr } = await acme.accord("apply", "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("exists already");
});
