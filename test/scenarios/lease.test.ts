/** One run at a time. */
import { expect, test } from "vitest";
import { applied, type Company, company, nothingLeft } from "../support/company.ts";
import type { Said } from "../support/run.ts";

const PROD = "kind: okta/group\nname: prod\nspec: { name: prod }\n";

/** An apply that stands at its question until it is answered. */
function asking(acme: Company): { asked: Promise<void>; done: Promise<Said>; answer(text: string): void } {
  let answer: (text: string) => void = () => {};
  const answered = new Promise<string>((resolve) => {
    answer = resolve;
  });
  let reached: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const question = (): Promise<string> => {
    reached();
    return answered;
  };
  return { asked, done: acme.as({ answers: [question] })("apply"), answer };
}

test("a second apply is refused, and told who holds the lease; reading is not", async () => {
  const acme = await company(PROD);
  const first = asking(acme);
  await first.asked;
  const { code, stderr } = await acme.accord("apply", "--yes");
  expect(code).toBe(1);
  expect(stderr).toMatch(/held by .*accord apply/i);
  expect(await acme.accord("plan")).toMatchObject({ code: 0 });
  first.answer("yes");
  expect(await first.done).toMatchObject({ code: 0 });
  await nothingLeft(acme);
});

test("--lock-timeout waits for the first to end, and plans only then", async () => {
  const acme = await company(PROD);
  const first = asking(acme);
  await first.asked;
  // Whoever waits for the lease gives the first one all the time that it needs.
  const sleep = async (): Promise<void> => {
    first.answer("yes");
    await first.done;
  };
  const second = acme.as({ clock: { ...acme.clock, sleep } })("apply", "--yes", "--lock-timeout", "30s");
  expect(await second).toMatchObject({ code: 0, stdout: expect.stringContaining("No changes") });
  expect(await first.done).toMatchObject({ code: 0 });
  await nothingLeft(acme);
});

test("state unlock ends the lease; whoever held it writes no more", async () => {
  const acme = await company(PROD);
  const first = asking(acme);
  await first.asked;
  expect(await acme.accord("state", "unlock", "--yes")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("accord apply"),
  });
  await applied(acme);
  acme.writes();
  first.answer("yes");
  expect(await first.done).toMatchObject({ code: expect.not.toSatisfy((code: number) => code === 0) });
  expect(acme.writes()).toEqual([]);
  await nothingLeft(acme);
});
