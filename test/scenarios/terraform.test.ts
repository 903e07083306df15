/**
 * Stock Terraform, or OpenTofu, on the plugin as it is packaged, and as it is started for real: over gRPC and mutual TLS,
 * against emulated tenants on loopback ports. One module holds what a program synthesised and what somebody wrote in HCL.
 * Skipped, with the reason, where neither is installed.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../engine/cli/real-world.ts";
import { synthesise } from "../../engine/config/typescript.ts";
import { type Accord, accordIn } from "../support/run.ts";
import { terraformWorkshop, tool, type Workshop } from "../support/terraform-tool.ts";

const ROOT = resolve(import.meta.dirname, "../..");
if (tool === undefined) process.stdout.write("terraform.test.ts: skipped, neither terraform nor tofu is on the PATH\n");

/** `settings` is where the tenants are, for stock Terraform; Accord reads accord.yaml. */
const program = (settings: string): string => `
import { AccessProfile, Entitlement, Policy } from "accord-access/c1";
import { Group } from "accord-access/okta";
import { AccordProvider } from "accord-access/patterns";
import { App, LocalBackend, TerraformIterator, TerraformLocal, TerraformOutput, TerraformResource, TerraformStack, TerraformVariable } from "cdktf";

const app = new App();
const stack = new TerraformStack(app, "acme");
new LocalBackend(stack, { path: "terraform.tfstate" });
const secret = new TerraformVariable(stack, "c1_secret", { type: "string", sensitive: true });
const team = new TerraformVariable(stack, "team", { type: "string", default: "Platform" });
const settings = ${settings};
settings.c1.client_secret = secret.stringValue;
const accord = new AccordProvider(stack, "accord", { stack: "acme", settings });
const prefix = new TerraformLocal(stack, "prefix", \`\${team.stringValue} of acme\`);

// What @cdktf/provider-null makes, on a provider that is here already.
const stamp = new TerraformResource(stack, "stamp", { terraformResourceType: "null_resource", provider: accord });
stamp.addOverride("triggers", { prefix: prefix.asString });
const shell = new Group(
  stack,
  "shell",
  { name: "prod-shell", description: \`Shell: \${prefix.asString}\`, members: ["ada@acme.example"] },
  { manage: { members: "explained" }, ignore: ["description"], dependsOn: [stamp] },
);
const regions = TerraformIterator.fromList(["eu", "us"]);
new Group(stack, "region", { name: \`shell-\${regions.value}\` }, { forEach: regions, replaceWith: [shell] });
const member = new Entitlement(stack, "shell-member", {
  app: { name: "Okta" },
  resource: { type: "Group", externalId: shell.id },
  slug: "member",
});
const approve = new Policy(stack, "approve", { displayName: "Approve", type: "grant", steps: [{ accept: { message: "yes" } }] });
new AccessProfile(stack, "shell-profile", {
  displayName: "Shell",
  entitlements: [member, { app: { name: "AWS" }, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" }],
  joiner: { approvalPolicy: approve, entitlementPolicies: "bypass" },
});
new TerraformOutput(stack, "shell-id", { value: shell.id });
app.synth();
`;

const HCL = `
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

output "both" {
  value = [accord_okta_group.oncall.id, accord_okta_group.shell.id]
}
`;

/** What the HCL says, in YAML; what Terraform imported is found by its name. */
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

describe.skipIf(tool === undefined)("under stock Terraform", { timeout: 180_000 }, () => {
  let workshop: Workshop;
  let accord: Accord;
  /** Later commands share one process of the plugin: what a start of its own shows, the first ones have shown. */
  let attached: Readonly<Record<string, string>> = {};
  const run = (...args: readonly string[]) => workshop.run("module", args, attached);
  const mirror = join(ROOT, "dist/terraform");

  beforeAll(async () => {
    const printed = execFileSync("npm", ["run", "--silent", "package:terraform"], { cwd: ROOT, encoding: "utf8" });
    const plugin = join(printed.trim(), "terraform-provider-accord");
    workshop = await terraformWorkshop(mirror, plugin, "okta", "c1");
    const { directory, secrets, serving } = workshop;
    const stack = join(directory, "stack");
    await mkdir(stack);
    await mkdir(join(directory, "module"));
    const yaml = Object.entries(serving.settings).map(([name, own]) => {
      const named = (value: string) => (value === secrets[`SECRET_${name}`] ? `\${env:SECRET_${name}}` : value);
      const settings = Object.fromEntries(Object.entries(own).map(([field, value]) => [field, named(value)]));
      return `  ${name}: ${JSON.stringify(settings)}`;
    });
    await writeFile(
      join(stack, "accord.yaml"),
      `version: 1\nstack: acme\nproviders:\n${yaml.join("\n")}\n  "null": {}\n`,
    );
    const settings = workshop.settings((name) => `$\${env:${name}}`);
    await writeFile(join(stack, "stack.ts"), program(JSON.stringify(settings)));
    // The very JSON that \`cdktf synth\` writes.
    const { json } = await synthesise({ directory: stack, stack: "acme", signal: new AbortController().signal });
    await writeFile(join(directory, "module/cdk.tf.json"), JSON.stringify(json));
    await writeFile(join(directory, "module/main.tf"), HCL);
    accord = accordIn(stack, { env: secrets, fetch, clock: realClock() });
    attached = { TF_VAR_c1_secret: secrets.SECRET_c1 ?? "" };
  });
  afterAll(() => workshop.close());

  test("init installs what was packaged; validate names the attribute of a mistake", async () => {
    const platform = await readdir(join(mirror, "accord.local/accord/accord/0.1.0"));
    expect(platform).toEqual([expect.stringMatching(/^(linux|darwin)_(amd64|arm64)$/)]);
    const init = await run("init");
    expect(init, init.text).toMatchObject({
      code: 0,
      text: expect.stringContaining("accord.local/accord/accord v0.1.0"),
    });
    await writeFile(
      join(workshop.directory, "module/mistake.tf"),
      'resource "accord_okta_group" "x" {\n  name = ""\n}\n',
    );
    const refused = await workshop.run("module", ["validate"], { ...attached, TF_LOG_PROVIDER: "DEBUG" });
    expect(refused.text).toMatch(
      /\[DEBUG\] provider\.terraform-provider-accord: ValidateResourceConfig: .*tf_rpc=Validate/,
    );
    expect(refused).toMatchObject({
      code: 1,
      text: expect.stringMatching(/must not be empty[\s\S]*mistake\.tf line 2/),
    });
    await writeFile(join(workshop.directory, "module/mistake.tf"), "");
  });

  test("plan, apply, and an empty second plan, for what was synthesised and for HCL", async () => {
    const plan = await run("plan", "-out=saved");
    expect(plan, plan.text).toMatchObject({ code: 0, text: expect.stringContaining("Plan: 11 to add, 0 to change") });
    const applied = await run("apply", "saved");
    expect(applied, applied.text).toMatchObject({ code: 0, text: expect.stringContaining("11 added, 0 changed") });
    expect(await workshop.okta.members("prod-oncall")).toEqual(["ada", "grace"]);
    expect(await workshop.okta.profile("prod-shell")).toMatchObject({ description: "Shell: Platform of acme" });
    attached = { ...attached, ...(await workshop.attached()) };
    const second = await run("plan", "-detailed-exitcode");
    expect(second, second.text).toMatchObject({ code: 0, text: expect.stringContaining("No changes") });
  });

  test("drift is seen and taken back; an import writes its configuration", async () => {
    const { okta, directory } = workshop;
    await okta.describe("prod-oncall", "by hand");
    await okta.remove("prod-oncall", "grace@acme.example");
    await okta.add("prod-shell", "grace@acme.example");
    const id = await okta.makeGroup("legacy", ["linus@acme.example"], "Made by hand");
    const block = `import {\n  to = accord_okta_group.legacy\n  id = "${id}"\n}\n`;
    await writeFile(join(directory, "module/import.tf"), block);
    const drift = await run("plan", "-generate-config-out=generated.tf", "-out=saved");
    expect(drift, drift.text).toMatchObject({ code: 0 });
    expect(drift.text).toMatch(/~ description = "by hand" -> "Production shell\."/);
    expect(drift.text).toMatch(/\+ "grace@acme\.example"/);
    expect(drift.text).toMatch(/- "grace@acme\.example"/);
    // The two regions are made anew with the shell, whose members are put right.
    expect(drift.text).toContain("1 to import, 2 to add, 2 to change, 2 to destroy");
    const generated = await readFile(join(directory, "module/generated.tf"), "utf8");
    expect(generated).toMatch(/members\s+= \["linus@acme\.example"\]/);
    expect(await run("apply", "saved")).toMatchObject({ code: 0 });
    expect([await okta.members("prod-oncall"), await okta.members("prod-shell")]).toEqual([["ada", "grace"], ["ada"]]);
  });

  test("Accord takes over what Terraform's state holds, and plans nothing", async () => {
    await writeFile(join(workshop.directory, "stack/access.yaml"), DOCUMENTS);
    const bound = await accord("import", "--from-terraform", "../module/terraform.tfstate");
    expect(bound, bound.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining("12 objects") });
    const plan = await accord("plan", "--detailed-exitcode");
    expect(plan, `${plan.stdout}${plan.stderr}`).toMatchObject({ code: 0 });
    expect(await accord("verify")).toMatchObject({ code: 0 });
  });

  test("Terraform takes over what Accord's state holds: all imported, nothing changed, and then nothing to do", async () => {
    const { directory } = workshop;
    const there = (...args: readonly string[]) => workshop.run("taken", args, attached);
    const { stdout, stderr } = await accord("convert", "--to", "terraform", "--import");
    expect(stderr).toBe("");
    await mkdir(join(directory, "taken"));
    await writeFile(join(directory, "taken/stack.tf.json"), stdout);
    for (const part of [".terraform/providers", ".terraform.lock.hcl"]) {
      await cp(join(directory, "module", part), join(directory, "taken", part), { recursive: true });
    }
    const plan = await there("plan", "-out=saved");
    expect(plan, plan.text).toMatchObject({
      code: 0,
      text: expect.stringContaining("Plan: 12 to import, 0 to add, 0 to change, 0 to destroy"),
    });
    expect(await there("apply", "saved")).toMatchObject({ code: 0 });
    const second = await there("plan", "-detailed-exitcode");
    expect(second, second.text).toMatchObject({ code: 0 });
  });

  test("destroy says what stays live", async () => {
    const { okta } = workshop;
    const ended = await run("destroy", "-auto-approve");
    expect(ended, ended.text).toMatchObject({
      code: 0,
      text: expect.stringContaining("okta/group/legacy is forgotten and stays live"),
    });
    const left = await Promise.all(
      ["prod-oncall", "prod-shell", "shell-eu", "legacy"].map((name) => okta.exists(name)),
    );
    expect(left).toEqual([false, false, false, true]);
  });
});
