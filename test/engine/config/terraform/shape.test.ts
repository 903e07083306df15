/** How every kind reads in Terraform: derived from its schema, in one place, both ways. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load as yamlAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../../../engine/config/rules.ts";
import { openSchemas, packageSchemas } from "../../../../engine/config/schemas.ts";
import { envelopeOf, envelopeValue } from "../../../../engine/config/terraform/envelope.ts";
import { kindOfType, labelOfName, nameOfLabel, snakeCase, typeOf } from "../../../../engine/config/terraform/names.ts";
import { type Attribute, type Shape, shapeOfKind } from "../../../../engine/config/terraform/shape.ts";
import { specOf, valuesOf } from "../../../../engine/config/terraform/values.ts";
import type { Spec } from "../../../../engine/model.ts";

const schemas = openSchemas();
const kinds = schemas.knownKinds();
const read = (path: string): JsonSchema => {
  const schema = schemas.find(path);
  if (schema === undefined) throw new Error(path);
  return schema;
};
const shapeOf = (kind: string) => shapeOfKind(kind, read);

/** As Terraform's documentation writes types. */
function typeText(shape: Shape): string {
  if (shape.form === "list" || shape.form === "set" || shape.form === "map")
    return `${shape.form}(${typeText(shape.element)})`;
  if (shape.form === "object")
    return `{ ${shape.attributes.map((one) => `${one.name}: ${typeText(one.shape)}`).join(", ")} }`;
  return shape.form === "ref" ? `ref(${shape.kinds.join(", ")})` : shape.form;
}

function marks({ required, secret, immutable }: Attribute): string {
  return [required ? " required" : "", immutable ? " immutable" : "", secret ? " secret" : ""].join("");
}

const linesOf = (kind: string): string =>
  shapeOf(kind)
    .attributes.map((one) => `${one.name}: ${typeText(one.shape)}${marks(one)}`)
    .join("\n");

describe("the shape of a kind", () => {
  it("types what a schema says", () => {
    expect(linesOf("okta/group")).toMatchInlineSnapshot(`
      "name: string required
      description: string
      profile: json
      members: set(string)
      owners: set(string)"
    `);
    expect(linesOf("c1/access-profile")).toMatchInlineSnapshot(`
      "display_name: string required
      description: string
      owners: set(string)
      owner_entitlements: set(ref(c1/entitlement, c1/group))
      entitlements: set(ref(c1/entitlement, c1/group))
      requests: { enabled: bool, visible_to_everyone: bool, visible_to: set(ref(c1/entitlement, c1/group)), bundle: bool }
      joiner: { approval_policy: ref(c1/policy), entitlement_policies: string, max_duration: string }
      leaver: { access: string, revocation_policy: ref(c1/policy), entitlement_policies: string }
      backfill: bool"
    `);
    expect(linesOf("c1/entitlement")).toMatchInlineSnapshot(`
      "app: ref(c1/app) required immutable
      resource: { type: string, name: string, external_id: string, id: string } required immutable
      slug: string required immutable
      display_name: string
      description: string
      alias: string
      purpose: string
      grant_policy: ref(c1/policy)
      revoke_policy: ref(c1/policy)
      certify_policy: ref(c1/policy)
      emergency_grant: { enabled: bool, policy: ref(c1/policy) }
      duration: string
      risk_level: ref(c1/risk-level)
      compliance_frameworks: set(ref(c1/compliance-framework))
      override_app_defaults: bool
      provision: { by: string, connector: ref(c1/connector), instructions: string, assignees: string, users: set(string), group: ref(c1/entitlement, c1/group), cel: list(string), fallback_users: set(string), allow_reassignment: bool, to: ref(c1/entitlement, c1/group), implicit: bool, webhook: ref(c1/webhook), ticket_config: string, action: string, label: string }
      deprovision: { by: string, connector: ref(c1/connector), instructions: string, assignees: string, users: set(string), group: ref(c1/entitlement, c1/group), cel: list(string), fallback_users: set(string), allow_reassignment: bool, to: ref(c1/entitlement, c1/group), implicit: bool, webhook: ref(c1/webhook), ticket_config: string, action: string, label: string }
      owners: set(string)
      owner_entitlements: set(ref(c1/entitlement, c1/group))"
    `);
  });

  it("leaves untyped only what has any fields or several forms", () => {
    const untyped = (attributes: readonly Attribute[], lead: string): string[] =>
      attributes.flatMap(({ name, shape }) => below(shape, `${lead}.${name}`));
    const below = (shape: Shape, at: string): string[] => {
      if (shape.form === "json") return [at];
      if (shape.form === "object") return untyped(shape.attributes, at);
      return "element" in shape ? below(shape.element, at) : [];
    };
    expect(kinds.flatMap((kind) => untyped(shapeOf(kind).attributes, kind))).toMatchInlineSnapshot(`
      [
        "okta/app-assignment.profile",
        "okta/group.profile",
        "okta/user.profile",
        "zendesk/custom-role.configuration",
        "zendesk/organization.fields",
      ]
    `);
  });

  it("keeps secrets out of what Terraform stores", () => {
    const secret = (attributes: readonly Attribute[], lead: string): string[] =>
      attributes.flatMap((one) => [
        ...(one.secret ? [`${lead}.${one.name}`] : []),
        ...(one.shape.form === "object" ? secret(one.shape.attributes, `${lead}.${one.name}`) : []),
      ]);
    expect(kinds.flatMap((kind) => secret(shapeOf(kind).attributes, kind))).toMatchInlineSnapshot(`
      [
        "c1/connector.config.api_token",
        "c1/connector.config.api_key",
        "c1/connector.config.client_secret",
        "c1/connector.extra_secrets",
      ]
    `);
  });

  it("gives every field of an object a name of its own that Terraform takes", () => {
    const check = (attributes: readonly Attribute[], own: readonly string[]): void => {
      const names = [...own, ...attributes.map(({ name }) => name)];
      expect(new Set(names).size).toBe(names.length);
      for (const { name, shape } of attributes) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        const inner = "element" in shape ? shape.element : shape;
        if (inner.form === "object") check(inner.attributes, []);
      }
    };
    for (const kind of kinds) {
      const { attributes, outputs } = shapeOf(kind);
      check(attributes, ["id", "accord", ...outputs.map(({ name }) => name)]);
    }
  });
});

describe("a spec and Terraform's values", () => {
  const documents = readdirSync(join(packageSchemas(), "../examples"), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".yaml") && !file.includes("policies") && !file.includes("accord."))
    .flatMap((file) => readFileSync(join(packageSchemas(), "../examples", file), "utf8").split(/^---$/m))
    .map((text) => yamlAll(text) as { kind: string; spec: Spec } | null)
    .flatMap((document) => (document === null || document.kind === undefined ? [] : [document]));

  it("are the same said twice, in every example", () => {
    expect(documents.length).toBeGreaterThan(20);
    for (const { kind, spec } of documents) {
      const { attributes } = shapeOf(kind);
      // An address stands as it is: text in a reference means what the caller knows it to mean.
      const back = specOf(valuesOf(spec, attributes), attributes, {
        nulls: true,
        reference: (text) => (/^[a-z0-9-]+\/[a-z0-9-]+\//.test(text) || text.includes("${") ? text : undefined),
      });
      expect(back).toEqual(spec);
    }
  });

  it("write references as ids, lookups as JSON, objects of any fields too", () => {
    const { attributes } = shapeOf("c1/access-profile");
    const spec: Spec = { displayName: "P", entitlements: [{ id: "a/e" }, { app: { name: "AWS" }, slug: "x" }] };
    const values = valuesOf(spec, attributes);
    expect(values).toEqual({ display_name: "P", entitlements: ["a/e", '{"app":{"name":"AWS"},"slug":"x"}'] });
    expect(specOf(values, attributes)).toEqual(spec);
    expect(valuesOf({ name: "g", profile: { level: 3, tags: ["a"] } }, shapeOf("okta/group").attributes)).toEqual({
      name: "g",
      profile: '{"level":3,"tags":["a"]}',
    });
  });

  it("keep what is unknown, and drop a null unless it is asked for", () => {
    const { attributes } = shapeOf("c1/access-profile");
    const unknown = { $unknown: { text: "?" } };
    const values: Spec = { display_name: unknown, entitlements: [unknown], joiner: { approval_policy: null } };
    expect(specOf(values, attributes)).toEqual({ displayName: unknown, entitlements: [{ id: unknown }], joiner: {} });
    expect(specOf(values, attributes, { nulls: true }).joiner).toEqual({ approvalPolicy: null });
  });
});

describe("names", () => {
  it("are found again", () => {
    expect(new Set(kinds.map(typeOf)).size).toBe(kinds.length);
    for (const kind of kinds) expect(kindOfType(typeOf(kind), kinds)).toBe(kind);
    expect(kindOfType("aws_iam_role", kinds)).toBeUndefined();
    expect(
      ["displayName", "externalId", "extensionAttribute1", "cel", "oauthURL", "primarySmtpAddress"].map(snakeCase),
    ).toEqual(["display_name", "external_id", "extension_attribute1", "cel", "oauth_url", "primary_smtp_address"]);
  });

  it("of repeated blocks carry their key, and labels take any name", () => {
    expect([nameOfLabel("team"), nameOfLabel("team", 0), nameOfLabel("team", "eu west")]).toEqual([
      "team",
      "team-0",
      "team-eu-west",
    ]);
    expect(["prod-breakglass", "ada@acme.example", "9to5"].map(labelOfName)).toEqual([
      "prod-breakglass",
      "ada_acme_example",
      "_9to5",
    ]);
  });

  it("and treatment stand in the attribute accord", () => {
    const document: Spec = {
      name: "x.y",
      manage: { members: "additive" },
      onRemoval: "forget",
      adopt: { prune: true },
    };
    const value = envelopeValue(document);
    expect(value).toEqual({
      name: "x.y",
      manage: { members: "additive" },
      on_removal: "forget",
      adopt: true,
      prune: true,
    });
    expect(envelopeOf(value)).toEqual(document);
    expect(envelopeValue({ manage: {} })).toBeUndefined();
  });
});
