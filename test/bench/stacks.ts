/** ⇄ The same resources for both: a null resource with two triggers, and Terraform's `terraform_data` with the same. */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface Triggers {
  readonly index: string;
  readonly owner: string;
}

function triggersOf(index: number): Triggers {
  return { index: String(index), owner: `team-${index % 50}` };
}

export async function nullStack(directory: string, size: number): Promise<string> {
  await mkdir(directory, { recursive: true });
  const documents = numbers(size).map((index) => {
    const { index: text, owner } = triggersOf(index);
    return `kind: null/resource\nname: r-${index}\nspec:\n  triggers:\n    index: "${text}"\n    owner: ${owner}\n`;
  });
  await writeFile(join(directory, "accord.yaml"), 'version: 1\nstack: bench\nproviders: { "null": {} }\n');
  await writeFile(join(directory, "resources.yaml"), documents.join("---\n"));
  return directory;
}

export async function terraformStack(directory: string, size: number): Promise<string> {
  await mkdir(directory, { recursive: true });
  const blocks = numbers(size).map((index) => {
    const { index: text, owner } = triggersOf(index);
    return `resource "terraform_data" "r-${index}" {\n  triggers_replace = { index = "${text}", owner = "${owner}" }\n}\n`;
  });
  await writeFile(join(directory, "main.tf"), blocks.join("\n"));
  return directory;
}

/** What applying the stack would have left: Terraform's own apply of thousands takes longer than all of the bench. */
export async function terraformState(directory: string, size: number): Promise<void> {
  const resources = numbers(size).map((index) => ({
    mode: "managed",
    type: "terraform_data",
    name: `r-${index}`,
    provider: 'provider["terraform.io/builtin/terraform"]',
    instances: [{ schema_version: 0, attributes: attributesOf(index), sensitive_attributes: [] }],
  }));
  const head = { version: 4, terraform_version: "1.4.0", serial: 1, lineage: randomUUID(), outputs: {} };
  const state = { ...head, resources, check_results: null };
  await writeFile(join(directory, "terraform.tfstate"), JSON.stringify(state, null, 2));
}

function attributesOf(index: number) {
  const type = ["object", { index: "string", owner: "string" }];
  return { id: randomUUID(), input: null, output: null, triggers_replace: { value: triggersOf(index), type } };
}

function numbers(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => index);
}
