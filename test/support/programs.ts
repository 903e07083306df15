/** Stacks with a program: written into a directory from which the packages of this repository are found. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

export const ACCORD_YAML =
  'version: 1\nstack: acme\nproviders: { okta: { domain: acme.okta.com, clientId: 0oa1example, privateKey: "${env:OKTA_PRIVATE_KEY}" }, null: {} }\n';

/** A stack directory of its own; `accord.yaml` unless it is among the files. */
export async function stackOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "accord-stack-"));
  made.push(directory);
  for (const [path, text] of Object.entries({ "accord.yaml": ACCORD_YAML, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

/** Where `package` is installed for this repository alone (a development dependency), a stack has it by a link. */
export async function install(directory: string, name: string): Promise<void> {
  await mkdir(join(directory, "node_modules"), { recursive: true });
  await symlink(join(import.meta.dirname, "../../node_modules", name), join(directory, "node_modules", name));
}

/** A program with one stack, whose constructor has `body`. */
export function programOf(body: string, imports = ""): string {
  return `import { Construct } from "constructs";
import { App, Fn, TerraformLocal, TerraformOutput, TerraformResource, TerraformStack, TerraformVariable } from "cdktf";
${imports}
function resource(scope: Construct, id: string, type: string, fields: Record<string, unknown>): TerraformResource {
  const made = new TerraformResource(scope, id, { terraformResourceType: type });
  for (const [name, value] of Object.entries(fields)) made.addOverride(name, value);
  return made;
}
class Acme extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    ${body}
  }
}
const app = new App();
new Acme(app, "acme");
app.synth();
`;
}
