/** Connectors from declaration to proof: one that you host, one that C1 runs, one that a person has to sign in. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { compactDecrypt, exportJWK, type GenerateKeyPairResult, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACME_TOKENS } from "../../providers/shared/acme.ts";
import { byHand } from "../support/by-hand.ts";
import { type TestClock, testClock } from "../support/clock.ts";
import { c1Of } from "../support/emulated.ts";
import { type Accord, accordIn, type Said } from "../support/run.ts";

const MINUTE = 60_000;
const SECRET = ACME_TOKENS.oktaForC1;

let directory: string;
let clock: TestClock;
let accord: Accord;
let keys: GenerateKeyPairResult;
let env: Record<string, string>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-connectors-"));
  clock = testClock();
  env = { ACCORD_STATE_KEY: "a key of thirty-two bytes at least", OKTA_TOKEN: SECRET };
  accord = accordIn(directory, { clock, env });
  keys = await generateKeyPair("ECDH-ES+A256KW", { extractable: true });
  await writeFile(
    join(directory, "accord.yaml"),
    `version: 1
stack: acme-prod
providers:
  c1: { clientId: "\${env:CONDUCTORONE_CLIENT_ID}", clientSecret: "\${env:CONDUCTORONE_CLIENT_SECRET}" }
sinks:
  ops: { directory: secrets, key: ${JSON.stringify(await exportJWK(keys.publicKey))} }
`,
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function declare(connector: string): Promise<void> {
  const app = "kind: c1/app\nname: second-okta\nspec: { displayName: Second Okta }\n";
  await writeFile(join(directory, "main.yaml"), `${app}---\nkind: c1/connector\nname: x\nspec:\n${connector}`);
}

const HOSTED = `
  app: c1/app/second-okta
  integration: baton
  displayName: Our own
  hosting: { image: conductorone/baton-okta, env: { BATON_DOMAIN: acme.okta.com } }
`;
const RUN_BY_C1 = `
  app: c1/app/second-okta
  integration: okta_v2
  displayName: Okta (EMEA)
  config: { domain: acme.okta.com, apiToken: "\${env:OKTA_TOKEN}" }
`;
const SIGNED_IN = `
  app: c1/app/second-okta
  integration: microsoft_entra
  config: { auth: oauth }
`;

const apply = (): Promise<Said> => accord("apply", "--yes", "--sandbox");

/** Files below the stack, without the emulated tenants' own memory. */
async function files(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const kept = paths
    .map((path) => [relative(directory, path), path] as const)
    .filter(([path]) => !path.includes("sandbox/"));
  return new Map(await Promise.all(kept.map(async ([name, path]) => [name, await readFile(path, "utf8")] as const)));
}

async function expectNowhere(secret: string, ...said: readonly Said[]): Promise<void> {
  const holders = [...(await files())].filter(([, content]) => content.includes(secret)).map(([path]) => path);
  expect(holders).toEqual([]);
  expect(said.filter(({ stdout, stderr }) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
}

/** Syncs of the tenant take this long from now on. */
const syncsTake = (ms: number): Promise<void> =>
  byHand(directory, clock, async ({ tenants }) => {
    c1Of(tenants).tenant.lags.sync = ms;
  });

/** When each connector's settings were last sent to C1. */
const configuredAt = (): Promise<readonly (string | null)[]> =>
  byHand(directory, clock, async ({ tenants }) =>
    c1Of(tenants)
      .tenant.connectors.rows()
      .map((one) => one.configUpdatedAt),
  );

const pass = (ms: number): Promise<void> => byHand(directory, clock, ({ tenants }) => tenants.tick(ms));

describe("a connector that you host", () => {
  test("is made, gets a credential that only the sink's owner can read, and renders as manifests", async () => {
    await declare(HOSTED);
    const made = await apply();
    expect(made).toMatchObject({ code: 0 });

    const rotated = await accord(
      ..."run c1 rotate-credential connector=c1/connector/x --sink ops --yes --sandbox".split(" "),
    );
    expect(rotated).toMatchObject({ code: 0 });
    const [[path, sealed] = ["", ""], ...more] = [...(await files())].filter(([name]) => name.endsWith(".jwe"));
    expect(more).toEqual([]);
    expect(path).toMatch(/^secrets\/c1-rotate-credential-/);
    const { plaintext } = await compactDecrypt(sealed, keys.privateKey);
    const secret: unknown = JSON.parse(new TextDecoder().decode(plaintext));
    expect(secret).toEqual({
      clientId: expect.stringMatching(/@acme\.conductor\.one\//),
      clientSecret: expect.stringMatching(/^secret-token:/),
    });
    expect(rotated.stdout).toMatch(/^New credential \w{27} for /);
    const { clientSecret } = secret as { clientSecret: string };
    await expectNowhere(clientSecret, made, rotated);

    const { code, stdout } = await accord("render", "c1/connector/x", "--sandbox");
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind)).toEqual(["Namespace", "Deployment"]);
    expect(stdout).toMatch(/secretRef:\s+name: "x-credentials"/);
    expect(stdout).not.toContain(clientSecret);
  });
});

describe("a connector that C1 runs", () => {
  test("is confirmed once it has synced, and its secret stays out of sight", async () => {
    await declare(RUN_BY_C1);
    const made = await apply();
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain("all confirmed");
    await expectNowhere(SECRET, made);
    expect(await accord("plan", "--detailed-exitcode", "--sandbox")).toMatchObject({ code: 0 });
  });

  test("is unconfirmed while it still syncs; the next apply picks it up, and sends no secret again", async () => {
    await declare(RUN_BY_C1);
    await accord("plan", "--sandbox");
    await syncsTake(20 * MINUTE);
    const first = await apply();
    expect(first).toMatchObject({ code: 4 });
    expect(first.stdout).toMatch(/^Unconfirmed.*\n {2}\? \+ c1\/connector\/x\n\s+Syncing\./m);
    const sent = await configuredAt();

    const second = await apply();
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain("c1/connector/x: The connector has not synced yet. Syncing.");
    await pass(30 * MINUTE);
    const third = await apply();
    expect(third).toMatchObject({ code: 0 });
    expect(third.stdout).not.toContain("synced");
    expect(await configuredAt()).toEqual(sent);
    await expectNowhere(SECRET, first, second, third);
  });

  test("fails with the vendor's words where its credential is refused, and is sent again with another one", async () => {
    await declare(RUN_BY_C1.replace("OKTA_TOKEN", "WRONG"));
    env.WRONG = "00wrong";
    const first = await apply();
    expect(first).toMatchObject({ code: 4 });
    expect(`${first.stdout}${first.stderr}`).toContain("The connector cannot sync: GET /api/v1/users answered 401");
    env.WRONG = SECRET;
    const second = await apply();
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain("all confirmed");
    await expectNowhere(SECRET, first, second);
  });
});

describe("a connector that signs in with a browser", () => {
  test("awaits a person, and says where", async () => {
    await declare(SIGNED_IN);
    const address = /https:\/\/acme\.conductor\.one\/apps\/\w{27}\/connectors\/\w{27}/;
    const made = await apply();
    expect(made).toMatchObject({ code: 4 });
    expect(made.stdout).toMatch(/^Awaiting a person$/m);
    const [url = ""] = address.exec(made.stdout) ?? [];
    expect(url).not.toBe("");
    const again = await apply();
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain(`An administrator has to consent in the browser. Open ${url}`);
  });
});
