/**
 * Stock Terraform, or OpenTofu, on the plugin as it is started for real: a process per phase, over gRPC and mutual TLS,
 * against emulated tenants on loopback ports. Skipped, with the reason, where neither is installed.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../engine/cli/real-world.ts";
import { SOURCE, snakeCase } from "../../engine/config/terraform/names.ts";
import { type Serving, serve } from "../../engine/sandbox/serve.ts";
import { emulators } from "../../providers/emulators.ts";
import { builtCommand } from "../support/built.ts";
import { oktaConsole } from "../support/okta-console.ts";
import { accordIn } from "../support/run.ts";

const tool = ["terraform", "tofu"].find((name) => {
  try {
    execFileSync(name, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
if (tool === undefined) process.stdout.write("terraform.test.ts: skipped, neither terraform nor tofu is on the PATH\n");

const GROUP = `
resource "accord_okta_group" "oncall" {
  name        = "prod-oncall"
  description = "Production shell."
  members     = ["Ada@acme.example", "grace@acme.example"]
}

resource "accord_okta_group" "nested" {
  for_each = toset(["eu", "us"])
  name     = "oncall-\${each.key}"
}

resource "accord_c1_entitlement" "oncall" {
  app      = jsonencode({ name = "Okta" })
  resource = { type = "Group", external_id = accord_okta_group.oncall.id }
  slug     = "member"
}
`;

/** The same in YAML; what Terraform imported is found by its name. */
const DOCUMENTS = `
{ kind: okta/group, name: oncall, spec: { name: prod-oncall, description: Production shell., members: [grace@acme.example, ada@acme.example] } }
---
{ kind: okta/group, name: nested-eu, spec: { name: oncall-eu } }
---
{ kind: okta/group, name: nested-us, spec: { name: oncall-us } }
---
{ kind: okta/group, name: from-terraform, spec: { name: legacy, description: Made by hand } }
---
kind: c1/entitlement
name: oncall
spec: { app: { name: Okta }, resource: { type: Group, externalId: "\${okta/group/oncall.id}" }, slug: member }
`;
const SECRETS = new Set(["privateKey", "clientSecret"]);

describe.skipIf(tool === undefined)("under stock Terraform", { timeout: 180_000 }, () => {
  let directory: string;
  let serving: Serving;
  let environment: Record<string, string>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "accord-terraform-"));
    serving = await serve({
      registry: await emulators(),
      directory: join(directory, "data"),
      port: 0,
      names: ["okta", "c1"],
      clock: realClock(),
    });
    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const mirror = join(directory, "mirror");
    const place = join(mirror, SOURCE, "0.1.0", platform);
    await mkdir(place, { recursive: true });
    const program = `#!/usr/bin/env node\nprocess.argv.splice(2, 9, "terraform-provider");\nawait import(${JSON.stringify(await builtCommand())});\n`;
    await writeFile(join(place, "terraform-provider-accord"), program, { mode: 0o755 });
    await writeFile(join(place, "package.json"), '{ "type": "module" }');
    const settings = Object.fromEntries(
      Object.entries(serving.settings).map(([name, own]) => [
        name,
        Object.fromEntries(Object.entries(own).map(([field, value]) => [snakeCase(field), value])),
      ]),
    );
    const head = {
      terraform: { required_providers: { accord: { source: SOURCE } } },
      provider: { accord: { stack: "acme", ...settings } },
    };
    await writeFile(join(directory, "provider.tf.json"), JSON.stringify(head));
    await writeFile(join(directory, "main.tf"), GROUP);
    await writeFile(join(directory, "rc"), `provider_installation { filesystem_mirror { path = "${mirror}" } }\n`);
    environment = {
      PATH: process.env.PATH ?? "",
      HOME: directory,
      TF_CLI_CONFIG_FILE: join(directory, "rc"),
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      TMPDIR: tmpdir(),
    };
  });
  afterAll(async () => {
    await serving.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** The command's exit code, and all that it said. */
  async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    const child = spawn(tool ?? "", [...args, "-no-color"], {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise<number>((resolve) => child.on("close", (ended) => resolve(ended ?? -1)));
    return { code, text };
  }

  /** A stack of Accord about the same objects, bound from Terraform's state: nothing differs, whoever wrote it. */
  async function takenOver(): Promise<void> {
    const env: Record<string, string> = {};
    const providers = Object.entries(serving.settings).map(([name, own]) => {
      const fields = Object.entries(own).map(([field, value]) => {
        if (!SECRETS.has(field)) return [field, value];
        env[`SECRET_${name}`] = value;
        return [field, `\${env:SECRET_${name}}`];
      });
      return `  ${name}: ${JSON.stringify(Object.fromEntries(fields))}`;
    });
    const stack = join(directory, "stack");
    await mkdir(stack);
    await writeFile(join(stack, "accord.yaml"), `version: 1\nstack: acme\nproviders:\n${providers.join("\n")}\n`);
    await writeFile(join(stack, "access.yaml"), DOCUMENTS);
    const accord = accordIn(stack, { env, fetch, clock: realClock() });
    const bound = await accord("import", "--from-terraform", "../terraform.tfstate");
    expect(bound, bound.stderr).toMatchObject({ code: 0 });
    const plan = await accord("plan", "--detailed-exitcode");
    expect(plan, `${plan.stdout}${plan.stderr}`).toMatchObject({ code: 0 });
    expect(await accord("verify")).toMatchObject({ code: 0 });
  }

  const okta = () =>
    oktaConsole(
      (request) => {
        const { pathname, search } = new URL(request.url);
        return fetch(new Request(`${serving.urls.okta}${pathname}${search}`, request));
      },
      serving.actors.okta?.trent ?? "",
      async () => undefined,
    );

  test("init, apply, an empty second plan, drift, import with generated configuration", async () => {
    expect(await run("init")).toMatchObject({ code: 0, text: expect.stringContaining("successfully initialized") });
    const applied = await run("apply", "-auto-approve");
    expect(applied, applied.text).toMatchObject({
      code: 0,
      text: expect.stringContaining("4 added, 0 changed, 0 destroyed"),
    });
    expect(await okta().members("prod-oncall")).toEqual(["ada", "grace"]);
    expect(await run("plan", "-detailed-exitcode")).toMatchObject({
      code: 0,
      text: expect.stringContaining("No changes"),
    });

    // Somebody changes one by hand, and another exists that nobody declared.
    await okta().describe("prod-oncall", "by hand");
    await okta().remove("prod-oncall", "grace@acme.example");
    const id = await okta().makeGroup("legacy", ["linus@acme.example"], "Made by hand");
    await writeFile(join(directory, "import.tf"), `import {\n  to = accord_okta_group.legacy\n  id = "${id}"\n}\n`);
    const drift = await run("plan", "-generate-config-out=generated.tf", "-out=saved");
    expect(drift, drift.text).toMatchObject({ code: 0 });
    expect(drift.text).toMatch(/~ description = "by hand" -> "Production shell\."/);
    expect(drift.text).toMatch(/\+ "grace@acme\.example"/);
    expect(drift.text).toContain("1 to import, 0 to add, 1 to change, 0 to destroy");
    expect(await readFile(join(directory, "generated.tf"), "utf8")).toMatch(/members\s+= \["linus@acme\.example"\]/);
    expect(await run("apply", "saved")).toMatchObject({ code: 0 });
    expect(await okta().members("prod-oncall")).toEqual(["ada", "grace"]);
  });

  test("Accord takes over what Terraform's state holds, and plans nothing", takenOver);

  test("destroy says what stays live", async () => {
    const ended = await run("destroy", "-auto-approve");
    expect(ended, ended.text).toMatchObject({
      code: 0,
      text: expect.stringContaining("okta/group/legacy is forgotten and stays live"),
    });
    expect([await okta().exists("prod-oncall"), await okta().exists("legacy")]).toEqual([false, true]);
  });
});
