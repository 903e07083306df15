/** Secrets go to the vendor and nowhere else: not into state, plan, report, journal, ledger, cache or log. */
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ACME_TOKENS } from "../../providers/shared/acme.ts";
import { applied, type Company, company, nothingLeft } from "../support/company.ts";
import type { Said } from "../support/run.ts";

/** PagerDuty knows it, as it knows the one of the stack itself: C1 tries what it is given. */
const FIRST: string = ACME_TOKENS.pagerdutyForC1;

const connector = (more = ""): string => `
kind: c1/app
name: pager
spec: { displayName: Pager two }
---
kind: c1/connector
name: pager
spec:
  app: c1/app/pager
  integration: pagerduty
  displayName: Pager two
  config: { apiToken: "\${env:PAGER_TOKEN}" }
${more}`;

async function pager(key?: string): Promise<Company> {
  const acme = await company(connector(), { c1: true });
  acme.env.PAGER_TOKEN = FIRST;
  if (key !== undefined) acme.env.ACCORD_STATE_KEY = key;
  return acme;
}

const second = (acme: Company): string => acme.env.PAGERDUTY_TOKEN ?? "";

/** The bodies that C1 was sent. */
function bodies(acme: Company): readonly string[] {
  const sent: string[] = [];
  acme.between(async (request, pass) => {
    sent.push(await request.clone().text());
    return pass(request);
  });
  return sent;
}

/** Every file below the stack, and everything that was said. */
async function everything(acme: Company, said: readonly Said[]): Promise<string> {
  const names = await readdir(acme.directory, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names.filter((entry) => entry.isFile()).map((entry) => readFile(`${entry.parentPath}/${entry.name}`, "latin1")),
  );
  return [...files, ...said.flatMap(({ stdout, stderr }) => [stdout, stderr])].join("\n");
}

test("they reach the vendor, and no file and no output", async () => {
  const acme = await pager("a key of thirty-two characters at least");
  const sent = bodies(acme);
  const said: Said[] = [];
  const run = async (...argv: readonly string[]): Promise<Said> => {
    const one = await acme.accord(...argv);
    said.push(one);
    return one;
  };
  await run("validate", "--json");
  await run("plan", "--out", "plan.json", "--verbose");
  await run("plan", "--json");
  await run("plan", "--format", "markdown");
  expect(await run("apply", "plan.json", "--yes", "--verbose")).toMatchObject({ code: 0 });
  acme.env.PAGER_TOKEN = second(acme);
  expect(await run("apply", "--yes", "--json", "--verbose")).toMatchObject({ code: 0 });
  for (const argv of [
    ["drift", "--json"],
    ["history", "--json"],
    ["state", "show", "c1/connector/pager", "--json"],
  ]) {
    await run(...argv);
  }
  await run("doctor", "--verbose");

  expect(sent.join("\n")).toContain(FIRST);
  expect(sent.join("\n")).toContain(second(acme));
  const all = await everything(acme, said);
  for (const [name, secret] of Object.entries({ ...acme.env, FIRST })) {
    expect(all.includes(secret), name).toBe(false);
  }
  // The private key as it stands inside its JWK, too.
  expect(all).not.toContain(JSON.parse(acme.env.OKTA_PRIVATE_KEY ?? "{}").d);
  await nothingLeft(acme);
});

test("a failing vendor that quotes the secret is masked", async () => {
  const acme = await pager();
  acme.between(async (request, pass) => {
    const body = await request.clone().text();
    if (!body.includes(FIRST)) return pass(request);
    return new Response(JSON.stringify({ code: 3, message: `the token ${FIRST} is not valid` }), {
      status: 400,
      headers: { "content-type": "application/json" },
    });
  });
  const failed = await acme.accord("apply", "--yes", "--verbose");
  expect(failed.code).toBe(4);
  expect(await everything(acme, [failed])).not.toContain(FIRST);
});

describe("a change of a secret", () => {
  test("is seen through a keyed digest, never through its value", async () => {
    const acme = await pager("a key of thirty-two characters at least");
    await applied(acme);
    await nothingLeft(acme);
    const state = await acme.read(".accord/default/state.json");
    expect(JSON.parse(state).resources[1].secrets).toEqual({ "/config/apiToken": { digest: expect.any(String) } });
    acme.env.PAGER_TOKEN = second(acme);
    const planned = await acme.accord("plan");
    expect(planned.stdout).toMatch(/~ c1\/connector\/pager.*config\.apiToken/s);
    await applied(acme);
    await nothingLeft(acme);
  });

  test("with another key is unknown, and so is no change", async () => {
    const acme = await pager("a key of thirty-two characters at least");
    await applied(acme);
    delete acme.env.ACCORD_STATE_KEY;
    acme.env.PAGER_TOKEN = second(acme);
    await nothingLeft(acme);
  });

  test("without a key is sent only when secretVersion moves", async () => {
    const acme = await pager();
    await acme.declare(connector("  secretVersion: 1\n"));
    await applied(acme);
    acme.env.PAGER_TOKEN = second(acme);
    await nothingLeft(acme);
    await acme.declare(connector("  secretVersion: 2\n"));
    const sent = bodies(acme);
    await applied(acme);
    expect(sent.join("\n")).toContain(second(acme));
    await nothingLeft(acme);
  });
});

test("a secret that is not there is a problem with its place, before any call", async () => {
  const acme = await pager();
  delete acme.env.PAGER_TOKEN;
  const { code, stderr } = await acme.accord("apply", "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("PAGER_TOKEN");
  expect(acme.writes()).toEqual([]);
});
