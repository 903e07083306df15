/** The other systems, each adopted whole as its sandbox holds it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nothingLeft } from "../support/company.ts";
import { type Accord, accordIn } from "../support/run.ts";

let directory: string;
let accord: Accord;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-adopt-"));
  const sandboxed = accordIn(directory);
  accord = (...argv) => sandboxed(...argv, "--sandbox");
});
afterEach(() => rm(directory, { recursive: true }));

async function adopted(provider: string): Promise<(file: string) => Promise<string>> {
  await writeFile(join(directory, "accord.yaml"), `version: 1\nstack: acme\nproviders: { ${provider}: {} }\n`);
  const { code, stdout, stderr } = await accord("adopt", "--all");
  expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  await nothingLeft({ accord });
  return (file) => readFile(join(directory, file), "utf8");
}

test("entra: a rule alone decides who is in a dynamic group, and the document leaves them to it", async () => {
  const read = await adopted("entra");
  const documents = (await read("entra-group.yaml")).split("---\n");
  expect(documents.find((text) => text.includes("membershipRule"))).toMatchInlineSnapshot(`
    "kind: entra/group
    name: sre-dynamic
    spec:
      displayName: SRE (dynamic)
      mailNickname: sre-dynamic-
      visibility: Private
      membershipRule: user.department -eq "SRE"
      owners: []
    "
  `);
});

test("zendesk: groups with their members, agents with their groups", async () => {
  const read = await adopted("zendesk");
  expect((await read("zendesk-group.yaml")).split("---\n")[0]).toMatchInlineSnapshot(`
    "kind: zendesk/group
    name: escalations
    spec:
      name: Escalations
      description: What support passes on.
      members: [grace@acme.example, rosalind@acme.example]
    "
  `);
  expect((await read("zendesk-agent.yaml")).split("---\n")[0]).toMatchInlineSnapshot(`
    "kind: zendesk/agent
    name: grace@acme.example
    spec: { email: grace@acme.example, name: Grace Hopper, defaultGroup: zendesk/group/escalations }
    "
  `);
});
