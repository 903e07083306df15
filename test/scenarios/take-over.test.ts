/** `accord import --from-terraform`: with a state as the plugin writes it see terraform.test.ts. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Accord, accordIn } from "../support/run.ts";

let directory: string;
let accord: Accord;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-take-over-"));
  accord = accordIn(directory);
  await writeFile(join(directory, "accord.yaml"), "version: 1\nstack: acme\nproviders:\n  okta: {}\n");
  await documents("ops");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const documents = (name: string): Promise<void> =>
  writeFile(
    join(directory, "a.yaml"),
    `kind: okta/group\nname: ${name}\nspec: { name: ops, description: Operators }\n`,
  );

async function stateWith(label: string, id: string, key?: string): Promise<void> {
  const instance = { attributes: { id, name: "ops" }, ...(key === undefined ? {} : { index_key: key }) };
  const provider = 'provider["accord.local/accord/accord"]';
  const ours = { mode: "managed", type: "accord_okta_group", name: label, provider, instances: [instance] };
  const others = { ...ours, type: "aws_iam_role", name: "someone" };
  await writeFile(join(directory, "terraform.tfstate"), JSON.stringify({ version: 4, resources: [ours, others] }));
}

/** Made and let go again: an object that only Terraform knows. */
async function made(): Promise<string> {
  expect(await accord("apply", "--yes", "--sandbox")).toMatchObject({ code: 0 });
  const shown = await accord("state", "show", "okta/group/ops", "--json", "--sandbox");
  const id = /"id": ?"(00g[^"]+)"/.exec(shown.stdout)?.[1] ?? "";
  expect(await accord("forget", "okta/group/ops", "--sandbox", "--yes")).toMatchObject({ code: 0 });
  return id;
}

test("binds what a state holds, by address or by key of the block, and plans nothing; twice is fine", async () => {
  const id = await made();
  await stateWith("ops", id);
  const bound = await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox");
  expect(bound.code, bound.stderr).toBe(0);
  expect(bound.stderr).toMatchInlineSnapshot(`
    "1 object of terraform.tfstate bound. \`accord plan --sandbox\` shows what differs.
    Terraform still holds them in its state: let it go (\`terraform state rm\`, or a removed block) before it plans again.
    "
  `);
  expect(await accord("plan", "--sandbox", "--detailed-exitcode")).toMatchObject({ code: 0 });
  expect(await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox")).toMatchObject({ code: 0 });
  await accord("forget", "okta/group/ops", "--sandbox", "--yes");
  await documents("team-eu-west");
  await stateWith("team", id, "eu west");
  expect(await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox")).toMatchObject({ code: 0 });
});

test("binds what Terraform keeps of its own, where it is declared: null_resource and terraform_data", async () => {
  const id = await made();
  await writeFile(join(directory, "accord.yaml"), 'version: 1\nstack: acme\nproviders:\n  okta: {}\n  "null": {}\n');
  await writeFile(
    join(directory, "b.yaml"),
    `{ kind: "null/resource", name: stamp, spec: { triggers: { by: ada } } }
---
{ kind: "null/resource", name: data, spec: { triggers: { triggers_replace: v1 } } }
`,
  );
  const block = (type: string, name: string, attributes: object) => ({
    ...{ mode: "managed", type, name, provider: 'provider["registry.terraform.io/hashicorp/null"]' },
    instances: [{ attributes }],
  });
  const resources = [
    block("accord_okta_group", "ops", { id, name: "ops" }),
    block("null_resource", "stamp", { id: "7423", triggers: { by: "ada" } }),
    block("null_resource", "of-others", { id: "7424", triggers: null }),
    block("terraform_data", "data", {
      id: "b0a2",
      input: null,
      output: null,
      triggers_replace: { value: "v1", type: "string" },
    }),
  ];
  await writeFile(join(directory, "terraform.tfstate"), JSON.stringify({ version: 4, resources }));
  const bound = await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox", "--json");
  expect(bound.code, bound.stderr).toBe(0);
  expect(JSON.parse(bound.stdout)).toEqual([
    { address: "okta/group/ops", id },
    { address: "null/resource/stamp", id: "7423" },
    { address: "null/resource/data", id: "b0a2" },
  ]);
  const plan = await accord("plan", "--sandbox", "--detailed-exitcode");
  expect(plan.code, plan.stdout).toBe(0);
});

test("says which document is missing, and what is no state", async () => {
  await stateWith("others", "00g1");
  expect((await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox")).stderr).toMatchInlineSnapshot(`
    "✗ accord_okta_group.others: there is no document okta/group/others in this stack.
        → Write the document first: what is imported must be declared.

    1 problem.
    "
  `);
  await writeFile(join(directory, "terraform.tfstate"), '{"version":4,"resources":[]}');
  expect((await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox")).stderr).toMatchInlineSnapshot(`
    "✗ terraform.tfstate holds no object of the provider accord.
        → \`terraform state list\` shows what it holds: accord_<system>_<kind>.<name> is ours.

    1 problem.
    "
  `);
  await writeFile(join(directory, "terraform.tfstate"), "{}");
  expect((await accord("import", "--from-terraform", "terraform.tfstate", "--sandbox")).stderr).toMatchInlineSnapshot(`
    "✗ terraform.tfstate is no state of Terraform in format 4.
        → \`terraform state pull > terraform.tfstate\` writes one, wherever the state is kept.

    1 problem.
    "
  `);
  expect((await accord("import", "--from-terraform", "none", "--sandbox")).stderr).toMatchInlineSnapshot(`
    "✗ There is no file none.
        → \`terraform state pull > terraform.tfstate\` writes one.

    1 problem.
    "
  `);
});
