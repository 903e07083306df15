import { symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../engine/config/yaml.ts";
import { asSpec } from "../../engine/value.ts";
import { install, programOf, stackOf } from "../support/programs.ts";
import { accordIn } from "../support/run.ts";

test("a program plans to what the documents would", async () => {
  const asDocuments = await stackOf({
    "stack.yaml": `
kind: okta/group
name: platform
protect: true
ignore: [description]
spec: { name: platform, description: Runs it all, members: [] }
---
kind: null/resource
name: marker
spec: { triggers: { group: "\${okta/group/platform.id}" } }
---
kind: okta/group
name: team-sre
dependsOn: [okta/group/platform]
spec: { name: Team SRE }
---
kind: okta/group
name: team-desk
dependsOn: [okta/group/platform]
spec: { name: Team DESK }
---
kind: null/resource
name: input
spec: { triggers: { triggers_replace: "\${okta/group/platform.id}" } }
---
kind: null/resource
name: echo
spec: { triggers: { heard: "hello \${okta/group/platform.id}" } }
`,
  });
  const asProgram = await stackOf({
    "stack.ts": programOf(`
    const group = resource(this, "platform", "accord_okta_group", { name: "platform", description: "Runs it all", members: [] });
    group.addOverride("lifecycle", { prevent_destroy: true, ignore_changes: ["description"] });
    resource(this, "marker", "null_resource", { triggers: { group: group.getStringAttribute("id") } });
    const names = new TerraformLocal(this, "names", ["sre", "desk"]);
    const team = resource(this, "team", "accord_okta_group", { name: "Team \${upper(each.key)}" });
    team.addOverride("for_each", Fn.toset(names.asList));
    team.addOverride("depends_on", ["accord_okta_group.platform"]);
    const input = resource(this, "input", "terraform_data", { input: \`hello \${group.getStringAttribute("id")}\`, triggers_replace: group.getStringAttribute("id") });
    resource(this, "echo", "null_resource", { triggers: { heard: input.getStringAttribute("output") } });`),
  });
  const [documents, program] = [accordIn(asDocuments), accordIn(asProgram)];
  const wanted = await documents("plan", "--sandbox");
  const planned = await program("plan", "--sandbox");
  expect(planned.stderr).toBe(wanted.stderr);
  expect(planned.stdout).toBe(wanted.stdout);
  expect(await program("apply", "--sandbox", "--yes")).toMatchObject({ code: 0 });
  expect((await program("plan", "--sandbox")).stdout).toMatch(/^No changes/m);
});

test("a construct says whatever a document says, around its spec and in it", async () => {
  const instances = `version: 1
stack: acme
providers:
  okta: { domain: acme.okta.com, clientId: 0oa1, privateKey: "\${env:KEY}" }
  okta-emea: { provider: okta, domain: emea.okta.com, clientId: 0oa1, privateKey: "\${env:KEY}" }
  c1: { clientId: one@acme.conductor.one/pcc, clientSecret: "\${env:KEY}" }
  entra: { tenantId: acme.example, clientId: 4f0e2a55-2d3b-4a7d-9c3f-0a1b2c3d4e5f, clientSecret: "\${env:KEY}" }
  "null": {}
`;
  const asDocuments = await stackOf({
    "accord.yaml": instances,
    "stack.yaml": `
kind: okta/group
name: base
spec: { name: base, profile: { costCenter: "4711", "odd key": [1, 2] } }
---
kind: okta/group
provider: okta-emea
name: all.of_it@once
protect: true
manage: { members: additive, owners: observe }
ignore: [description, profile.costCenter]
labels: { team: sre, "cost center": "$\${literal} %{too}" }
onRemoval: forget
adopt: { prune: true }
dependsOn: [okta/group/base]
replaceWith: [okta/group/base, null/resource/mark]
spec: { name: all, description: "\${var:what}", members: [ada@acme.example] }
---
kind: "null/resource"
name: mark
adopt: true
spec: { triggers: { of: "all: \${okta/group/base.id}" } }
---
kind: c1/access-profile
name: profile
manage: { requests.visibleTo: additive }
ignore: [requests.visibleTo, joiner.approvalPolicy]
spec:
  displayName: Profile
  requests: { enabled: true, visibleTo: [{ app: { name: Okta }, resource: { type: Group, externalId: "\${okta/group/base.id}" }, slug: member }] }
  joiner: { approvalPolicy: null }
---
kind: entra/group
name: blank
spec: { displayName: Blank, description: null }
`,
  });
  const asProgram = await stackOf({
    "accord.yaml": instances,
    "stack.ts": `import { AccessProfile } from "accord-access/c1";
import { Group as EntraGroup } from "accord-access/entra";
import { Resource } from "accord-access/null";
import { Group } from "accord-access/okta";
import { App, TerraformStack } from "cdktf";
const app = new App();
const stack = new TerraformStack(app, "acme");
const base = new Group(stack, "base", { name: "base", profile: { costCenter: "4711", "odd key": [1, 2] } });
const spec = { name: "all", description: "\${var:what}", members: ["ada@acme.example"] };
const mark = new Resource(stack, "mark", { triggers: { of: \`all: \${base.id}\` } }, { adopt: true });
const all = new Group(stack, "everything", spec, {
  name: "all.of_it@once",
  instance: "okta-emea",
  protect: true,
  manage: { members: "additive", owners: "observe" },
  ignore: ["description", "profile.costCenter"],
  labels: { team: "sre", "cost center": "$\${literal} %%{too}" },
  onRemoval: "forget",
  adopt: { prune: true },
  dependsOn: [base],
  replaceWith: [base, mark],
});
new AccessProfile(
  stack,
  "profile",
  {
    displayName: "Profile",
    requests: { enabled: true, visibleTo: [{ app: { name: "Okta" }, resource: { type: "Group", externalId: base.id }, slug: "member" }] },
    joiner: { approvalPolicy: null },
  },
  { manage: { "requests.visibleTo": "additive" }, ignore: ["requests.visibleTo", "joiner.approvalPolicy"] },
);
new EntraGroup(stack, "blank", { displayName: "Blank", description: null });
void all;
app.synth();
`,
  });
  const declared = async (directory: string): Promise<unknown> => {
    const said = await accordIn(directory)("convert", "--to", "yaml", "--var", "what=this");
    expect(said, said.stderr).toMatchObject({ code: 0 });
    const documents = parseYaml(said.stdout, "stack.yaml").map(({ value }) => asSpec(value));
    return Object.fromEntries(documents.map((document) => [String(document.name), document]));
  };
  expect(await declared(asProgram)).toEqual(await declared(asDocuments));
});

test("an object is made anew when one that it names is", async () => {
  const directory = await stackOf({
    "stack.ts": programOf(`
    new TerraformVariable(this, "round", { default: "one" });
    resource(this, "first", "null_resource", { triggers: { round: "\${var.round}" } });
    resource(this, "second", "null_resource", { triggers: {}, lifecycle: { replace_triggered_by: ["\${null_resource.first}"] } });`),
    "third.yaml": "kind: null/resource\nname: third\nreplaceWith: [null/resource/second]\nspec: { triggers: {} }\n",
    "fourth.yaml": "kind: null/resource\nname: fourth\nspec: { triggers: {} }\n",
  });
  const accord = accordIn(directory);
  expect(await accord("apply", "--sandbox", "--yes")).toMatchObject({ code: 0 });
  const { stdout } = await accord("plan", "--sandbox", "--var", "round=two");
  expect(stdout.match(/-\/\+ \S+/g)).toEqual([
    "-/+ null/resource/first",
    "-/+ null/resource/second",
    "-/+ null/resource/third",
  ]);
});

test("documents and a program declare one stack together", async () => {
  const accord = accordIn(
    await stackOf({
      "groups.yaml": "kind: okta/group\nname: written\nspec: { name: written }\n",
      "stack.ts": programOf(`
    resource(this, "watch", "null_resource", { triggers: { group: "\${okta/group/written.id}", who: "\${var.who}" } });
    new TerraformVariable(this, "who", { type: "string", default: "ada" });`),
    }),
  );
  expect(await accord("validate")).toEqual({ code: 0, stdout: "Valid: 2 documents.\n", stderr: "" });
  const { stdout } = await accord("plan", "--sandbox", "--var", "who=grace");
  expect(stdout).toContain("grace");
  expect(stdout).toContain("made by okta/group/written");
});

describe("what is wrong is said with its place in the program", () => {
  test("errors of its own", async () => {
    const body = `const nothing: string[] | undefined = undefined;\n    nothing!.push("x");`;
    const { code, stderr } = await accordIn(await stackOf({ "stack.ts": programOf(body) }))("validate");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The program throws: TypeError: Cannot read properties of undefined.*\n {4}stack\.ts:13:14\n/,
    );
  });

  test("constructs that mean nothing, all of them at once", async () => {
    const body = `
    resource(this, "kind", "accord_okta_grop", {});
    resource(this, "attribute", "accord_okta_group", { nam: "x" });
    resource(this, "marker", "null_resource", { lifecycle: { create_before_destroy: true } });
    resource(this, "two", "accord_okta_group", { name: "x", lifecycle: { create_before_destroy: true } });
    resource(this, "function", "accord_okta_group", { name: '\${file("x")}' });`;
    const { stderr } = await accordIn(await stackOf({ "stack.ts": programOf(body) }))("validate");
    expect(stderr).toMatch(
      /acme\/kind: accord_okta_grop is no type that Accord manages\.\n {4}stack\.ts:5:16\n {4}→ Did you mean "accord_okta_group"\?/,
    );
    expect(stderr).toMatch(/acme\/attribute: there is no attribute nam\.\n.*\n {4}→ Did you mean "name"\?/);
    expect(stderr).toMatch(/acme\/function: the function file is not among those/);
    expect(stderr).toMatch(
      /acme\/two: lifecycle\.create_before_destroy asks for two objects at once.*\n.*\n {4}→ Remove it/,
    );
    expect(stderr).toContain("4 problems.");
  });

  test("syntax, missing packages, files from elsewhere, and a program that synthesises nothing", async () => {
    const other = await stackOf({ "secret.json": "{}" });
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["const = 1;", /Expected identifier.*\n {4}stack\.ts:1:7/],
      [`import "left-pad-of-nobody";`, /Cannot find module 'left-pad-of-nobody'[\s\S]*→ Install the package/],
      [`import "../${basename(other)}/secret.json";`, /leads out of the stack directory\.\n {4}stack\.ts:1:8/],
      ["export const nothing = 1;", /stack\.ts synthesised nothing\.[\s\S]*→ End it with app\.synth\(\)/],
      ["await 1;", /→ Put it into an async function/],
    ];
    for (const [program, said] of wrong) {
      const { stderr, code } = await accordIn(await stackOf({ "stack.ts": program }))("validate");
      expect(stderr).toMatch(said);
      expect(code).toBe(1);
    }
  });
});

describe("a program has no way out", () => {
  /** What became of each attempt. */
  async function attempted(attempts: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const lines = Object.entries(attempts).map(
      ([what, code]) => `
try { console.log(JSON.stringify([${JSON.stringify(what)}, "got " + JSON.stringify(${code})])); }
catch (error) { console.log(JSON.stringify([${JSON.stringify(what)}, String(error.code ?? error.message)])); }`,
    );
    const directory = await stackOf({ "stack.ts": `${lines.join("\n")}\n${programOf("")}` });
    const { stderr } = await accordIn(directory, { env: { SECRET: "hunter2" } })("validate");
    return Object.fromEntries(
      stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  }

  test("to the environment, to files, to other programs", async () => {
    const denied = "ERR_ACCESS_DENIED";
    expect(
      await attempted({
        environment: "Object.keys(process.env)",
        "a file outside the stack": `require("node:fs").readFileSync("/etc/passwd", "utf8")`,
        "what its parent was started with": `require("node:fs").readFileSync("/proc/" + process.ppid + "/environ", "utf8")`,
        "its own stack, to write": `require("node:fs").writeFileSync(__dirname + "/accord.yaml", "")`,
        "a link to elsewhere": `require("node:fs").symlinkSync("/etc", process.env.CDKTF_OUTDIR + "/etc")`,
        "another program": `require("node:child_process").execSync("true")`,
        "a thread, which starts anew": `new (require("node:worker_threads").Worker)("1", { eval: true })`,
        "Node's internals": `process.binding("tcp_wrap")`,
        "machine code": `process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6")`,
      }),
    ).toEqual({
      environment: 'got ["CDKTF_OUTDIR"]',
      "a file outside the stack": denied,
      "what its parent was started with": denied,
      "its own stack, to write": denied,
      "a link to elsewhere": denied,
      "another program": denied,
      "a thread, which starts anew": denied,
      "Node's internals": denied,
      "machine code": "ERR_DLOPEN_DISABLED",
    });
  });

  test("to a socket", async () => {
    const found = await attempted({
      "a connection": `require("node:net").connect(53, "1.1.1.1")`,
      "a socket of this machine": `require("node:net").connect("/var/run/docker.sock")`,
      "a listening one": `require("node:net").createServer().listen(0)`,
      "a datagram": `require("node:dgram").createSocket("udp4").send("x", 53, "1.1.1.1")`,
      "a name": `require("node:dns").lookup("example.com", () => {})`,
      "an interface but its own": `Object.keys(require("node:os").networkInterfaces())`,
    });
    const { "an interface but its own": interfaces, ...others } = found;
    expect(new Set(Object.values(others))).toEqual(
      new Set(["A stack's program has no network. What it needs belongs into the stack."]),
    );
    // Where the system gives a namespace, there is none; elsewhere the plan says that there may be.
    expect(interfaces).toMatch(/^got \[("lo")?\]$/);
  });

  test("by a link in its directory", async () => {
    const directory = await stackOf({ "stack.ts": programOf("") });
    await symlink("/etc", join(directory, "assets"));
    const { code, stderr } = await accordIn(directory)("validate");
    expect(code).toBe(1);
    expect(stderr).toMatch(/assets is a link that leads out of the stack directory/);
  });
});

test("a stack written with cdktn declares what the same one of cdktf declares, constructs of Accord included", async () => {
  const settings = `version: 1
stack: acme
providers:
  okta: { domain: acme.okta.com, clientId: 0oa1, privateKey: "\${env:KEY}" }
  c1: { clientId: one@acme.conductor.one/pcc, clientSecret: "\${env:KEY}" }
  pagerduty: { token: "\${env:KEY}" }
  "null": {}
`;
  const program = programOf(
    `
    const teams = TerraformIterator.fromList(Fn.toset(["sre", "desk"]));
    const base = new Group(this, "base", { name: "base" }, { protect: true, ignore: ["description"] });
    new Group(this, "team", { name: \`Team \${teams.value}\` }, { forEach: teams, dependsOn: [base], replaceWith: [base] });
    const { membership } = new Birthright(this, "engineering", { who: 'user.title=="Lead"', groups: [base] });
    new OnCallAccess(this, "on-call", { schedule: "Primary", gives: [membership] });
    resource(this, "marker", "null_resource", { triggers: { group: base.id } });
    new TerraformOutput(this, "base-id", { value: base.id });`,
    `import { TerraformIterator } from "cdktf";
import { Group } from "accord-access/okta";
import { Birthright, OnCallAccess } from "accord-access/patterns";`,
  );
  const cdktf = await stackOf({ "accord.yaml": settings, "stack.ts": program });
  const cdktn = await stackOf({ "accord.yaml": settings, "stack.ts": program.replaceAll('"cdktf"', '"cdktn"') });
  await install(cdktn, "cdktn");
  await install(cdktn, "constructs");
  const wanted = await accordIn(cdktf)("convert", "--to", "yaml");
  expect(wanted.stdout.match(/^kind: /gm)).toHaveLength(13);
  expect(await accordIn(cdktn)("convert", "--to", "yaml")).toEqual(wanted);
});
