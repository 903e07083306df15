/** A workflow that holds no secret of any system: each tenant takes the job's own OIDC token, and looks at whose it is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { githubEmulator } from "../../engine/sandbox/github/emulator.ts";
import type { Occasion } from "../../engine/sandbox/github/occasion.ts";
import type { Job } from "../../engine/sandbox/github/run.ts";
import { ROLES } from "../../providers/c1/emulator/rights.ts";
import { type C1Emulator, createC1Emulator } from "../../providers/c1/emulator.ts";
import { createEntraEmulator, type EntraEmulator } from "../../providers/entra/emulator.ts";
import { type HubWorld, hubWorld } from "../support/hub.ts";
import { accordIn, type Said } from "../support/run.ts";

const MAIN = "repo:acme/access:ref:refs/heads/main";
const AUDIENCE = "api://AzureADTokenExchange";
const PERMISSIONS = { contents: "read", "id-token": "write" } as const;

let world: HubWorld;
let c1: C1Emulator;
let entra: EntraEmulator;
let clients: { readonly c1: string; readonly entra: string };
let number: number;

beforeAll(async () => {
  world = await hubWorld();
  const { clock, emulator, push } = world;
  emulator.person({ login: "ada", role: "write" });
  push({ branch: "main", files: { "accord.yaml": "version: 1\n" } });
  push({ branch: "more", files: { "groups.yaml": "kind: x\n" } });
  number = await emulator.as("ada").open({ branch: "more" });

  const tenantWorld = { now: clock.now, wall: clock.now, fetch: () => Promise.reject(new Error("calls nobody")) };
  c1 = createC1Emulator(tenantWorld);
  entra = createEntraEmulator(tenantWorld);
  const { url: issuer, jwks } = emulator.issuer;
  const keys = await jwks();
  const principal = c1.addPrincipal({ roles: [ROLES.superAdmin], trust: { issuer, jwks: keys, subject: MAIN } });
  entra.tenant.issuers.set(issuer, { ...keys.keys[0] });
  const seeded = entra.tenant.apps.get(entra.settings.clientId ?? "")?.roles ?? [];
  const trusts = [{ name: "ci", issuer, subject: MAIN, audience: AUDIENCE }];
  clients = { c1: principal.clientId, entra: entra.addApp({ roles: seeded, trusts }).appId };
});
afterAll(() => world.close());

const fetch = (request: Request): Promise<Response> => {
  const { host } = new URL(request.url);
  if (host === c1.host) return c1.fetch(request);
  if (host === entra.host || entra.alsoHosts?.includes(host) === true) return entra.fetch(request);
  return world.emulator.fetch(request);
};

let jobs = 0;
function job(occasion: Occasion, environment?: string): Promise<Job> {
  jobs += 1;
  const directory = join(world.directory, `job-${jobs}`);
  const options = { directory, permissions: PERMISSIONS, ...(environment === undefined ? {} : { environment }) };
  return world.emulator.job(occasion, options);
}

/** As `core.getIDToken(audience)` asks. */
async function idToken({ env }: Job, audience: string): Promise<string> {
  const url = `${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`;
  const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  const answer: unknown = await (await world.emulator.fetch(new Request(url, { headers }))).json();
  return typeof answer === "object" && answer !== null && "value" in answer ? String(answer.value) : "";
}

async function plan(started: Job): Promise<Said> {
  jobs += 1;
  const directory = join(world.directory, `stack-${jobs}`);
  mkdirSync(directory);
  const entraSettings = {
    ...{ tenantId: entra.tenant.id, clientId: clients.entra },
    oidcRequestUrl: "${env:ACTIONS_ID_TOKEN_REQUEST_URL}",
    oidcRequestToken: "${env:ACTIONS_ID_TOKEN_REQUEST_TOKEN}",
  };
  const stack = {
    ...{ version: 1, stack: "acme" },
    providers: { c1: { clientId: clients.c1, oidcToken: "${env:C1_OIDC_TOKEN}" }, entra: entraSettings },
  };
  writeFileSync(join(directory, "accord.yaml"), JSON.stringify(stack));
  writeFileSync(
    join(directory, "access.yaml"),
    "kind: c1/app\nname: pager\nspec: { displayName: Pager }\n---\nkind: entra/group\nname: rota\nspec: { displayName: Rota }\n",
  );
  const env = { ...started.env, C1_OIDC_TOKEN: await idToken(started, c1.host) };
  return accordIn(directory, { env, clock: world.clock, fetch })("plan");
}

describe("without a secret", () => {
  test("a job on the branch that the tenants trust plans", async () => {
    const said = await plan(await job({ event: "push" }));
    expect(said.stderr).toBe("Reading c1, entra\n");
    expect(said.code).toBe(0);
    expect(said.stdout).toContain("+ c1/app/pager");
    expect(said.stdout).toContain("+ entra/group/rota");
  });

  test("a job for a pull request, or for an environment, is somebody else to them", async () => {
    const foreign = await plan(await job({ event: "pull_request", number }));
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain("refused the credential: the trust's condition failed");
    expect(foreign.stderr).toContain("sub repo:acme/access:pull_request");
    const elsewhere = await plan(await job({ event: "push" }, "prod"));
    expect(elsewhere.stderr).toContain("sub repo:acme/access:environment:prod");
  });
});

describe("the token", () => {
  test("holds against the keys that its issuer publishes, for five minutes and one audience", async () => {
    const token = await idToken(await job({ event: "push" }), c1.host);
    const keys = createRemoteJWKSet(new URL(`${world.emulator.issuer.url}/.well-known/jwks`), {
      [customFetch]: (url, init) => world.emulator.fetch(new Request(url, init)),
    });
    const currentDate = new Date(world.clock.now());
    const { payload } = await jwtVerify(token, keys, {
      issuer: world.emulator.issuer.url,
      audience: c1.host,
      currentDate,
    });
    expect(payload).toMatchObject({
      ...{ sub: MAIN, repository: "acme/access", repository_owner: "acme", ref: "refs/heads/main", event_name: "push" },
      ...{ sha: world.git("rev-parse", "main"), actor: "ada", exp: (payload.iat ?? 0) + 300 },
    });
  });

  test("is given to nobody but the job", async () => {
    const { env } = await job({ event: "push" });
    for (const authorization of ["Bearer guessed", "", `Bearer ${env.GITHUB_TOKEN}`]) {
      const request = new Request(env.ACTIONS_ID_TOKEN_REQUEST_URL ?? "", { headers: { authorization } });
      expect((await world.emulator.fetch(request)).status).toBe(401);
    }
  });

  test("of a repository that is newer than July 2026 has the ids of owner and repository in its subject", async () => {
    const options = { clock: world.clock, directory: world.directory, env: process.env, immutableSubjects: true };
    const newer = await githubEmulator(options);
    const directory = join(world.directory, "newer");
    const { env } = await newer.job({ event: "schedule" }, { directory, permissions: PERMISSIONS });
    const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
    const answer = await (await newer.fetch(new Request(env.ACTIONS_ID_TOKEN_REQUEST_URL ?? "", { headers }))).text();
    const token = /"value":"[^.]+\.([^.]+)/.exec(answer)?.[1] ?? "";
    const { sub }: { sub: unknown } = JSON.parse(Buffer.from(token, "base64url").toString());
    expect(sub).toMatch(/^repo:acme@\d+\/access@\d+:ref:refs\/heads\/main$/);
  });
});
