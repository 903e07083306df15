/** `accord convert --to terraform`: what Terraform is given declares the same; `test/scenarios/terraform.test.ts` runs it. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compareText } from "../../../../engine/address.ts";
import { openSchemas } from "../../../../engine/config/schemas.ts";
import { readStack } from "../../../../engine/config/stack.ts";
import { headOf } from "../../../../engine/config/terraform/head.ts";
import { readImportId } from "../../../../engine/config/terraform/import-id.ts";
import { synthesised } from "../../../../engine/config/terraform/synthesised.ts";
import { readTerraform } from "../../../../engine/config/terraform-json.ts";
import type { Spec, Value } from "../../../../engine/model.ts";
import { problemsOf } from "../../../../engine/problem.ts";
import { asSpec } from "../../../../engine/value.ts";
import { accordIn } from "../../../support/run.ts";

const schemas = openSchemas();
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-terraform-json-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function terraformJson(): Promise<Spec> {
  const { code, stdout, stderr } = await accordIn(directory)("convert", "--to", "terraform");
  expect(code, stderr).toBe(0);
  return asSpec(JSON.parse(stdout) as Value);
}

/** As Accord reads Terraform JSON itself. */
function documentsIn(json: Spec, providers: Spec): readonly Spec[] {
  const place = { file: "x", line: 1, column: 1 };
  const value = { version: 1, stack: "acme", providers };
  const file = { value, source: place, sources: { get: () => place } };
  const stack = readStack({ file }, schemas, { settings: false });
  const problems: Parameters<typeof readTerraform>[2] = [];
  const { documents } = readTerraform(
    json,
    { stack, schemas, start: place, placeOf: () => place, isRemote: () => true },
    problems,
  );
  expect(problems).toEqual([]);
  return documents.map((one) => asSpec(one.value)).toSorted(byName);
}

const byName = (a: Spec, b: Spec): number => compareText(`${a.kind} ${a.name}`, `${b.kind} ${b.name}`);

test.each([
  ["on-call", { okta: {}, c1: {}, pagerduty: {} }],
  ["zendesk-support", { okta: {}, c1: {}, zendesk: {} }],
  ["entra-joiner", { entra: {}, c1: {} }],
  ["separation-of-duties", { okta: {}, c1: {} }],
])("%s for Terraform declares what its documents declare", async (example, providers) => {
  const from = join(import.meta.dirname, "../../../../examples", example);
  await cp(from, directory, { recursive: true, filter: (path) => !path.endsWith(".accord") });
  const { stdout } = await accordIn(directory)("convert", "--to", "yaml");
  const written = loadAll(stdout).map((one) => asSpec(one as Value));
  expect(documentsIn(await terraformJson(), providers)).toEqual(written.toSorted(byName));
});

test("references, secrets, instances and what stands around a spec are in Terraform's words", async () => {
  await writeFile(
    join(directory, "accord.yaml"),
    `version: 1
stack: acme
vars: { team: EU }
providers:
  okta: { domain: acme.okta.com, clientId: 0oa1example, privateKey: "\${env:OKTA_KEY}" }
  okta-emea: { provider: okta, domain: emea.okta.com, clientId: 0oa2example, privateKey: "\${file:emea.pem}" }
  c1: { clientId: a@acme.conductor.one/spc, clientSecret: "\${env:C1_SECRET}" }
  null: {}
outputs: { ops: { value: "\${okta/group/ops.id}", description: Okta's id } }
`,
  );
  await writeFile(
    join(directory, "a.yaml"),
    `{ kind: okta/group, name: ops, protect: true, ignore: [description], spec: { name: "Ops \${var:team}", description: "100% of $\${this} %{that}" } }
---
{ kind: okta/group, name: ops, provider: okta-emea, adopt: { prune: true }, spec: { name: Ops, members: [] } }
---
{ kind: "null/resource", name: v1.2, dependsOn: [okta-emea/group/ops], replaceWith: [okta/group/ops], spec: { triggers: { ops: "$\${okta/group/ops.id} costs $$\${okta/group/ops.id}" } } }
---
{ kind: okta/group-rule, name: ops, onRemoval: delete, spec: { name: ops, expression: "true", groups: [okta/group/ops] } }
---
kind: c1/connector
name: zendesk
spec: { app: { name: Zendesk }, integration: zendesk_v2, displayName: Zendesk, config: { apiToken: "\${env:TOKEN}" }, secretVersion: 2 }
`,
  );
  expect(await terraformJson()).toMatchInlineSnapshot(`
    {
      "output": {
        "ops": {
          "description": "Okta's id",
          "value": "\${accord_okta_group.ops.id}",
        },
      },
      "provider": {
        "accord": [
          {
            "c1": {
              "client_id": "a@acme.conductor.one/spc",
              "client_secret": "$\${env:C1_SECRET}",
            },
            "null": {},
            "okta": {
              "client_id": "0oa1example",
              "domain": "acme.okta.com",
              "private_key": "$\${env:OKTA_KEY}",
            },
            "stack": "acme",
          },
          {
            "alias": "okta-emea",
            "okta": {
              "client_id": "0oa2example",
              "domain": "emea.okta.com",
              "private_key": "$\${file:emea.pem}",
            },
            "stack": "acme",
          },
        ],
      },
      "resource": {
        "accord_c1_connector": {
          "zendesk": {
            "app": "{"name":"Zendesk"}",
            "config": {
              "api_token": "$\${env:TOKEN}",
            },
            "display_name": "Zendesk",
            "integration": "zendesk_v2",
            "secret_version": "2",
          },
        },
        "accord_null_resource": {
          "v1_2": {
            "accord": {
              "name": "v1.2",
            },
            "depends_on": [
              "accord_okta_group.okta-emea-ops",
            ],
            "lifecycle": {
              "replace_triggered_by": [
                "accord_okta_group.ops",
              ],
            },
            "triggers": {
              "ops": "$\${okta/group/ops.id} costs \${"$"}\${accord_okta_group.ops.id}",
            },
          },
        },
        "accord_okta_group": {
          "okta-emea-ops": {
            "accord": {
              "adopt": true,
              "name": "ops",
              "prune": true,
            },
            "members": [],
            "name": "Ops",
            "provider": "accord.okta-emea",
          },
          "ops": {
            "description": "100% of $\${this} %%{that}",
            "lifecycle": {
              "ignore_changes": [
                "description",
              ],
              "prevent_destroy": true,
            },
            "name": "Ops EU",
          },
        },
        "accord_okta_group_rule": {
          "ops": {
            "accord": {
              "on_removal": "delete",
            },
            "expression": "true",
            "groups": [
              "\${accord_okta_group.ops.id}",
            ],
            "name": "ops",
          },
        },
      },
      "terraform": {
        "required_providers": {
          "accord": {
            "source": "accord.local/accord/accord",
          },
        },
      },
    }
  `);
});

test("a program's own words stay; what only Accord understands is put into Terraform's", () => {
  const program: Spec = {
    "//": { metadata: { stackName: "acme" } },
    terraform: {
      backend: { local: { path: "/somewhere/terraform.acme.tfstate" } },
      required_providers: {
        null: { source: "null" },
        accord: { source: "accord.local/accord/accord", version: "0.1.0" },
      },
    },
    provider: { accord: [{}], null: [{}] },
    variable: { team: { type: "string" }, token: { type: "string", sensitive: true, default: "x" } },
    locals: { "//": "kept: this is data", name: "team-${var.team}" },
    resource: {
      null_resource: { n: { "//": { metadata: { path: "acme/n" } }, triggers: { a: "${var.team}" } } },
      accord_okta_group: {
        g: {
          for_each: '${toset(["a"])}',
          name: "null_resource.n ${each.key} of ${okta/group/ops.id}, ${null_resource.n.id}, not $${env:LITERAL}",
          lifecycle: { replace_triggered_by: ["${null_resource.n}"] },
        },
      },
      accord_c1_connector: { z: { config: { token: "${env:TOKEN}" } } },
    },
    output: { o: { value: '${accord_okta_group.g["a"].id}', depends_on: ["${null_resource.n}"] } },
  };
  const head = {
    terraform: { required_providers: { accord: { source: "here" } } },
    provider: { accord: { stack: "acme" } },
  };
  const options = {
    blockOf: (address: string) => (address === "okta/group/ops" ? "accord_okta_group.ops" : undefined),
    variables: new Map([
      ["team", "EU"],
      ["token", "never"],
    ]),
    foreign: new Map([["null_resource", "accord_null_resource"]]),
  };
  expect(synthesised(program, head, options)).toMatchInlineSnapshot(`
    {
      "locals": {
        "//": "kept: this is data",
        "name": "team-\${var.team}",
      },
      "output": {
        "o": {
          "depends_on": [
            "accord_null_resource.n",
          ],
          "value": "\${accord_okta_group.g["a"].id}",
        },
      },
      "provider": {
        "accord": {
          "stack": "acme",
        },
      },
      "resource": {
        "accord_c1_connector": {
          "z": {
            "config": {
              "token": "$\${env:TOKEN}",
            },
          },
        },
        "accord_null_resource": {
          "n": {
            "triggers": {
              "a": "\${var.team}",
            },
          },
        },
        "accord_okta_group": {
          "g": {
            "for_each": "\${toset(["a"])}",
            "lifecycle": {
              "replace_triggered_by": [
                "accord_null_resource.n",
              ],
            },
            "name": "null_resource.n \${each.key} of \${accord_okta_group.ops.id}, \${accord_null_resource.n.id}, not $\${env:LITERAL}",
          },
        },
      },
      "terraform": {
        "required_providers": {
          "accord": {
            "source": "here",
          },
        },
      },
      "variable": {
        "team": {
          "default": "EU",
          "type": "string",
        },
        "token": {
          "default": "x",
          "sensitive": true,
          "type": "string",
        },
      },
    }
  `);
  const settled = { ...program, terraform: { backend: { s3: { bucket: "b" } } }, provider: { accord: [{ okta: {} }] } };
  expect(synthesised(settled, head, options)).toMatchObject({
    terraform: { backend: { s3: { bucket: "b" } }, required_providers: { accord: { source: "here" } } },
    provider: { accord: [{ okta: {} }] },
  });
});

test("an import is named by an id, or by JSON of it and what no vendor tells", () => {
  expect(readImportId("00g1", [])).toEqual({ id: "00g1", attributes: {} });
  expect(readImportId('{"id":"1","accord":{"name":"x"}}', [])).toEqual({
    id: "1",
    attributes: { accord: { name: "x" } },
  });
  const said = (text: string): unknown => {
    try {
      return readImportId(text, ["secret_version"]);
    } catch (error) {
      return problemsOf(error).map(({ message, hint }) => `${message} ${hint}`);
    }
  };
  expect([said('{"id":"1","secret_versoin":1}'), said('{"id":'), said('{"accord":{}}')]).toMatchInlineSnapshot(`
    [
      [
        "An import cannot give secret_versoin: what the vendor tells is read. Did you mean "secret_version"?",
      ],
      [
        "{"id": is neither an id nor JSON with one. Give the vendor's id, or what \`accord convert --to terraform --import\` writes: {"id": "…", "accord": { … }}.",
      ],
      [
        "{"accord":{}} is neither an id nor JSON with one. Give the vendor's id, or what \`accord convert --to terraform --import\` writes: {"id": "…", "accord": { … }}.",
      ],
    ]
  `);
});

test("a stack of one system needs one provider block", () => {
  const settings = { domain: "acme.okta.com" };
  const instance = {
    name: "okta",
    provider: "okta",
    settings,
    path: ["providers", "okta"],
    source: { file: "a", line: 1, column: 1 },
  };
  expect(headOf({ name: "acme", providers: new Map([["okta", instance]]) }, schemas).provider).toEqual({
    accord: { stack: "acme", okta: settings },
  });
});
