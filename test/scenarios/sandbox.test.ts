import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realClock } from "../../engine/cli/real-world.ts";
import { openSchemas, settingsPath } from "../../engine/config/schemas.ts";
import { builtCommand } from "../support/built.ts";
import { accordIn } from "../support/run.ts";

interface Ready {
  readonly okta: string;
  readonly c1: string;
  readonly pagerduty: string;
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const schemas = openSchemas();

let directory: string;
let server: ChildProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-sandbox-"));
});
afterEach(async () => {
  server?.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

/** `accord sandbox serve` in a process of its own, until it says that it is ready. */
async function serving(): Promise<Ready> {
  const child = spawn(process.execPath, [await builtCommand(), "sandbox", "serve", "--port", "0"], { cwd: directory });
  server = child;
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return JSON.parse(text) as Ready;
}

test("serves each tenant on a port of its own, with credentials that work, and another process moves their time", async () => {
  const ready = await serving();
  const env: Record<string, string> = {};
  // Secrets are no text in accord.yaml: they go the way a user's would.
  const settings = Object.entries(ready.settings).map(([name, fields]) => {
    const rules = schemas.rulesAt(settingsPath(name));
    const written = Object.entries(fields).map(([field, value]) => {
      if (rules.properties?.get(field)?.secret !== true) return [field, value];
      const variable = `S${Object.keys(env).length}`;
      env[variable] = value;
      return [field, `\${env:${variable}}`];
    });
    return `  ${name}: ${JSON.stringify(Object.fromEntries(written))}`;
  });
  const hidden = settings.join("\n");
  await writeFile(join(directory, "accord.yaml"), `version: 1\nstack: served\nproviders:\n${hidden}\n`);
  await writeFile(
    join(directory, "a.yaml"),
    "kind: okta/group\nname: ops\nspec: { name: ops, members: [ada@acme.example] }\n",
  );
  const accord = accordIn(directory, { env, fetch, clock: realClock() });
  expect(await accord("apply", "--yes")).toMatchObject({ code: 0 });
  expect(await accord("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  const ticked = await accord("sandbox", "tick", "--by", "3h");
  expect(ticked).toMatchObject({ code: 0, stdout: expect.stringContaining("Tenant time is now") });
  const date = Date.parse((await fetch(`${ready.okta}/.well-known/okta-organization`)).headers.get("date") ?? "");
  expect(date - Date.now()).toBeGreaterThan(2.9 * 3_600_000);
});

test("Ctrl-C ends a server in good order", async () => {
  await serving();
  const ended = server === undefined ? [] : once(server, "exit");
  server?.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(await accordIn(directory)("sandbox", "reset")).toMatchObject({ code: 0 });
});

test("a second server, --sandbox and reset keep their hands off what is being served", async () => {
  await serving();
  await writeFile(join(directory, "accord.yaml"), "version: 1\nstack: served\nproviders: { okta: {} }\n");
  const accord = accordIn(directory, { fetch, clock: realClock() });
  for (const command of [
    ["sandbox", "serve", "--port", "0"],
    ["sandbox", "reset"],
    ["plan", "--sandbox"],
  ]) {
    expect(await accord(...command)).toMatchObject({ code: 1, stderr: expect.stringContaining("served") });
  }
});

test("--sandbox takes the place of a tenant, not of how the stack works with it", async () => {
  await writeFile(
    join(directory, "accord.yaml"),
    'version: 1\nstack: roles\nproviders:\n  okta: { domain: acme.okta.com, clientId: x, privateKey: "${env:UNSET}", scopes: okta.groups.manage okta.users.manage okta.roles.manage }\n',
  );
  await writeFile(
    join(directory, "a.yaml"),
    [
      "kind: okta/group\nname: desk\nspec: { name: desk }\n",
      "kind: okta/admin-role\nname: desk\nspec: { group: okta/group/desk, type: HELP_DESK_ADMIN }\n",
    ].join("---\n"),
  );
  const accord = accordIn(directory);
  // The default scopes only read roles.
  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({ code: 0 });
  expect(await accord("plan", "--sandbox", "--detailed-exitcode")).toMatchObject({ code: 0 });
});
