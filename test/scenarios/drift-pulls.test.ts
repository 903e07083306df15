/** Drift on a schedule: one issue, and with --pulls two ways out of it as pull requests. */
import { expect, test } from "vitest";
import { type Forge, forge } from "../support/forge.ts";

const GROUP = `---
kind: okta/group
name: prod
spec:
  name: prod
  # Everybody here can reach production.
  members:
    - ada@acme.example # owns the platform
`;

interface Row {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

const rows = async (acme: Forge, path: string): Promise<readonly Row[]> =>
  (await acme.ada.send("GET", path)) as readonly Row[];

async function drifted(): Promise<Forge> {
  const acme = await forge(GROUP);
  expect(await acme.accord("apply", "--yes")).toMatchObject({ code: 0 });
  await acme.okta.add("prod", "mallory");
  return acme;
}

test("adopted or taken back, as whoever reviews it decides; the issue goes when it is over", async () => {
  const acme = await drifted();
  acme.hub.allowWorkflowPulls(false);
  // What GitHub does not allow is said, and the issue is there all the same.
  const refused = await acme.ci("drift", { event: "schedule" }, "--pulls");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain("Allow GitHub Actions to create and approve pull requests");
  expect(await rows(acme, "/issues?state=open&labels=accord%20drift")).toHaveLength(1);

  acme.hub.allowWorkflowPulls(true);
  const found = await acme.ci("drift", { event: "schedule" }, "--pulls");
  expect(found.stderr).not.toContain("✗");
  expect(found).toMatchObject({ code: 2 });
  const [issue, ...more] = await rows(acme, "/issues?state=open&labels=accord%20drift");
  expect(more).toEqual([]);
  expect(issue?.title).toBe("Drift in `acme`: 1 person holds access that nobody reviewed");
  expect(issue?.body).toMatch(/mallory@acme\.example[\s\S]*by `?Trent/);
  const pulls = await rows(acme, "/pulls?state=open");
  expect(pulls.map(({ title }) => title).sort()).toEqual([
    "Adopt what changed outside Accord in acme (default)",
    "Take back what changed outside Accord in acme (default)",
  ]);
  for (const { number } of pulls) expect(issue?.body).toContain(`#${number}`);
  // Looked at again, it is the same issue and the same two.
  await acme.ci("drift", { event: "schedule" }, "--pulls");
  expect(await rows(acme, "/pulls?state=open")).toHaveLength(2);
  expect(await rows(acme, "/issues?state=open&labels=accord%20drift")).toHaveLength(1);

  const adopt = pulls.find(({ title }) => title.startsWith("Adopt"))?.number ?? 0;
  const back = pulls.find(({ title }) => title.startsWith("Take back"))?.number ?? 0;
  await acme.git("fetch", "--quiet", "origin");
  expect(await acme.git("show", "origin/accord-drift/acme/default/adopt:main.yaml")).toBe(
    `${GROUP}    - mallory@acme.example`,
  );
  expect(await acme.ci("plan", { event: "pull_request_target", number: adopt })).toMatchObject({ code: 0 });

  expect(await acme.ci("plan", { event: "pull_request_target", number: back })).toMatchObject({ code: 3 });
  expect(await acme.comment(back)).toMatch(/1 person loses access/);
  await acme.ben.approve(back);
  await acme.ben.merge(back);
  expect(await acme.ci("apply", { event: "push" })).toMatchObject({ code: 0 });
  expect(await acme.okta.members("prod")).toEqual(["ada"]);

  expect(await acme.ci("drift", { event: "schedule" }, "--pulls")).toMatchObject({ code: 0 });
  expect(await rows(acme, "/issues?state=open&labels=accord%20drift")).toEqual([]);
  expect(await rows(acme, "/pulls?state=open")).toEqual([]);
});
